import type { TSESTree } from '@typescript-eslint/types';
import type { Edit, Request, RequestJudgement } from 'imdsv2-core';
import type { Origin } from '../clients/origin.ts';
import type { Evaluator } from '../evaluation/evaluator.ts';
import { isFunction, nameOfMember, unwrap, type Module, type Node } from '../syntax/module.ts';
import { Kind } from '../syntax/kind.ts';
import type { SharedToken } from './shared-token.ts';

/** A call that sends a request, with what its repair has to know. */
export interface Site {
  readonly call: TSESTree.CallExpression;
  readonly evaluator: Evaluator;
  readonly module: Module;
  readonly origin: Origin;
  readonly request: Request;
  readonly judgement: RequestJudgement;
  /** The other requests of the file, with their judgements. */
  readonly others: readonly { readonly request: Request; readonly judgement: RequestJudgement }[];
  /** What may be used of another file. */
  readonly shared?: SharedToken | undefined;
}

/** Replaces a node. */
export function replace(module: Module, node: Node, text: string): Edit {
  return { path: module.path, start: node.range[0], end: node.range[1], text };
}

export function insert(module: Module, at: number, text: string): Edit {
  return { path: module.path, start: at, end: at, text };
}

/** A string literal in the quotes that the file uses most. */
export function quoted(module: Module, value: string): string {
  const count = (quote: string): number => module.text.split(quote).length;
  return count('"') > count("'") ? JSON.stringify(value) : `'${value}'`;
}

/** A name that nothing in the file has. */
export function freeName(module: Module, ...wanted: readonly [string, ...string[]]): string {
  const isFree = (name: string): boolean => !new RegExp(String.raw`(?<![\w$])${name}(?![\w$])`).test(module.text);
  const [first] = wanted;
  for (const name of wanted) if (isFree(name)) return name;
  for (let number = 2; ; number += 1) if (isFree(`${first}${String(number)}`)) return `${first}${String(number)}`;
}

/** What the file ends its statements with. */
export function semicolon({ text }: Module): string {
  return /[^;{}\s,([]\r?\n/.test(text) && !/;[ \t]*\r?\n/.test(text) ? '' : ';';
}

/** The blanks that the line of a node begins with. */
export function indentOf(module: Module, node: Node): string {
  const line = module.text.lastIndexOf('\n', node.range[0] - 1) + 1;
  return /^[ \t]*/.exec(module.text.slice(line, node.range[0]))?.[0] ?? '';
}

/** One step of indentation as the file has it. */
export function stepOf(module: Module): string {
  return (
    /\n(\t)/.exec(module.text)?.[1] ??
    (/\n {4}(?! )\S/.test(module.text) && !/\n {2}(?! )\S/.test(module.text) ? '    ' : '  ')
  );
}

/** The client as the file calls it: `axios` of `axios.get(…)`, `this.http` of `this.http.get(…)`, `fetch`. */
export function clientText({ call, module }: Site): string {
  const callee = unwrap(call.callee);
  if (callee.type === Kind.MemberExpression && VERBS.test(nameOfMember(callee) ?? ''))
    return module.textOf(callee.object);
  return module.textOf(call.callee);
}

const VERBS = /^(get|head|post|put|patch|delete|del|options|request|fetch|ajax|getJson|getJSON|open)$/;

/** The longest chain of members and calls that starts at the call: `got(url)` in `got(url).json()`. */
export function chainOf({ call, module }: Site): Node {
  let at: Node = call;
  for (;;) {
    const parent = module.parentOf(at);
    if (parent?.type === Kind.MemberExpression && parent.object === at) at = parent;
    else if (parent?.type === Kind.CallExpression && parent.callee === at) at = parent;
    else if (parent?.type === Kind.TSNonNullExpression || parent?.type === Kind.ChainExpression) at = parent;
    else return at;
  }
}

/** The statement that a node is part of, if it is always reached when the statement is, and stands in a block. */
export function statementAround(module: Module, node: Node): Node | undefined {
  let at = node;
  for (let parent = module.parentOf(at); parent !== undefined; at = parent, parent = module.parentOf(at)) {
    if (parent.type === Kind.BlockStatement || parent.type === Kind.Program) return at;
    if (parent.type === Kind.ExportNamedDeclaration || parent.type === Kind.ExportDefaultDeclaration) continue;
    if (isFunction(parent) || parent.type === Kind.StaticBlock || parent.type === Kind.SwitchCase) return undefined;
    if (parent.type === Kind.ClassDeclaration || parent.type === Kind.ClassExpression) return undefined;
    const isConditional =
      (parent.type === Kind.ConditionalExpression && at !== parent.test) ||
      (parent.type === Kind.LogicalExpression && at === parent.right) ||
      (parent.type === Kind.IfStatement && at !== parent.test) ||
      parent.type === Kind.ForStatement ||
      parent.type === Kind.WhileStatement ||
      parent.type === Kind.DoWhileStatement ||
      ((parent.type === Kind.ForOfStatement || parent.type === Kind.ForInStatement) && at !== parent.right) ||
      parent.type === Kind.LabeledStatement;
    if (isConditional) return undefined;
  }
  return undefined;
}

/** Whether `await` may stand where the node stands. At the top of a file only where the node is awaited already. */
export function mayAwait(module: Module, node: Node): boolean {
  const fn = module.functionOf(node);
  if (fn !== undefined) return fn.async && !fn.generator;
  for (let at = module.parentOf(node); at !== undefined; at = module.parentOf(at)) {
    if (at.type === Kind.AwaitExpression) return true;
    if (at.type === Kind.ClassBody) return false;
  }
  return false;
}
