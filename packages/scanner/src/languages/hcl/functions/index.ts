import type { Location } from 'imdsv2-core';
import { failure, firstUnknown, isWhollyKnown, lift, unknown, type Value } from '../value.ts';
import { COLLECTION_FUNCTIONS } from './collection.ts';
import { ENCODING_FUNCTIONS } from './encoding.ts';
import { FILE_FUNCTIONS } from './file.ts';
import type { Call, FunctionContext, FunctionTable } from './function.ts';
import { NETWORK_FUNCTIONS } from './network.ts';
import { NUMBER_FUNCTIONS } from './number.ts';
import { STRING_FUNCTIONS } from './string.ts';
import { TYPE_FUNCTIONS } from './type.ts';

export type { FunctionContext } from './function.ts';

const FUNCTIONS: FunctionTable = {
  ...STRING_FUNCTIONS,
  ...COLLECTION_FUNCTIONS,
  ...ENCODING_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...NETWORK_FUNCTIONS,
  ...FILE_FUNCTIONS,
  ...TYPE_FUNCTIONS,
};

const TABLE: ReadonlyMap<string, FunctionTable[string]> = new Map(Object.entries(FUNCTIONS));

/** What a function gives. Not known for functions that only a run can answer (`timestamp`, `uuid`) and for those of providers. */
export function callFunction(
  name: string,
  args: readonly Value[],
  at: Location,
  context: FunctionContext & Pick<Call, 'evaluateTemplate'>,
): Value {
  const found = TABLE.get(name);
  if (found === undefined) return unknown(`${name}(…)`, `the function ${name} is not evaluated`, { at });
  const call: Call = { ...context, at, name };
  return lift(args, (values) => {
    if (found.takesUnknown !== true) {
      for (const value of values) {
        if (value.kind === 'unknown')
          return value.error === true ? value : unknown(`${name}(${value.name})`, value.why, { at: value.at ?? at });
        if (found.wholly === true && !isWhollyKnown(value)) {
          const part = firstUnknown(value);
          return unknown(`${name}(${part?.name ?? ''})`, part?.why ?? '', {
            at: part?.at ?? at,
            ...(part?.error === undefined ? {} : { error: part.error }),
          });
        }
      }
    }
    if (found.takesNull !== true && values.some((value) => value.kind === 'null'))
      return failure(`${name} takes no null`, at);
    const result = found.apply(values, call);
    return result.at === undefined && result.kind !== 'unknown' ? { ...result, at } : result;
  });
}
