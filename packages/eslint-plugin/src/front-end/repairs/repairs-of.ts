import {
  clientOf,
  Program,
  type Edit,
  type Fact,
  type Fix,
  type Launch,
  type Request,
  type RequestJudgement,
} from 'imdsv2-core';
import { originOf } from '../clients/origin.ts';
import type { Evaluator } from '../evaluation/evaluator.ts';
import type { FrontEndInput } from '../input.ts';
import { Kind } from '../syntax/kind.ts';
import { View } from '../view.ts';
import { repairAngular, repairXmlHttpRequest } from './browser.ts';
import { repairMetadataService, repairNodeHttp, repairRequestCallback } from './callbacks.ts';
import { repairFallback } from './fallbacks.ts';
import { repairHandler } from './handlers.ts';
import { repairLaunch } from './launches.ts';
import { PROMISE_CLIENTS, repairPromise } from './promises.ts';
import { repairSdk } from './sdk.ts';
import type { SharedToken } from './shared-token.ts';
import type { Site } from './site.ts';
import { exportedHelper } from './token.ts';
import { correctHeaders } from './token-requests.ts';
import { innerCallOf } from './wrappers.ts';

/** A repair of one finding. */
export interface Repair {
  /** Id of the fact. */
  readonly subject: string;
  /** Id of the rule whose finding it answers. */
  readonly rule: string;
  readonly fix: Fix;
}

/** Rules whose findings can be repaired. */
export const REPAIRED_RULES: readonly string[] = [
  'no-imdsv1-request',
  'no-imdsv1-fallback',
  'valid-token-request',
  'no-imdsv1-client',
  'require-imdsv2',
];

/** The function of a file that other files may call to get a token, by its name. */
export function tokenHelperOf(input: FrontEndInput, facts: readonly Fact[]): string | undefined {
  const program = new Program(facts.filter((fact) => fact.location.path === input.path));
  const asking = program.requests.filter((request) => program.judgementOf(request)?.verdict === 'token-request');
  return asking.length === 0 ? undefined : exportedHelper(new View(input).evaluatorOf(input).module, asking);
}

/**
 * Repairs of what is wrong in one file. Each stands for itself: they may overlap, and after one is applied the others are to be made
 * anew.
 *
 * @param facts the facts of the file; those that nothing is wrong with get no repair
 * @param shared a function of another file that may be used to get a token, where the file itself has none
 */
export function repairsOf(input: FrontEndInput, facts: readonly Fact[], shared?: SharedToken): readonly Repair[] {
  const program = new Program(facts.filter((fact) => fact.location.path === input.path));
  const evaluator = new View(input).evaluatorOf(input);
  return [
    ...program.requests.flatMap((request) => repairsOfRequest(request, program, evaluator, shared)),
    ...program.launches.flatMap((launch) => repairsOfLaunch(launch, program, evaluator)),
  ];
}

function repairsOfRequest(
  request: Request,
  program: Program,
  evaluator: Evaluator,
  shared: SharedToken | undefined,
): readonly Repair[] {
  const judgement = program.judgementOf(request);
  const rule = judgement === undefined ? undefined : ruleOf(request, judgement);
  if (judgement === undefined || rule === undefined) return [];
  const fix = fixOf(request, judgement, program, evaluator, shared);
  return fix === undefined ? [] : [{ subject: request.id, rule, fix }];
}

function ruleOf(request: Request, { verdict }: RequestJudgement): string | undefined {
  if (clientOf(request.client).kind === 'sdk')
    return verdict === 'tokenless' || verdict === 'fallback' ? 'no-imdsv1-client' : undefined;
  switch (verdict) {
    case 'tokenless':
      return 'no-imdsv1-request';
    case 'fallback':
      return 'no-imdsv1-fallback';
    case 'bad-token-request':
      return 'valid-token-request';
    default:
      return undefined;
  }
}

function fixOf(
  request: Request,
  judgement: RequestJudgement,
  program: Program,
  evaluator: Evaluator,
  shared: SharedToken | undefined,
): Fix | undefined {
  const { module } = evaluator;
  const { path, start, end } = request.focus ?? request.location;
  const call =
    path === module.path ? module.calls.find(({ range }) => range[0] === start && range[1] === end) : undefined;
  if (call === undefined) return undefined;
  if (/^aws-sdk-(v3|v2-ec2)/.test(request.client)) {
    const edits = repairSdk(evaluator, call);
    return edits === undefined ? undefined : { title: 'Switch version 1 off in the client', safe: false, edits };
  }
  if (judgement.verdict === 'fallback') {
    const always = repairFallback(module, request);
    if (always !== undefined) return { title: 'Always send the session token', safe: false, edits: always };
    const edits = repairHandler(module, request, call);
    return edits === undefined ? undefined : { title: 'Take away the second try without a token', safe: false, edits };
  }
  if (call.type !== Kind.CallExpression) return undefined;
  const own = evaluator
    .evaluate(call.callee)
    .flatMap((value) => (value.kind === 'reference' ? [originOf(value)] : []))[0];
  // A call of a wrapper: what it sends is decided inside, for all of its callers.
  const place = own === undefined ? innerCallOf(evaluator, call) : { call, origin: own };
  if (place === undefined) return undefined;
  const others = program.requests.flatMap((other) => {
    const judged = other === request ? undefined : program.judgementOf(other);
    return judged === undefined ? [] : [{ request: other, judgement: judged }];
  });
  if (own === undefined && others.some(({ judgement: { verdict } }) => verdict === 'token')) return undefined;
  const site: Site = { ...place, evaluator, module, request, judgement, others, shared };
  const correction = correctHeaders(site, judgement.verdict === 'bad-token-request' ? 'token-request' : 'token');
  if (correction !== undefined) return { title: correction.title, safe: true, edits: correction.edits };
  if (judgement.verdict === 'bad-token-request') return undefined;
  const sent = sendingToken(site);
  const isShared = shared !== undefined && sent?.some(({ text }) => text.includes(`${shared.name}()`)) === true;
  const edits = isShared ? [...shared.edits, ...sent] : sent;
  return edits === undefined ? undefined : { title: 'Ask for a session token and send it', safe: false, edits };
}

function sendingToken(site: Site): readonly Edit[] | undefined {
  switch (site.request.client) {
    case 'node-http':
      return repairNodeHttp(site);
    case 'aws-sdk-v2-metadata-service':
      return repairMetadataService(site);
    case 'xmlhttprequest':
      return repairXmlHttpRequest(site);
    case 'angular-http':
      return repairAngular(site);
    default: {
      const client = PROMISE_CLIENTS[site.request.client];
      const edits = client === undefined ? undefined : repairPromise(site, client);
      return edits ?? (site.request.client === 'request' ? repairRequestCallback(site) : undefined);
    }
  }
}

function repairsOfLaunch(launch: Launch, program: Program, evaluator: Evaluator): readonly Repair[] {
  const { verdict } = program.launchJudgementOf(launch);
  if ((verdict !== 'unset' && verdict !== 'optional') || launch.template !== undefined) return [];
  const fix = repairLaunch(evaluator, launch);
  return fix === undefined ? [] : [{ subject: launch.id, rule: 'require-imdsv2', fix }];
}
