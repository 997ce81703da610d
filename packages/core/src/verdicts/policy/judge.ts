import {
  ACTIONS_WITHOUT_KEYS,
  conditionKey,
  CONDITION_KEYS,
  isMetadataKey,
  readOperator,
  type ConditionKey,
} from '../../catalog/policies/index.ts';
import type { Confidence } from '../../facts/evidence.ts';
import type { PolicyCondition, PolicyStatement, PolicyWord } from '../../facts/policy.ts';
import type { Location } from '../../document/offset-map.ts';
import { known, render } from '../../text/text.ts';
import { coversAction, keysOf, meets, type Meeting } from './simulate.ts';

/** What a statement amounts to. */
export interface PolicyJudgement {
  readonly problem?: PolicyProblem;
  /** What a deny that does its work enforces: a phrase each. */
  readonly enforces: readonly string[];
}

export interface PolicyProblem {
  /** What is wrong, then what the statement really does. Sentences. */
  readonly message: string;
  readonly help: string;
  readonly location: Location;
  readonly confidence: Confidence;
}

/** Whether a statement says something about instance metadata, or means to. */
export function concernsMetadata(statement: Pick<PolicyStatement, 'conditions'>): boolean {
  return statement.conditions.some(({ key }) => isMetadataKey(key));
}

/**
 * Judges a statement by what it does to calls with each value of its keys, not by how it looks. `document`: the statements of its document, itself included;
 * one may deny what another leaves open.
 */
export function judgePolicyStatement(
  statement: PolicyStatement,
  document: readonly PolicyStatement[] = [statement],
): PolicyJudgement {
  if (statement.effect === undefined || statement.unread !== undefined) return { enforces: [] };
  const problem =
    misspelt(statement) ??
    foreignCall(statement) ??
    joined(statement) ??
    first(keysOf(statement), (key) => misled(statement, key, document));
  if (problem !== undefined) return { problem, enforces: [] };
  return { enforces: keysOf(statement).flatMap((key) => enforced(statement, key)) };
}

/** Keys, operators and values that AWS does not know, or that never compare. */
function misspelt(statement: PolicyStatement): PolicyProblem | undefined {
  return first(
    statement.conditions.filter(({ key }) => isMetadataKey(key)),
    (condition) => {
      const key = conditionKey(condition.key);
      const help = (key ?? nearestKey(condition.key)).example;
      const wrong = (message: string, location = condition.location): PolicyProblem => ({
        message: `${message}${key === undefined ? '' : effectOf(statement, key)}`,
        help: `Write ${help}.`,
        location,
        confidence: 'high',
      });
      if (key === undefined)
        return wrong(
          `${condition.key} is no condition key: no call brings it, so ${readOperator(condition.operator)?.operator.isNegated === true ? 'the condition holds for every call' : 'the condition never holds'}.`,
        );
      const written = readOperator(condition.operator);
      if (written === undefined)
        return wrong(`${condition.operator} is no condition operator; AWS refuses the policy.`);
      const { family } = written.operator;
      if (family !== 'null' && family !== key.type)
        return wrong(
          key.type === 'number'
            ? `${key.key} is a number, and ${condition.operator} compares ${COMPARED[family]}.`
            : `${key.key} is a word (${key.values.join(' or ')}), and ${condition.operator} compares ${COMPARED[family]}.`,
        );
      const value = condition.values.find((word) => !isValue(word, condition, key));
      return value === undefined ? undefined : wrong(valueMessage(value, condition, key), value.location);
    },
  );
}

const COMPARED = {
  string: 'spelling',
  number: 'numbers',
  date: 'dates',
  bool: 'true and false',
  binary: 'bytes',
  ip: 'addresses',
  arn: 'ARNs',
  null: 'presence',
} as const;

