import { posix } from 'node:path';
import { fileDocument, type Document } from 'imdsv2-core';
import type { Context } from '../front-end.ts';
import { get, textOf, type Entry, type Node } from '../structured/index.ts';
import { Evaluator, type Surroundings } from './evaluate.ts';
import { scopeOf, widen, type Resource, type Scope } from './scope.ts';
import { namedEntries, readStructured, templatesOf, type Template } from './template.ts';
import { isReference } from './value.ts';
import { explore } from './world.ts';

/** Stacks nested deeper than this are not followed. */
const MAX_NESTING = 8;

/** The templates of a program as they are deployed: those that another one nests only as its nested stacks. */
export class Stacks implements Surroundings {
  readonly scopes: readonly Scope[];
  readonly #context: Context;
  readonly #templates: ReadonlyMap<string, readonly Template[]>;
  readonly #read = new Map<string, readonly Template[]>();
  readonly #nested = new Set<Template>();
  #exports: ReadonlyMap<string, { readonly node: Node; readonly scope: Scope }> | undefined;

  constructor(templates: readonly Template[], context: Context) {
    this.#context = context;
    const byPath = new Map<string, Template[]>();
    for (const template of templates)
      byPath.set(template.document.path, [...(byPath.get(template.document.path) ?? []), template]);
    this.#templates = byPath;
    const roots = templates.map((template) => this.#deploy(scopeOf(template), [template]));
    this.scopes = roots.flatMap((scopes) => {
      const [root] = scopes;
      return root !== undefined && this.#nested.has(root.template) ? [] : scopes;
    });
  }

  /** A stack with the stacks that it nests. */
  #deploy(scope: Scope, ancestors: readonly Template[]): readonly Scope[] {
    for (const resource of this.#resourcesOf(scope))
      if (!scope.resources.has(resource.id)) scope.resources.set(resource.id, resource);
    widen(scope);
    const scopes: Scope[] = [scope];
    if (ancestors.length > MAX_NESTING) return scopes;
    for (const resource of scope.resources.values()) {
      const child = this.#childOf(resource);
      if (child === undefined || ancestors.includes(child)) continue;
      this.#nested.add(child);
      const passed = new Map(
        namedEntries(get(get(resource.entry.value, 'Properties'), 'Parameters')).map(([name, node]) => [
          name,
          { node, scope: resource.scope },
        ]),
      );
      const instance =
        scope.instance === null ? `${scope.template.document.path} ${resource.id}` : `${scope.instance}/${resource.id}`;
      const inner = scopeOf(child, instance, passed);
      scope.children.set(resource.id, inner);
      scopes.push(...this.#deploy(inner, [...ancestors, child]));
    }
    return scopes;
  }

  #resourcesOf(scope: Scope): readonly Resource[] {
    const [outcome] =
      explore((world) => {
        const evaluator = new Evaluator(world, this, 'script');
        const resources: Resource[] = [];
        const add = (entries: readonly Entry[], of: Scope): void => {
          for (const entry of entries) {
            if (entry.key.kind !== 'scalar') continue;
            const type = textOf(get(entry.value, 'Type'));
            if (type !== undefined)
              resources.push({ id: evaluator.looped(entry.key.text, of), type, entry, scope: of });
            if (entry.key.text !== 'Fn::Transform') continue;
            const included = evaluator.included(entry.value, of);
            if (included?.node.kind === 'map') add(included.node.entries, included.scope);
          }
        };
        add(scope.template.resources.entries, scope);
        for (const round of evaluator.rounds(scope.template.resources, scope)) add(round.entries, round.scope);
        return resources;
      }) ?? [];
    return outcome?.result ?? [];
  }

  /** The template that a nested stack is made from, if it is in the tree. */
  #childOf(resource: Resource): Template | undefined {
    const properties = get(resource.entry.value, 'Properties');
    const { path } = resource.scope.template.document;
    const directory = posix.dirname(path);
    // CDK writes the name of the file beside the address of its upload.
    const asset = textOf(get(get(resource.entry.value, 'Metadata'), 'aws:asset:path'));
    if (resource.type === 'AWS::CloudFormation::Stack' && asset !== undefined)
      return this.#templateIn(posix.join(directory, asset));
    const key =
      resource.type === 'AWS::CloudFormation::Stack'
        ? 'TemplateURL'
        : resource.type === 'AWS::Serverless::Application'
          ? 'Location'
          : undefined;
    const node = key === undefined ? undefined : get(properties, key);
    if (node === undefined) return undefined;
    const address = this.#addressOf(node, resource.scope);
    if (address === undefined) return undefined;
    const isUrl = address.startsWith('…') || /^(?:https?|s3):/.test(address);
    return (
      (isUrl ? undefined : this.#templateIn(posix.join(directory, address))) ??
      this.#templateBySuffix(address, directory)
    );
  }

  /** A template's address; `…` stands for what is known only when the stack is deployed. */
  #addressOf(node: Node, scope: Scope): string | undefined {
    const [outcome] =
      explore((world) => {
        const evaluator = new Evaluator(world, this, 'script');
        const value = evaluator.evaluate(node, scope);
        if (value.kind !== 'text') return undefined;
        return evaluator.known(value) ?? value.parts.map((part) => (isReference(part) ? '…' : part.text)).join('');
      }) ?? [];
    return outcome?.result;
  }

