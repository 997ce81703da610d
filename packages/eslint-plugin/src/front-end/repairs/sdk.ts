import type { Edit } from 'imdsv2-core';
import { option } from '../clients/draft.ts';
import { originOf } from '../clients/origin.ts';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { unwrap, type Call, type Node } from '../syntax/module.ts';
import { setInArgument } from './objects.ts';
import { Kind } from '../syntax/kind.ts';

/** Switches version 1 off in the options that an SDK's client or credential provider is made with. */
export function repairSdk(evaluator: Evaluator, call: Call): readonly Edit[] | undefined {
  const maker = makerOf(evaluator, call);
  if (maker === undefined) return undefined;
  const [options] = evaluator.args(maker, ROOT)[0] ?? [];
  // Both cannot be: version 1 only, and no version 1.
  const isVersion1 = option(options, evaluator, 'disableFetchToken')?.some((value) => value.kind !== 'unknown');
  if (isVersion1 === true) return setInArgument(evaluator, maker, 0, { path: ['disableFetchToken'], value: 'false' });
  return setInArgument(evaluator, maker, 0, { path: ['ec2MetadataV1Disabled'], value: 'true' });
}

/** The call itself, or where the object was made whose method it calls. */
function makerOf(evaluator: Evaluator, call: Call): Call | undefined {
  const callee = unwrap(call.callee);
  if (call.type === Kind.NewExpression || callee.type === Kind.Identifier) return call;
  for (const value of evaluator.evaluate(call.callee)) {
    if (value.kind !== 'reference') continue;
    const made = originOf(value).made.at(-1);
    if (made === undefined) return call;
    const node: Node = made.node;
    if (made.evaluator === evaluator && (node.type === Kind.NewExpression || node.type === Kind.CallExpression))
      return node;
  }
  return undefined;
}
