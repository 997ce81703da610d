import { embeddedDocument, mayHoldPolicy, splitHoles, type Document, type Piece, type PolicyValue } from 'imdsv2-core';
import { readJson, type Node, type Scalar } from '../structured/index.ts';

/** Deeper nesting than any policy has; hostile files have more. */
const MAX_NESTING = 60;

/** A node of YAML or JSON as a policy value. A string that holds a policy as JSON stands for the policy. */
export function policyValue(node: Node, document: Document, depth = 0): PolicyValue {
  const location = document.map.range(node.start, node.end);
  if (depth > MAX_NESTING) return { kind: 'unknown', why: 'it is nested too deeply', location };
  switch (node.kind) {
    case 'sequence':
      return { kind: 'list', items: node.items.map((item) => policyValue(item, document, depth + 1)), location };
    case 'map':
      return {
        kind: 'map',
        location,
        entries: node.entries.flatMap(({ key, value }) =>
          key.kind === 'scalar'
            ? [
                {
                  key: key.text,
                  value: policyValue(value, document, depth + 1),
                  location: document.map.range(key.start, Math.max(key.end, value.end)),
                },
              ]
            : [],
        ),
      };
    case 'scalar':
      return embeddedPolicy(node, document, depth) ?? scalarValue(node, document);
  }
}

function scalarValue(node: Scalar, document: Document): PolicyValue {
  const { text, map } = node.mapped;
  const location = text === '' ? document.map.range(node.start, node.end) : map.range(0, text.length);
  if (node.value === null) return { kind: 'unknown', why: 'nothing is written here', location };
  return { kind: 'text', text: { pieces: piecesOf(text, document), choices: new Map() }, location };
}

/** Placeholders of the document, and those that a template engine or IAM itself fills in. */
function piecesOf(text: string, document: Document): readonly Piece[] {
  return splitHoles(text, document).flatMap((part): readonly Piece[] => {
    if (typeof part !== 'string') {
      const [only] = part.values;
      return part.values.length === 1 && only !== undefined ? only.pieces : [part.hole];
    }
    return part
      .split(/(\$\{[^}]*\}|\{\{[^}]*\}\})/)
      .filter((piece) => piece !== '')
      .map((piece): Piece =>
        /^(?:\$\{|\{\{)/.test(piece)
          ? { kind: 'hole', name: piece, why: 'it is filled in elsewhere' }
          : { kind: 'literal', value: piece },
      );
  });
}

function embeddedPolicy(node: Scalar, document: Document, depth: number): PolicyValue | undefined {
  if (!/^\s*[[{]/.test(node.text) || !mayHoldPolicy(node.text)) return undefined;
  const inner = embeddedDocument(document, 'json', node.mapped, '');
  const { roots, problems } = readJson(inner);
  const [root] = roots;
  return root === undefined || problems.length > 0 ? undefined : policyValue(root, inner, depth + 1);
}