  #templateIn(path: string): Template | undefined {
    const plain = posix.normalize(path);
    const known = this.#templates.get(plain) ?? this.#read.get(plain);
    if (known !== undefined) return known[0];
    const text = this.#context.singleFile ? undefined : this.#context.readFile(plain);
    if (text === undefined) return undefined;
    const document: Document = fileDocument(plain, text, 'cloudformation');
    const templates = readStructured(document).flatMap((read) => templatesOf(read.document, read.tree));
    this.#read.set(plain, templates);
    return templates[0];
  }

  /** The one template whose path ends as an uploaded template's address does, the more of it the better; of several, the one nearest to `directory`. */
  #templateBySuffix(address: string, directory: string): Template | undefined {
    const segments = (address.split(/[?#]/, 1)[0] ?? '').split('/');
    const open = segments.findLastIndex((segment) => segment.includes('…'));
    const known = segments.slice(open + 1).filter((segment) => segment !== '' && !segment.endsWith(':'));
    // A placeholder may end within a segment: `${Prefix}templates`.
    for (let count = known.length; count > 0; count--) {
      const suffix = known.slice(-count).join('/');
      const paths = [...this.#templates.keys()].filter((path) => path === suffix || path.endsWith(`/${suffix}`));
      if (paths.length === 0) continue;
      const nearest = paths
        .map((path) => ({ path, shared: sharedSegments(posix.dirname(path), directory) }))
        .sort((a, b) => b.shared - a.shared);
      const [first, second] = nearest;
      if (first !== undefined && (second === undefined || first.shared > second.shared))
        return this.#templates.get(first.path)?.[0];
      return undefined;
    }
    return undefined;
  }

  include(location: string, scope: Scope): { readonly node: Node; readonly scope: Scope } | undefined {
    if (/^(?:https?|s3):/.test(location) || this.#context.singleFile) return undefined;
    const path = posix.join(posix.dirname(scope.template.document.path), location);
    const text = this.#context.readFile(path);
    if (text === undefined) return undefined;
    const document = fileDocument(path, text, 'cloudformation');
    const tree = readStructured(document)[0]?.tree;
    const node = tree?.roots[0];
    if (tree === undefined || node === undefined) return undefined;
    return { node, scope: { ...scope, template: { ...scope.template, document, tree } } };
  }

  exported(name: string): { readonly node: Node; readonly scope: Scope } | undefined {
    this.#exports ??= this.#collectExports();
    return this.#exports.get(name);
  }

  #collectExports(): ReadonlyMap<string, { readonly node: Node; readonly scope: Scope }> {
    const exports = new Map<string, { node: Node; scope: Scope }>();
    // An export's name that is itself imported is looked up in what is known so far.
    this.#exports = exports;
    for (const scope of this.scopes) {
      for (const [, output] of namedEntries(scope.template.outputs)) {
        const nameNode = get(get(output, 'Export'), 'Name');
        const value = get(output, 'Value');
        if (nameNode === undefined || value === undefined) continue;
        const address = this.#addressOf(nameNode, scope);
        if (address !== undefined && !address.includes('…')) exports.set(address, { node: value, scope });
      }
    }
    return exports;
  }
}

function sharedSegments(a: string, b: string): number {
  const first = a.split('/');
  const second = b.split('/');
  let shared = 0;
  while (shared < first.length && first[shared] === second[shared]) shared++;
  return shared;
}
