import {
  splitHoles,
  type Alternatives,
  type Document,
  type DocumentHole,
  type MappedText,
  type Piece,
} from 'imdsv2-core';
import { commandText } from '../embedded/command-line.ts';
import type { Context } from '../front-end.ts';
import type { Script } from '../embedded/script.ts';
import { get, textOf, type Node, type Scalar } from '../structured/node.ts';
import { readPlaceholders } from '../template/placeholders.ts';
import type { Findings, Format, Found } from './format.ts';

/** What a format's places hold under one root. `used` receives the scalars that were read; those that an earlier format has read are not read again. */
export function findScripts(
  root: Node,
  document: Document,
  context: Context,
  format: Format,
  used: Set<Scalar>,
): Findings {
  const scripts: Script[] = [];
  const facts: Findings['facts'][number][] = [];
  const seen = new Map<string, Set<Node>>();
  const taken = new Set(used);
  for (const place of format.places) {
    const nodes = seen.get(place.at) ?? new Set<Node>();
    seen.set(place.at, nodes);
    const segments = place.at === '' ? [] : place.at.split('.');
    for (const { node, path, ancestors } of segments[0] === '**'
      ? matchesAnywhere(root, segments.slice(1))
      : matches(root, segments, [], [])) {
      // Aliases lead to one node from several places; it is one piece of text.
      if (nodes.has(node)) continue;
      nodes.add(node);
      const found = place.read(foundAt({ node, path, ancestors }, document, context, format, taken, used));
      if ('scripts' in found) {
        scripts.push(...found.scripts);
        facts.push(...found.facts);
      } else {
        scripts.push(...found);
      }
    }
  }
  const runner = format.runner;
  return {
    scripts:
      runner === undefined
        ? scripts
        : scripts.map((script) => (script.runner === undefined ? { ...script, runner } : script)),
    facts,
  };
}

interface Match {
  readonly node: Node;
  readonly path: readonly string[];
  readonly ancestors: readonly Node[];
}

/** Deeper nesting than any format has; hostile files have more. */
const MAX_NESTING = 60;

function* matches(
  node: Node,
  segments: readonly string[],
  path: readonly string[],
  ancestors: readonly Node[],
): Generator<Match> {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    yield { node, path, ancestors };
    return;
  }
  if (segment === '**') {
    yield* matches(node, rest, path, ancestors);
    if (path.length < MAX_NESTING)
      for (const [key, child] of childrenOf(node))
        yield* matches(child, segments, [...path, key], [...ancestors, node]);
    return;
  }
  if (segment === '[]' ? node.kind !== 'sequence' : node.kind !== 'map') return;
  for (const [key, child] of childrenOf(node)) {
    if (segment === '[]' || segment === '*' || segment === key)
      yield* matches(child, rest, [...path, key], [...ancestors, node]);
  }
}

/** Everything under a root, listed once: most patterns begin anywhere. */
const descendants = new WeakMap<Node, readonly Match[]>();

function* matchesAnywhere(root: Node, segments: readonly string[]): Generator<Match> {
  let all = descendants.get(root);
  if (all === undefined) descendants.set(root, (all = [...matches(root, ['**'], [], [])]));
  const [first = ''] = segments;
  for (const { node, path, ancestors } of all) {
    // Most nodes have no such key: they are passed over without a generator.
    if (
      first !== '*' &&
      first !== '[]' &&
      (node.kind !== 'map' || !node.entries.some(({ key }) => key.kind === 'scalar' && key.text === first))
    )
      continue;
    if (first === '[]' && node.kind !== 'sequence') continue;
    yield* matches(node, segments, path, ancestors);
  }
}

function childrenOf(node: Node): readonly (readonly [string, Node])[] {
  if (node.kind === 'sequence') return node.items.map((item) => ['[]', item]);
  return node.kind === 'map' ? node.entries.map(({ key, value }) => [textOf(key) ?? '', value]) : [];
}

