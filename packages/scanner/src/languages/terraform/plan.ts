import { factId, OffsetMap, type Document, type Launch, type Location, type MappedText } from 'imdsv2-core';
import { parseTree, type Node as JsonNode } from 'jsonc-parser';
import type { Scope } from '../hcl/evaluate.ts';
import { decodeJsonString } from '../hcl/json.ts';
import type { Body, Expression } from '../hcl/syntax.ts';
import { unknown } from '../hcl/value.ts';
import { launchTypeOf } from './launches.ts';
import { readLaunches } from './read-launch.ts';

/**
 * The launches of a plan as `terraform show -json` prints it. What a run leaves to be computed ("known after apply") is not set if the
 * configuration says nothing of it, and not known if it does.
 *
 * Source of the format: developer.hashicorp.com/terraform/internals/json-format
 */
export function readPlan(
  path: string,
  text: string,
): { readonly launches: readonly Launch[]; readonly documents: readonly Document[] } {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const planned = member(root, 'planned_values', 'root_module') ?? member(root, 'values', 'root_module');
  if (planned === undefined) return { launches: [], documents: [] };
  const source: MappedText = { text, map: OffsetMap.identity(path, text.length) };
  const changes = new Map(
    children(member(root, 'resource_changes')).map(
      (change) => [stringOf(member(change, 'address')), member(change, 'change', 'after_unknown')] as const,
    ),
  );
  const plan = new Plan(source, changes);
  plan.module(planned, member(root, 'configuration', 'root_module'));
  return plan;
}

/** Whether a JSON file is a plan. */
export function isPlan(text: string): boolean {
  return /"(?:planned_values|resource_changes)"\s*:/.test(text) && /"format_version"\s*:/.test(text);
}

class Plan {
  readonly launches: Launch[] = [];
  readonly documents: Document[] = [];
  readonly #source: MappedText;
  readonly #path: string;
  readonly #unknown: ReadonlyMap<string, JsonNode | undefined>;

  constructor(source: MappedText, unknownByAddress: ReadonlyMap<string, JsonNode | undefined>) {
    this.#source = source;
    this.#path = source.map.at(0).path;
    this.#unknown = unknownByAddress;
  }

