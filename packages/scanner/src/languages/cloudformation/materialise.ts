import { holeCharacter, MappedTextBuilder, OffsetMap, type DocumentHole, type MappedText } from 'imdsv2-core';
import { Scalar, type Entry, type Node } from '../structured/index.ts';
import type { Evaluator } from './evaluate.ts';
import { intrinsicOf } from './intrinsic.ts';
import { isReference, partsOf, type Part, type Value } from './value.ts';
import type { Scope } from './scope.ts';

/**
 * A node with every intrinsic function in it evaluated: strings that are put together are scalars, references placeholders of `holes` (which grows). So what reads
 * plain YAML and JSON (Systems Manager documents, task definitions) reads it as well. Offsets stay those of the template.
 */
export function materialise(evaluator: Evaluator, node: Node, scope: Scope, holes: DocumentHole[], depth = 0): Node {
  if (depth > 60) return node;
  if (node.kind === 'map' && intrinsicOf(node) === undefined) {
    const entries: Entry[] = [];
    for (const { key, value } of node.entries) {
      const inner = materialise(evaluator, value, scope, holes, depth + 1);
      if (inner.kind !== 'scalar' || inner.value !== null) entries.push({ key, value: inner });
    }
    return { kind: 'map', start: node.start, end: node.end, entries };
  }
  if (node.kind === 'sequence' && intrinsicOf(node) === undefined) {
    const items = node.items
      .map((item) => materialise(evaluator, item, scope, holes, depth + 1))
      .filter((item) => item.kind !== 'scalar' || item.value !== null);
    return { kind: 'sequence', start: node.start, end: node.end, items };
  }
  if (node.kind === 'scalar' && node.tag === undefined && scope.loops.size === 0) return node;
  return fromValue(evaluator, evaluator.evaluate(node, scope), node, holes, depth);
}

function fromValue(evaluator: Evaluator, value: Value, node: Node, holes: DocumentHole[], depth: number): Node {
  const { start, end } = node;
  switch (value.kind) {
    case 'map':
      return materialise(evaluator, value.node, value.scope, holes, depth + 1);
    case 'list':
      return {
        kind: 'sequence',
        start,
        end,
        items: value.items.map((item) => fromValue(evaluator, item, node, holes, depth + 1)),
      };
    case 'none':
      return new Scalar({ start, end, text: '', value: null, style: 'plain' }, () => ({
        text: '',
        map: new OffsetMap([]),
      }));
    default: {
      const mapped = textWithHoles(partsOf(value), holes);
      return new Scalar({ start, end, text: mapped.text, value: mapped.text, style: 'double' }, () => mapped);
    }
  }
}

/** Parts of a string as one text, references as placeholders of `holes`. */
export function textWithHoles(parts: readonly Part[], holes: DocumentHole[]): MappedText {
  const builder = new MappedTextBuilder();
  for (const part of parts) {
    if (!isReference(part)) {
      builder.append(part);
      continue;
    }
    const character = holeCharacter(holes.length);
    holes.push({
      hole: { kind: 'hole', name: `\${${part.name}}`, why: part.why, location: part.location },
      values: part.values,
    });
    const { path, start, end } = part.location;
    // A place as long as the placeholder would read as a copy of it.
    const outerLength = end - start === character.length ? character.length - 1 : end - start;
    builder.append({
      text: character,
      map: new OffsetMap([{ inner: 0, length: character.length, path, outer: start, outerLength }]),
    });
  }
  return builder.build();
}
