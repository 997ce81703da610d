import { factId, type Location, type Request, type Runner } from 'imdsv2-core';
import type { Draft } from '../clients/draft.ts';
import { handedOn } from '../clients/handed-on.ts';
import { ROOT, type Evaluator, type Frame } from '../evaluation/evaluator.ts';
import type { Call, FunctionNode, Node } from '../syntax/module.ts';
import { isExpectation, isTestFile, isWantedToFail } from './expectations.ts';
import { earlyExits } from './early-exits.ts';
import { withHandlers } from './second-tries.ts';
import { isRecognised, isRelevant, openParameters, Tracer, type Trace } from './trace.ts';
import { variantsOf } from './variants.ts';
import { Kind } from '../syntax/kind.ts';

/** Calls around a request whose arguments are looked at. */
const MAX_CALLERS = 12;

/** Calls of calls around a request. */
const MAX_CALLER_HOPS = 3;

/** A place that sends requests, with every way to get there. */
interface Site {
  readonly node: Node;
  readonly evaluator: Evaluator;
  readonly drafts: readonly Draft[];
}

/** The requests of one file. */
export function collectRequests(evaluator: Evaluator, extra: readonly Draft[] = []): Request[] {
  const sites = new Map<Node, Site>();
  const add = (node: Node, drafts: readonly Draft[]): void => {
    const before = sites.get(node);
    sites.set(node, { node, evaluator, drafts: [...(before?.drafts ?? []), ...drafts] });
  };
  const tracer = new Tracer();
  const covered = new Set<Node>();
  const waiting: Trace[] = [];
  const isTest = isTestFile(evaluator.module.path);
  for (const call of tracer.candidatesOf(evaluator)) {
    if (isTest && isWantedToFail(evaluator.module, call)) continue;
    const traces = tracer.trace(call, evaluator);
    const drafts = traces.map(({ draft }) => draft);
    const ways = new Map<Node, Trace[]>();
    for (const trace of traces) {
      const isThrough = trace.chain.length > 1;
      if (isThrough && (isTest || isExpectation(evaluator.module, call))) continue;
      if (!isRecognised(trace.draft, drafts)) {
        if (isRelevant(trace.draft)) waiting.push(trace);
        continue;
      }
      const node = placeOf(tracer, trace, call, evaluator);
      for (const { node: inner } of trace.chain.slice(1)) covered.add(inner);
      ways.set(node, [...(ways.get(node) ?? []), trace]);
    }
    for (const [node, traced] of ways) add(node, boundDrafts(tracer, traced, call, evaluator, 0));
  }
  // Of calls that lead through one another the innermost that says where to ask stands for all.
  for (const { draft, chain } of waiting) {
    const [first, ...rest] = chain;
    if (first === undefined || covered.has(first.node) || sites.has(first.node)) continue;
    if (rest.some(({ node }) => waiting.some((other) => other.chain[0]?.node === node))) continue;
    add(first.node, [draft]);
  }
  for (const draft of extra) add(draft.node, [draft]);
  if (!isTest)
    for (const call of evaluator.module.calls) {
      const draft = sites.has(call) || covered.has(call) ? undefined : handedOn(call, evaluator);
      if (
        draft !== undefined &&
        !evaluator.module.callsWithin(call).some((inner) => inner !== call && sites.has(inner))
      )
        add(call, [draft]);
    }
  const requests = [...sites.values()].flatMap((site) => requestOf(site));
  return withHandlers(requests, evaluator);
}

/** A wrapper that one call leads to is the place itself; with several, each call is a request of its own. */
function placeOf(tracer: Tracer, trace: Trace, call: Call, evaluator: Evaluator): Node {
  let place: Node = call;
  for (const inner of trace.chain.slice(1)) {
    if (inner.evaluator !== evaluator) break;
    const callers = evaluator.module.functionsAround(inner.node).flatMap((fn) => tracer.callersOf(fn, evaluator));
    if (callers.length !== 1) break;
    place = inner.node;
  }
  return place;
}

/** Drafts of one call in every way that callers of the functions around bind what is open in them. */
function boundDrafts(
  tracer: Tracer,
  traces: readonly Trace[],
  call: Call,
  evaluator: Evaluator,
  hops: number,
  frame: Frame = ROOT,
): readonly Draft[] {
  const around = evaluator.module.functionsAround(call);
  const drafts: Draft[] = [];
  // Traces that wait for the same function and end in the same client are bound together: callers decide all of them.
  const expanded = new Map<FunctionNode, Set<Node | undefined>>();
  for (const trace of traces) {
    const open = new Set(openParameters(trace.draft).map((parameter) => parameter.function));
    const fn = around.find((one) => open.has(one));
    const client = trace.chain.at(-1)?.node;
    if (fn === undefined || hops >= MAX_CALLER_HOPS) {
      drafts.push(trace.draft);
      continue;
    }
    const clients = expanded.get(fn) ?? new Set();
    if (clients.has(client)) continue;
    expanded.set(fn, clients.add(client));
    const bound = tracer
      .callersOf(fn, evaluator)
      .slice(0, MAX_CALLERS)
      .flatMap((caller): readonly Draft[] => {
        const outer = frameOfCaller(evaluator, fn, caller, frame);
        const again = tracer.trace(call, evaluator, outer).filter((one) => one.chain.at(-1)?.node === client);
        return boundDrafts(tracer, again, caller, evaluator, hops + 1, outer);
      });
    drafts.push(
      ...(bound.length > 0 ? bound : traces.filter((one) => one.chain.at(-1)?.node === client).map((one) => one.draft)),
    );
  }
  return drafts;
}

function frameOfCaller(evaluator: Evaluator, fn: FunctionNode, caller: Call, frame: Frame): Frame {
  return evaluator.bind(evaluator.functionValue(fn, ROOT), evaluator.args(caller, frame), ROOT);
}

function requestOf(site: Site): Request[] {
  const { evaluator, node } = site;
  const { module } = evaluator;
  const known = earlyExits(evaluator, node);
  const variants = variantsOf(site.drafts, known, evaluator);
  const [first] = site.drafts;
  if (variants.length === 0 || first === undefined) return [];
  const call: Location = { path: module.path, start: node.range[0], end: node.range[1] };
  const start = descriptionStart(evaluator, node);
  return [
    {
      kind: 'request',
      id: factId('request', call),
      location: { ...call, start },
      ...(start === call.start ? {} : { focus: call }),
      client: first.client,
      variants,
      launches: [],
      runner: 'unknown' satisfies Runner,
      role: '',
    },
  ];
}

/** Options that are written right ahead of the call, in a variable of their own, belong to the request. */
function descriptionStart(evaluator: Evaluator, node: Node): number {
  const { module } = evaluator;
  let start = node.range[0];
  if (node.type !== Kind.CallExpression) return start;
  const home = module.functionOf(node);
  for (const argument of node.arguments) {
    if (argument.type !== Kind.Identifier) continue;
    const declarator = module.variableOf(argument)?.defs[0]?.node;
    if (
      declarator?.type !== Kind.VariableDeclarator ||
      declarator.init === null ||
      declarator.id.type !== Kind.Identifier
    )
      continue;
    if (module.functionOf(declarator) !== home || declarator.range[0] > start) continue;
    if (!evaluator.evaluate(declarator.init).some((value) => value.kind === 'object')) continue;
    if (module.text.slice(declarator.range[0], node.range[0]).split('\n').length > 25) continue;
    start = Math.min(start, declarator.range[0]);
  }
  return start;
}
