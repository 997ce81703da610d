import {
  clientOf,
  emptiness,
  factId,
  isTokenHeader,
  known,
  knownSuffix,
  mergeChoices,
  type Choices,
  type Evidence,
  type Location,
  type Request,
  type RequestHeader,
  type RequestVariant,
  type Runner,
  type TokenFlow,
} from 'imdsv2-core';
import type { Draft, Header, HeaderSet } from '../clients/draft.ts';
import { handedOn } from '../clients/handed-on.ts';
import { branchOf, choicesFor, guardsBetween } from '../evaluation/branches.ts';
import { ROOT, type Evaluator, type Frame } from '../evaluation/evaluator.ts';
import { alwaysLeaves } from '../evaluation/returns.ts';
import { toText, toTexts, type Value } from '../evaluation/value.ts';
import { isNode, type Call, type FunctionNode, type Node } from '../syntax/module.ts';
import { isExpectation, isTestFile, isWantedToFail } from './expectations.ts';
import { isRecognised, isRelevant, openParameters, Tracer, type Trace } from './trace.ts';
import { Kind } from '../syntax/kind.ts';

/** Ways to one request that are looked at. */
const MAX_VARIANTS = 24;

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
      variants: variants.slice(0, MAX_VARIANTS),
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

function variantsOf(drafts: readonly Draft[], exits: Choices, evaluator: Evaluator): RequestVariant[] {
  const combinations = drafts.flatMap((draft) =>
    combinationsOf(draft, exits, evaluator).map((combination) => ({ ...combination, draft })),
  );
  return combinations.map(({ variant, choices, draft }) => {
    if (variant.headers.some((header) => isToken(header)) || variant.sdk !== undefined) return variant;
    // The same call with a token on the other arm of a branching: the program decides to go on without one.
    const twin = combinations.find(
      (other) =>
        other.variant.headers.some((header) => isToken(header)) &&
        (other.draft === draft || disagree(choices, other.choices)),
    );
    if (twin === undefined) return variant;
    const place = twin.variant.headers.find((header) => isToken(header))?.location;
    return {
      ...variant,
      fallback: {
        message: 'The token header is sent on one branch only; on the other the request goes on without it.',
        ...(place === undefined ? {} : { location: place }),
      },
    };
  });
}

interface Combination {
  readonly variant: RequestVariant;
  readonly choices: Choices;
}

/** What a draft may send: every URL, method and set of headers that can occur together. */
function combinationsOf(draft: Draft, exits: Choices, evaluator: Evaluator): readonly Combination[] {
  const combinations: Combination[] = [];
  for (const url of draft.url) {
    for (const method of draft.methods) {
      for (const set of draft.headers) {
        const choices = mergeAll([url.choices, method.choices, set.choices, exits]);
        if (choices === undefined || combinations.length >= MAX_VARIANTS) continue;
        combinations.push({
          choices,
          variant: variantOf(draft, { pieces: url.pieces, choices: url.choices }, method.name, set, evaluator),
        });
      }
    }
  }
  return combinations;
}

function variantOf(
  draft: Draft,
  url: RequestVariant['url'],
  method: string | undefined,
  set: HeaderSet,
  evaluator: Evaluator,
): RequestVariant {
  const headers = set.headers.flatMap((header) => headerOf(header, draft));
  const [unread] = set.unread;
  const tokenHeader = set.headers.find((header) => isTokenHeader(known(header.name) ?? ''));
  const token = tokenHeader === undefined ? undefined : tokenFlow(tokenHeader, draft, evaluator);
  return {
    method,
    url,
    headers,
    ...(unread === undefined ? {} : { unreadHeaders: unread.why }),
    ...(token === undefined ? {} : { token }),
    ...(draft.sdk === undefined ? {} : { sdk: draft.sdk }),
    evidence: (draft.notes ?? []).map((message) => ({ message })),
  };
}

function headerOf(header: Header, draft: Draft): RequestHeader[] {
  const value = header.values.find((one) => one.kind !== 'primitive' || one.value !== undefined) ?? header.values[0];
  if (value === undefined) return [];
  const drops = clientOf(draft.client).dropsHeader;
  const isNothing = value.kind === 'primitive' && (value.value === undefined || value.value === null);
  const text = isNothing && drops ? { pieces: [], choices: value.choices } : toText(value);
  const isPlaced = header.node.range[1] > 0;
  return [
    {
      name: header.name,
      value: text,
      place: header.place,
      ...(isPlaced
        ? { location: { path: header.evaluator.module.path, start: header.node.range[0], end: header.node.range[1] } }
        : {}),
    },
  ];
}

/** What is known of the token's value where it is sent. */
function tokenFlow(header: Header, draft: Draft, evaluator: Evaluator): TokenFlow {
  const drops = clientOf(draft.client).dropsHeader;
  const values = toTexts(header.values);
  const missing = header.values.filter(
    (value) => value.kind === 'primitive' && (value.value === undefined || value.value === null),
  );
  const [first] = missing;
  if (!drops || first === undefined || missing.length === header.values.length || isGuarded(header, draft, evaluator))
    return { values, dropsHeader: drops };
  const evidence: Evidence = {
    message: `The token can be ${String(first.kind === 'primitive' ? first.value : 'empty')} here, and ${clientOf(draft.client).name} then leaves the header out.`,
    location: locationOf(header),
  };
  if (missing.some(isSwallowed))
    return {
      values,
      dropsHeader: drops,
      mayBeEmpty: evidence,
      swallowed: {
        ...evidence,
        message: `A failed token request is caught, and the token is then ${String(first.kind === 'primitive' ? first.value : 'empty')}: ${clientOf(draft.client).name} leaves the header out.`,
      },
    };
  return { values, dropsHeader: drops, mayBeEmpty: evidence };
}

