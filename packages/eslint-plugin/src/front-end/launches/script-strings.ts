import type { TSESTree } from '@typescript-eslint/types';
import type { Document, Text } from 'imdsv2-core';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { toTexts, type Values } from '../evaluation/value.ts';
import { lastName, unwrap, type Module, type Node } from '../syntax/module.ts';
import { isTestFile } from '../requests/expectations.ts';
import { documentOf } from './user-data.ts';
import { Kind } from '../syntax/kind.ts';

/** How boot scripts begin. A string that does is a script, whoever is handed it. */
const SCRIPT = /^\s*(#!\s*\/|#cloud-config\b|<powershell>|<script>|Content-Type:\s*multipart\/|MIME-Version:)/i;

/** A command that asks the service. */
const COMMAND = /(^|[\s;&|(`'"])(curl|wget)\s[^\n]*(169\.254\.169\.254|fd00:ec2|instance-data)/;

/** Names of what holds commands: options, variables and parameters of tools that run them. */
const HOLDER = /commands?$|cmds?$|scripts?$|user_?data$|^(run|boot)cmd$|^shell$/i;

/** Methods that take commands, one per argument: `UserData.addCommands`, `InitCommand.shellCommand` of the CDK. */
const TAKES_COMMANDS = /^(addCommands|addUserData|addOnExitCommands|shellCommand)$/;

/**
 * Scripts in strings that no launch of this file names: constants that are exported, returned, or formatted by a library, commands that
 * are handed to somebody. `known`: the documents that launches and commands have given already.
 */
export function collectScripts(evaluator: Evaluator, host: Document, known: readonly Document[]): readonly Document[] {
  const { module } = evaluator;
  if (
    isTestFile(module.path) ||
    !ADDRESS.test(module.text) ||
    !(/#!\s*\/|#cloud-config|<powershell>|<script>|MIME-Version/i.test(module.text) || COMMAND.test(module.text))
  )
    return [];
  const taken = new Set(known.flatMap((document) => document.map.segments.map((segment) => segment.outer)));
  const documents: Document[] = [];
  const seen = new Set<Node>();
  for (const literal of stringsOf(module.ast)) {
    if (!ADDRESS.test(module.textOf(literal))) continue;
    const script = scriptAround(literal, evaluator);
    if (script === undefined || seen.has(script.whole)) continue;
    seen.add(script.whole);
    const found = documentOf(
      {
        language: script.language,
        lines: script.lines,
        location: { path: module.path, start: literal.range[0], end: literal.range[1] },
      },
      host,
      script.language === 'shell' ? 'command in a string' : 'script in a string',
      undefined,
    );
    for (const document of found) {
      if (document.map.segments.some((segment) => segment.length > 20 && taken.has(segment.outer))) continue;
      documents.push({ ...document, runner: 'host' });
    }
  }
  return documents;
}

const ADDRESS = /169\.254\.169\.254|fd00:ec2|instance-data/;

interface Script {
  readonly language: 'user-data' | 'shell';
  readonly lines: readonly Text[];
  /** What holds all of it. */
  readonly whole: Node;
}

/** The script that a string is, or is a line of. */
function scriptAround(literal: Node, evaluator: Evaluator): Script | undefined {
  const { module } = evaluator;
  const whole = wholeOf(literal, evaluator);
  const text = toTexts(evaluator.evaluate(whole)).find((one) => SCRIPT.test(startOf(one)));
  if (text !== undefined) return { language: 'user-data', lines: [text], whole };
  const { holder, name, at } = holderOf(literal, evaluator);
  const isCommand = COMMAND.test(module.textOf(literal));
  if (holder.type === Kind.ArrayExpression) {
    const lines = evaluator
      .evaluate(holder)
      .slice(0, 1)
      .flatMap((list) => (list.kind === 'array' ? list.items.flatMap(lineOf) : []));
    if (lines[0] !== undefined && SCRIPT.test(startOf(lines[0])))
      return { language: 'user-data', lines, whole: holder };
    return isCommand && HOLDER.test(name) ? { language: 'shell', lines, whole: holder } : undefined;
  }
  if (!isCommand) return undefined;
  if (holder.type === Kind.CallExpression && TAKES_COMMANDS.test(name))
    return { language: 'shell', lines: evaluator.args(holder, ROOT).flatMap(lineOf), whole: holder };
  return HOLDER.test(name) ? { language: 'shell', lines: lineOf(evaluator.evaluate(at)), whole: at } : undefined;
}

/** A line as it is where it is there at all: `debug ? 'echo …' : null`. */
function lineOf(values: Values): readonly Text[] {
  return toTexts(values.filter((value) => value.kind !== 'primitive')).slice(0, 1);
}

/** What takes a string up: the list it is an item of, the call it is handed to, the option or variable it is given to. */
function holderOf(
  literal: Node,
  { module }: Evaluator,
): { readonly holder: Node; readonly name: string; readonly at: Node } {
  let at = literal;
  for (let parent = module.parentOf(at); parent !== undefined; parent = module.parentOf(at)) {
    if (parent.type === Kind.ArrayExpression) {
      const list = unwrapped(parent, module);
      const around = module.parentOf(list);
      return { holder: parent, name: around === undefined ? '' : nameOfHolder(around, list), at: parent };
    }
    const isPart =
      parent.type === Kind.BinaryExpression ||
      parent.type === Kind.TemplateLiteral ||
      parent.type === Kind.ConditionalExpression ||
      parent.type === Kind.LogicalExpression ||
      parent.type === Kind.TSAsExpression ||
      (parent.type === Kind.CallExpression &&
        parent.callee !== at &&
        parent.callee.type === Kind.Identifier &&
        isItem(parent, module));
    if (!isPart) return { holder: parent, name: nameOfHolder(parent, at), at };
    at = parent;
  }
  return { holder: module.ast, name: '', at };
}

/** Whether a call is an item of a list: a function of the file makes the line. */
function isItem(call: Node, module: Module): boolean {
  return module.parentOf(call)?.type === Kind.ArrayExpression;
}

/** The list with what is done to it: `[…].filter(Boolean)`, `[…].join('\n')`. */
function unwrapped(list: Node, module: Module): Node {
  const member = module.parentOf(list);
  const call = member?.type === Kind.MemberExpression && member.object === list ? module.parentOf(member) : undefined;
  return call?.type === Kind.CallExpression && call.callee === member ? unwrapped(call, module) : list;
}

function nameOfHolder(holder: Node, item: Node): string {
  if (holder.type === Kind.Property) return holder.value === item ? wordOf(holder.key) : '';
  if (holder.type === Kind.PropertyDefinition) return wordOf(holder.key);
  if (holder.type === Kind.VariableDeclarator) return wordOf(holder.id);
  if (holder.type === Kind.AssignmentExpression) return lastName(holder.left) ?? '';
  if (holder.type !== Kind.CallExpression || holder.callee === item) return '';
  const name = lastName(holder.callee) ?? '';
  // `commands.push('…')`
  if (/^(push|unshift|concat)$/.test(name) && holder.callee.type === Kind.MemberExpression)
    return lastName(holder.callee.object) ?? '';
  return TAKES_COMMANDS.test(name) ? name : '';
}

function wordOf(key: Node): string {
  if (key.type === Kind.Identifier) return key.name;
  return key.type === Kind.Literal ? String(key.value) : '';
}

function startOf(text: Text): string {
  const [first] = text.pieces;
  return first?.kind === 'literal' ? first.value.slice(0, 200) : '';
}

/** The variable that a string is assembled in, else the expression around it: lists that are joined, concatenations. */
function wholeOf(literal: Node, evaluator: Evaluator): Node {
  const { module } = evaluator;
  let at = literal;
  for (;;) {
    const parent = module.parentOf(at);
    if (parent === undefined) return at;
    if (
      parent.type === Kind.BinaryExpression ||
      parent.type === Kind.ArrayExpression ||
      parent.type === Kind.TSAsExpression ||
      parent.type === Kind.TSSatisfiesExpression
    ) {
      at = parent;
      continue;
    }
    if (parent.type === Kind.MemberExpression && parent.object === at) {
      const call = module.parentOf(parent);
      if (call?.type === Kind.CallExpression && call.callee === parent) {
        at = call;
        continue;
      }
    }
    if (parent.type === Kind.VariableDeclarator && parent.id.type === Kind.Identifier) return parent.id;
    if (parent.type === Kind.AssignmentExpression) {
      const left = unwrap(parent.left);
      const variable = left.type === Kind.Identifier ? module.variableOf(left) : undefined;
      return variable?.identifiers[0] ?? at;
    }
    return at;
  }
}

/** Every string and template of a tree. */
function stringsOf(root: Node): readonly (TSESTree.StringLiteral | TSESTree.TemplateLiteral)[] {
  const found: (TSESTree.StringLiteral | TSESTree.TemplateLiteral)[] = [];
  const stack: unknown[] = [root];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (Array.isArray(item)) {
      stack.push(...(item as readonly unknown[]));
      continue;
    }
    if (typeof item !== 'object' || item === null || typeof (item as { type?: unknown }).type !== 'string') continue;
    const node = item as Node;
    if (node.type === Kind.TemplateLiteral) found.push(node);
    if (node.type === Kind.Literal && typeof node.value === 'string') found.push(node);
    for (const [key, child] of Object.entries(node))
      if (key !== 'parent' && key !== 'comments' && key !== 'tokens' && typeof child === 'object' && child !== null)
        stack.push(child);
  }
  return found;
}
