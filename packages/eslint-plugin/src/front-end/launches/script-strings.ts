import type { TSESTree } from '@typescript-eslint/types';
import type { Document, Text } from 'imdsv2-core';
import type { Evaluator } from '../evaluation/evaluator.ts';
import { toTexts } from '../evaluation/value.ts';
import { unwrap, type Node } from '../syntax/module.ts';
import { isTestFile } from '../requests/expectations.ts';
import { documentOf } from './user-data.ts';
import { Kind } from '../syntax/kind.ts';

/** How boot scripts begin. A string that does is a script, whoever is handed it. */
const SCRIPT = /^\s*(#!\s*\/|#cloud-config\b|<powershell>|<script>|Content-Type:\s*multipart\/|MIME-Version:)/i;

/**
 * Scripts in strings that no launch of this file names: constants that are exported, returned, or formatted by a library.
 * `known`: the documents that launches and commands have given already.
 */
export function collectScripts(evaluator: Evaluator, host: Document, known: readonly Document[]): readonly Document[] {
  const { module } = evaluator;
  if (
    isTestFile(module.path) ||
    !/169\.254\.169\.254|fd00:ec2|instance-data/.test(module.text) ||
    !/#!\s*\/|#cloud-config|<powershell>|<script>|MIME-Version/i.test(module.text)
  )
    return [];
  const taken = new Set(known.flatMap((document) => document.map.segments.map((segment) => segment.outer)));
  const documents: Document[] = [];
  const seen = new Set<Node>();
  for (const literal of stringsOf(module.ast)) {
    if (!/169\.254\.169\.254|fd00:ec2|instance-data/.test(module.textOf(literal))) continue;
    const whole = wholeOf(literal, evaluator);
    if (seen.has(whole)) continue;
    seen.add(whole);
    const text = toTexts(evaluator.evaluate(whole)).find((one) => SCRIPT.test(startOf(one)));
    if (text === undefined) continue;
    const found = documentOf(
      {
        language: 'user-data',
        lines: [text],
        location: { path: module.path, start: literal.range[0], end: literal.range[1] },
      },
      host,
      'script in a string',
      undefined,
    );
    for (const document of found) {
      if (document.map.segments.some((segment) => segment.length > 20 && taken.has(segment.outer))) continue;
      documents.push({ ...document, runner: 'host' });
    }
  }
  return documents;
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
