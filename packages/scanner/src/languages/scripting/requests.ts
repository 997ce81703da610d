import {
  factId,
  isTokenHeader,
  judgeRequest,
  known,
  knownPrefix,
  mergeChoices,
  render,
  type Choices,
  type Document,
  type Evidence,
  type Location,
  type Request,
  type RequestHeader,
  type RequestVariant,
  type Text,
  type TokenFlow,
} from 'imdsv2-core';
import type { Cell, State } from './state.ts';
import {
  describe,
  isFromTokenRequest,
  NO_CHOICES,
  textValue,
  toText,
  tuplesOf,
  withChoices,
  type Value,
  type ValueHole,
  type Values,
} from './values.ts';

/** What a client does with a header that has no proper value. Either is then no header at all: the request is one of version 1. */
export interface HeaderHabits {
  /** Drops a header whose value is nothing (None, $null). */
  readonly dropsNull: boolean;
}

/** One header, before it is known which of its values go together. */
export interface HeaderValues {
  readonly name: Values;
  readonly value: Values;
  /** UTF-16 offsets in the document's text. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

/** The headers of a call on one way to get there. */
export interface HeaderSet {
  readonly headers: readonly HeaderValues[];
  readonly choices: Choices;
  /** Why there may be more. */
  readonly unread?: string;
}

/** A call that sends a request. */
export interface Call {
  /** The whole call, in the document's text. */
  readonly start: number;
  readonly end: number;
  readonly client: string;
  readonly url: Values;
  /** Values are names of methods in any case. */
  readonly method: Values;
  readonly headers: readonly HeaderSet[];
  readonly habits: HeaderHabits;
  readonly sdk?: RequestVariant['sdk'];
  readonly evidence?: readonly Evidence[];
}

/** Which calls of a document send what: every way that leads to a call is a variant of its request. */
export class RequestLog {
  readonly #document: Document;
  readonly #requests = new Map<
    string,
    { readonly location: Location; readonly client: string; readonly variants: Map<string, RequestVariant> }
  >();
  /** Arms of branchings that are taken because there is no token, and why: a request without a token there is a decision to do without. */
  readonly #withoutToken = new Map<
    string,
    { readonly evidence: Evidence; readonly stillLacking: (() => boolean) | undefined }
  >();
  /** How many token requests were noted: a failure handler around one decides about tokens. */
  tokenRequests = 0;
  /** Above zero while the calls are those of a test that answers them itself. */
  muted = 0;

  constructor(document: Document) {
    this.#document = document;
  }

  /**
   * Says that arm `arm` of branching `branch` is taken for lack of a token. `stillLacking`: whether that is still so where it is asked; what was made in the arm stays
   * what it is, but a script may well get a token there (`if token is None: token = …`) and go on.
   */
  decidesWithoutToken(branch: string, arm: string, evidence: Evidence, stillLacking?: () => boolean): void {
    this.#withoutToken.set(`${branch}=${arm}`, { evidence, stillLacking });
  }

  /** Notes a call. Returns whether it asks for a token on some way. */
  add(call: Call, path: Choices): boolean {
    let asksForToken = false;
    const variants: { variant: RequestVariant; token: boolean }[] = [];
    const tuples = tuplesOf([call.url, call.method]) ?? tuplesOf([call.url.slice(0, 1), call.method.slice(0, 1)]) ?? [];
    for (const set of call.headers) {
      for (const { tuple, choices } of tuples) {
        const [url, method] = tuple;
        const merged = mergeAll(path, set.choices, choices);
        if (merged === undefined || url === undefined || method === undefined) continue;
        const made = mergeAll(set.choices, choices) ?? NO_CHOICES;
        for (const variant of this.#variants(call, url, method, set, merged, made)) {
          const token = isTokenRequest(variant);
          asksForToken ||= token;
          variants.push({ variant, token });
        }
      }
    }
    if (asksForToken) this.tokenRequests += 1;
    if (this.muted > 0) return asksForToken;
    for (const { variant } of variants) this.#note(call, variant);
    return asksForToken;
  }

  /** The requests that have to do with instance metadata. */
  facts(): readonly Request[] {
    return [...this.#requests.values()].flatMap(({ location, client, variants }) => {
      const request: Request = {
        kind: 'request',
        id: factId('request', location),
        location,
        client,
        variants: [...variants.values()],
        launches: this.#document.launches,
        runner: this.#document.runner,
        role: this.#document.role,
      };
      return judgeRequest(request) === undefined ? [] : [request];
    });
  }

