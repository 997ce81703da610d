import { embeddedDocument, type Document, type Location } from 'imdsv2-core';
import {
  entryOf,
  get,
  isSnapshotFile,
  readJson,
  readPrettyPrinted,
  readYaml,
  snapshotsOf,
  textOf,
  type MapNode,
  type Node,
  type Scalar,
  type Tree,
} from '../structured/index.ts';

/** A CloudFormation template: its sections, with the document that they stand in. */
export interface Template {
  readonly document: Document;
  readonly tree: Tree;
  readonly root: MapNode;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly mappings: Node | undefined;
  readonly conditions: ReadonlyMap<string, Node>;
  readonly resources: MapNode;
  readonly outputs: Node | undefined;
}

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly default: Node | undefined;
  readonly allowed: readonly Scalar[];
  readonly node: Node;
}

/** The trees of a document, whichever notation it is in; a snapshot file holds several documents. */
export function readStructured(document: Document): readonly { readonly document: Document; readonly tree: Tree }[] {
  if (isSnapshotFile(document.text)) {
    return snapshotsOf(document).map((mapped) => {
      const snapshot = embeddedDocument(document, 'cloudformation', mapped, 'snapshot');
      return { document: snapshot, tree: readPrettyPrinted(snapshot) };
    });
  }
  return [{ document, tree: /^\s*(?:\/\/|\/\*|[{[])/.test(document.text) ? jsonOrYaml(document) : readYaml(document) }];
}

/** A flow-style YAML file begins like JSON too. */
function jsonOrYaml(document: Document): Tree {
  const json = readJson(document);
  // What begins with a quoted key is JSON, however broken; reading all of it again as YAML would cost much and give nothing.
  if (json.problems.length === 0 || /^\s*(?:\{\s*"|\[\s*[{["])/.test(document.text)) return json;
  const yaml = readYaml(document);
  const isTemplate = (tree: Tree): boolean =>
    tree.roots.some((root) => (get(root, 'Resources') ?? get(root, 'resources')) !== undefined);
  // A placeholder of a template engine may stand in front of YAML (`{% if … %}`).
  return yaml.problems.length === 0 || (isTemplate(yaml) && !isTemplate(json)) ? yaml : json;
}

/** The templates of a document: none when it holds no resources; several when it holds several YAML documents. */
export function templatesOf(document: Document, tree: Tree): readonly Template[] {
  return tree.roots.flatMap((root) => {
    const template = templateAt(document, tree, root);
    return template === undefined ? [] : [template];
  });
}

/** A map with `Resources` as a template; also the `resources` of a Serverless Framework service. */
function templateAt(document: Document, tree: Tree, root: Node | undefined): Template | undefined {
  if (root?.kind !== 'map') return undefined;
  const service = get(root, 'resources');
  if (get(root, 'Resources') === undefined && service !== undefined) return serverless(document, tree, service);
  const resources = get(root, 'Resources');
  if (resources?.kind !== 'map') return undefined;
  const parameters = new Map<string, Parameter>();
  for (const [name, node] of namedEntries(get(root, 'Parameters'))) parameters.set(name, parameterOf(name, node));
  return {
    document,
    tree,
    root,
    parameters,
    mappings: get(root, 'Mappings'),
    conditions: new Map(namedEntries(get(root, 'Conditions'))),
    resources,
    outputs: get(root, 'Outputs'),
  };
}

/** `resources:` is one template or a list of them, which the framework merges. */
function serverless(document: Document, tree: Tree, service: Node): Template | undefined {
  const parts = service.kind === 'sequence' ? service.items : [service];
  const merged = (section: string): MapNode => {
    const maps = parts.flatMap((part) => get(part, section) ?? []).filter((part) => part.kind === 'map');
    return {
      kind: 'map',
      start: maps[0]?.start ?? service.start,
      end: maps.at(-1)?.end ?? service.end,
      entries: maps.flatMap((map) => map.entries),
    };
  };
  const sections = ['Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs'];
  const entries = sections.flatMap((section) =>
    parts.flatMap((part) => {
      const entry = entryOf(part, section);
      return entry === undefined ? [] : [{ key: entry.key, value: merged(section) }];
    }),
  );
  return templateAt(document, tree, { kind: 'map', start: service.start, end: service.end, entries });
}

function parameterOf(name: string, node: Node): Parameter {
  const allowed = get(node, 'AllowedValues');
  return {
    name,
    type: textOf(get(node, 'Type')) ?? 'String',
    default: get(node, 'Default'),
    allowed: allowed?.kind === 'sequence' ? allowed.items.filter((item) => item.kind === 'scalar') : [],
    node,
  };
}

/** The entries of a map whose keys are plain names. */
export function namedEntries(node: Node | undefined): readonly (readonly [string, Node])[] {
  if (node?.kind !== 'map') return [];
  return node.entries.flatMap(({ key, value }) => (key.kind === 'scalar' ? [[key.text, value] as const] : []));
}

/** The place of a node in the outermost file, without the blank lines that a block ends with. */
export function locationOf(document: Document, node: { readonly start: number; readonly end: number }): Location {
  let end = Math.max(node.end, node.start);
  while (end > node.start && /\s/.test(document.text.charAt(end - 1))) end--;
  return document.map.range(node.start, end);
}

/** A template's string as its author means it: CloudFormation knows strings only, so a boolean is its word in lower case. */
export function wordOf(scalar: Scalar): string {
  return typeof scalar.value === 'boolean' ? String(scalar.value) : scalar.text;
}