  module(module: JsonNode, configuration: JsonNode | undefined): void {
    const address = stringOf(member(module, 'address'));
    const configured = new Map(
      children(member(configuration, 'resources')).map(
        (resource) => [stringOf(member(resource, 'address')), member(resource, 'expressions')] as const,
      ),
    );
    for (const resource of children(member(module, 'resources')))
      this.#resource(resource, address === '' ? null : address, configured);
    for (const child of children(member(module, 'child_modules'))) {
      const name = /module\.([\w-]+)(?:\[[^\]]*\])?$/.exec(stringOf(member(child, 'address')))?.[1] ?? '';
      this.module(child, member(configuration, 'module_calls', name, 'module'));
    }
  }

  #resource(node: JsonNode, module: string | null, configured: ReadonlyMap<string, JsonNode | undefined>): void {
    const resource = stringOf(member(node, 'type'));
    const type = launchTypeOf(resource);
    if (type === undefined || stringOf(member(node, 'mode')) === 'data') return;
    const name = stringOf(member(node, 'name'));
    const address = stringOf(member(node, 'address'));
    const at: Location = { path: this.#path, start: node.offset, end: node.offset + node.length };
    const body = this.#body(member(node, 'values'), this.#unknown.get(address), configured.get(`${resource}.${name}`));
    const identity = (of: string): string => `plan:${this.#path}:${(module ?? '').replaceAll(/\[[^\]]*\]/g, '')}:${of}`;
    const found = readLaunches({
      type,
      body,
      scope: this.#scope(identity),
      at,
      header: { ...at, end: at.start + 1 },
      id: factId('launch', at),
      name: address.includes('[') ? `${name}${/\[[^\]]*\]$/.exec(address)?.[0] ?? ''}` : name,
      instance: module,
      identities: [
        identity(`${resource}.${name}`),
        ...[stringOf(member(node, 'values', 'id'))]
          .filter((id) => id !== '')
          .map((id) => `plan:${this.#path}:id:${id}`),
      ],
      evidence: [],
    });
    this.launches.push(...found.map((one) => one.launch));
    this.documents.push(...found.flatMap((one) => one.documents));
  }

  /** The planned values as arguments: known ones, those that a run will compute, and those that nobody says. */
  #body(values: JsonNode | undefined, open: JsonNode | undefined, configured: JsonNode | undefined): Body {
    const names = new Set([...keys(values), ...keys(open)]);
    return {
      blocks: [],
      attributes: new Map(
        [...names].map((name) => {
          const node = member(values, name);
          const place = node ?? values ?? open;
          return [
            name,
            {
              name,
              at: this.#at(place),
              value: this.#expression(node, member(open, name), member(configured, name), place),
            },
          ] as const;
        }),
      ),
    };
  }

  #expression(
    value: JsonNode | undefined,
    open: JsonNode | undefined,
    configured: JsonNode | undefined,
    place: JsonNode | undefined,
  ): Expression {
    const at = this.#at(value ?? place);
    if (open?.type === 'boolean' && open.value === true) {
      if (configured === undefined) return { kind: 'literal', at, value: null };
      const [reference = '(known after apply)'] = children(member(configured, 'references')).map(stringOf);
      return reference
        .split('.')
        .slice(1)
        .reduce<Expression>((of, name) => ({ kind: 'attribute', at, of, name }), {
          kind: 'variable',
          at,
          name: reference.split('.')[0] ?? '',
        });
    }
    switch (value?.type) {
      case 'array':
        return {
          kind: 'tuple',
          at,
          items: children(value).map((item, index) =>
            this.#expression(
              item,
              children(open)[index],
              configured?.type === 'array' ? children(configured)[index] : configured,
              value,
            ),
          ),
        };
      case 'object': {
        const names = new Set([...keys(value), ...keys(open)]);
        return {
          kind: 'object',
          at,
          entries: [...names].map((key) => ({
            key,
            keyAt: at,
            value: this.#expression(member(value, key), member(open, key), member(configured, key), value),
          })),
        };
      }
      case 'string':
        return {
          kind: 'template',
          at,
          parts:
            value.value === ''
              ? []
              : [{ kind: 'text', text: decodeJsonString(this.#source, value.offset, value.offset + value.length) }],
        };
      case 'number':
      case 'boolean':
        return { kind: 'literal', at, value: value.value as number | boolean };
      default:
        return { kind: 'literal', at, value: null };
    }
  }

  #scope(identity: (address: string) => string): Scope {
    return {
      functions: {
        instance: `plan:${this.#path}`,
        readFile: () => undefined,
        listFiles: () => [],
        parseTemplate: (text) => ({
          kind: 'template',
          at: text.map.range(0, text.text.length),
          parts: [{ kind: 'text', text }],
        }),
      },
      lookup: (root, names, at) => {
        const [name = '', ...path] = names;
        const isTemplate = launchTypeOf(root)?.role === 'template';
        return {
          value: unknown([root, ...names].join('.'), 'it is known only after the plan is applied', {
            at,
            ...(isTemplate ? { reference: { address: identity(`${root}.${name.replace(/\[.*$/, '')}`), path } } : {}),
          }),
          used: names.length,
        };
      },
    };
  }

  #at(node: JsonNode | undefined): Location {
    return { path: this.#path, start: node?.offset ?? 0, end: (node?.offset ?? 0) + (node?.length ?? 0) };
  }
}

function member(node: JsonNode | undefined, ...path: readonly string[]): JsonNode | undefined {
  let found = node;
  for (const name of path) {
    const property =
      found?.type === 'object' ? found.children?.find((one) => one.children?.[0]?.value === name) : undefined;
    found = property?.children?.[1];
  }
  return found;
}

function keys(node: JsonNode | undefined): readonly string[] {
  return node?.type === 'object' ? (node.children ?? []).map((property) => String(property.children?.[0]?.value)) : [];
}

function children(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.type === 'array' ? (node.children ?? []) : [];
}

function stringOf(node: JsonNode | undefined): string {
  return node?.type === 'string' ? String(node.value) : '';
}