function foundAt(
  match: Match,
  document: Document,
  context: Context,
  format: Format,
  taken: ReadonlySet<Scalar>,
  used: Set<Scalar>,
): Found {
  const text = (of: Node | undefined): MappedText | undefined => {
    if (of?.kind !== 'scalar' || of.value === null || taken.has(of)) return undefined;
    used.add(of);
    return of.mapped;
  };
  const texts = (of: Node | undefined): readonly MappedText[] => {
    if (of?.kind === 'sequence') return of.items.flatMap(texts);
    const one = of?.kind === 'map' ? commandText(document, of) : text(of);
    return one === undefined ? [] : [one];
  };
  return {
    ...match,
    document,
    context,
    format,
    text,
    texts,
    script: (script, variables) => withPlaceholders(script, document, format, variables),
    variables: (of) => variablesOf(of, document, format),
  };
}

function withPlaceholders(
  script: Script,
  document: Document,
  format: Format,
  variables: ReadonlyMap<string, Alternatives> = new Map(),
): Script {
  if (format.dialect === undefined) return script;
  const holes = script.holes ?? document.holes;
  const read = readPlaceholders(script.text, holes, format.dialect);
  if (read.holes.length === holes.length && read.text === script.text.text) return script;
  const known = read.holes.map((hole, index) => (index < holes.length ? hole : withValues(hole, variables)));
  return { ...script, text: { text: read.text, map: read.map }, holes: known };
}

function withValues(hole: DocumentHole, variables: ReadonlyMap<string, Alternatives>): DocumentHole {
  const values =
    hole.values.length > 0
      ? undefined
      : (variables.get(hole.hole.name) ?? variables.get(hole.hole.name.replace(/^env\./, '')));
  return values === undefined ? hole : { hole: hole.hole, values };
}

function variablesOf(node: Node | undefined, document: Document, format: Format): ReadonlyMap<string, Alternatives> {
  const variables = new Map<string, Alternatives>();
  if (node?.kind === 'map') {
    for (const { key, value } of node.entries) addVariable(variables, textOf(key), value, document, format);
  }
  if (node?.kind === 'sequence') {
    for (const item of node.items) {
      if (item.kind === 'map') {
        addVariable(
          variables,
          textOf(get(item, 'name')) ?? textOf(get(item, 'Name')),
          get(item, 'value') ?? get(item, 'Value'),
          document,
          format,
        );
      } else if (item.kind === 'scalar') {
        const equals = item.text.indexOf('=');
        if (equals > 0)
          variables.set(item.text.slice(0, equals), [
            textWithHoles(
              { text: item.text.slice(equals + 1), map: item.mapped.map.slice(equals + 1, item.text.length) },
              document,
              format,
            ),
          ]);
      }
    }
  }
  return variables;
}

function addVariable(
  variables: Map<string, Alternatives>,
  name: string | undefined,
  value: Node | undefined,
  document: Document,
  format: Format,
): void {
  if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) return;
  // Maps stand for values from elsewhere (secrets, `valueFrom`).
  if (value?.kind === 'scalar') variables.set(name, [textWithHoles(value.mapped, document, format)]);
}

/** A value with the placeholders of its format and of its document as holes. */
export function textWithHoles(value: MappedText, document: Document, format: Format): Alternatives[number] {
  const read =
    format.dialect === undefined
      ? { ...value, holes: document.holes }
      : readPlaceholders(value, document.holes, format.dialect);
  let at = 0;
  const pieces = splitHoles(read.text, read).flatMap((part): readonly Piece[] => {
    if (typeof part !== 'string') {
      at += 2;
      return part.values.length === 1 ? (part.values[0]?.pieces ?? []) : [part.hole];
    }
    const piece: Piece = { kind: 'literal', value: part, map: read.map.slice(at, at + part.length) };
    at += part.length;
    return [piece];
  });
  return { pieces, choices: new Map() };
}