  #note(call: Call, variant: RequestVariant): void {
    const location = this.#document.map.range(call.start, call.end);
    const key = `${factId('request', location)} ${call.client}`;
    const noted = this.#requests.get(key) ?? {
      location,
      client: call.client,
      variants: new Map<string, RequestVariant>(),
    };
    this.#requests.set(key, noted);
    if (noted.variants.size < MAX_VARIANTS) noted.variants.set(variantKey(variant), variant);
  }

  /** `choices`: all that lead here; `made`: those that what is sent was made on. */
  #variants(
    call: Call,
    url: Value,
    method: Value,
    set: HeaderSet,
    choices: Choices,
    made: Choices,
  ): readonly RequestVariant[] {
    const tuples = tuplesOf(set.headers.flatMap((header) => [header.name, header.value]));
    if (tuples === undefined) {
      return [this.#variant(call, url, method, [], choices, made, 'their values are too many to follow')];
    }
    return tuples.flatMap(({ tuple, choices: headerChoices }) => {
      const merged = mergeChoices(choices, headerChoices);
      if (merged === undefined) return [];
      const sent: SentHeader[] = [];
      set.headers.forEach((header, index) => {
        const name = tuple[index * 2];
        const value = tuple[index * 2 + 1];
        if (name !== undefined && value !== undefined) sent.push({ header, name, value });
      });
      return [this.#variant(call, url, method, sent, merged, mergeChoices(made, headerChoices) ?? made, set.unread)];
    });
  }

  #variant(
    call: Call,
    url: Value,
    method: Value,
    sent: readonly SentHeader[],
    choices: Choices,
    made: Choices,
    unread: string | undefined,
  ): RequestVariant {
    const headers: RequestHeader[] = [];
    let token: TokenFlow | undefined;
    const evidence: Evidence[] = [...(call.evidence ?? [])];
    for (const { header, name, value } of sent) {
      const nameText = toText(name);
      const isToken = isTokenHeader(known(nameText) ?? '');
      const place =
        header.start === undefined || header.end === undefined
          ? {}
          : { location: this.#document.map.range(header.start, header.end) };
      if (value.kind === 'null' && (value.absent === true || call.habits.dropsNull)) {
        if (isToken && value.absent !== true)
          evidence.push({
            message: 'The token header has no value here, and the client then sends no header.',
            ...place,
          });
        continue;
      }
      const valueText = toText(value);
      headers.push({ name: nameText, value: valueText, place: 'headers', ...place });
      if (isToken) token = tokenFlow(value, valueText, call.habits, place.location);
    }
    const methodName = known(toText(method))?.trim().toUpperCase();
    const base = {
      method: method.kind === 'unknown' || methodName === '' ? undefined : methodName,
      url: { ...toText(url), choices },
      headers,
      ...(unread === undefined ? {} : { unreadHeaders: unread }),
      ...(token === undefined ? {} : { token }),
      ...(call.sdk === undefined ? {} : { sdk: call.sdk }),
      evidence,
    } satisfies RequestVariant;
    const decision = token === undefined ? this.#decision(choices, made) : undefined;
    return decision === undefined || isTokenRequest(base) ? base : { ...base, fallback: decision };
  }

  /** The last such choice is the nearest to the request. */
  #decision(choices: Choices, made: Choices): Evidence | undefined {
    let last: Evidence | undefined;
    for (const [branch, arm] of choices) {
      const decision = this.#withoutToken.get(`${branch}=${arm}`);
      if (decision === undefined) continue;
      if (made.has(branch) || decision.stillLacking === undefined || decision.stillLacking()) last = decision.evidence;
    }
    return last;
  }
}

/** More ways to one call than these say nothing new. */
const MAX_VARIANTS = 48;

interface SentHeader {
  readonly header: HeaderValues;
  readonly name: Value;
  readonly value: Value;
}

/** No headers, on every way. */
export const NO_HEADERS: readonly HeaderSet[] = [{ headers: [], choices: NO_CHOICES }];

/** A dictionary as headers, one set per way to build it. Nothing (None, $null) is no headers; anything else may be any. */
export function headerSets(values: Values | undefined, state: State): readonly HeaderSet[] {
  if (values === undefined) return NO_HEADERS;
  return values.flatMap((value): HeaderSet[] => {
    if (value.kind === 'null') return [{ headers: [], choices: value.choices }];
    if (value.kind !== 'ref') return [{ headers: [], choices: value.choices, unread: `they are ${describe(value)}` }];
    return state.cells(value).flatMap(({ cell, choices }) => {
      const merged = mergeChoices(choices, value.choices);
      return merged === undefined ? [] : [{ ...headerSetOf(cell), choices: merged }];
    });
  });
}

/** The later of two entries with one name is the one sent. */
export function headerSetOf(cell: Cell): HeaderSet {
  const headers: HeaderValues[] = [];
  for (const entry of cell.entries)
    headers.push({ name: entry.key, value: entry.value, start: entry.start, end: entry.end });
  return { headers, choices: NO_CHOICES, ...(cell.open === undefined ? {} : { unread: cell.open }) };
}

