import type { Choices } from 'imdsv2-core';
import { branchOf, choicesFor, guardsBetween } from '../evaluation/branches.ts';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { alwaysLeaves } from '../evaluation/returns.ts';
import { isNode, type Node } from '../syntax/module.ts';
import { Kind } from '../syntax/kind.ts';

/** Conditions that hold because the block is left where they do not: `if (!token) throw …`. */
export function earlyExits(evaluator: Evaluator, node: Node): Choices {
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
