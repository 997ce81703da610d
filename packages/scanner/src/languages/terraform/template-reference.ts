import type { Location, TemplateReference, TerraformLaunch, TerraformTemplate } from 'imdsv2-core';
import { evaluate, type Scope } from '../hcl/evaluate.ts';
import type { Body } from '../hcl/syntax.ts';
import { toStringValue } from '../hcl/type.ts';
import { casesOf, entryOf, textOf, type Value } from '../hcl/value.ts';
import { blockValue } from './block.ts';

/** A reference to a template as it is written; `address` is set when it goes to a resource of the same configuration. */
export interface FoundReference {
  readonly reference: TemplateReference;
  /** Identity of the template's resource, if that is known. */
  readonly address: string | undefined;
  readonly at: Location;
  readonly override: boolean;
}

/** Every template that a resource names: the main one first, then overrides. */
export function templateReferences(type: TerraformLaunch, body: Body, scope: Scope): readonly FoundReference[] {
  const found: FoundReference[] = [];
  for (const place of type.templates ?? []) {
    const places = place.blocks.length === 0 ? [argumentsOf(body, place, scope)] : blocksAt(body, place.blocks, scope);
    for (const block of places) {
      const reference = referenceOf(block, place, type);
      if (reference !== undefined)
        found.push({ ...reference, override: place.override === true || found.some((one) => !one.override) });
    }
  }
  return found;
}

interface Place {
  readonly entries: ReadonlyMap<string, Value>;
  readonly at: Location;
  /** Why it is not known whether, or how, the block is there. */
  readonly why?: string;
}

function argumentsOf(body: Body, place: TerraformTemplate, scope: Scope): Place {
  const entries = new Map<string, Value>();
  let at: Location = { path: '', start: 0, end: 0 };
  for (const name of [place.id, place.name, place.version]) {
    const attribute = name === undefined ? undefined : body.attributes.get(name);
    if (attribute === undefined || name === undefined) continue;
    entries.set(name, evaluate(attribute.value, scope));
    at = attribute.at;
  }
  return { entries, at };
}

/** The blocks at a path, whatever the conditions they hang on. */
function blocksAt(body: Body, path: readonly string[], scope: Scope): readonly Place[] {
  const [outer = '', ...rest] = path;
  let blocks = possibleBlocks(blockValue(body, outer, scope));
  for (const name of rest) {
    blocks = blocks.flatMap((block) => {
      const inner = block.entries.get(name);
      return inner === undefined ? [] : possibleBlocks(inner);
    });
  }
  return blocks;
}

function possibleBlocks(value: Value): readonly Place[] {
  const blocks = new Map<string, Place>();
  for (const { value: one } of casesOf(value)) {
    const items = one.kind === 'list' ? one.items : one.kind === 'object' ? [one] : [];
    for (const item of items) {
      if (item.kind !== 'object' || item.at === undefined) continue;
      const entries = new Map([...item.entries.keys()].map((key) => [key, entryOf(item, key) ?? item] as const));
      blocks.set(
        `${item.at.path}:${String(item.at.start)}:${[...entries].map(([key, entry]) => `${key}=${textOf(entry) ?? (entry.kind === 'unknown' ? entry.name : entry.kind)}`).join()}`,
        { entries, at: item.at },
      );
    }
  }
  return [...blocks.values()];
}

function referenceOf(
  place: Place,
  names: TerraformTemplate,
  type: TerraformLaunch,
): Omit<FoundReference, 'override'> | undefined {
  const id = names.id === undefined ? undefined : present(place.entries.get(names.id));
  const name = names.name === undefined ? undefined : present(place.entries.get(names.name));
  const value = id ?? name;
  if (value === undefined) return undefined;
  const targets = targetsOf(value, value === name, type);
  const version =
    names.version === undefined ? ({ kind: 'latest' } as const) : versionOf(place.entries.get(names.version));
  const [target] = targets.identities;
  return {
    at: place.at,
    address:
      targets.identities.length === 1 && target !== undefined && !target.startsWith('terraform:name:')
        ? target
        : undefined,
    reference: {
      identities: targets.identities,
      ...(targets.why === undefined ? {} : { why: targets.why }),
      location: value.at ?? place.at,
      version,
    },
  };
}

/** The value unless it is null or empty: then nothing is named. */
function present(value: Value | undefined): Value | undefined {
  if (
    value === undefined ||
    casesOf(value).every(({ value: one }) => one.kind === 'null' || (one.kind === 'string' && one.pieces.length === 0))
  )
    return undefined;
  return value;
}

function targetsOf(
  value: Value,
  isName: boolean,
  type: TerraformLaunch,
): { readonly identities: readonly string[]; readonly why?: string } {
  const identities = new Set<string>();
  let why: string | undefined;
  for (const { value: one } of casesOf(value)) {
    if (one.kind === 'null') continue;
    const text = textOf(toStringValue(one));
    if (one.kind === 'unknown' && one.reference !== undefined) identities.add(one.reference.address);
    else if (text !== undefined && text !== '' && isName) identities.add(nameIdentity(type, text));
    else if (text !== undefined && text !== '') why = `${text} is not in the files that were read`;
    else if (one.kind === 'unknown' && one.error !== true) why = `${one.name}: ${one.why}`;
    else if (one.kind === 'string' && text === undefined) why = 'its name is known in part only';
  }
  if (identities.size > 1) return { identities: [], why: 'it is one of several templates' };
  // With a template in one case and none that can be seen in another, nothing can be said.
  if (why !== undefined) return { identities: [], why };
  return { identities: [...identities], ...(identities.size === 0 ? { why: 'nothing names it' } : {}) };
}

/** How templates are known by name, for every reader of the account. */
export function nameIdentity(type: Pick<TerraformLaunch, 'resource'>, name: string): string {
  return `terraform:name:${type.resource === 'aws_emr_cluster' || type.resource === 'aws_emr_security_configuration' ? 'emr:' : ''}${name}`;
}

function versionOf(value: Value | undefined): TemplateReference['version'] {
  if (value === undefined) return { kind: 'default' };
  const kinds = casesOf(value).map(({ value: one }): TemplateReference['version'] => {
    if (one.kind === 'null') return { kind: 'default' };
    if (one.kind === 'unknown' && one.reference !== undefined) {
      const attribute = one.reference.path.at(-1);
      if (attribute === 'latest_version' || attribute === 'latest_version_number') return { kind: 'latest' };
      if (attribute === 'default_version' || attribute === 'default_version_number') return { kind: 'default' };
    }
    if (one.kind === 'unknown') return { kind: 'unknown', why: `${one.name}: ${one.why}` };
    const text = textOf(toStringValue(one));
    if (text === undefined) return { kind: 'unknown', why: 'it is known in part only' };
    if (text === '$Latest') return { kind: 'latest' };
    return text === '$Default' || text === '' ? { kind: 'default' } : { kind: 'literal', value: text };
  });
  // Of several, the one that promises least.
  const order = ['unknown', 'literal', 'default', 'latest'] as const;
  return kinds.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0] ?? { kind: 'default' };
}
