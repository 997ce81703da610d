import { forEachChild, type CommandExpansionPart, type ParsedScript, type SyntaxNode } from 'unbash';
import { OffsetMap } from '../../document/offset-map.ts';
import { unescapedMap } from '../source.ts';

/** Nodes nested deeper than this keep their places. */
const MAX_NESTING = 400;

/**
 * Gives the nodes inside backticks their places in the script. The parser reads backticks that hold escapes as a text of their own, without them, and counts
 * in that.
 */
export function placeBackticks(script: ParsedScript, text: string): ParsedScript {
  walk(script, OffsetMap.identity('', text.length), 0);
  return script;
}

/** `map`: from the offsets that a node has to those of the script. */
function walk(node: SyntaxNode, map: OffsetMap, depth: number): void {
  if (depth > MAX_NESTING) return;
  const decoded = node.type === 'CommandExpansion' ? node.script?.source : undefined;
  const inner = node.type !== 'CommandExpansion' || decoded === undefined ? map : mapOf(node, decoded, map);
  forEachChild(node, (child) => {
    walk(child, inner, depth + 1);
  });
  // What the parser reads late it reads by the old places: children come first.
  const { start, end } = map.range(node.pos, node.end);
  Object.assign(node, { pos: start, end: Math.max(start, end) });
}

function mapOf(node: CommandExpansionPart, decoded: string, map: OffsetMap): OffsetMap {
  const written = { text: node.text, map: OffsetMap.copy('', node.pos, node.text.length) };
  return unescapedMap(written, 1, node.text.length - 1, decoded).map.through(map);
}
