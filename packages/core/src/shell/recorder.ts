import type { Location } from '../document/offset-map.ts';
import { factId } from '../facts/analysis.ts';
import type { Evidence } from '../facts/evidence.ts';
import type { Request, RequestHeader, RequestVariant, TokenFlow } from '../facts/request.ts';
import { isTokenHeader, isTtlHeader } from '../imds/headers.ts';
import { targetOf } from '../imds/target.ts';
import { known, mergeChoices, render, type Choices, type Text } from '../text/text.ts';
import type { Evaluator } from './evaluator.ts';
import { otherCloudIn } from './other-clouds.ts';
import { emptinessIn, type State } from './state.ts';
import { NO_CHOICES, originOf, type Origin, type ShellHole } from './values.ts';

/** A request as a client's grammar reads it from a command line. */
export interface Sending {
  readonly client: string;
  readonly dropsHeader: boolean;
  readonly location: Location;
  readonly method: string | undefined;
  readonly url: Text;
  readonly headers: readonly RequestHeader[];
  readonly unreadHeaders?: string | undefined;
  readonly sdk?: RequestVariant['sdk'];
  readonly evidence?: readonly Evidence[];
}

interface Entry {
  readonly location: Location;
  readonly client: string;
  readonly variants: Map<string, RequestVariant>;
  /** Whether one of the ways is known to have to do with instance metadata. Where none is, the command is no request. */
  isOurs: boolean;
}

/** A request of the command that is being run, in one of the ways to read it. */
interface Pending {
  readonly sending: Sending;
  readonly variant: RequestVariant;
  readonly swallowed: State['swallowed'];
  readonly isOurs: boolean;
}

/** More ways to get to one request than this say nothing new. */
const MAX_VARIANTS = 64;

/** Keeps the requests that a script makes, by the place that makes them. */
export class Recorder {
  /** Off while functions are only run for what they leave behind. */
  isRecording = true;
  readonly #shell: Evaluator;
  readonly #entries = new Map<string, Entry>();
  readonly #origins: Origin[] = [];
  /** Requests of the command that is being run, in each way to read it. */
  #pending: Pending[] = [];

  constructor(shell: Evaluator) {
    this.#shell = shell;
  }

  origin(id: number): Origin | undefined {
    return this.#origins[id];
  }

  /** Notes that a client sends a request. What comes of it: the origin of the answer. Undefined when the paths taken contradict each other. */
  send(sending: Sending, state: State, choices: Choices): Origin | undefined {
    const merged = mergeAll([
      state.choices,
      choices,
      sending.url.choices,
      ...sending.headers.flatMap((header) => [header.name.choices, header.value.choices]),
    ]);
    if (merged === undefined) return undefined;
    const target = targetOf(sending.url);
    const isOurs = sending.headers.some((header) => hasName(header, isTokenHeader) || hasName(header, isTtlHeader));
    const isAsking = sending.method === 'PUT' && target.resource === 'token';
    const tokenHeaders = sending.headers.filter((header) => hasName(header, isTokenHeader));
    // Of several the one that is certainly sent decides.
    const tokenHeader =
      tokenHeaders.find((header) => emptinessIn(state, header.value) === 'not-empty') ?? tokenHeaders[0];
    const isNothing = target.service === 'other' || (target.service === 'stand-in' && !isOurs);
    const isMetadata = !isNothing && target.service !== 'other-cloud';
    const kind =
      isMetadata && (isAsking || (sending.method === 'PUT' && isOurs))
        ? 'token'
        : isMetadata && tokenHeader !== undefined
          ? 'data'
          : 'other';
    const origin: Origin = { id: this.#origins.length, kind, location: sending.location, client: sending.client };
    this.#origins.push(origin);
    if (isNothing) return origin;
    const fallback = this.#fallback(merged, state);
    const flow = tokenHeader === undefined ? undefined : tokenFlow(tokenHeader, sending, state);
    const headers =
      tokenHeader === undefined || flow === undefined
        ? sending.headers
        : sending.headers
            .filter((header) => header === tokenHeader || !tokenHeaders.includes(header))
            .map((header) => (header === tokenHeader ? (flow.header ?? header) : header));
    const isWithoutToken = tokenHeader === undefined || flow?.isDecidedEmpty === true;
    const variant: RequestVariant = {
      method: sending.method,
      url: sending.url,
      headers,
      ...(sending.unreadHeaders === undefined ? {} : { unreadHeaders: sending.unreadHeaders }),
      ...(flow === undefined ? {} : { token: flow.token }),
      ...(fallback !== undefined && isWithoutToken && target.resource !== 'token' ? { fallback } : {}),
      ...(sending.sdk === undefined ? {} : { sdk: sending.sdk }),
      ...this.#otherCloud(),
      evidence: sending.evidence ?? [],
    };
    // A URL that is not known may be any. It says something only beside a way in which it is known: `${URL:-http://…}`.
    this.#pending.push({
      sending,
      variant,
      swallowed: state.swallowed,
      isOurs: isOurs || target.service !== 'unknown',
    });
    return origin;
  }

  /** Ends one command: the ways to read it are compared. A value that is empty in one way and a token in another may be empty. */
  flush(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    if (!this.isRecording) return;
    const values = pending.flatMap(({ variant }) => variant.token?.values ?? []);
    const hasToken = values.some((value) => value.pieces.some((piece) => piece.kind === 'hole'));
    const origins = values.map(originOf).filter((origin) => origin !== undefined);
    for (const { sending, variant, swallowed, isOurs } of pending) {
      const handler = origins.map(({ id }) => swallowed.get(id)).find((evidence) => evidence !== undefined);
      this.#keep(sending, hasToken ? withDoubt(variant, handler) : variant, isOurs);
    }
  }

  /** The requests found, in the order in which they were met. */
  requests(): readonly Request[] {
    const { document } = this.#shell;
    const entries = [...this.#entries.values()].filter(({ isOurs }) => isOurs);
    return entries.map(({ location, client, variants }) => ({
      kind: 'request',
      id: factId('request', location),
      location,
      client,
      variants: [...variants.values()],
      launches: document.launches,
      runner: document.runner,
      role: document.role,
    }));
  }

  /** A name around the command that speaks of another cloud: of the file's last two folders and itself, of the functions being run. */
  #otherCloud(): Pick<RequestVariant, 'otherCloud'> {
    const { document, active } = this.#shell;
    const file = document.path.split('/').slice(-3).join('/');
    for (const name of [...active.map((definition) => definition.name), file]) {
      const cloud = otherCloudIn(name);
      if (cloud !== undefined)
        return {
          otherCloud: { cloud, evidence: { message: `"${name}" speaks of ${cloud}, and nothing here of EC2.` } },
        };
    }
    return {};
  }

  #keep(sending: Sending, variant: RequestVariant, isOurs: boolean): void {
    const key = `${sending.location.path}:${String(sending.location.start)}`;
    const entry = this.#entries.get(key) ?? {
      location: sending.location,
      client: sending.client,
      variants: new Map<string, RequestVariant>(),
      isOurs: false,
    };
    this.#entries.set(key, entry);
    entry.isOurs ||= isOurs;
    if (entry.variants.size < MAX_VARIANTS) entry.variants.set(variantKey(variant), variant);
  }

  /** Why there is no token on the paths that a value or a command stands on. */
  #fallback(choices: Choices, state: State): Evidence | undefined {
    for (const [branch, arm] of choices) {
      const meaning = this.#shell.meanings.get(`${branch}=${arm}`);
      if (meaning !== undefined) return meaning;
    }
    return state.withoutToken;
  }
}

