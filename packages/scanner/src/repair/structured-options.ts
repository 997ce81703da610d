import { CLOUDFORMATION_LAUNCHES, fileDocument, NEIGHBOURS, type Edit, type Launch } from 'imdsv2-core';
import { readJson, readYaml, type Entry, type MapNode, type Node } from '../languages/structured/index.ts';
import { indentAt, lineBefore } from './indent.ts';

/** A value to write: a word, or maps and lists of words. */
type Wanted = string | { readonly [key: string]: Wanted } | readonly Wanted[];

/** Ways to require tokens in YAML or JSON that says nothing about them: CloudFormation and the tools besides. */
export function structuredOptions(launch: Launch, file: string): readonly (readonly Edit[])[] {
  const { path, start } = launch.location;
  const isJson = /^\s*[{[]/.test(file);
  const document = fileDocument(path, file, isJson ? 'json' : 'yaml');
  const { roots } = isJson ? readJson(document) : readYaml(document);
  const found = roots.flatMap((root) => mapsAt(root, start));
  const maps = launch.platform === 'ansible' ? found.flatMap((map) => argumentsOf(map, launch.resource)) : found;
  return maps.flatMap((map) =>
    wantedOf(launch).flatMap(({ keys, value }): (readonly Edit[])[] => {
      const edit = put(file, path, map, undefined, keys, value);
      return edit === undefined ? [] : [[edit]];
    }),
  );
}

/** The arguments of a task's module. */
function argumentsOf(task: MapNode, resource: string): readonly MapNode[] {
  const name = resource.slice(resource.lastIndexOf('.') + 1);
  return [...task.entries.map(({ key, value }) => ({ key: keyOf({ key, value }), value })), { key: name, value: task }]
    .filter(({ key }) => key === name || key.endsWith(`.${name}`))
    .flatMap(({ value }) => (value.kind === 'map' ? [value] : []));
}

interface Placed {
  readonly keys: readonly string[];
  readonly value: Wanted;
}

function wantedOf(launch: Launch): readonly Placed[] {
  if (launch.platform === 'cloudformation') {
    const type = CLOUDFORMATION_LAUNCHES.find(({ resource }) => resource === launch.resource);
    return (type?.places ?? []).flatMap(({ at, options }): Placed[] => {
      if (options === undefined || at.includes('[]') || options.path.includes('[]')) return [];
      const keys = ['Properties', ...split(at), ...split(options.path)];
      switch (options.kind) {
        case 'options': {
          const hops = launch.containers === undefined ? {} : { HttpPutResponseHopLimit: '2' };
          return [{ keys, value: { HttpTokens: 'required', ...hops } }];
        }
        case 'minimum-version':
          return [{ keys, value: { MinimumInstanceMetadataServiceVersion: '"2"' } }];
        case 'disable':
          return [{ keys, value: 'true' }];
        case 'option-setting':
          return [{ keys, value: [{ Namespace: options.namespace, OptionName: options.name, Value: '"true"' }] }];
      }
    });
  }
  if (launch.platform === 'packer')
    return [{ keys: ['metadata_options'], value: { http_endpoint: 'enabled', http_tokens: 'required' } }];
  return NEIGHBOURS.filter(
    ({ platform, resource }) => platform === launch.platform && resource === launch.resource,
  ).flatMap(({ tokens, hopLimit }): Placed[] => {
    if (tokens === undefined || tokens.path.includes('[]')) return [];
    const keys = tokens.path.split('.');
    const [word = ''] = tokens.required;
    const value = word === 'required' && tokens.path.endsWith('authentication') ? 'Required' : word;
    const block = keys.slice(0, -1);
    const last = keys.at(-1) ?? '';
    const hops = hopLimit?.split('.') ?? [];
    return launch.containers !== undefined && hops.slice(0, -1).join('.') === block.join('.')
      ? [{ keys: block, value: { [last]: value, [hops.at(-1) ?? '']: '2' } }]
      : [{ keys, value }];
  });
}

function split(path: string): readonly string[] {
  return path === '' ? [] : path.split('.');
}

/** Maps that begin at a place, or stand behind a key that does, the outermost first. */
function mapsAt(root: Node, start: number): readonly MapNode[] {
  const found: MapNode[] = [];
  const seen = new Set<Node>();
  const walk = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'sequence') node.items.forEach(walk);
    if (node.kind !== 'map') return;
    if (node.start === start || node.entries[0]?.key.start === start) found.push(node);
    for (const { key, value } of node.entries) {
      if (key.start === start && value.kind === 'map') found.push(value);
      walk(value);
    }
  };
  walk(root);
  return [...new Set(found)];
}

