import { fileDocument, Program } from 'imdsv2-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyse } from './index.ts';

/** Parameters without a default: two words allowed, or anything. */
const CLOSED = ['P', 'Q'] as const;
const OPEN = ['S', 'T'] as const;
const WORDS = ['a', 'b'] as const;
/** For an open parameter: the words, and values that no template names; two, so that two parameters can be equal or not. */
const ANY = ['a', 'b', 'other one', 'other two'] as const;
type Assignment = Readonly<Record<string, string>>;

type Formula =
  | {
      readonly kind: 'equals';
      readonly left: string;
      readonly right: { readonly name: string } | { readonly word: string };
    }
  | { readonly kind: 'not'; readonly of: Formula }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Formula[] };

const names = fc.constantFrom(...CLOSED, ...OPEN);
const { formula } = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constant('equals' as const),
      left: names,
      right: fc.oneof(fc.record({ word: fc.constantFrom(...WORDS) }), fc.record({ name: names })),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('formula') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('formula'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

/** What stands in the place of the options: a leaf, or a choice. */
type Options =
  | { readonly tokens?: 'required' | 'optional'; readonly endpoint?: 'disabled' }
  | { readonly condition: number; readonly then: Options; readonly otherwise: Options };
const { options } = fc.letrec<{ options: Options }>((tie) => ({
  options: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Options>(
      { tokens: 'required' },
      { tokens: 'optional' },
      {},
      { endpoint: 'disabled' },
      { tokens: 'required', endpoint: 'disabled' },
    ),
    fc.record({ condition: fc.nat({ max: 2 }), then: tie('options'), otherwise: tie('options') }),
  ),
}));

test('the verdict equals brute force over all values of the parameters without default', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(fc.tuple(formula, formula, formula), options, (conditions, value) => {
      const template = {
        Parameters: {
          ...Object.fromEntries(CLOSED.map((name) => [name, { Type: 'String', AllowedValues: WORDS }])),
          ...Object.fromEntries(OPEN.map((name) => [name, { Type: 'String' }])),
        },
        Conditions: Object.fromEntries(conditions.map((each, index) => [`C${index}`, written(each)])),
        Resources: { Web: { Type: 'AWS::EC2::Instance', Properties: { MetadataOptions: optionsWritten(value) } } },
      };
      const { facts } = analyse([fileDocument('a.json', JSON.stringify(template), 'cloudformation')], {
        readFile: () => undefined,
        listDirectory: () => [],
        singleFile: false,
        variableFiles: [],
      });
      const program = new Program(facts);
      const { verdict } = program.launchJudgementOf(program.launches[0]!);
      const expected = bruteForce(conditions, value);
      seen.set(expected, (seen.get(expected) ?? 0) + 1);
      expect(family(verdict)).toBe(expected);
    }),
    { numRuns: 1500 },
  );
  // Each outcome was met.
  expect([...seen.keys()].sort()).toEqual(['strong', 'undecided', 'weak']);
});

function family(verdict: string): string {
  return verdict === 'required' || verdict === 'endpoint-disabled'
    ? 'strong'
    : verdict === 'undecided'
      ? 'undecided'
      : 'weak';
}

function bruteForce(conditions: readonly Formula[], value: Options): string {
  const outcomes = new Set<boolean>();
  for (const P of WORDS)
    for (const Q of WORDS)
      for (const S of ANY) for (const T of ANY) outcomes.add(isStrong(value, conditions, { P, Q, S, T }));
  return outcomes.size > 1 ? 'undecided' : outcomes.has(true) ? 'strong' : 'weak';
}

function isStrong(value: Options, conditions: readonly Formula[], assignment: Assignment): boolean {
  if ('condition' in value)
    return isStrong(
      holds(conditions[value.condition]!, assignment) ? value.then : value.otherwise,
      conditions,
      assignment,
    );
  return value.tokens === 'required' || value.endpoint === 'disabled';
}

function holds(formula: Formula, assignment: Assignment): boolean {
  switch (formula.kind) {
    case 'equals':
      return (
        assignment[formula.left] === ('word' in formula.right ? formula.right.word : assignment[formula.right.name])
      );
    case 'not':
      return !holds(formula.of, assignment);
    case 'and':
      return formula.of.every((each) => holds(each, assignment));
    case 'or':
      return formula.of.some((each) => holds(each, assignment));
  }
}

function written(formula: Formula): unknown {
  switch (formula.kind) {
    case 'equals':
      return {
        'Fn::Equals': [
          { Ref: formula.left },
          'word' in formula.right ? formula.right.word : { Ref: formula.right.name },
        ],
      };
    case 'not':
      return { 'Fn::Not': [written(formula.of)] };
    case 'and':
      return { 'Fn::And': formula.of.map(written) };
    case 'or':
      return { 'Fn::Or': formula.of.map(written) };
  }
}

function optionsWritten(value: Options): unknown {
  if ('condition' in value)
    return { 'Fn::If': [`C${value.condition}`, optionsWritten(value.then), optionsWritten(value.otherwise)] };
  return {
    ...(value.tokens === undefined ? {} : { HttpTokens: value.tokens }),
    ...(value.endpoint === undefined ? {} : { HttpEndpoint: value.endpoint }),
  };
}
