import { concatAll, isTokenHeader, isTtlHeader, known, literal, targetOf, type Alternatives } from 'imdsv2-core';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { toTexts, type ObjectValue, type Value } from '../evaluation/value.ts';
import type { Call } from '../syntax/module.ts';
import { headersOf, methodsOf, option, type Draft, type HeaderSet } from './draft.ts';
import { Kind } from '../syntax/kind.ts';

/** Headers that only requests for instance metadata carry. */
const OUR_HEADER = /ec2-metadata-token/i;

/**
 * A request that a call describes in full and hands on: `send({params: {endpoint, path, headers: {'X-aws-ec2-metadata-token': token}}})`. What
 * the function does with it is out of reach, so only what the description itself settles counts: a token that is sent, or a token request.
 * Undefined: the call describes none.
 */
export function handedOn(call: Call, evaluator: Evaluator): Draft | undefined {
  if (call.type === Kind.NewExpression || call.callee.type === Kind.Super) return undefined;
  if (!call.arguments.some((argument) => OUR_HEADER.test(evaluator.module.textOf(argument)))) return undefined;
  for (const values of evaluator.args(call, ROOT)) {
    for (const value of values) {
      const draft = described(value, call, evaluator) ?? nested(value, call, evaluator);
      if (draft !== undefined) return draft;
    }
  }
  return undefined;
}

/** One level down: `{params: {…}}`, `{request: {…}}`. */
function nested(value: Value, call: Call, evaluator: Evaluator): Draft | undefined {
  if (value.kind !== 'object') return undefined;
  for (const entry of value.entries)
    for (const inner of entry.values()) {
      const draft = described(inner, call, evaluator);
      if (draft !== undefined) return draft;
    }
  return undefined;
}

function described(value: Value, call: Call, evaluator: Evaluator): Draft | undefined {
  if (value.kind !== 'object') return undefined;
  const headers = headersOf(option(value, evaluator, 'headers'));
  const methods = methodsOf(option(value, evaluator, 'method'), 'GET');
  const isTokenRequest = names(headers, isTtlHeader) && methods.every(({ name }) => name === 'PUT');
  if (!isTokenRequest && !names(headers, isTokenHeader)) return undefined;
  const url = urlOf(value, evaluator);
  const isOurs = url.some((one) => targetOf(one).service.startsWith('imds'));
  return isOurs ? { client: 'program-function', node: call, evaluator, url, methods, headers } : undefined;
}

function names(sets: readonly HeaderSet[], test: (name: string) => boolean): boolean {
  return (
    sets.length > 0 &&
    sets.every(({ headers }) => headers.some((header) => test((known(header.name) ?? '').toLowerCase())))
  );
}

function urlOf(options: ObjectValue, evaluator: Evaluator): Alternatives {
  const base = option(options, evaluator, 'url', 'uri', 'endpoint', 'origin', 'baseURL', 'baseUrl', 'hostname', 'host');
  const path = option(options, evaluator, 'path', 'pathname');
  return concatAll([toTexts(base ?? []), path === undefined ? [literal('')] : toTexts(path)]);
}