/** Puts a value behind keys of a map; undefined where something else stands there. */
function put(
  file: string,
  path: string,
  map: MapNode,
  owner: Entry | undefined,
  keys: readonly string[],
  value: Wanted,
): Edit | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) {
    // The map is there: what is missing of it is added.
    if (typeof value === 'string' || Array.isArray(value)) return undefined;
    const missing = Object.entries(value).filter(([name]) => !map.entries.some((entry) => keyOf(entry) === name));
    return missing.length === 0 ? undefined : add(file, path, map, owner, Object.fromEntries(missing));
  }
  const entry = map.entries.find((one) => keyOf(one) === key);
  if (map.entries.some((one) => /^(?:Fn::|!|<<$)/.test(keyOf(one)))) return undefined;
  if (entry === undefined) return add(file, path, map, owner, { [key]: nest(rest, value) });
  if (entry.value.tag !== undefined && entry.value.tag !== '') return undefined;
  if (entry.value.kind === 'map') return put(file, path, entry.value, entry, rest, value);
  if (entry.value.kind === 'sequence' && rest.length === 0 && Array.isArray(value)) {
    const [item] = entry.value.items;
    return item === undefined ? undefined : addItem(file, path, item, value as readonly Wanted[]);
  }
  return undefined;
}

function keyOf({ key }: Entry): string {
  return key.kind === 'scalar' ? key.text : '';
}

function nest(keys: readonly string[], value: Wanted): Wanted {
  return keys.reduceRight<Wanted>((inner, key) => ({ [key]: inner }), value);
}

/** Adds entries to a map, in the way that the map is written. */
function add(
  file: string,
  path: string,
  map: MapNode,
  owner: Entry | undefined,
  value: Readonly<Record<string, Wanted>>,
): Edit | undefined {
  const first = map.entries[0];
  if (file.charAt(map.start) === '{') {
    if (first === undefined) {
      const inner = flow(value, file).slice(1, -1);
      return { path, start: map.start + 1, end: map.end - 1, text: inner };
    }
    const at = first.key.start;
    const indent = indentAt(file, at);
    const isOnLine = !file.slice(map.start, at).includes('\n');
    const isSpaced = file.charAt(map.start + 1) === ' ';
    const inner = flow(value, file, isSpaced);
    const text = isOnLine
      ? `${inner.slice(1, -1).trim()}, `
      : `${broken(value, indent, stepOf(file, map, indent))},\n${indent}`;
    return { path, start: at, end: at, text };
  }
  if (first === undefined) return undefined;
  const column = columnOf(file, first.key.start);
  const indent = ' '.repeat(column);
  const step = owner === undefined ? 2 : Math.max(column - columnOf(file, owner.key.start), 2);
  const lines = block(value, indent, step);
  const second = map.entries[1];
  const isItem = /-\s+$/.test(lineBefore(file, first.key.start));
  if (isItem && second !== undefined) {
    const at = second.key.start;
    return { path, start: at, end: at, text: `${lines.trimStart()}${indent}` };
  }
  if (isItem || owner === undefined) {
    const at = first.key.start;
    return { path, start: at, end: at, text: `${lines.trimStart()}${indent}` };
  }
  // Behind the line of the key around it: comments stay with what they speak of.
  const lineEnd = file.indexOf('\n', owner.key.end);
  if (lineEnd === -1 || lineEnd > first.key.start) return undefined;
  return { path, start: lineEnd + 1, end: lineEnd + 1, text: lines };
}

