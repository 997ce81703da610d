/**
 * The condition operators of IAM (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
 */
export type OperatorFamily = 'string' | 'number' | 'date' | 'bool' | 'binary' | 'ip' | 'arn' | 'null';

export interface Operator {
  readonly family: OperatorFamily;
  /** Whether it holds when no value compares as its positive twin asks. A missing key then holds too. */
  readonly isNegated: boolean;
  /** Whether a value of the request compares with one of the policy. */
  readonly compares: (value: string, pattern: string) => boolean;
}

const same = (value: string, pattern: string): boolean => value === pattern;
const sameWord = (value: string, pattern: string): boolean => value.toLowerCase() === pattern.toLowerCase();
const number =
  (compare: (a: number, b: number) => boolean) =>
  (value: string, pattern: string): boolean =>
    compare(Number(value), Number(pattern));
const never = (): boolean => false;

const positive = (family: OperatorFamily, compares: Operator['compares']): Operator => ({
  family,
  isNegated: false,
  compares,
});
const negated = (family: OperatorFamily, compares: Operator['compares']): Operator => ({
  family,
  isNegated: true,
  compares,
});

const OPERATORS: Readonly<Record<string, Operator>> = {
  stringequals: positive('string', same),
  stringnotequals: negated('string', same),
  stringequalsignorecase: positive('string', sameWord),
  stringnotequalsignorecase: negated('string', sameWord),
  stringlike: positive('string', matchesPattern),
  stringnotlike: negated('string', matchesPattern),
  numericequals: positive(
    'number',
    number((a, b) => a === b),
  ),
  numericnotequals: negated(
    'number',
    number((a, b) => a === b),
  ),
  numericlessthan: positive(
    'number',
    number((a, b) => a < b),
  ),
  numericlessthanequals: positive(
    'number',
    number((a, b) => a <= b),
  ),
  numericgreaterthan: positive(
    'number',
    number((a, b) => a > b),
  ),
  numericgreaterthanequals: positive(
    'number',
    number((a, b) => a >= b),
  ),
  dateequals: positive('date', never),
  datenotequals: negated('date', never),
  datelessthan: positive('date', never),
  datelessthanequals: positive('date', never),
  dategreaterthan: positive('date', never),
  dategreaterthanequals: positive('date', never),
  bool: positive('bool', never),
  binaryequals: positive('binary', never),
  ipaddress: positive('ip', never),
  notipaddress: negated('ip', never),
  arnequals: positive('arn', never),
  arnlike: positive('arn', never),
  arnnotequals: negated('arn', never),
  arnnotlike: negated('arn', never),
  null: positive('null', never),
};

export interface WrittenOperator {
  readonly operator: Operator;
  /** `…IfExists`: a missing key holds. */
  readonly ifExists: boolean;
  /** `ForAllValues:` holds for a missing key, `ForAnyValue:` does not. */
  readonly set: 'all' | 'any' | undefined;
}

/** Reads an operator with its prefix and suffix; undefined when there is none of that name. */
export function readOperator(written: string): WrittenOperator | undefined {
  const [, set, name = '', suffix] = /^(?:For(All|Any)Values?:)?(\w+?)(IfExists)?$/i.exec(written) ?? [];
  const operator = OPERATORS[name.toLowerCase()];
  if (operator === undefined || (operator.family === 'null' && suffix !== undefined)) return undefined;
  return {
    operator,
    ifExists: suffix !== undefined,
    set: set === undefined ? undefined : set.toLowerCase() === 'all' ? 'all' : 'any',
  };
}

/** Whether a value fits a pattern: `*` for any characters, `?` for one. Takes time in proportion to the two lengths. */
export function matchesPattern(value: string, pattern: string): boolean {
  let at = 0;
  let star: { readonly pattern: number; value: number } | undefined;
  for (let of = 0; at < value.length;) {
    if (pattern[of] === '*') {
      star = { pattern: of, value: at };
      of++;
    } else if (pattern[of] === '?' || (of < pattern.length && pattern[of] === value[at])) {
      of++;
      at++;
    } else if (star !== undefined) {
      star = { pattern: star.pattern, value: star.value + 1 };
      at = star.value;
      of = star.pattern + 1;
    } else {
      return false;
    }
    if (at === value.length) return /^\**$/.test(pattern.slice(of));
  }
  return /^\**$/.test(pattern);
}
