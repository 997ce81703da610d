import {
  clientOf,
  emptiness,
  isTokenHeader,
  known,
  mergeChoices,
  type Choices,
  type Evidence,
  type Location,
  type RequestHeader,
  type RequestVariant,
  type TokenFlow,
} from 'imdsv2-core';
import type { Draft, Header, HeaderSet } from '../clients/draft.ts';
import { branchOf, guardsBetween } from '../evaluation/branches.ts';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { toText, toTexts, type Value } from '../evaluation/value.ts';
import { Kind } from '../syntax/kind.ts';
import { earlyExits } from './early-exits.ts';

/** Ways to one request that are looked at. */
const MAX_VARIANTS = 24;

/** What the drafts of one request may send: every combination that can occur, those of other branches with a token told as fallbacks. */
export function variantsOf(drafts: readonly Draft[], exits: Choices, evaluator: Evaluator): RequestVariant[] {
  const combinations = drafts.flatMap((draft) =>
    combinationsOf(draft, exits, evaluator).map((combination) => ({ ...combination, draft })),
  );
  return combinations.slice(0, MAX_VARIANTS).map(({ variant, choices, draft }) => {
    if (variant.headers.some((header) => isToken(header)) || variant.sdk !== undefined) return variant;
    // The same call with a token on the other arm of a branching: the program decides to go on without one.
    const twin = combinations.find(
      (other) =>
        other.variant.headers.some((header) => isToken(header)) &&
        (other.draft === draft || disagree(choices, other.choices)),
    );
    if (twin === undefined) return variant;
    const place = twin.variant.headers.find((header) => isToken(header))?.location;
    return {
      ...variant,
      fallback: {
        message: 'The token header is sent on one branch only; on the other the request goes on without it.',
        ...(place === undefined ? {} : { location: place }),
      },
    };
  });
}

interface Combination {
  readonly variant: RequestVariant;
  readonly choices: Choices;
}

/** What a draft may send: every URL, method and set of headers that can occur together. */
function combinationsOf(draft: Draft, exits: Choices, evaluator: Evaluator): readonly Combination[] {
  const combinations: Combination[] = [];
  for (const url of draft.url) {
    for (const method of draft.methods) {
      for (const set of draft.headers) {
        const choices = mergeAll([url.choices, method.choices, set.choices, exits]);
        if (choices === undefined || combinations.length >= MAX_VARIANTS) continue;
        combinations.push({
          choices,
          variant: variantOf(draft, { pieces: url.pieces, choices: url.choices }, method.name, set, evaluator),
        });
      }
    }
  }
  return combinations;
}

function variantOf(
  draft: Draft,
  url: RequestVariant['url'],
  method: string | undefined,
  set: HeaderSet,
  evaluator: Evaluator,
): RequestVariant {
  const headers = set.headers.flatMap((header) => headerOf(header, draft));
  const [unread] = set.unread;
  const tokenHeader = set.headers.find((header) => isTokenHeader(known(header.name) ?? ''));
  const token = tokenHeader === undefined ? undefined : tokenFlow(tokenHeader, draft, evaluator);
  return {
    method,
    url,
    headers,
    ...(unread === undefined ? {} : { unreadHeaders: unread.why }),
    ...(token === undefined ? {} : { token }),
    ...(draft.sdk === undefined ? {} : { sdk: draft.sdk }),
    evidence: (draft.notes ?? []).map((message) => ({ message })),
  };
}

function headerOf(header: Header, draft: Draft): RequestHeader[] {
  const value = header.values.find((one) => one.kind !== 'primitive' || one.value !== undefined) ?? header.values[0];
  if (value === undefined) return [];
  const drops = clientOf(draft.client).dropsHeader;
  const isNothing = value.kind === 'primitive' && (value.value === undefined || value.value === null);
  const text = isNothing && drops ? { pieces: [], choices: value.choices } : toText(value);
  const isPlaced = header.node.range[1] > 0;
  return [
    {
      name: header.name,
      value: text,
      place: header.place,
      ...(isPlaced
        ? { location: { path: header.evaluator.module.path, start: header.node.range[0], end: header.node.range[1] } }
        : {}),
    },
  ];
}

/** What is known of the token's value where it is sent. */
function tokenFlow(header: Header, draft: Draft, evaluator: Evaluator): TokenFlow {
  const drops = clientOf(draft.client).dropsHeader;
  const values = toTexts(header.values);
  const missing = header.values.filter(
    (value) => value.kind === 'primitive' && (value.value === undefined || value.value === null),
  );
  const [first] = missing;
  if (!drops || first === undefined || missing.length === header.values.length || isGuarded(header, draft, evaluator))
    return { values, dropsHeader: drops };
  const evidence: Evidence = {
    message: `The token can be ${String(first.kind === 'primitive' ? first.value : 'empty')} here, and ${clientOf(draft.client).name} then leaves the header out.`,
    location: locationOf(header),
  };
  if (missing.some(isSwallowed))
    return {
      values,
      dropsHeader: drops,
      mayBeEmpty: evidence,
      swallowed: {
        ...evidence,
        message: `A failed token request is caught, and the token is then ${String(first.kind === 'primitive' ? first.value : 'empty')}: ${clientOf(draft.client).name} leaves the header out.`,
      },
    };
  return { values, dropsHeader: drops, mayBeEmpty: evidence };
}

function locationOf(header: Header): Location {
  return { path: header.evaluator.module.path, start: header.node.range[0], end: header.node.range[1] };
}

function isSwallowed(value: Value): boolean {
  return (
    [...value.choices.keys()].some((key) => key.includes(':try@')) ||
    (value.kind === 'primitive' && value.value === null)
  );
}

/** Whether the variable that the header takes its value from is tested before. */
function isGuarded(header: Header, draft: Draft, evaluator: Evaluator): boolean {
  const value = header.node.type === Kind.Property ? header.node.value : undefined;
  if (value?.type !== Kind.Identifier) return false;
  const key = branchOf(evaluator.module, value).key;
  return (
    earlyExits(evaluator, draft.node).has(key) ||
    guardsBetween(evaluator, draft.node, undefined, ROOT).some((guard) => guard.branch.key === key) ||
    guardsBetween(evaluator, header.node, undefined, ROOT).some((guard) => guard.branch.key === key)
  );
}

export function isToken(header: RequestHeader): boolean {
  return header.place === 'headers' && isTokenHeader(known(header.name) ?? '') && emptiness(header.value) !== 'empty';
}

function disagree(a: Choices, b: Choices): boolean {
  return [...a].some(([key, arm]) => b.has(key) && b.get(key) !== arm);
}

function mergeAll(list: readonly Choices[]): Choices | undefined {
  let merged: Choices = new Map();
  for (const choices of list) {
    const next = mergeChoices(merged, choices);
    if (next === undefined) return undefined;
    merged = next;
  }
  return merged;
}