function locationOf(header: Header): Location {
  return { path: header.evaluator.module.path, start: header.node.range[0], end: header.node.range[1] };
}

function isSwallowed(value: Value): boolean {
  return (
    [...value.choices.keys()].some((key) => key.includes(':try@')) ||
    (value.kind === 'primitive' && value.value === null)
  );
}

/** Whether the variable that the header takes its value from is tested before. */
function isGuarded(header: Header, draft: Draft, evaluator: Evaluator): boolean {
  const value = header.node.type === Kind.Property ? header.node.value : undefined;
  if (value?.type !== Kind.Identifier) return false;
  const key = branchOf(evaluator.module, value).key;
  return (
    earlyExits(evaluator, draft.node).has(key) ||
    guardsBetween(evaluator, draft.node, undefined, ROOT).some((guard) => guard.branch.key === key) ||
    guardsBetween(evaluator, header.node, undefined, ROOT).some((guard) => guard.branch.key === key)
  );
}

/** Conditions that hold because the block is left where they do not: `if (!token) throw …`. */
function earlyExits(evaluator: Evaluator, node: Node): Choices {
  const { module } = evaluator;
  const exits = new Map<string, string>();
  let inner = node;
  for (let at = module.parentOf(node); at !== undefined; inner = at, at = module.parentOf(at)) {
    if (at.type !== Kind.BlockStatement && at.type !== Kind.Program) continue;
    for (const statement of at.body) {
      if (statement.range[0] >= inner.range[0]) break;
      if (statement.type !== Kind.IfStatement || isNode(statement.alternate) || !alwaysLeaves(statement.consequent))
        continue;
      for (const [key, arm] of choicesFor(branchOf(module, statement.test), false)) exits.set(key, arm);
    }
  }
  for (const guard of guardsBetween(evaluator, node, undefined, ROOT))
    for (const [key, arm] of choicesFor(guard.branch, guard.holds)) if (!exits.has(key)) exits.set(key, arm);
  return exits;
}

/** Requests without a token in the handler of something that failed, in a file that uses tokens elsewhere: a second try without. */
function withHandlers(requests: readonly Request[], evaluator: Evaluator): Request[] {
  const sends = requests.filter((request) =>
    request.variants.some(
      (variant) => variant.headers.some((header) => isToken(header)) || knownSuffix(variant.url).endsWith('api/token'),
    ),
  );
  if (sends.length === 0) return [...requests];
  return requests.map((request) => {
    if (
      request.variants.some((variant) => variant.headers.some((header) => isToken(header)) || variant.method === 'PUT')
    )
      return request;
    const call = request.focus ?? request.location;
    const node = evaluator.module.calls.find((one) => one.range[0] === call.start && one.range[1] === call.end);
    const handler = node === undefined ? undefined : handlerAround(evaluator, node);
    if (handler === undefined) return request;
    const fallback: Evidence = {
      message: 'This is what is done when the request with a token failed.',
      location: { path: evaluator.module.path, start: handler.range[0], end: handler.range[1] },
    };
    return {
      ...request,
      variants: request.variants.map((variant) => ({ ...variant, fallback: variant.fallback ?? fallback })),
    };
  });
}

/** The `catch` block, `.catch(…)` call or `if (!token)` that a call stands in. */
function handlerAround(evaluator: Evaluator, node: Node): Node | undefined {
  const { module } = evaluator;
  let inner = node;
  for (let at = module.parentOf(node); at !== undefined; inner = at, at = module.parentOf(at)) {
    if (at.type === Kind.CatchClause) return at;
    if (
      at.type === Kind.CallExpression &&
      at.arguments.some((argument) => argument === inner) &&
      at.callee.type === Kind.MemberExpression &&
      at.callee.property.type === Kind.Identifier &&
      at.callee.property.name === 'catch'
    )
      return at;
    if (at.type === Kind.IfStatement && inner !== at.test && /token|v2/i.test(module.textOf(at.test))) return at;
    if (at.type === Kind.FunctionDeclaration) return undefined;
  }
  return undefined;
}

function isToken(header: RequestHeader): boolean {
  return header.place === 'headers' && isTokenHeader(known(header.name) ?? '') && emptiness(header.value) !== 'empty';
}

function disagree(a: Choices, b: Choices): boolean {
  return [...a].some(([key, arm]) => b.has(key) && b.get(key) !== arm);
}

function mergeAll(list: readonly Choices[]): Choices | undefined {
  let merged: Choices = new Map();
  for (const choices of list) {
    const next = mergeChoices(merged, choices);
    if (next === undefined) return undefined;
    merged = next;
  }
  return merged;
}
