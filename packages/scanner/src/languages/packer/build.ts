import type { Analysis, Document, Fact } from 'imdsv2-core';
import { evaluate, type Scope } from '../hcl/evaluate.ts';
import type { Block, Body, HclFile } from '../hcl/syntax.ts';
import { entriesOf, itemsOf, mappedString, NULL, textOf, type Value } from '../hcl/value.ts';
import { blockValue } from '../terraform/block.ts';
import { readBuilder } from './builder.ts';
import { provisionerScripts } from './provisioner.ts';
import type { PackerScope } from './scope.ts';

/** Sources and builds of a directory. */
export function readBuild(files: readonly HclFile[], scope: PackerScope): Pick<Analysis, 'facts' | 'documents'> {
  const facts: Fact[] = [];
  const documents: Document[] = [];
  const launches = new Map<string, string>();
  const blocks = files.filter((file) => !file.path.includes('.pkrvars.')).flatMap((file) => file.body.blocks);
  for (const block of blocks) {
    if (block.type !== 'source') continue;
    const [type = '', name = ''] = block.labels;
    const found = readBuilder({
      type,
      name,
      at: block.at,
      header: block.header,
      argument: argumentsOf(block.body, scope),
      options: blockValue(block.body, 'metadata_options', scope),
      readFile: reader(scope),
    });
    if (found === undefined) continue;
    launches.set(`${type}.${name}`, found.launch.id);
    facts.push(found.launch, ...(found.image === undefined ? [] : [found.image]));
    documents.push(...found.documents);
  }
  for (const block of blocks) if (block.type === 'build') documents.push(...buildScripts(block, scope, launches));
  return { facts, documents };
}

function argumentsOf(body: Body, scope: Scope): (name: string) => Value {
  return (name) => {
    const attribute = body.attributes.get(name);
    if (attribute === undefined) return NULL;
    const value = evaluate(attribute.value, scope);
    return value.at === undefined ? { ...value, at: attribute.at } : value;
  };
}

function reader(scope: Scope): (path: string) => Value | undefined {
  return (path) => {
    const mapped = scope.functions.readFile(path);
    return mapped === undefined ? undefined : mappedString(mapped);
  };
}

function buildScripts(build: Block, scope: PackerScope, launches: ReadonlyMap<string, string>): readonly Document[] {
  const listed = argumentsOf(build.body, scope)('sources');
  const names = [
    ...(listed.kind === 'list'
      ? itemsOf(listed).flatMap((item) => (item.kind === 'unknown' ? item.name : (textOf(item) ?? [])))
      : []),
    ...build.body.blocks.flatMap((block) => (block.type === 'source' ? (block.labels[0] ?? []) : [])),
  ];
  const ids = names.flatMap((name) => launches.get(name.replace(/^source\./, '')) ?? []);
  const fromBlocks = build.body.blocks
    .filter((block) => block.type === 'provisioner')
    .flatMap((block) => provisionerScripts(block.labels[0] ?? '', argumentsOf(block.body, scope), ids, reader(scope)));
  // In JSON: `"provisioner": {"shell": {…}}`, or a list of such.
  const written = argumentsOf(build.body, scope)('provisioner');
  const objects = written.kind === 'list' ? itemsOf(written) : [written];
  const fromJson = objects
    .flatMap((object) => (object.kind === 'object' ? entriesOf(object) : []))
    .flatMap(([kind, inner]) =>
      (inner.kind === 'list' ? itemsOf(inner) : [inner]).flatMap((one) =>
        one.kind === 'object'
          ? provisionerScripts(kind, (name) => one.entries.get(name) ?? NULL, ids, reader(scope))
          : [],
      ),
    );
  return [...fromBlocks, ...fromJson];
}
