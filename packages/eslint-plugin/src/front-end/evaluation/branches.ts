import type { Choices } from 'imdsv2-core';
import type { TSESTree } from '@typescript-eslint/types';
import { isFunction, unwrap, type Module, type Node } from '../syntax/module.ts';
import type { Evaluator, Frame } from './evaluator.ts';
import { alwaysLeaves } from './returns.ts';
import { Kind } from '../syntax/kind.ts';

/** A two-way branching. Conditions that ask the same of the same variable are the same branching. */
export interface Branch {
  readonly key: string;
  /** Whether the condition is the key's opposite: `!token`, `token === undefined`. */
  readonly isNegated: boolean;
}

/** The branching that a condition makes. */
export function branchOf(module: Module, test: Node): Branch {
  const at = unwrap(test);
  if (at.type === Kind.UnaryExpression && at.operator === '!') return negated(branchOf(module, at.argument));
  if (at.type === Kind.AwaitExpression) return branchOf(module, at.argument);
  if (at.type === Kind.Identifier) {
    const variable = module.variableOf(at);
    const place = variable?.identifiers[0]?.range[0] ?? -1;
    return { key: `${module.path}:${at.name}@${String(place)}`, isNegated: false };
  }
  if (at.type === Kind.MemberExpression && !at.computed && at.object.type !== Kind.CallExpression)
    return { key: `${module.path}:${module.textOf(at)}`, isNegated: false };
  if (at.type === Kind.BinaryExpression && /^[!=]==?$/.test(at.operator) && isNothing(at.right)) {
    const branch = branchOf(module, at.left);
    return at.operator.startsWith('!') ? branch : negated(branch);
  }
  return { key: `${module.path}:${String(at.range[0])}`, isNegated: false };
}

/** The choices that hold where the condition does (`holds`), or where it does not. */
export function choicesFor(branch: Branch, holds: boolean): Choices {
  return new Map([[branch.key, holds !== branch.isNegated ? 'yes' : 'no']]);
}

/** A condition around a node. */
export interface Guard {
  readonly branch: Branch;
  /** Whether the node is reached when the condition holds, or when it does not. */
  readonly holds: boolean;
  /** What the condition comes to, if that is known. */
  readonly decided: boolean | undefined;
  readonly node: Node;
}

/**
 * The conditions between a node and the function (or file) it is in, innermost last, without those that also surround `from`.
 */
export function guardsBetween(evaluator: Evaluator, node: Node, from: Node | undefined, frame: Frame): Guard[] {
  const { module } = evaluator;
  const guards: Guard[] = [];
  let inner = node;
  for (let at = module.parentOf(node); at !== undefined && !isFunction(at); inner = at, at = module.parentOf(at)) {
    const guard = guardAt(evaluator, at, inner, frame);
    if (guard === undefined) continue;
    if (from !== undefined && from.range[0] >= inner.range[0] && from.range[1] <= inner.range[1]) continue;
    guards.unshift(guard);
  }
  return guards;
}

function guardAt(evaluator: Evaluator, at: Node, inner: Node, frame: Frame): Guard | undefined {
  const { module } = evaluator;
  const byTest = (test: Node, holds: boolean): Guard => ({
    branch: branchOf(module, test),
    holds,
    decided: evaluator.test(test, frame),
    node: at,
  });
  switch (at.type) {
    case Kind.IfStatement:
      if (inner === at.test) return undefined;
      return byTest(at.test, inner === at.consequent);
    case Kind.ConditionalExpression:
      return inner === at.test ? undefined : byTest(at.test, inner === at.consequent);
    case Kind.LogicalExpression:
      return inner === at.right ? byTest(at.left, at.operator === '&&') : undefined;
    case Kind.SwitchCase:
      return {
        branch: { key: `${module.path}:case@${String(at.range[0])}`, isNegated: false },
        holds: true,
        decided: undefined,
        node: at,
      };
    case Kind.TryStatement:
      return guardOfTry(module, at, inner);
    default:
      return undefined;
  }
}

/** What a `try` block does happens only if it does not throw; a handler that always leaves makes that certain. */
function guardOfTry(module: Module, at: TSESTree.TryStatement, inner: Node): Guard | undefined {
  const branch: Branch = { key: `${module.path}:try@${String(at.range[0])}`, isNegated: false };
  if (inner === at.handler) return { branch, holds: false, decided: undefined, node: at };
  if (inner === at.block && at.handler !== null && !alwaysLeaves(at.handler.body))
    return { branch, holds: true, decided: undefined, node: at };
  return undefined;
}

function negated(branch: Branch): Branch {
  return { key: branch.key, isNegated: !branch.isNegated };
}

function isNothing(node: Node): boolean {
  const at = unwrap(node);
  return (
    (at.type === Kind.Literal && (at.value === '' || (at.value === null && at.raw === 'null'))) ||
    (at.type === Kind.Identifier && at.name === 'undefined') ||
    (at.type === Kind.UnaryExpression && at.operator === 'void')
  );
}
