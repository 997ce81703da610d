import { OffsetMap, type Analysis, type Document, type Fact, type Location, type MappedText } from 'imdsv2-core';
import { parseTree, type Node as JsonNode } from 'jsonc-parser';
import { posix } from 'node:path';
import { decodeJsonString } from '../hcl/json.ts';
import {
  bool,
  entryOf,
  list,
  mappedString,
  NULL,
  number,
  object,
  textOf,
  unknown,
  type StringPiece,
  type Value,
} from '../hcl/value.ts';
import { readBuilder } from './builder.ts';
import { provisionerScripts } from './provisioner.ts';

/** A template of Packer 1.6 and before: `builders` and `provisioners`, with `{{user `name`}}` for variables. */
export function readLegacyTemplate(
  path: string,
  text: string,
  read: (path: string) => string | undefined,
): Pick<Analysis, 'facts' | 'documents'> {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root?.type !== 'object') return { facts: [], documents: [] };
  const source: MappedText = { text, map: OffsetMap.identity(path, text.length) };
  const variables = new Map(
    properties(child(root, 'variables')).map(([name, node]) => [name, valueOf(node, source, new Map())]),
  );
  const facts: Fact[] = [];
  const documents: Document[] = [];
  const launches: string[] = [];
  const readFile = (name: string): Value | undefined => {
    const full = posix.join(posix.dirname(path), name.replace(/^\{\{\s*template_dir\s*\}\}\/?/, ''));
    const content = read(full);
    return content === undefined
      ? undefined
      : mappedString({ text: content, map: OffsetMap.identity(full, content.length) });
  };
  for (const node of child(root, 'builders')?.children ?? []) {
    const value = valueOf(node, source, variables);
    if (value.kind !== 'object') continue;
    const at: Location = { path, start: node.offset, end: node.offset + node.length };
    const argument = (name: string): Value => entryOf(value, name) ?? NULL;
    const options = argument('metadata_options');
    const type = textOf(argument('type')) ?? '';
    const found = readBuilder({
      type,
      name: textOf(argument('name')) ?? type,
      at,
      header: { ...at, end: at.start + 1 },
      argument,
      options: options.kind === 'null' ? list([]) : options.kind === 'object' ? list([options]) : options,
      readFile,
    });
    if (found === undefined) continue;
    launches.push(found.launch.id);
    facts.push(found.launch, ...(found.image === undefined ? [] : [found.image]));
    documents.push(...found.documents);
  }
  for (const node of child(root, 'provisioners')?.children ?? []) {
    const value = valueOf(node, source, variables);
    if (value.kind !== 'object') continue;
    documents.push(
      ...provisionerScripts(
        textOf(entryOf(value, 'type') ?? NULL) ?? '',
        (name) => entryOf(value, name) ?? NULL,
        launches,
        readFile,
      ),
    );
  }
  return { facts, documents };
}

function child(node: JsonNode, name: string): JsonNode | undefined {
  return properties(node).find(([key]) => key === name)?.[1];
}

function properties(node: JsonNode | undefined): readonly (readonly [string, JsonNode])[] {
  return (node?.type === 'object' ? (node.children ?? []) : []).flatMap((property): (readonly [string, JsonNode])[] => {
    const [key, value] = property.children ?? [];
    return key === undefined || value === undefined ? [] : [[String(key.value), value]];
  });
}

function valueOf(node: JsonNode, source: MappedText, variables: ReadonlyMap<string, Value>): Value {
  const at: Location = { path: source.map.at(0).path, start: node.offset, end: node.offset + node.length };
  switch (node.type) {
    case 'string':
      return stringValue(decodeJsonString(source, node.offset, node.offset + node.length), at, variables);
    case 'number':
      return { ...number(Number(node.value)), at };
    case 'boolean':
      return { ...bool(node.value === true), at };
    case 'array':
      return { ...list((node.children ?? []).map((item) => valueOf(item, source, variables))), at };
    case 'object':
      return {
        ...object(properties(node).map(([key, value]) => [key, valueOf(value, source, variables)] as const)),
        at,
      };
    default:
      return { ...NULL, at };
  }
}

/** A string with its `{{user `name`}}` filled in; other calls are not known. */
function stringValue(mapped: MappedText, at: Location, variables: ReadonlyMap<string, Value>): Value {
  const pieces: StringPiece[] = [];
  let from = 0;
  const literal = (end: number): void => {
    if (end > from)
      pieces.push({ kind: 'literal', value: mapped.text.slice(from, end), map: mapped.map.slice(from, end) });
  };
  for (const match of mapped.text.matchAll(/\{\{\s*user\s+[`'"]([^`'"]+)[`'"]\s*\}\}/g)) {
    literal(match.index);
    from = match.index + match[0].length;
    const value = variables.get(match[1] ?? '');
    if (value?.kind === 'string') pieces.push(...value.pieces);
    else
      pieces.push({
        kind: 'hole',
        value: unknown(`user \`${match[1] ?? ''}\``, 'it is given when Packer runs', { at }),
      });
  }
  literal(mapped.text.length);
  return { kind: 'string', pieces, at };
}
