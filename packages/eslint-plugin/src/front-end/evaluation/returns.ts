import type { TSESTree } from '@typescript-eslint/types';
import { isFunction, type Node } from '../syntax/module.ts';
import { choicesFor } from './branches.ts';
import type { Frame } from './evaluator.ts';
import { allWithin, UNDEFINED, unite, type FunctionValue, type Value, type Values } from './value.ts';
import { Kind } from '../syntax/kind.ts';

/** What a function returns in the given frame: one alternative per way out. */
export function returnsOf(fn: FunctionValue, frame: Frame): Values {
  const { node, evaluator } = fn;
  if (node.body.type !== Kind.BlockStatement) return evaluator.evaluate(node.body, frame);
  const values: Value[] = [];
  for (const statement of returnStatements(node.body)) {
    const guards = evaluator.guards(statement, undefined, frame);
    if (guards.some((guard) => guard.decided !== undefined && guard.decided !== guard.holds)) continue;
    let returned = statement.argument === null ? [UNDEFINED] : [...evaluator.evaluate(statement.argument, frame)];
    const open = guards.filter((guard) => guard.decided === undefined);
    for (const guard of open) returned = allWithin(returned, choicesFor(guard.branch, guard.holds));
    values.push(...returned);
    if (open.length === 0) break;
  }
  return values.length === 0 ? [UNDEFINED] : unite(values);
}

const RETURNS = new WeakMap<Node, readonly TSESTree.ReturnStatement[]>();

/** The `return` statements of a block, those of functions inside left out, in the order of the text. */
function returnStatements(block: TSESTree.BlockStatement): readonly TSESTree.ReturnStatement[] {
  const before = RETURNS.get(block);
  if (before !== undefined) return before;
  const found: TSESTree.ReturnStatement[] = [];
  const visit = (node: Node): void => {
    if (node.type === Kind.ReturnStatement) found.push(node);
    if (isFunction(node) || node.type === Kind.ClassDeclaration || node.type === Kind.ClassExpression) return;
    for (const child of statementsIn(node)) visit(child);
  };
  for (const statement of block.body) visit(statement);
  RETURNS.set(block, found);
  return found;
}

/** The statements directly inside a statement. */
function statementsIn(node: Node): Node[] {
  switch (node.type) {
    case Kind.BlockStatement:
      return node.body;
    case Kind.IfStatement:
      return [node.consequent, node.alternate].filter((one) => one !== null);
    case Kind.TryStatement:
      return [node.block, node.handler?.body, node.finalizer].filter((one) => one !== null && one !== undefined);
    case Kind.SwitchStatement:
      return node.cases.flatMap((one) => one.consequent);
    case Kind.ForStatement:
    case Kind.ForInStatement:
    case Kind.ForOfStatement:
    case Kind.WhileStatement:
    case Kind.DoWhileStatement:
    case Kind.LabeledStatement:
    case Kind.WithStatement:
      return [node.body];
    default:
      return [];
  }
}

/** Whether nothing after the block is reached: it ends in `throw`, `return`, `process.exit()`, or branches that all do. */
export function alwaysLeaves(node: Node | null | undefined): boolean {
  if (node === null || node === undefined) return false;
  switch (node.type) {
    case Kind.ThrowStatement:
    case Kind.ReturnStatement:
    case Kind.ContinueStatement:
    case Kind.BreakStatement:
      return true;
    case Kind.BlockStatement:
      return node.body.some(alwaysLeaves);
    case Kind.IfStatement:
      return alwaysLeaves(node.consequent) && alwaysLeaves(node.alternate);
    case Kind.TryStatement:
      return (
        alwaysLeaves(node.finalizer) ||
        (alwaysLeaves(node.block) && (node.handler === null || alwaysLeaves(node.handler.body)))
      );
    case Kind.ExpressionStatement:
      return (
        node.expression.type === Kind.CallExpression &&
        node.expression.callee.type === Kind.MemberExpression &&
        node.expression.callee.object.type === Kind.Identifier &&
        node.expression.callee.object.name === 'process' &&
        node.expression.callee.property.type === Kind.Identifier &&
        node.expression.callee.property.name === 'exit'
      );
    default:
      return false;
  }
}
