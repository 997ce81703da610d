import { targetOf } from 'imdsv2-core';
import type { TSESTree } from '@typescript-eslint/types';
import { isClient } from '../clients/table.ts';
import { originOf, type Origin } from '../clients/origin.ts';
import type { Evaluator } from '../evaluation/evaluator.ts';
import { toTexts } from '../evaluation/value.ts';
import { Kind } from '../syntax/kind.ts';

/** The one call inside a function of the file that sends what calls of the function ask for. */
export interface InnerCall {
  readonly call: TSESTree.CallExpression;
  readonly origin: Origin;
}

/**
 * Where a call of a function of the file sends its request, if that always goes to the metadata service, whoever calls: the place to
 * repair for all callers at once.
 */
export function innerCallOf(evaluator: Evaluator, call: TSESTree.CallExpression): InnerCall | undefined {
  const { module } = evaluator;
  const [fn, ...others] = evaluator
    .evaluate(call.callee)
    .flatMap((value) => (value.kind === 'function' && value.evaluator === evaluator ? [value.node] : []));
  if (fn === undefined || others.length > 0) return undefined;
  const clients = module.callsWithin(fn).flatMap((inner): InnerCall[] => {
    if (inner.type !== Kind.CallExpression) return [];
    const reference = evaluator
      .evaluate(inner.callee)
      .flatMap((value) => (value.kind === 'reference' && isClient(value) ? [value] : []))[0];
    return reference === undefined ? [] : [{ call: inner, origin: originOf(reference) }];
  });
  const [only, ...more] = clients;
  const [url] = only?.call.arguments ?? [];
  if (only === undefined || more.length > 0 || url === undefined || url.type === Kind.SpreadElement) return undefined;
  const targets = toTexts(evaluator.evaluate(url)).map((text) => targetOf(text).service);
  return targets.length > 0 && targets.every((service) => service === 'imds' || service === 'imds-address')
    ? only
    : undefined;
}
