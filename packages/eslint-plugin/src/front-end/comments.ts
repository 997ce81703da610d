import { parseSuppression, type Location, type Suppression } from 'imdsv2-core';
import type { TSESTree } from '@typescript-eslint/types';
import { isNode, type Module, type Node } from './syntax/module.ts';
import { Kind } from './syntax/kind.ts';

/** `imdsv2-ignore` comments, and ESLint's own for rules of the plug-in: both are honoured wherever the file is read. */
export function collectSuppressions(module: Module): Suppression[] {
  const comments = (module.ast as { comments?: readonly TSESTree.Comment[] | null }).comments ?? [];
  return comments.flatMap((comment): readonly Suppression[] => {
    const location: Location = { path: module.path, start: comment.range[0], end: comment.range[1] };
    const own = parseSuppression(comment.value);
    if (own !== undefined)
      return [
        {
          location,
          rules: own.rules,
          reason: own.reason,
          covers: coveredBy(module, comment),
          ...(own.error === undefined ? {} : { error: own.error }),
        },
      ];
    return fromEslint(module, comment, location);
  });
}

const DIRECTIVE = /^\s*eslint-disable(-next-line|-line)?(?=\s|$)([^]*)$/;

function fromEslint(module: Module, comment: TSESTree.Comment, location: Location): readonly Suppression[] {
  const match = DIRECTIVE.exec(comment.value);
  if (match === null) return [];
  const [, scope, rest = ''] = match;
  const [ids = '', ...reasons] = rest.split(/\s-{2,}\s/);
  const rules = ids.split(/[\s,]+/).flatMap((id) => (id.startsWith('imdsv2/') ? [id.slice('imdsv2/'.length)] : []));
  if (rules.length === 0) return [];
  const reason = reasons.join(' -- ').trim() || 'disabled for ESLint';
  return [
    {
      location,
      rules,
      reason,
      covers:
        scope === undefined
          ? enabledAgain(module, comment, rules)
          : lineOf(module, scope === '-line' ? comment.range[0] : nextLine(module, comment.range[1])),
    },
  ];
}

/** From an `eslint-disable` to the `eslint-enable` that ends it, or to the end of the file. */
function enabledAgain(module: Module, comment: TSESTree.Comment, rules: readonly string[]): Location {
  const comments = (module.ast as { comments?: readonly TSESTree.Comment[] | null }).comments ?? [];
  const end = comments.find((other) => {
    if (other.range[0] < comment.range[1]) return false;
    const ids = /^\s*eslint-enable(?=\s|$)([^]*)$/.exec(other.value)?.[1];
    return ids !== undefined && (ids.trim() === '' || rules.every((rule) => ids.includes(`imdsv2/${rule}`)));
  });
  return { path: module.path, start: comment.range[0], end: end?.range[0] ?? module.text.length };
}

/** The statement, property or argument that starts right after the comment; else the next line. */
function coveredBy(module: Module, comment: TSESTree.Comment): Location {
  const rest = /^[\s;,]*/.exec(module.text.slice(comment.range[1]))?.[0].length ?? 0;
  const start = comment.range[1] + rest;
  const node = outermostAt(module.ast, start);
  const line = lineOf(module, start);
  return { path: module.path, start: Math.min(start, line.start), end: Math.max(line.end, node?.range[1] ?? 0) };
}

function outermostAt(node: Node, start: number): Node | undefined {
  for (const [key, child] of Object.entries(node)) {
    if (key === 'parent' || key === 'comments' || key === 'tokens' || key === 'loc' || key === 'range') continue;
    for (const item of Array.isArray(child) ? (child as readonly unknown[]) : [child as unknown]) {
      if (!isNode(item) || item.type === Kind.Program) continue;
      const [from, to] = (item as { range?: [number, number] }).range ?? [0, 0];
      if (from === start) return item;
      if (from < start && to > start) return outermostAt(item, start);
    }
  }
  return undefined;
}

function nextLine(module: Module, offset: number): number {
  const end = module.text.indexOf('\n', offset);
  return end === -1 ? module.text.length : end + 1;
}

function lineOf(module: Module, offset: number): Location {
  const start = module.text.lastIndexOf('\n', offset - 1) + 1;
  const end = module.text.indexOf('\n', offset);
  return { path: module.path, start, end: end === -1 ? module.text.length : end };
}
