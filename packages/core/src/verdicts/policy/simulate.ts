import { CONDITION_KEYS, matchesPattern, readOperator, type ConditionKey } from '../../catalog/policies/index.ts';
import type { PolicyCondition, PolicyPatterns, PolicyStatement, PolicyWord } from '../../facts/policy.ts';
import { known, type Text } from '../../text/text.ts';

/** What a statement's conditions and patterns amount to, call by call. Undefined anywhere: a part of it is not known. */
export interface Meeting {
  /** Values of the key that the statement meets. */
  readonly values: readonly string[];
  /** Whether it meets a call that does not bring the key. */
  readonly silent: boolean;
  /** Whether it meets the other resources of the same call, which never bring the key: the whole call then. */
  readonly others: boolean;
}

/** Which calls a statement meets, by the values of one key; other keys are taken to hold, since they only narrow it. */
export function meets(statement: PolicyStatement, key: ConditionKey): Meeting | undefined {
  const holds = (value: string | undefined): boolean | undefined =>
    every(statement.conditions.map((condition) => conditionHolds(condition, key, value)));
  const values = key.values.map((value) => holds(value));
  const silent = holds(undefined);
  if (silent === undefined || values.includes(undefined)) return undefined;
  const resource = key.resource === undefined ? 'both' : reachOf(statement.resources);
  if (resource === undefined) return undefined;
  const reachesCarrier = resource === 'both' || resource === 'instances';
  return {
    values: reachesCarrier ? key.values.filter((_, index) => values[index] === true) : [],
    silent: reachesCarrier && silent,
    others: key.resource !== undefined && (resource === 'both' || resource === 'others') && silent,
  };
}

function conditionHolds(condition: PolicyCondition, key: ConditionKey, value: string | undefined): boolean | undefined {
  if (condition.key.toLowerCase() !== key.key.toLowerCase()) return true;
  const written = readOperator(condition.operator);
  if (written === undefined) return undefined;
  const { operator, ifExists, set } = written;
  const patterns = condition.values.map(({ text }) => known(text));
  if (patterns.includes(undefined)) return undefined;
  if (operator.family === 'null')
    return patterns.some((pattern) => (pattern?.toLowerCase() === 'true') === (value === undefined));
  if (value === undefined) return ifExists || set === 'all' || (operator.isNegated && set === undefined);
  const matches = patterns.some((pattern) => operator.compares(value, pattern ?? ''));
  return operator.isNegated ? !matches : matches;
}

/** Whether the patterns cover a call (`ec2:RunInstances`); undefined: that is not known. */
export function coversAction(actions: PolicyPatterns, action: string): boolean | undefined {
  const covers = some(
    actions.words.map(({ text }) => {
      const pattern = known(text)?.toLowerCase();
      // A call of any name (`*`) is covered by the pattern for all of them only.
      if (pattern === undefined) return undefined;
      return action === '*' ? pattern !== '' : matchesPattern(action.toLowerCase(), pattern);
    }),
  );
  return covers === undefined ? undefined : covers !== actions.isInverted || action === '*';
}

const INSTANCE = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0';

/** The other resources that every launch is authorised for (EC2 User Guide, "Example policies: Launch instances"). */
const OTHERS: readonly string[] = [
  'arn:aws:ec2:eu-west-1::image/ami-0123456789abcdef0',
  'arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-0123456789abcdef0',
  'arn:aws:ec2:eu-west-1:111122223333:network-interface/eni-0123456789abcdef0',
  'arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123456789abcdef0',
  'arn:aws:ec2:eu-west-1:111122223333:volume/vol-0123456789abcdef0',
];

type Reach = 'instances' | 'others' | 'both' | 'nothing';

/** Which resources of a launch the patterns reach; undefined: that is not known. */
function reachOf(resources: PolicyPatterns): Reach | undefined {
  // Policies that stand at a resource name none.
  if (resources.words.length === 0) return 'both';
  const reaches = (arn: string): boolean | undefined => {
    const reached = some(resources.words.map((word) => reachesArn(word, arn)));
    return reached === undefined ? undefined : reached !== resources.isInverted;
  };
  const instances = reaches(INSTANCE);
  const others = some(OTHERS.map(reaches));
  if (instances === undefined || others === undefined) return undefined;
  return instances ? (others ? 'both' : 'instances') : others ? 'others' : 'nothing';
}

/** Partition, Region and account may be anything that the pattern leaves open or that is not known: they do not decide what kind of resource is meant. */
function reachesArn({ text }: PolicyWord, arn: string): boolean | undefined {
  const pattern = withHoles(text);
  if (!pattern.includes(HOLE)) return matchesSomeArn(pattern, arn);
  const [, , , , , ...rest] = pattern.split(':');
  const resource = rest.join(':');
  if (rest.length === 0 || resource.split('/')[0]?.includes(HOLE) === true) return undefined;
  return matchesSomeArn(pattern.replaceAll(HOLE, '*'), arn);
}

function matchesSomeArn(pattern: string, arn: string): boolean {
  const fields = pattern.split(':');
  // A pattern for one Region, account or resource reaches such resources, if not all of them.
  if (fields.length >= 6 && fields[0] === 'arn') {
    const [, , service = '', region = '', account = '', ...rest] = fields;
    const [, , , sampleRegion, sampleAccount, ...sample] = arn.split(':');
    if (!matchesPattern('ec2', service)) return false;
    if ((region === '') !== (sampleRegion === '') || (account === '' && sampleAccount !== '')) return false;
    const [kind = '', name] = rest.join(':').split('/');
    const [sampleKind = ''] = sample.join(':').split('/');
    return matchesPattern(sampleKind, kind) ? name !== undefined || kind.endsWith('*') : matchesPattern(arn, pattern);
  }
  return matchesPattern(arn, pattern);
}

const HOLE = '\0';

function withHoles(text: Text): string {
  return text.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : HOLE)).join('');
}

function every(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(false)) return false;
  return values.includes(undefined) ? undefined : true;
}

function some(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(true)) return true;
  return values.includes(undefined) ? undefined : false;
}

/** The keys of the table that a statement's conditions compare. */
export function keysOf(statement: PolicyStatement): readonly ConditionKey[] {
  const written = new Set(statement.conditions.map(({ key }) => key.toLowerCase()));
  return CONDITION_KEYS.filter(({ key }) => written.has(key.toLowerCase()));
}
