import type { Node } from '../tree-sitter/grammar.ts';

/** A node of a syntax tree as plain data: the parser's own trees live in its memory and must be given back before anything is evaluated. */
export interface SyntaxNode {
  readonly type: string;
  /** Whether the node is a rule of the grammar, not a bare keyword or sign. */
  readonly named: boolean;
  /** UTF-16 offsets in the document's text, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
  /** The role in the parent, where the grammar gives it a name. */
  readonly field: string | undefined;
  /** The parser put it there because the text lacks it. */
  readonly missing: boolean;
}

/** A tree nested deeper than this was not written by people; the rest of it is cut off and said so. */
const MAX_TREE_DEPTH = 1_200;

/**
 * Copies a tree. Nodes of the types in `transparent` that hold one child and nothing else are left out, their child standing in their place with their field:
 * some grammars wrap every operand in the whole ladder of precedences.
 */
export function copyTree(
  root: Node,
  transparent: ReadonlySet<string>,
): { readonly root: SyntaxNode; readonly tooDeep: boolean } {
  let tooDeep = false;
  const cursor = root.walk();
  const read = (depth: number, field: string | undefined): SyntaxNode => {
    const type = cursor.nodeType;
    const node = {
      type,
      named: cursor.nodeIsNamed,
      start: cursor.startIndex,
      end: cursor.endIndex,
      field,
      missing: cursor.nodeIsMissing,
    };
    const children: SyntaxNode[] = [];
    if (depth >= MAX_TREE_DEPTH) {
      tooDeep = true;
    } else if (cursor.gotoFirstChild()) {
      do children.push(read(depth + 1, cursor.currentFieldName ?? undefined));
      while (cursor.gotoNextSibling());
      cursor.gotoParent();
    }
    const [only] = children;
    if (children.length === 1 && only !== undefined && transparent.has(type)) return { ...only, field };
    return { ...node, children };
  };
  try {
    return { root: read(0, undefined), tooDeep };
  } finally {
    cursor.delete();
  }
}

/** The children that are rules of the grammar, comments left out. */
export function namedChildren(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter((child) => child.named && child.type !== 'comment');
}

export function childOf(node: SyntaxNode, ...types: readonly string[]): SyntaxNode | undefined {
  return node.children.find((child) => types.includes(child.type));
}

export function fieldOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find((child) => child.field === field);
}

/** Every node of a type, in order, without recursion. */
export function nodesOf(root: SyntaxNode, ...types: readonly string[]): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const open: SyntaxNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (types.includes(node.type)) found.push(node);
    for (let i = node.children.length - 1; i >= 0; i -= 1) {
      const child = node.children[i];
      if (child !== undefined) open.push(child);
    }
  }
  return found;
}