function isValue({ text }: PolicyWord, condition: PolicyCondition, key: ConditionKey): boolean {
  const word = known(text);
  if (word === undefined) return true;
  const operator = readOperator(condition.operator)?.operator;
  if (operator?.family === 'null') return /^(?:true|false)$/i.test(word);
  if (key.type === 'number') return word.trim() !== '' && !Number.isNaN(Number(word));
  return key.values.some((value) => operator?.compares(value, word) === true);
}

function valueMessage({ text }: PolicyWord, condition: PolicyCondition, key: ConditionKey): string {
  const word = `"${render(text)}"`;
  if (readOperator(condition.operator)?.operator.family === 'null') return `Null takes true or false, not ${word}.`;
  if (key.type === 'number') return `${word} is no number, and ${key.key} is one.`;
  const spelt = key.values.find((value) => value.toLowerCase() === render(text).toLowerCase());
  return spelt === undefined
    ? `${key.key} is never ${word}: it is ${key.values.map((value) => `"${value}"`).join(' or ')}.`
    : `${key.key} is never ${word}: it is "${spelt}", and ${condition.operator} tells capitals apart.`;
}

/** Calls that never bring the key. */
function foreignCall(statement: PolicyStatement): PolicyProblem | undefined {
  return first(keysOf(statement), (key): PolicyProblem | undefined => {
    const covered = key.actions.map((action) => coversAction(statement.actions, action));
    if (covered.some((one) => one !== false) || statement.actions.isInverted) return undefined;
    const action = statement.actions.words.find(({ text }) => isForeign(known(text), key));
    if (action === undefined) return undefined;
    const name = render(action.text);
    const isSilentMet = meets({ ...statement, resources: { words: [], isInverted: false } }, key)?.silent;
    const call = ACTIONS_WITHOUT_KEYS.has(name.toLowerCase()) || (name.includes(':') && !isMissingLetter(name, key));
    return {
      message: call
        ? `${name} does not bring ${key.key}.${isSilentMet === true ? ` A missing key makes this condition hold, so the statement ${verbOf(statement)} all such calls.` : isSilentMet === false ? ' The condition never holds, so the statement does nothing.' : ''}`
        : `There is no call ${name}, so the statement does nothing.`,
      help: `Write ${key.example}.`,
      location: action.location,
      confidence: 'high',
    };
  });
}

function isForeign(action: string | undefined, key: ConditionKey): boolean {
  if (action === undefined) return false;
  const name = action.toLowerCase();
  if (isMissingLetter(name, key)) return true;
  if (name.includes('*') || name.includes('?')) return false;
  const [service] = key.key.split(':');
  // Calls of another service bring none of this one's keys; those for existing instances bring what the instance has.
  return (
    ACTIONS_WITHOUT_KEYS.has(name) || (/^(?:ec2|autoscaling):/.test(name) && !name.startsWith(`${service ?? ''}:`))
  );
}

/** `ec2:RunInstance`, `RunInstances`. */
function isMissingLetter(action: string, key: ConditionKey): boolean {
  const name = action.toLowerCase();
  return key.actions.some((known) => {
    const right = known.toLowerCase();
    return name !== right && right !== '*' && (`${name}s` === right || name === right.replace(/^\w+:/, ''));
  });
}

/** Options that are meant one by one, but have to be met together. */
function joined(statement: PolicyStatement): PolicyProblem | undefined {
  if (statement.effect !== 'Deny') return undefined;
  const keys = keysOf(statement).filter(({ key }) => /tokens$|hoplimit$|roledelivery$/i.test(key));
  const [one, other] = keys;
  if (one === undefined || other === undefined) return undefined;
  return {
    message: `${one.key} and ${other.key} stand in one statement, so it denies only ${one.calls} that meet both; what meets one of them passes.`,
    help: 'Write a statement for each key.',
    location:
      statement.conditions.find(({ key }) => key.toLowerCase() === other.key.toLowerCase())?.location ??
      statement.location,
    confidence: 'medium',
  };
}

