import { factId } from '../facts/analysis.ts';
import type { Platform } from '../facts/launch.ts';
import type { PolicyCondition, PolicyPatterns, PolicyStatement, PolicyWord } from '../facts/policy.ts';
import { known, render } from '../text/text.ts';
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
 * The statements about instance metadata anywhere in a value: a map with `Effect` and `Condition` is one, wherever it stands (a document, `PolicyDocument` of a
 * resource, `Statement` of a macro).
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
  const [effect, conditions] = [element(value, 'Effect'), element(value, 'Condition')];
  if (effect !== undefined && conditions !== undefined) {
    const statement = statementOf(
      {
        location: value.location,
        sid: wordOf(element(value, 'Sid')),
        effect,
        ...elementsOf(value),
        ...readConditions(conditions),
      },
      carrier,
      document,
    );
    return statement === undefined ? [] : [statement];
  }
  const inner = element(value, 'Statement') === undefined ? document : documentOf(value);
  return value.entries.flatMap((entry) => statementsBelow(entry.value, carrier, inner, depth + 1));
}

function documentOf({ location }: PolicyValue): string {
  return `${location.path}:${String(location.start)}`;
}

function elementsOf(value: PolicyValue): Pick<StatementParts, 'actions' | 'resources'> {
  return {
    actions: patternsOf(element(value, 'Action'), element(value, 'NotAction')),
    resources: patternsOf(element(value, 'Resource'), element(value, 'NotResource')),
  };
}

/** The parts of a statement, for languages that have their own way to write one. */
export interface StatementParts {
  readonly location: PolicyStatement['location'];
  readonly sid: string | undefined;
  readonly effect: PolicyValue | 'Allow' | 'Deny';
  readonly actions: PolicyPatterns | { readonly unread: string };
  readonly resources: PolicyPatterns | { readonly unread: string };
  readonly conditions: readonly PolicyCondition[];
  readonly unread?: string;
}

/** A statement of its parts; undefined when it has nothing to do with instance metadata. */
export function statementOf(
  parts: StatementParts,
  carrier: PolicyCarrier,
  document: string,
): PolicyStatement | undefined {
  const { location, sid, conditions } = parts;
  if (!concernsMetadata({ conditions })) return undefined;
  const effect = typeof parts.effect === 'string' ? parts.effect : effectOf(wordOf(parts.effect));
  const unread =
    parts.unread ??
    ('unread' in parts.actions ? parts.actions.unread : undefined) ??
    ('unread' in parts.resources ? parts.resources.unread : undefined);
  return {
    kind: 'policy-statement',
    id: factId('policy-statement', location, carrier.instance),
    location,
    ...carrier,
    name: [carrier.name, sid].filter((part) => part !== undefined && part !== '').join(' '),
    document,
    effect,
    actions: 'unread' in parts.actions ? NO_PATTERNS : parts.actions,
    resources: 'unread' in parts.resources ? NO_PATTERNS : parts.resources,
    conditions,
    ...(unread === undefined ? {} : { unread }),
    evidence: [],
  };
}

const NO_PATTERNS: PolicyPatterns = { words: [], isInverted: false };

function effectOf(word: string | undefined): PolicyStatement['effect'] {
  return word === 'Allow' || word === 'Deny' ? word : undefined;
}

/** `Action` and `NotAction`, or the same for resources. */
export function patternsOf(
  value: PolicyValue | undefined,
  inverted: PolicyValue | undefined,
): PolicyPatterns | { readonly unread: string } {
  const isInverted = value === undefined && inverted !== undefined;
  const words = wordsOf(isInverted ? inverted : value);
  return 'unread' in words ? words : { words, isInverted };
}

function wordsOf(value: PolicyValue | undefined): readonly PolicyWord[] | { readonly unread: string } {
  const items = itemsOf(value);
  const unknown = items.find((item) => item.kind === 'unknown');
  if (unknown?.kind === 'unknown') return { unread: unknown.why };
  return items.flatMap((item) => (item.kind === 'text' ? [{ text: item.text, location: item.location }] : []));
}

/** `Condition: {StringEquals: {key: value}}`. */
export function readConditions(value: PolicyValue): Pick<StatementParts, 'conditions' | 'unread'> {
  if (value.kind !== 'map') return { conditions: [], unread: value.kind === 'unknown' ? value.why : 'it is no map' };
  let unread: string | undefined;
  const conditions = value.entries.flatMap(({ key: operator, value: keys, location: whole }): PolicyCondition[] => {
    if (keys.kind !== 'map') {
      if (keys.kind === 'unknown') unread = keys.why;
      return [];
    }
    return keys.entries.flatMap(({ key, value: values, location }): PolicyCondition[] => {
      const words = wordsOf(values);
      if ('unread' in words) {
        unread = words.unread;
        return [{ operator, key, values: [], location }];
      }
      return [
        { operator, key, values: words, location: { ...location, start: Math.min(whole.start, location.start) } },
      ];
    });
  });
  return { conditions, ...(unread === undefined ? {} : { unread }) };
}

function wordOf(value: PolicyValue | undefined): string | undefined {
  return value?.kind === 'text' ? (known(value.text) ?? render(value.text)) : undefined;
}
