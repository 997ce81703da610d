import { holesOf, known, targetOf, type Text } from 'imdsv2-core';
import type { Draft } from '../clients/draft.ts';
import { originOf } from '../clients/origin.ts';
import { draftsOf, isClient } from '../clients/table.ts';
import { ROOT, type Evaluator, type Frame } from '../evaluation/evaluator.ts';
import { parameterOf, type FunctionValue, type Parameter, type Value, type Values } from '../evaluation/value.ts';
import { isFunction, lastName, unwrap, type Call, type FunctionNode, type Node } from '../syntax/module.ts';
import type { TSESTree } from '@typescript-eslint/types';
import { Kind } from '../syntax/kind.ts';

/** A client call that a call leads to: itself, or through functions of the program. */
export interface Trace {
  readonly draft: Draft;
  /** The calls on the way, the client's last. */
  readonly chain: readonly { readonly node: Call; readonly evaluator: Evaluator }[];
}

/** Names that clients have their methods by. */
const SENDS = /^(get|put|head|request|fetch|send|call|http|client|axios|got|handleRequestWithRetries)$/i;

/** Functions that a call is followed through. */
const MAX_HOPS = 3;

/** Follows calls of one file to the clients that they end in. */
export class Tracer {
  readonly #summaries = new WeakMap<FunctionNode, readonly Call[]>();
  readonly #running = new Set<FunctionNode>();
  readonly #candidates = new WeakMap<Evaluator, ReadonlySet<Call>>();
  readonly #callers = new WeakMap<FunctionNode, readonly Call[]>();