/** Statements that are well spelt and do something else than they seem to. */
function misled(
  statement: PolicyStatement,
  key: ConditionKey,
  document: readonly PolicyStatement[],
): PolicyProblem | undefined {
  if (!key.actions.some((action) => coversAction(statement.actions, action) === true)) return undefined;
  const met = meets(statement, key);
  if (met === undefined) return undefined;
  const problem =
    statement.effect === 'Deny' ? misledDeny(statement, key, met, document) : misledAllow(statement, key, met);
  if (problem === undefined) return undefined;
  return {
    message: problem.message,
    help: `Write ${key.example}.`,
    location:
      (problem.isAboutResource === true
        ? statement.resources.words[0]?.location
        : statement.conditions.find((condition) => condition.key.toLowerCase() === key.key.toLowerCase())?.location) ??
      statement.location,
    confidence: problem.confidence ?? 'high',
  };
}

interface Misled {
  readonly message: string;
  readonly isAboutResource?: boolean;
  readonly confidence?: Confidence;
}

function misledDeny(
  statement: PolicyStatement,
  key: ConditionKey,
  met: Meeting,
  document: readonly PolicyStatement[],
): Misled | undefined {
  const { calls } = key;
  if (met.others)
    return {
      message: `A launch is checked for its image, subnet, volumes and network interfaces too, and those bring no ${key.key}: a missing key makes this condition hold, so it denies all ${calls}, those that require tokens too.`,
      isAboutResource: true,
    };
  const unwanted = key.values.filter((value) => !key.wanted.includes(value));
  const deniesUnwanted = unwanted.filter((value) => met.values.includes(value));
  const deniesWanted = key.wanted.filter((value) => met.values.includes(value));
  if (met.values.length === 0 && !met.silent)
    return statement.resources.words.length > 0 && key.resource !== undefined && !reachesInstances(statement, key)
      ? {
          message: `No resource here is an instance, and of all resources of a launch the instance alone brings ${key.key}: this denies nothing.`,
          isAboutResource: true,
        }
      : { message: `No ${calls} meet this condition: it denies nothing.` };
  if (met.values.length === key.values.length)
    return key.wanted.length === 0 && !met.silent
      ? undefined
      : {
          message: `All ${calls}${met.silent ? '' : ' that say anything'} meet this condition: it denies those ${sayings(key, key.wanted)} too.`,
        };
  if (deniesWanted.length > 0)
    return {
      message: `This denies ${calls} ${sayings(key, deniesWanted)}, and lets those pass ${sayings(key, unwanted.filter((value) => !deniesUnwanted.includes(value)).slice(0, 1))}.`,
    };
  if (met.silent && !key.isSilenceUnwanted && key.wanted.length > 0)
    return {
      message: `A missing key makes this condition hold, so it denies ${calls} ${key.silent} too.`,
      // For a change of metadata options that is strict, and may be meant.
      ...(key.key.startsWith('ec2:Attribute') ? { confidence: 'low' } : {}),
    };
  if (
    deniesUnwanted.length === 0 &&
    met.silent &&
    !othersDeny(statement, document, key, (other) => unwanted.every((value) => other.values.includes(value)))
  )
    return { message: `This denies ${calls} ${key.silent}, and lets those pass ${sayings(key, unwanted)}.` };
  if (
    deniesUnwanted.length > 0 &&
    !met.silent &&
    key.isSilenceUnwanted &&
    !othersDeny(statement, document, key, (other) => other.silent)
  )
    return {
      message: `This denies ${calls} ${sayings(key, deniesUnwanted)}; those ${key.silent} bring no ${key.key} and pass: the account's default and the image then decide.`,
      confidence: 'medium',
    };
  return undefined;
}

