import { fileDocument, NOTHING, type Analysis } from 'imdsv2-core';
import type { FrontEndInput } from './input.ts';
import { collectLaunches } from './launches/collect-launches.ts';
import { hasMarker } from './markers.ts';
import { collectPolicies } from './policies/collect-policies.ts';
import { collectRequests } from './requests/collect-requests.ts';
import { collectCommands } from './clients/commands.ts';
import { collectScripts } from './launches/script-strings.ts';
import { collectSdkDrafts } from './clients/sdk.ts';
import { collectSuppressions } from './comments.ts';
import { View } from './view.ts';

/** How much work an analysis was: for tests that a file without a marker costs nothing. */
export interface Effort {
  visitedNodes: number;
  evaluatedExpressions: number;
}

/** The facts of one file of JavaScript or TypeScript. Nothing is executed, nothing is read but the input. */
export function collectFacts(input: FrontEndInput, effort?: Effort): Analysis {
  return factsOfProgram(input)(input, effort);
}

/** As `collectFacts`, for the files of one program: what several of them import is evaluated once. */
export function factsOfProgram(
  sources: Pick<FrontEndInput, 'resolveImport' | 'typeOf'>,
): (input: FrontEndInput, effort?: Effort) => Analysis {
  const view = new View(sources);
  return (input, effort = { visitedNodes: 0, evaluatedExpressions: 0 }) => factsOf(view, input, effort);
}

function factsOf(view: View, input: FrontEndInput, effort: Effort): Analysis {
  if (input.isNeeded !== true && !hasMarker(input.text)) return NOTHING;
  const evaluator = view.evaluatorOf(input);
  effort.visitedNodes += evaluator.module.visited;
  const host = input.document ?? fileDocument(input.path, input.text, 'javascript');
  const cutShort: boolean[] = [];
  // Each stage has a budget of its own: a file full of calls still has its launches read.
  const stage = <T>(collect: () => T): T => {
    view.steps = 0;
    const collected = collect();
    cutShort.push(evaluator.isExhausted());
    effort.evaluatedExpressions += view.steps;
    return collected;
  };
  const requests = stage(() => collectRequests(evaluator, collectSdkDrafts(evaluator)));
  const { launches, defaults, documents } = stage(() =>
    collectLaunches(evaluator, host, input.aspects, () =>
      (input.importers?.() ?? []).map((file) => view.evaluatorOf(file)),
    ),
  );
  const commands = stage(() => {
    const started = collectCommands(evaluator, host);
    return [...started, ...collectScripts(evaluator, host, [...documents, ...started])];
  });
  const policies = stage(() => collectPolicies(evaluator));
  return {
    facts: [...requests, ...launches, ...defaults, ...policies],
    documents: [...documents, ...commands],
    problems: cutShort.includes(true) ? [{ location: host.map.range(0, 0), reason: CUT_SHORT, extent: 'part' }] : [],
    suppressions: collectSuppressions(evaluator.module),
  };
}

const CUT_SHORT =
  'it takes too many steps to follow every call of it, so some of its requests and launches may be missing';
