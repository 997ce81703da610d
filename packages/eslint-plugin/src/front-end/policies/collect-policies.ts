import {
  declarativeDefault,
  known,
  mayHoldPolicy,
  policyStatements,
  type Default,
  type Location,
  type Platform,
  type PolicyCarrier,
  type PolicyEntry,
  type PolicyStatement,
  type PolicyValue,
} from 'imdsv2-core';
import { originOf } from '../clients/origin.ts';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { toText, type ObjectValue, type Value, type Values } from '../evaluation/value.ts';
import { lastName, type Call } from '../syntax/module.ts';
import { Kind } from '../syntax/kind.ts';

/** Calls that are handed a policy, by their names. */
const POLICY_CALLS = /polic(?:y|ies)|^(?:fromJson|stringify|jsonencode|Role)$/i;

/** The policies about instance metadata in a file: `PolicyStatement`, and objects in the shape of a policy that a call is handed. */
export function collectPolicies(evaluator: Evaluator): readonly (PolicyStatement | Default)[] {
  const { module } = evaluator;
  if (!mayHoldPolicy(module.text)) return [];
  return module.calls.flatMap((call) => {
    const name = lastName(call.callee) ?? '';
    if (!POLICY_CALLS.test(name) && !mayHoldPolicy(module.textOf(call))) return [];
    const carrier = carrierOf(call, name, evaluator);
    return evaluator.args(call, ROOT).flatMap((values) => {
      const value = policyValue(values, { path: module.path, start: call.range[0], end: call.range[1] }, 0);
      const set = declarativeDefault(contentOf(value), carrier);
      return [
        ...policyStatements(name === 'PolicyStatement' ? withEffect(value) : value, carrier),
        ...(set === undefined ? [] : [set]),
      ];
    });
  });
}

/** `content` of a policy's construct, or the value itself. */
function contentOf(value: PolicyValue): PolicyValue {
  return (value.kind === 'map' ? value.entries.find(({ key }) => key === 'content')?.value : undefined) ?? value;
}

/** CDK allows where nothing is said. */
function withEffect(value: PolicyValue): PolicyValue {
  if (value.kind !== 'map' || value.entries.some(({ key }) => /^effect$/i.test(key))) return value;
  const { location } = value;
  const effect: PolicyEntry = { key: 'Effect', value: wordValue('Allow', location), location };
  return { ...value, entries: [...value.entries, effect] };
}

function carrierOf(call: Call, name: string, evaluator: Evaluator): PolicyCarrier {
  const [callee] = call.callee.type === Kind.Super ? [] : evaluator.evaluate(call.callee);
  const origin = callee?.kind === 'reference' ? originOf(callee) : undefined;
  return {
    platform: platformOf(origin?.name ?? ''),
    resource: name === '' ? 'policy' : name,
    name: '',
    instance: null,
  };
}

function platformOf(module: string): Platform {
  if (module.includes('aws-cdk')) return 'cdk';
  if (module.startsWith('@pulumi')) return 'pulumi';
  return /^@?cdktf/.test(module) ? 'cdktf' : 'iam';
}

/** Deeper nesting than any policy has. */
const MAX_NESTING = 20;

/** `around`: the place of what says no place of its own. */
function policyValue(values: Values, around: Location, depth: number): PolicyValue {
  const [only, another] = values;
  if (only === undefined || another !== undefined || depth > MAX_NESTING)
    return { kind: 'unknown', why: 'it depends on a condition', location: around };
  switch (only.kind) {
    case 'object':
      return objectValue(only, depth);
    case 'array':
      return only.unread.length > 0
        ? { kind: 'unknown', why: only.unread[0]?.why ?? '', location: around }
        : { kind: 'list', items: only.items.map((item) => policyValue(item, around, depth + 1)), location: around };
    case 'string':
      return parsed(only, around) ?? { kind: 'text', text: only.text, location: around };
    case 'primitive':
      return wordValue(String(only.value), around);
    case 'reference': {
      const member = only.path.at(-1);
      if (member === 'DENY' || member === 'ALLOW') return wordValue(member === 'DENY' ? 'Deny' : 'Allow', around);
      return { kind: 'text', text: toText(only), location: around };
    }
    default:
      return { kind: 'unknown', why: only.kind === 'unknown' ? only.why : 'it is computed', location: around };
  }
}

function objectValue(object: ObjectValue, depth: number): PolicyValue {
  const location = placeOf(object.node, object.evaluator);
  const [unread] = object.unread;
  const entries = object.entries.flatMap((entry): PolicyEntry[] => {
    const key = known(entry.name);
    const place = placeOf(entry.node, entry.evaluator);
    return key === undefined ? [] : [{ key, value: policyValue(entry.values(), place, depth + 1), location: place }];
  });
  // What a spread adds may be another condition: then nothing is known of them all.
  return unread === undefined ? { kind: 'map', entries, location } : { kind: 'unknown', why: unread.why, location };
}

function placeOf({ range }: ObjectValue['node'], { module }: Evaluator): Location {
  return { path: module.path, start: range[0], end: range[1] };
}

function wordValue(value: string, location: Location): PolicyValue {
  return { kind: 'text', text: { pieces: [{ kind: 'literal', value }], choices: new Map() }, location };
}

/** A string that is a policy as JSON. */
function parsed(value: Extract<Value, { kind: 'string' }>, location: Location): PolicyValue | undefined {
  const text = known(value.text);
  if (text === undefined || !/^\s*\{/.test(text) || !mayHoldPolicy(text)) return undefined;
  try {
    return jsonValue(JSON.parse(text) as unknown, location);
  } catch {
    return undefined;
  }
}

function jsonValue(json: unknown, location: Location): PolicyValue {
  if (Array.isArray(json)) return { kind: 'list', items: json.map((item) => jsonValue(item, location)), location };
  if (typeof json !== 'object' || json === null) return wordValue(String(json), location);
  return {
    kind: 'map',
    location,
    entries: Object.entries(json).map(([key, value]) => ({ key, value: jsonValue(value, location), location })),
  };
}