function misledAllow(statement: PolicyStatement, key: ConditionKey, met: Meeting): Misled | undefined {
  if (key.wanted.length === 0 || (key.type === 'number' && key.values.length > 2)) return undefined;
  const unwanted = key.values.filter((value) => !key.wanted.includes(value));
  const allowsWanted = key.wanted.some((value) => met.values.includes(value));
  const allowsUnwanted = unwanted.some((value) => met.values.includes(value));
  if (allowsUnwanted && !allowsWanted)
    return {
      message: `This allows ${key.calls} ${sayings(key, unwanted)}, and not those ${sayings(key, key.wanted)}: such a condition belongs to a "Deny".`,
    };
  if (allowsWanted && !allowsUnwanted && met.silent && key.isSilenceUnwanted && isOpenForMissing(statement, key))
    return {
      message: `A missing key makes this condition hold, so it allows ${key.calls} ${key.silent} too: the account's default and the image then decide.`,
      confidence: 'medium',
    };
  return undefined;
}

/** Whether it is the condition's operator that lets a missing key through. */
function isOpenForMissing(statement: PolicyStatement, key: ConditionKey): boolean {
  return statement.conditions.some(
    (condition) =>
      condition.key.toLowerCase() === key.key.toLowerCase() && readOperator(condition.operator)?.ifExists === true,
  );
}

/** Whether another deny of the document does what this one leaves open. */
function othersDeny(
  statement: PolicyStatement,
  document: readonly PolicyStatement[],
  key: ConditionKey,
  does: (meeting: Meeting) => boolean,
): boolean {
  return document.some((other) => {
    if (other === statement || other.effect !== 'Deny') return false;
    if (!key.actions.some((action) => coversAction(other.actions, action) === true)) return false;
    const met = keysOf(other).includes(key) ? meets(other, key) : undefined;
    return met !== undefined && does(met);
  });
}

function reachesInstances(statement: PolicyStatement, key: ConditionKey): boolean {
  const always = meets({ ...statement, conditions: [] }, key);
  return always === undefined || always.silent;
}

/** What a misspelt statement does all the same: a sentence after a blank, or nothing. */
function effectOf(statement: PolicyStatement, key: ConditionKey): string {
  const met = meets(statement, key);
  if (met === undefined || statement.effect === undefined) return '';
  const verb = verbOf(statement);
  if (met.others || (met.silent && met.values.length === key.values.length))
    return ` So this ${verb} all ${key.calls}.`;
  if (met.values.length === 0 && !met.silent) return ` So this ${verb} nothing.`;
  if (key.values.length > 2) return '';
  const meant = [...met.values.map(key.saying), ...(met.silent ? [key.silent] : [])];
  return ` So this ${verb} ${key.calls} ${meant.join(' or ')}.`;
}

function verbOf(statement: PolicyStatement): string {
  return statement.effect === 'Deny' ? 'denies' : 'allows';
}

/** "that say "optional" or that say nothing". */
function sayings(key: ConditionKey, values: readonly string[]): string {
  return values.map(key.saying).join(' or ');
}

/** What a deny enforces by one of its keys. */
function enforced(statement: PolicyStatement, key: ConditionKey): readonly string[] {
  if (statement.effect !== 'Deny' || !key.actions.some((action) => coversAction(statement.actions, action) === true))
    return [];
  const met = meets(statement, key);
  if (met === undefined || met.values.length === 0) return [];
  return [key.enforces(met.values)];
}

/** The key that is meant: the one whose last word is most like it. */
function nearestKey(written: string): ConditionKey {
  const word = written.toLowerCase();
  const found =
    CONDITION_KEYS.find(
      ({ key }) =>
        word.includes('hop') === /hop/i.test(key) &&
        word.includes('token') === /token/i.test(key) &&
        word.includes('endpoint') === /endpoint/i.test(key) &&
        word.includes('delivery') === /delivery/i.test(key),
    ) ?? CONDITION_KEYS[0];
  if (found === undefined) throw new Error('the table of condition keys is empty');
  return found;
}

function first<T, R>(items: readonly T[], read: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = read(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