  /** The client calls that a call ends in, given what the parameters around it are bound to. */
  trace(node: Call, evaluator: Evaluator, frame: Frame = ROOT, hops = 0): readonly Trace[] {
    if (evaluator.isExhausted() || node.callee.type === Kind.Super || !this.candidatesOf(evaluator).has(node))
      return [];
    const traces = this.#traceCallees(evaluator.evaluate(node.callee, frame), node, evaluator, frame, hops);
    if (traces.length > 0 || !isForeign(rootOf(node.callee), evaluator)) return traces;
    // What a library's own file does is out of reach; that it is the library's function is not.
    return evaluator.shallowly(() =>
      this.#traceCallees(
        evaluator.evaluate(node.callee, frame).filter((callee) => callee.kind === 'reference'),
        node,
        evaluator,
        frame,
        hops,
      ),
    );
  }

  #traceCallees(callees: Values, node: Call, evaluator: Evaluator, frame: Frame, hops: number): Trace[] {
    const traces: Trace[] = [];
    for (const callee of callees) {
      if (callee.kind === 'reference' && node.type === Kind.CallExpression) {
        const drafts = draftsOf(callee, { node, args: evaluator.args(node, frame), evaluator }) ?? [];
        traces.push(...drafts.map((draft) => ({ draft, chain: [{ node, evaluator }] })));
      }
      if (callee.kind === 'function' && hops < MAX_HOPS)
        traces.push(...this.#through(callee, node, evaluator, frame, hops));
    }
    return traces;
  }

  /** The calls of a file that may lead to a client: found by name first, since most calls of most files do not. */
  candidatesOf(evaluator: Evaluator): ReadonlySet<Call> {
    const before = this.#candidates.get(evaluator);
    if (before !== undefined) return before;
    const found = new Set<Call>();
    this.#candidates.set(evaluator, found);
    const { module } = evaluator;
    const isLarge = module.text.length > LARGE;
    let frontier = module.calls.filter(
      (call) => !(isLarge && !isNearMarker(call, evaluator)) && evaluator.shallowly(() => isSeed(call, evaluator)),
    );
    for (const call of frontier) found.add(call);
    const names = new Set<string>();
    for (let hop = 0; hop < MAX_HOPS && frontier.length > 0; hop += 1) {
      const next: Call[] = [];
      for (const fn of new Set(frontier.flatMap((call) => module.functionsAround(call)))) {
        for (const name of namesOf(fn, evaluator)) {
          if (names.has(name)) continue;
          names.add(name);
          next.push(...module.callsNamed(name).filter((call) => !found.has(call)));
        }
      }
      for (const call of next) found.add(call);
      frontier = next;
    }
    return found;
  }

  #through(callee: FunctionValue, node: Call, evaluator: Evaluator, frame: Frame, hops: number): Trace[] {
    const open = this.#summary(callee, hops);
    if (open.length === 0) return [];
    const bound = callee.evaluator.bind(callee, evaluator.args(node, frame), frame);
    return open.flatMap((inner) =>
      this.trace(inner, callee.evaluator, bound, hops + 1).map((trace) => ({
        draft: trace.draft,
        chain: [{ node, evaluator }, ...trace.chain],
      })),
    );
  }

  /** The calls inside a function that lead to clients and wait for parameters: what a call of the function decides. */
  #summary(callee: FunctionValue, hops: number): readonly Call[] {
    const before = this.#summaries.get(callee.node);
    if (before !== undefined) return before;
    if (this.#running.has(callee.node)) return [];
    this.#running.add(callee.node);
    const { evaluator } = callee;
    const open = evaluator.module.callsWithin(callee.node).filter((call) => {
      if (call.callee.type === Kind.Super) return false;
      if (
        this.trace(call, evaluator, ROOT, hops).some(
          ({ draft }) => openParameters(draft).length > 0 && !isRecognised(draft),
        )
      )
        return true;
      // `transport.request(options)`: the client itself is a parameter.
      return (
        SENDS.test(lastName(call.callee) ?? '') &&
        evaluator.evaluate(call.callee).some((value) => value.kind === 'unknown' && value.parameter !== undefined)
      );
    });
    this.#running.delete(callee.node);
    this.#summaries.set(callee.node, open);
    return open;
  }

  /** Calls in the same file that call a function. */
  callersOf(fn: FunctionNode, evaluator: Evaluator): readonly Call[] {
    const before = this.#callers.get(fn);
    if (before !== undefined) return before;
    const callers = namesOf(fn, evaluator)
      .flatMap((name) => evaluator.module.callsNamed(name))
      .filter(
        (call) =>
          call.callee.type !== Kind.Super &&
          evaluator
            .evaluate(call.callee)
            .some(
              (value) =>
                (value.kind === 'function' && value.node === fn) ||
                (value.kind === 'class' && constructs(value.owner, fn)),
            ),
      );
    this.#callers.set(fn, callers);
    return callers;
  }
}

/** Bundles are larger than files that people write. */
const LARGE = 200_000;

/** In a bundle each module is a function of its own: only those that speak of the service are looked at. */
function isNearMarker(call: Call, evaluator: Evaluator): boolean {
  const { module } = evaluator;
  const region = module.functionsAround(call).findLast((fn) => fn.range[1] - fn.range[0] < LARGE / 2);
  const [start, end] = region?.range ?? [call.range[0] - 2000, call.range[1] + 2000];
  const key = `${String(start)}-${String(end)}`;
  let regions = REGIONS.get(evaluator);
  if (regions === undefined) REGIONS.set(evaluator, (regions = new Map<string, boolean>()));
  let answer = regions.get(key);
  if (answer === undefined)
    regions.set(
      key,
      (answer = /169\.254\.169|meta-data|latest\/api|ec2-metadata-token|fd00:ec2|instance-data/.test(
        module.text.slice(Math.max(0, start), end),
      )),
    );
  return answer;
}

const REGIONS = new WeakMap<Evaluator, Map<string, boolean>>();