function tokenFlow(
  header: RequestHeader,
  sending: Sending,
  state: State,
): { readonly token: TokenFlow; readonly header?: RequestHeader; readonly isDecidedEmpty: boolean } {
  const { value } = header;
  const is = emptinessIn(state, value);
  const origin = originOf(value);
  const { dropsHeader } = sending;
  if (is === 'not-empty' || origin === undefined)
    return { token: { values: [value], dropsHeader }, isDecidedEmpty: false };
  const swallowed = state.swallowed.get(origin.id);
  const mayBeEmpty: Evidence = {
    message: 'The token request may fail, and then the value is empty.',
    location: origin.location,
  };
  // Somebody who sees an empty text takes it for one that is always empty.
  const hole: ShellHole = {
    kind: 'hole',
    name: 'token',
    why: 'it is the answer of a token request, or empty',
    mayBeEmpty: true,
    origin,
  };
  const shown = is === 'empty' ? { ...header, value: { pieces: [hole], choices: value.choices } } : header;
  const isDecidedEmpty = is === 'empty' && state.withoutToken !== undefined && dropsHeader;
  return {
    token: { values: [shown.value], dropsHeader, mayBeEmpty, ...(swallowed === undefined ? {} : { swallowed }) },
    header: shown,
    isDecidedEmpty,
  };
}

/** A token header that is empty in this way of reading only. */
function withDoubt(variant: RequestVariant, handler: Evidence | undefined): RequestVariant {
  if (variant.token === undefined) return variant;
  const [value] = variant.token.values;
  if (value === undefined || known(value) !== '' || originOf(value) !== undefined) return variant;
  const hole: ShellHole = { kind: 'hole', name: 'token', why: 'it is a token, or empty', mayBeEmpty: true };
  const doubtful: Text = { pieces: [hole], choices: value.choices };
  return {
    ...variant,
    headers: variant.headers.map((header) =>
      hasName(header, isTokenHeader) ? { ...header, value: doubtful } : header,
    ),
    token: {
      ...variant.token,
      values: [doubtful],
      mayBeEmpty: { message: 'On one way to this command there is no token, and the value is empty.' },
      ...(handler === undefined ? {} : { swallowed: handler }),
    },
  };
}

function variantKey(variant: RequestVariant): string {
  const headers = variant.headers
    .map((header) => `${render(header.name)}:${render(header.value)}@${header.place}`)
    .join('\u0001');
  const { token } = variant;
  return [
    variant.method,
    render(variant.url),
    headers,
    variant.unreadHeaders,
    token?.mayBeEmpty !== undefined,
    token?.swallowed !== undefined,
    variant.fallback !== undefined,
    variant.sdk,
  ]
    .map(String)
    .join('\u0002');
}

function hasName(header: RequestHeader, test: (name: string) => boolean): boolean {
  const name = known(header.name);
  return header.place === 'headers' && name !== undefined && test(name);
}

function mergeAll(all: readonly Choices[]): Choices | undefined {
  let merged: Choices | undefined = NO_CHOICES;
  for (const choices of all) {
    if (merged === undefined) return undefined;
    merged = mergeChoices(merged, choices);
  }
  return merged;
}