function addItem(file: string, path: string, item: Node, value: readonly Wanted[]): Edit | undefined {
  const [wanted] = value;
  if (wanted === undefined) return undefined;
  if (file.charAt(item.start) === '{') {
    const indent = indentAt(file, item.start);
    const text = isJsonLike(file) ? `${broken(wanted, indent, '  ')},\n${indent}` : `${flow(wanted, file)}, `;
    return { path, start: item.start, end: item.start, text };
  }
  const before = lineBefore(file, item.start);
  if (!/^\s*-\s+$/.test(before) || typeof wanted === 'string') return undefined;
  const indent = ' '.repeat(before.length);
  const lines = block(wanted as Readonly<Record<string, Wanted>>, indent, 2);
  const lineStart = item.start - before.length;
  return { path, start: lineStart, end: lineStart, text: `${before}${lines.slice(indent.length)}` };
}

function isJsonLike(file: string): boolean {
  return /^\s*[{[]/.test(file);
}

/** Entries of YAML in block style, each line with its end. */
function block(value: Readonly<Record<string, Wanted>>, indent: string, step: number): string {
  return Object.entries(value)
    .map(([key, inner]): string => {
      if (typeof inner === 'string') return `${indent}${key}: ${inner}\n`;
      if (Array.isArray(inner)) {
        const items = (inner as readonly Wanted[]).map((item) => {
          const lines =
            typeof item === 'string'
              ? `${item}\n`
              : block(item as Readonly<Record<string, Wanted>>, `${indent}${' '.repeat(step)}  `, step);
          return `${indent}${' '.repeat(step)}- ${lines.trimStart()}`;
        });
        return `${indent}${key}:\n${items.join('')}`;
      }
      return `${indent}${key}:\n${block(inner as Readonly<Record<string, Wanted>>, `${indent}${' '.repeat(step)}`, step)}`;
    })
    .join('');
}

/** On one line: JSON, or YAML's flow style. */
function flow(value: Wanted, file: string, isSpaced = false): string {
  if (typeof value === 'string') return isJsonLike(file) ? word(value) : value;
  if (Array.isArray(value)) return `[${(value as readonly Wanted[]).map((item) => flow(item, file)).join(', ')}]`;
  const quote = isJsonLike(file) ? '"' : '';
  const blank = isSpaced ? ' ' : '';
  const entries = Object.entries(value).map(([key, inner]) => `${quote}${key}${quote}: ${flow(inner, file, isSpaced)}`);
  return `{${blank}${entries.join(', ')}${blank}}`;
}

/** JSON on several lines: the entries of a map, or an item. */
function broken(value: Wanted, indent: string, step: string): string {
  return JSON.stringify(plain(value), undefined, step)
    .split('\n')
    .slice(1, -1)
    .map((line, index) => (index === 0 ? line.trimStart() : `${indent}${line.slice(step.length)}`))
    .join('\n');
}

function plain(value: Wanted): unknown {
  if (typeof value === 'string') return JSON.parse(word(value)) as unknown;
  if (Array.isArray(value)) return (value as readonly Wanted[]).map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** A word as JSON has it. */
function word(value: string): string {
  return /^(?:true|false|\d+|".*")$/.test(value) ? value : JSON.stringify(value);
}

/** One step of indentation where the map stands. */
function stepOf(file: string, map: MapNode, indent: string): string {
  return indent.endsWith('\t') ? '\t' : ' '.repeat(Math.max(indent.length - indentAt(file, map.start).length, 2));
}

function columnOf(file: string, offset: number): number {
  return lineBefore(file, offset).length;
}