/** Whether a call, by itself, is a client's, takes its client from a parameter, or hands metadata on to a function of another file. */
function isSeed(call: Call, evaluator: Evaluator): boolean {
  if (call.type !== Kind.CallExpression) return false;
  const callee = unwrap(call.callee);
  const name = lastName(callee);
  if (callee.type === Kind.Super) return false;
  if (isForeign(callee, evaluator)) return mentioned(call, evaluator);
  if (callee.type === Kind.MemberExpression && (name === undefined || !VERBS.test(name))) return false;
  if (callee.type === Kind.Identifier && !mayBeAlias(callee, evaluator)) return false;
  return evaluator
    .evaluate(callee)
    .some((value) =>
      value.kind === 'reference'
        ? isClient(value) || (originOf(value).name.startsWith('.') && mentioned(call, evaluator))
        : value.kind === 'unknown' && value.parameter !== undefined && SENDS.test(name ?? ''),
    );
}

const VERBS =
  /^(get|head|post|put|patch|delete|del|options|request|requestRaw|stream|pipeline|dispatch|fetch|default|native|raw|paginate|ajax|getJSON|open|getJson|putJson|postJson|patchJson|httpRequest|handleRequestWithRetries|ofetch|\$fetch|http|client|promise|json|buffer)$/;

/** A name that may stand for a client: an import, an alias, a global. Functions of the file are found by their names. */
function mayBeAlias(callee: TSESTree.Identifier, evaluator: Evaluator): boolean {
  const definition = evaluator.module.variableOf(callee)?.defs[0];
  if (definition === undefined) return /^(fetch|\$|jQuery)$/.test(callee.name);
  if (definition.type === 'ImportBinding') return true;
  if (definition.type === 'Parameter') return SENDS.test(callee.name);
  if (definition.node.type !== Kind.VariableDeclarator) return false;
  const init = definition.node.init;
  if (init === null) return true;
  return (
    !isFunction(unwrap(init)) &&
    /http|fetch|axios|got|ky\b|request|bent|needle|phin|agent|require|promisify|create|extend|defaults|client|import/i.test(
      evaluator.module.text.slice(init.range[0], Math.min(init.range[1], init.range[0] + 300)),
    )
  );
}

/** The name that a chain of members begins with. */
function rootOf(node: Node): Node {
  let at = unwrap(node);
  while (at.type === Kind.MemberExpression) at = unwrap(at.object);
  return at;
}