/** Both sets of headers sent together, in every combination that can occur; headers of `later` replace those of `earlier` with the same name. */
export function joinHeaderSets(earlier: readonly HeaderSet[], later: readonly HeaderSet[]): readonly HeaderSet[] {
  return earlier.flatMap((a) =>
    later.flatMap((b): HeaderSet[] => {
      const choices = mergeChoices(a.choices, b.choices);
      if (choices === undefined) return [];
      const names = new Set(b.headers.map((header) => headerKey(header.name)));
      const unread = a.unread ?? b.unread;
      return [
        {
          headers: [...a.headers.filter((header) => !names.has(headerKey(header.name))), ...b.headers],
          choices,
          ...(unread === undefined ? {} : { unread }),
        },
      ];
    }),
  );
}

function headerKey(name: Values): string {
  return name.map((value) => render(toText(value)).toLowerCase()).join('\0');
}

function tokenFlow(value: Value, text: Text, habits: HeaderHabits, location: Location | undefined): TokenFlow {
  const maybe =
    text.pieces.length === 1
      ? text.pieces.find((piece): piece is ValueHole => piece.kind === 'hole' && piece.mayBeEmpty === true)
      : undefined;
  const dropsHeader = habits.dropsNull && maybe !== undefined && value.kind !== 'text';
  return {
    values: [text],
    dropsHeader,
    ...(dropsHeader
      ? {
          mayBeEmpty: {
            message: `${maybe.name} is nothing when the token request fails, and nobody looks; the client then sends no header.`,
            ...(location === undefined ? {} : { location }),
          },
        }
      : {}),
  };
}

function isTokenRequest(variant: RequestVariant): boolean {
  return variant.method === 'PUT' && /api\/token\/?$/.test(render(variant.url).replace(/[?#].*$/s, ''));
}

function variantKey(variant: RequestVariant): string {
  const headers = variant.headers.map((header) => `${render(header.name)}: ${render(header.value)}`);
  return [
    variant.method ?? '?',
    render(variant.url),
    ...headers,
    variant.unreadHeaders ?? '',
    variant.fallback?.message ?? '',
    variant.sdk ?? '',
    String(variant.token?.mayBeEmpty !== undefined),
  ].join('\n');
}

function mergeAll(...sets: readonly Choices[]): Choices | undefined {
  let merged: Choices | undefined = NO_CHOICES;
  for (const set of sets) {
    merged = mergeChoices(merged, set);
    if (merged === undefined) return undefined;
  }
  return merged;
}

/** The URL of a service and a path under it, as `urljoin` and `UriBuilder` make it. Only the simple case of an absolute reference or a known base is decided. */
export function resolveUrl(base: Values, reference: Values): Values {
  return (
    tuplesOf([base, reference])?.flatMap(({ tuple: [from, to], choices }) => {
      if (from === undefined || to === undefined) return [];
      const baseText = toText(from);
      const referenceText = toText(to);
      const start = knownPrefix(referenceText);
      if (/^[a-z][a-z\d+.-]*:\/\//i.test(start)) return withChoices(textValue(referenceText), choices) ?? [];
      const pieces = start.startsWith('/') ? originOf(baseText) : folderOf(baseText);
      return [{ kind: 'text' as const, pieces: [...pieces, ...referenceText.pieces], choices }];
    }) ?? base
  );
}

/** `http://host` of a URL whose beginning is known. */
function originOf(text: Text): Text['pieces'] {
  const whole = known(text);
  const origin = whole === undefined ? undefined : /^[a-z][a-z\d+.-]*:\/\/[^/]*/i.exec(whole)?.[0];
  return origin === undefined ? text.pieces : [{ kind: 'literal', value: origin }];
}

/** Everything up to the last slash, if the end is known. */
function folderOf(text: Text): Text['pieces'] {
  const whole = known(text);
  if (whole === undefined) return text.pieces;
  const path = /^([a-z][a-z\d+.-]*:\/\/[^/]*)(.*)$/is.exec(whole);
  if (path === null) return [{ kind: 'literal', value: whole.slice(0, whole.lastIndexOf('/') + 1) }];
  const folder = path[2] === '' ? '/' : (path[2] ?? '').slice(0, (path[2] ?? '').lastIndexOf('/') + 1);
  return [{ kind: 'literal', value: (path[1] ?? '') + folder }];
}

/** Whether a value is what a token request gave, or bears the name of a token: a condition on it is one on having a token. */
export function speaksOfToken(name: string, values: Values): boolean {
  return (
    values.some(isFromTokenRequest) ||
    (/tok(?:en)?\b|token/i.test(name) &&
      !/ur[il]|ttl|path|endpoint|header_?name|timeout|address|seconds|expir/i.test(name))
  );
}
