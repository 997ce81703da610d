import { factId } from '../facts/analysis.ts';
import type { Platform } from '../facts/launch.ts';
import type { PolicyCondition, PolicyPatterns, PolicyStatement, PolicyWord } from '../facts/policy.ts';
import { known } from '../text/text.ts';
import { concernsMetadata } from '../verdicts/policy/judge.ts';
import { element, itemsOf, type PolicyValue } from './policy-value.ts';

/** What carries a policy document. */
export interface PolicyCarrier {
  readonly platform: Platform;
  readonly resource: string;
  readonly name: string;
  readonly instance: string | null;
}

/** Deeper nesting than any document has. */
const MAX_NESTING = 40;

/**
 * The statements about instance metadata anywhere in a value. A map with `Effect` and `Condition` is one, wherever it stands (a document, `PolicyDocument` of a
 * resource, `Statement` of a macro); so is one with a list of `{test, variable, values}`, which is how Terraform and Pulumi write conditions.
 */
export function policyStatements(value: PolicyValue, carrier: PolicyCarrier): readonly PolicyStatement[] {
  return statementsBelow(value, carrier, documentOf(value), 0);
}

function statementsBelow(
  value: PolicyValue,
  carrier: PolicyCarrier,
  document: string,
  depth: number,
): readonly PolicyStatement[] {
  if (depth > MAX_NESTING) return [];
  if (value.kind === 'list') return value.items.flatMap((item) => statementsBelow(item, carrier, document, depth + 1));
  if (value.kind !== 'map') return [];
  const effect = element(value, 'Effect');
  const conditions = readConditions(element(value, 'Condition', 'conditions'));
  if (conditions !== undefined && (effect !== undefined || conditions.isList)) {
    const statement = statementOf(value, effect, conditions, carrier, document);
    return statement === undefined ? [] : [statement];
  }
  const inner = element(value, 'Statement', 'statements') === undefined ? document : documentOf(value);
  return value.entries.flatMap((entry) => statementsBelow(entry.value, carrier, inner, depth + 1));
}

function documentOf({ location }: PolicyValue): string {
  return `${location.path}:${String(location.start)}`;
}

/** Undefined when it has nothing to do with instance metadata. */
function statementOf(
  value: PolicyValue,
  effect: PolicyValue | undefined,
  { conditions, unread }: Conditions,
  carrier: PolicyCarrier,
  document: string,
): PolicyStatement | undefined {
  if (!concernsMetadata({ conditions })) return undefined;
  const { location } = value;
  const actions = patternsOf(
    element(value, 'Action', 'actions'),
    element(value, 'NotAction', 'not_actions', 'notActions'),
  );
  const resources = patternsOf(
    element(value, 'Resource', 'resources'),
    element(value, 'NotResource', 'not_resources', 'notResources'),
  );
  const why = unread ?? whyUnread(actions) ?? whyUnread(resources);
  const sid = wordOf(element(value, 'Sid'));
  return {
    kind: 'policy-statement',
    id: factId('policy-statement', location, carrier.instance, sid ?? null),
    location,
    ...carrier,
    name: [carrier.name, sid].filter((part) => part !== undefined && part !== '').join(' '),
    document,
    // Without one Terraform, Pulumi and CDK allow.
    effect: effect === undefined ? 'Allow' : effectOf(wordOf(effect)),
    actions: 'unread' in actions ? NO_PATTERNS : actions,
    resources: 'unread' in resources ? NO_PATTERNS : resources,
    conditions,
    ...(why === undefined ? {} : { unread: why }),
    evidence: [],
  };
}

const NO_PATTERNS: PolicyPatterns = { words: [], isInverted: false };

function effectOf(word: string | undefined): PolicyStatement['effect'] {
  return word === 'Allow' || word === 'Deny' ? word : undefined;
}

/** `Action` and `NotAction`, or the same for resources. */
function patternsOf(value: PolicyValue | undefined, inverted: PolicyValue | undefined): PolicyPatterns | Unread {
  const isInverted = value === undefined && inverted !== undefined;
  const words = wordsOf(isInverted ? inverted : value);
  return 'unread' in words ? words : { words, isInverted };
}

interface Unread {
  readonly unread: string;
}

function whyUnread(patterns: PolicyPatterns | Unread): string | undefined {
  return 'unread' in patterns ? patterns.unread : undefined;
}

function wordsOf(value: PolicyValue | undefined): readonly PolicyWord[] | Unread {
  const items = itemsOf(value);
  const unknown = items.find((item) => item.kind === 'unknown');
  if (unknown?.kind === 'unknown') return { unread: unknown.why };
  return items.flatMap((item) => (item.kind === 'text' ? [{ text: item.text, location: item.location }] : []));
}

interface Conditions {
  readonly conditions: readonly PolicyCondition[];
  readonly isList: boolean;
  readonly unread?: string;
}

/** `{StringEquals: {key: value}}`, or a list of `{test: StringEquals, variable: key, values: [value]}`. */
function readConditions(value: PolicyValue | undefined): Conditions | undefined {
  if (value?.kind === 'list') return listedConditions(value.items);
  if (value?.kind !== 'map') return undefined;
  if (element(value, 'test') !== undefined) return listedConditions([value]);
  let unread: string | undefined;
  const conditions = value.entries.flatMap(({ key: operator, value: keys }): PolicyCondition[] => {
    if (keys.kind === 'unknown') unread = keys.why;
    if (keys.kind !== 'map') return [];
    return keys.entries.map(({ key, value: values, location }): PolicyCondition => {
      const words = wordsOf(values);
      if ('unread' in words) unread = words.unread;
      return { operator, key, values: 'unread' in words ? [] : words, location };
    });
  });
  return { conditions, isList: false, ...(unread === undefined ? {} : { unread }) };
}

function listedConditions(items: readonly PolicyValue[]): Conditions | undefined {
  let unread: string | undefined;
  const conditions = items.flatMap((item): PolicyCondition[] => {
    if (item.kind === 'unknown') unread = item.why;
    const [test, variable] = [wordOf(element(item, 'test')), wordOf(element(item, 'variable'))];
    if (test === undefined || variable === undefined) return [];
    const words = wordsOf(element(item, 'values'));
    if ('unread' in words) unread = words.unread;
    return [{ operator: test, key: variable, values: 'unread' in words ? [] : words, location: item.location }];
  });
  if (conditions.length === 0) return undefined;
  return { conditions, isList: true, ...(unread === undefined ? {} : { unread }) };
}

function wordOf(value: PolicyValue | undefined): string | undefined {
  return value?.kind === 'text' ? known(value.text) : undefined;
}
