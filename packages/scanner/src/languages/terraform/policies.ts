import {
  embeddedDocument,
  fileDocument,
  type Fact,
  type Location,
  type PolicyCarrier,
  type PolicyValue,
  mayHoldPolicy,
} from 'imdsv2-core';
import { toPartial } from '../hcl/partial-string.ts';
import { casesOf, entriesOf, toText, type Value } from '../hcl/value.ts';
import { policyFacts, policyValue } from '../policies/index.ts';
import { readJson } from '../structured/index.ts';
import { argumentAt, blockValue, listItems } from './block.ts';
import type { ModuleInstance } from './instance.ts';
import type { Resource } from './module.ts';
import { holeOf } from './user-data.ts';

/** Policies about instance metadata: `aws_iam_policy_document`, and JSON in the arguments that take a policy (`jsonencode`, heredocs, `file`). */
export function policiesOf(resource: Resource, instance: ModuleInstance): readonly Fact[] {
  const { body } = resource.block;
  const carrier: PolicyCarrier = {
    platform: 'terraform',
    resource: resource.type,
    name: resource.name,
    instance: instance.path,
  };
  if (resource.mode === 'data')
    return resource.type === 'aws_iam_policy_document'
      ? policyFacts(valueOf(blockValue(body, 'statement', instance), resource.block.at), carrier)
      : [];
  if (!/^aws(?:cc)?_/.test(resource.type)) return [];
  return ARGUMENTS.flatMap((argument) => {
    // Anything else has a `content`: files, objects.
    if (argument === 'content' && !resource.type.endsWith('_policy')) return [];
    const [first = ''] = argument.split('.');
    if (!body.attributes.has(first) && !body.blocks.some((block) => block.type === first)) return [];
    return casesOf(argumentAt(body, argument, instance)).flatMap(({ value }) =>
      factsOfJson(value, carrier, resource.block.at),
    );
  });
}

/** Arguments of resources that take a policy as JSON. */
const ARGUMENTS: readonly string[] = [
  'policy',
  'content',
  'inline_policy',
  'inline_policy.policy',
  'policy_document',
  'assume_role_policy',
];

function factsOfJson(value: Value, carrier: PolicyCarrier, around: Location): readonly Fact[] {
  if (value.kind !== 'string') return [];
  const { mapped, holes } = toPartial(value);
  if (!mayHoldPolicy(mapped.text)) return [];
  const host = fileDocument(value.at?.path ?? '', '', 'terraform');
  const document = embeddedDocument(host, 'json', mapped, '', { holes: holes.map(holeOf) });
  const [root] = readJson(document).roots;
  return root === undefined ? [] : policyFacts(placed(policyValue(root, document), around), carrier);
}

/** What `jsonencode` writes itself stands nowhere: maps and lists stand where their parts do, and words that stand nowhere (numbers) where their neighbours do. */
function placed(value: PolicyValue, around: Location): PolicyValue {
  const location = placeOf(value) ?? around;
  const own = value.location.path === '' ? location : value.location;
  switch (value.kind) {
    case 'map':
      return {
        ...value,
        location: own,
        entries: value.entries.map((entry) => {
          const inner = placed(entry.value, location);
          return { ...entry, value: inner, location: entry.location.path === '' ? inner.location : entry.location };
        }),
      };
    case 'list':
      return { ...value, location: own, items: value.items.map((item) => placed(item, location)) };
    default:
      return { ...value, location: own };
  }
}

/** From the first part that stands in a file to the last one in the same file; undefined: none does. */
function placeOf(value: PolicyValue): Location | undefined {
  if (value.location.path !== '') return value.location;
  const parts =
    value.kind === 'map' ? value.entries.map((entry) => entry.value) : value.kind === 'list' ? value.items : [];
  const places = parts.flatMap((part) => placeOf(part) ?? []);
  const [first] = places;
  if (first === undefined) return undefined;
  const same = places.filter(({ path }) => path === first.path);
  return {
    path: first.path,
    start: Math.min(...same.map(({ start }) => start)),
    end: Math.max(...same.map(({ end }) => end)),
  };
}

/** `around`: the place of whatever says no place of its own. */
function valueOf(value: Value, around: Location): PolicyValue {
  const location = value.at ?? around;
  switch (value.kind) {
    case 'string':
      return { kind: 'text', text: toText(value), location };
    case 'bool':
    case 'number':
      return {
        kind: 'text',
        text: { pieces: [{ kind: 'literal', value: String(value.value) }], choices: new Map() },
        location,
      };
    case 'object':
      return {
        kind: 'map',
        location,
        entries: entriesOf(value).flatMap(([key, entry]) =>
          entry.kind === 'null' ? [] : [{ key, value: valueOf(entry, location), location: entry.at ?? location }],
        ),
      };
    case 'list':
      return { kind: 'list', location, items: value.items.map((item) => valueOf(item, location)) };
    case 'null':
      return { kind: 'unknown', why: 'it is null', location };
    case 'unknown': {
      const items = listItems(value);
      return items.length > 0
        ? { kind: 'list', location, items: items.map((item) => valueOf(item, location)) }
        : { kind: 'unknown', why: `${value.name}: ${value.why}`, location };
    }
  }
}
