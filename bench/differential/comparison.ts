import {
  fileDocument,
  isTokenHeader,
  isTtlHeader,
  judgeRequest,
  known,
  render,
  type Analysis,
  type Document,
  type Request,
  type RequestVariant,
} from 'imdsv2-core';
import { analyseShell } from 'imdsv2-core/shell';
import { urlPattern } from '../url-pattern.ts';
import { requestsOf } from './curl-arguments.ts';
import type { Execution } from './execution.ts';
import type { Script } from './grammar.ts';

/** What the analyser says may be sent. */
interface Possible {
  readonly method: string | undefined;
  readonly url: RegExp;
  readonly ttl: boolean;
  /** Whether a token goes with it. */
  readonly token: boolean;
  readonly shown: string;
}

export interface Comparison {
  /** Requests that were sent and that the analyser does not know of. */
  readonly missed: readonly string[];
  /** Requests that the analyser says are possible, and that no run sent. */
  readonly invented: readonly string[];
  /** Requests that the analyser left open. */
  readonly undecided: readonly string[];
}

/** Compares what was sent with what the analyser says can be sent. */
export function compare(script: Script, execution: Execution): Comparison {
  const requests = requestsIn(script.text);
  const possible = requests.flatMap((request) => request.variants.flatMap(possibilities));
  const sent = execution.calls.flatMap(requestsOf).filter(({ url }) => /^(?:http:\/\/)?169\.254\.169\.254\//.test(url));
  const matches = (one: Possible, { method, url, headers }: (typeof sent)[number]): boolean =>
    (one.method === undefined || one.method === method) &&
    one.url.test(url) &&
    one.token === [...headers.keys()].some(isTokenHeader) &&
    one.ttl === [...headers.keys()].some(isTtlHeader);
  return {
    missed: distinct(
      sent
        .filter((each) => !possible.some((one) => matches(one, each)))
        .map(({ method, url, headers }) => `${method} ${url} with ${[...headers.keys()].join(', ') || 'no header'}`),
    ),
    invented: distinct(possible.filter((one) => !sent.some((each) => matches(one, each))).map(({ shown }) => shown)),
    undecided: requests.flatMap((request) =>
      judgeRequest(request)?.verdict === 'undecided' ? [renderRequest(request)] : [],
    ),
  };
}

/** Every request of a script and of the scripts in it. */
function requestsIn(text: string): readonly Request[] {
  const requests: Request[] = [];
  const documents: Document[] = [fileDocument('script.sh', text, 'shell')];
  for (let document = documents.shift(); document !== undefined; document = documents.shift()) {
    const { facts, documents: inside }: Analysis = analyseShell(document);
    for (const fact of facts) if (fact.kind === 'request') requests.push(fact);
    documents.push(...inside.filter(({ language }) => language === 'shell'));
  }
  return requests;
}

/** A value that may be empty makes two: curl drops a header without a value. */
function possibilities(variant: RequestVariant): readonly Possible[] {
  const headers = variant.headers.filter(({ place }) => place === 'headers');
  const ttl = headers.some(({ name }) => isTtlHeader(known(name) ?? ''));
  const token = headers.find(({ name }) => isTokenHeader(known(name) ?? ''));
  const url = urlPattern(variant.url);
  const make = (hasToken: boolean): Possible => ({
    method: variant.method,
    url,
    ttl,
    token: hasToken,
    shown: `${variant.method ?? 'unknown method'} ${render(variant.url)} ${hasToken ? 'with' : 'without'} a token${ttl ? ', with a life' : ''}`,
  });
  if (variant.unreadHeaders !== undefined) return [make(true), make(false)];
  if (token === undefined) return [make(false)];
  if (known(token.value)?.trim() === '') return [make(false)];
  // The way that is taken when there is no token: the header is written, and sends nothing.
  if (variant.fallback !== undefined) return [make(false)];
  if (variant.token?.mayBeEmpty !== undefined || variant.token?.swallowed !== undefined)
    return [make(true), make(false)];
  return [make(true)];
}

function renderRequest(request: Request): string {
  return `${request.client} at ${request.location.start}: ${request.variants.map(({ url }) => render(url)).join(' | ')}`;
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
