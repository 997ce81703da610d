import { concatAll, fileDocument, hole, literal, unite, type Alternatives, type Text } from 'imdsv2-core';
import { get, textOf, type Node } from '../structured/node.ts';
import { readYaml } from '../structured/yaml.ts';
import { textWithHoles } from './find.ts';
import type { Found } from './format.ts';

/** What the variables of a play or role may hold, as far as literal texts say it. */
export interface AnsibleVariables {
  readonly texts: ReadonlyMap<string, Alternatives>;
  /** Those that are maps or lists. */
  readonly nodes: ReadonlyMap<string, Node>;
}

const known = new WeakMap<Node, AnsibleVariables>();

/** The variables that a task sees: of its file's plays (`vars`, `set_fact`), of its role's `defaults` and `vars`, its own, and `item` of a loop over literals. */
export function ansibleVariables(found: Found): AnsibleVariables {
  const [root = found.node] = found.ancestors;
  let file = known.get(root);
  if (file === undefined) known.set(root, (file = variablesOfFile(found, root)));
  const texts = new Map(file.texts);
  const nodes = new Map(file.nodes);
  for (const scope of [...found.ancestors, found.node]) addVariables(found, get(scope, 'vars'), texts, nodes, true);
  const items = get(found.node, 'loop') ?? get(found.node, 'with_items');
  if (items?.kind === 'sequence' && items.items.length > 0) {
    texts.set(
      'item',
      unite(
        items.items.map((item) =>
          item.kind === 'scalar'
            ? textWithHoles(item.mapped, found.document, found.format)
            : hole('item', 'it is an item of a list'),
        ),
      ),
    );
  }
  return { texts, nodes };
}

function variablesOfFile(found: Found, root: Node): AnsibleVariables {
  const texts = new Map<string, Alternatives>();
  const nodes = new Map<string, Node>();
  const role = /^(.*?)(?:tasks|handlers)\/[^/]+$/.exec(found.document.path)?.[1];
  if (role !== undefined) {
    for (const path of ['defaults/main.yml', 'defaults/main.yaml', 'vars/main.yml', 'vars/main.yaml']) {
      const text = found.context.readFile(role + path);
      const other = text === undefined ? undefined : readYaml(fileDocument(role + path, text, 'yaml')).roots[0];
      addVariables(found, other, texts, nodes, true);
    }
  }
  const visit = (node: Node, depth: number): void => {
    if (depth > 12) return;
    if (node.kind === 'sequence') for (const item of node.items) visit(item, depth + 1);
    if (node.kind !== 'map') return;
    for (const { key, value } of node.entries) {
      const name = textOf(key) ?? '';
      if (/(?:^|\.)set_fact$/.test(name)) addVariables(found, value, texts, nodes, false);
      else visit(value, depth + 1);
    }
  };
  visit(root, 0);
  return { texts, nodes };
}

/** `replaces`: a nearer scope hides a farther one; `set_fact` in different tasks adds up. */
function addVariables(
  found: Found,
  vars: Node | undefined,
  texts: Map<string, Alternatives>,
  nodes: Map<string, Node>,
  replaces: boolean,
): void {
  if (vars?.kind !== 'map') return;
  for (const { key, value } of vars.entries) {
    const name = textOf(key);
    if (name === undefined) continue;
    if (value.kind !== 'scalar') nodes.set(name, value);
    else
      texts.set(
        name,
        unite(replaces ? [] : (texts.get(name) ?? []), [textWithHoles(value.mapped, found.document, found.format)]),
      );
  }
}

/** A text with the variables put in, as often as they name each other. */
export function resolveText(text: Text, variables: AnsibleVariables, depth = 0): Alternatives {
  if (depth > 4) return [text];
  return concatAll(
    text.pieces.map((piece): Alternatives => {
      if (piece.kind === 'literal') return [literal(piece.value, piece.map)];
      const values = variables.texts.get(piece.name);
      return values === undefined
        ? [{ pieces: [piece], choices: new Map() }]
        : values.flatMap((value) => resolveText(value, variables, depth + 1));
    }),
  );
}
