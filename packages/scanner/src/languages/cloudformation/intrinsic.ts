import { Scalar, type Node } from '../structured/index.ts';

/** A call of an intrinsic function, in the long form's spelling: `Ref`, `Condition`, `Fn::Sub`. */
export interface Intrinsic {
  readonly name: string;
  readonly argument: Node;
  /** The whole call. */
  readonly node: Node;
}

/** The call that a node is; undefined when it is a plain value. */
export function intrinsicOf(node: Node): Intrinsic | undefined {
  if (node.tag?.startsWith('!') === true) {
    const name = node.tag.slice(1);
    return { name: name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`, argument: withoutTag(node), node };
  }
  if (node.kind !== 'map' || node.entries.length !== 1) return undefined;
  const [entry] = node.entries;
  if (entry?.key.kind !== 'scalar') return undefined;
  const name = entry.key.text;
  if (name !== 'Ref' && name !== 'Condition' && !/^Fn::(?!ForEach::)\w/.test(name)) return undefined;
  // A condition is called by a string; `Condition: {StringEquals: …}` is a policy's.
  if (name !== 'Fn::If' && name === 'Condition' && entry.value.kind !== 'scalar') return undefined;
  return { name, argument: entry.value, node };
}

function withoutTag(node: Node): Node {
  if (node.kind === 'scalar')
    return new Scalar(
      { start: node.start, end: node.end, text: node.text, value: node.text, style: node.style },
      () => node.mapped,
    );
  if (node.kind === 'map') return { kind: 'map', start: node.start, end: node.end, entries: node.entries };
  return { kind: 'sequence', start: node.start, end: node.end, items: node.items };
}