/** Whether a name comes from another file of the program. */
function isForeign(callee: Node, evaluator: Evaluator): boolean {
  const root = callee.type === Kind.MemberExpression ? unwrap(callee.object) : callee;
  if (root.type !== Kind.Identifier)
    return callee.type === Kind.SequenceExpression && isForeign(unwrap(callee.expressions.at(-1) ?? callee), evaluator);
  const definition = evaluator.module.variableOf(root)?.defs[0];
  if (definition?.type === 'ImportBinding' && definition.parent?.type === Kind.ImportDeclaration)
    return definition.parent.source.value.startsWith('.');
  const init = definition?.node.type === Kind.VariableDeclarator ? definition.node.init : undefined;
  return (
    init !== undefined &&
    init !== null &&
    /require\(\s*['"]\.{1,2}\//.test(
      evaluator.module.text.slice(init.range[0], Math.min(init.range[1], init.range[0] + 200)),
    )
  );
}

/** Whether the arguments of a call speak of the metadata service: by their values, or by the names of constants of other files. */
function mentioned(call: Call, evaluator: Evaluator): boolean {
  const { module } = evaluator;
  if (call.arguments.some((argument) => /imds|metadata|169\.254/i.test(module.textOf(argument).slice(0, 2000))))
    return true;
  // Values come out of the file's own text: where nothing of the kind is written, none is looked for.
  let mayMention = MAY_MENTION.get(evaluator);
  if (mayMention === undefined) MAY_MENTION.set(evaluator, (mayMention = METADATA.test(module.text)));
  return mayMention && evaluator.args(call, ROOT).some((values) => values.some((value) => mentions(value, 3)));
}

const MAY_MENTION = new WeakMap<Evaluator, boolean>();

/** Whether a value names the metadata service somewhere: in a string, an option, a header's name. */
function mentions(value: Value, depth: number): boolean {
  if (value.kind === 'string' || value.kind === 'url')
    return value.text.pieces.some((piece) => piece.kind === 'literal' && METADATA.test(piece.value));
  if (value.kind !== 'object' || depth === 0) return false;
  return value.entries.some(
    (entry) => METADATA.test(known(entry.name) ?? '') || entry.values().some((one) => mentions(one, depth - 1)),
  );
}

const METADATA = /169\.254|meta-data|metadata-?token|api\/token|latest\/|instance-(data|identity)|fd00:ec2|user-data/i;

function constructs(owner: Node, fn: FunctionNode): boolean {
  return (
    (owner.type === Kind.ClassDeclaration || owner.type === Kind.ClassExpression) &&
    owner.body.body.some(
      (member) => member.type === Kind.MethodDefinition && member.kind === 'constructor' && member.value === fn,
    )
  );
}

/** The names that a function is called by: its own, its variable's, its property's, its class's. */
function namesOf(fn: FunctionNode, evaluator: Evaluator): string[] {
  const { module } = evaluator;
  const names = fn.type === Kind.FunctionDeclaration && fn.id !== null ? [fn.id.name] : [];
  let holder = module.parentOf(fn);
  // Around the function: `useCallback(() => …)`, `__name(async () => …)`.
  while (holder?.type === Kind.CallExpression) holder = module.parentOf(holder);
  if (holder?.type === Kind.VariableDeclarator && holder.id.type === Kind.Identifier) names.push(holder.id.name);
  if (
    (holder?.type === Kind.Property ||
      holder?.type === Kind.MethodDefinition ||
      holder?.type === Kind.PropertyDefinition) &&
    holder.key.type === Kind.Identifier
  ) {
    if (holder.type === Kind.MethodDefinition && holder.kind === 'constructor') {
      const owner = module.parentOf(module.parentOf(holder) ?? holder);
      if ((owner?.type === Kind.ClassDeclaration || owner?.type === Kind.ClassExpression) && owner.id !== null)
        names.push(owner.id.name);
    } else names.push(holder.key.name);
  }
  if (holder?.type === Kind.AssignmentExpression) {
    const { left } = holder;
    if (left.type === Kind.Identifier) names.push(left.name);
    if (left.type === Kind.MemberExpression && left.property.type === Kind.Identifier) names.push(left.property.name);
  }
  return names;
}

/** Parameters that decide what a draft sends: its URL, method, options. Values of headers do not count. */
export function openParameters(draft: Draft): readonly Parameter[] {
  return [
    ...draft.url.flatMap(parametersOf),
    ...draft.methods.flatMap((method) => method.parameter ?? []),
    ...draft.headers.flatMap((set) => [
      ...set.unread.flatMap((unread) => unread.parameter ?? []),
      ...set.headers.flatMap((header) => parametersOf(header.name)),
    ]),
  ];
}

function parametersOf(text: Text): readonly Parameter[] {
  return holesOf(text).flatMap((piece) => parameterOf(piece) ?? []);
}

/** Whether it is clear already that instance metadata is asked for, and for what. `others`: what else the same call may send. */
export function isRecognised(draft: Draft, others: readonly Draft[] = [draft]): boolean {
  // `path = path || '/'`: what callers pass says what is asked for, not what stands in for it.
  const isLeftToCallers = others.some(
    (other) => isRelevant(other) && other.url.some((url) => parametersOf(url).length > 0),
  );
  return draft.url.some((url) => {
    const { service, resource } = targetOf(url);
    if (isLeftToCallers && resource === 'root') return false;
    if (service === 'imds' || service === 'imds-path' || service === 'other-cloud')
      return resource !== 'unknown' || parametersOf(url).length === 0;
    return service === 'imds-address' && parametersOf(url).length === 0;
  });
}

/** Whether a draft has to do with instance metadata, as far as it is known. A server on this machine is the program's own, or its test's. */
export function isRelevant(draft: Draft): boolean {
  return draft.url.some((url) => !NOBODYS.has(targetOf(url).service));
}

const NOBODYS: ReadonlySet<string> = new Set(['other', 'unknown', 'stand-in']);
