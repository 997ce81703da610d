import { holesOf, targetOf, type Text } from 'imdsv2-core';
import type { Draft } from '../clients/draft.ts';
import { draftsOf } from '../clients/table.ts';
import { ROOT, type Evaluator, type Frame } from '../evaluation/evaluator.ts';
import { parameterOf, type FunctionValue, type Parameter } from '../evaluation/value.ts';
import { isFunction, type Call, type FunctionNode, type Node } from '../syntax/module.ts';
import { AST_NODE_TYPES as Kind } from '@typescript-eslint/types';

/** A client call that a call leads to: itself, or through functions of the program. */
export interface Trace {
  readonly draft: Draft;
  /** The calls on the way, the client's last. */
  readonly chain: readonly { readonly node: Call; readonly evaluator: Evaluator }[];
}

/** Functions that a call is followed through. */
const MAX_HOPS = 3;

/** Follows calls of one file to the clients that they end in. */
export class Tracer {
  readonly #summaries = new WeakMap<FunctionNode, readonly Trace[]>();
  readonly #running = new Set<FunctionNode>();
  readonly #callers = new WeakMap<FunctionNode, readonly Call[]>();

  /** The client calls that a call ends in, given what the parameters around it are bound to. */
  trace(node: Call, evaluator: Evaluator, frame: Frame = ROOT, hops = 0): readonly Trace[] {
    if (evaluator.isExhausted || node.callee.type === Kind.Super) return [];
    const traces: Trace[] = [];
    for (const callee of evaluator.evaluate(node.callee, frame)) {
      if (callee.kind === 'reference' && node.type === Kind.CallExpression) {
        const drafts = draftsOf(callee, { node, args: evaluator.args(node, frame), evaluator }) ?? [];
        traces.push(...drafts.map((draft) => ({ draft, chain: [{ node, evaluator }] })));
      }
      if (callee.kind === 'function' && hops < MAX_HOPS) traces.push(...this.#through(callee, node, evaluator, frame, hops));
    }
    return traces;
  }

  #through(callee: FunctionValue, node: Call, evaluator: Evaluator, frame: Frame, hops: number): Trace[] {
    const open = this.#summary(callee, hops);
    if (open.length === 0) return [];
    const bound = callee.evaluator.bind(callee, evaluator.args(node, frame), frame);
    return open.flatMap((inner) => {
      const [first] = inner.chain;
      if (first === undefined) return [];
      return this.trace(first.node, first.evaluator, bound, hops + 1).map((trace) => ({ draft: trace.draft, chain: [{ node, evaluator }, ...trace.chain] }));
    });
  }

  /** The client calls inside a function that wait for parameters: what a call of the function decides. */
  #summary(callee: FunctionValue, hops: number): readonly Trace[] {
    const before = this.#summaries.get(callee.node);
    if (before !== undefined) return before;
    if (this.#running.has(callee.node)) return [];
    this.#running.add(callee.node);
    const { evaluator } = callee;
    const traces: Trace[] = [];
    const seen = new Set<Node>();
    for (const call of callsInside(evaluator, callee.node)) {
      for (const trace of this.trace(call, evaluator, ROOT, hops)) {
        const first = trace.chain[0]?.node;
        if (first === undefined || seen.has(first) || openParameters(trace.draft).length === 0 || isRecognised(trace.draft)) continue;
        seen.add(first);
        traces.push(trace);
      }
    }
    this.#running.delete(callee.node);
    // A summary made while others were under way may lack what they lead to.
    if (this.#running.size === 0 || hops === 0) this.#summaries.set(callee.node, traces);
    return traces;
  }

  /** Calls in the same file that call a function. */
  callersOf(fn: FunctionNode, evaluator: Evaluator): readonly Call[] {
    const before = this.#callers.get(fn);
    if (before !== undefined) return before;
    const callers = namesOf(fn, evaluator)
      .flatMap((name) => evaluator.module.callsNamed(name))
      .filter((call) => call.callee.type !== Kind.Super && evaluator.evaluate(call.callee).some((value) => (value.kind === 'function' && value.node === fn) || (value.kind === 'class' && constructs(value.owner, fn))));
    this.#callers.set(fn, callers);
    return callers;
  }
}

function constructs(owner: Node, fn: FunctionNode): boolean {
  return (owner.type === Kind.ClassDeclaration || owner.type === Kind.ClassExpression) && owner.body.body.some((member) => member.type === Kind.MethodDefinition && member.kind === 'constructor' && member.value === fn);
}

function callsInside(evaluator: Evaluator, fn: FunctionNode): readonly Call[] {
  return evaluator.module.calls.filter((call) => call.range[0] >= fn.range[0] && call.range[1] <= fn.range[1]);
}

/** The names that a function is called by: its own, its variable's, its property's, its class's. */
function namesOf(fn: FunctionNode, evaluator: Evaluator): string[] {
  const { module } = evaluator;
  const names = fn.type === Kind.FunctionDeclaration && fn.id !== null ? [fn.id.name] : [];
  let holder = module.parentOf(fn);
  // Around the function: `useCallback(() => …)`, `__name(async () => …)`.
  while (holder?.type === Kind.CallExpression) holder = module.parentOf(holder);
  if (holder?.type === Kind.VariableDeclarator && holder.id.type === Kind.Identifier) names.push(holder.id.name);
  if ((holder?.type === Kind.Property || holder?.type === Kind.MethodDefinition || holder?.type === Kind.PropertyDefinition) && holder.key.type === Kind.Identifier) {
    if (holder.type === Kind.MethodDefinition && holder.kind === 'constructor') {
      const owner = module.parentOf(module.parentOf(holder) ?? holder);
      if ((owner?.type === Kind.ClassDeclaration || owner?.type === Kind.ClassExpression) && owner.id !== null) names.push(owner.id.name);
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
    ...draft.headers.flatMap((set) => [...set.unread.flatMap((unread) => unread.parameter ?? []), ...set.headers.flatMap((header) => parametersOf(header.name))]),
  ];
}

export function parametersOf(text: Text): readonly Parameter[] {
  return holesOf(text).flatMap((piece) => parameterOf(piece) ?? []);
}

/** Whether it is clear already that instance metadata is asked for, and for what. */
export function isRecognised(draft: Draft): boolean {
  return draft.url.some((url) => {
    const { service, resource } = targetOf(url);
    if (service === 'imds' || service === 'imds-path' || service === 'other-cloud') return resource !== 'unknown' || parametersOf(url).length === 0;
    return service === 'imds-address' && parametersOf(url).length === 0;
  });
}

/** Whether a draft has to do with instance metadata, as far as it is known. */
export function isRelevant(draft: Draft): boolean {
  return draft.url.some((url) => {
    const { service } = targetOf(url);
    return service !== 'other' && service !== 'unknown';
  });
}

export function isFunctionNode(node: Node): node is FunctionNode {
  return isFunction(node);
}
