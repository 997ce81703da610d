import { factId } from '../facts/analysis.ts';
import type { Default, InvalidOption } from '../facts/launch.ts';
import type { Setting } from '../facts/setting.ts';
import { known, render } from '../text/text.ts';
import type { PolicyCarrier } from './statements.ts';
import { element, type PolicyValue } from './policy-value.ts';

/**
 * The default that a declarative policy for EC2 sets: `{ec2_attributes: {instance_metadata_defaults: {http_tokens: {"@@assign": "required"}}}}`
 * (Organizations User Guide, orgs_manage_policies_declarative_syntax). Undefined: the value says nothing of the kind.
 */
export function declarativeDefault(value: PolicyValue, carrier: PolicyCarrier): Default | undefined {
  const attributes = element(value, 'ec2_attributes');
  const block = element(attributes ?? value, 'instance_metadata_defaults');
  if (block === undefined) return undefined;
  const invalid: InvalidOption[] = [];
  if (attributes === undefined)
    invalid.push({
      message: 'instance_metadata_defaults stands beside ec2_attributes instead of in it; AWS refuses the policy.',
      help: `Write ${EXAMPLE}.`,
      location: block.location,
    });
  const settings = readAttributes(block, invalid);
  const tokens = settings.get('http_tokens');
  return {
    kind: 'default',
    id: factId('default', block.location, carrier.instance),
    location: block.location,
    ...carrier,
    scope: 'organisation',
    tokens: tokensOf(tokens, block),
    hopLimit: hopLimitOf(settings.get('http_put_response_hop_limit'), block),
    isEnforced: settings.get('http_tokens_enforced')?.word === 'enabled',
    evidence: [],
    ...(invalid.length === 0 ? {} : { invalid }),
  };
}

const EXAMPLE =
  '{"ec2_attributes": {"instance_metadata_defaults": {"http_tokens": {"@@assign": "required"}, "http_tokens_enforced": {"@@assign": "enabled"}}}}';

const SWITCH = ['enabled', 'disabled', 'no_preference'] as const;

/** What each attribute takes. */
const ATTRIBUTES: Readonly<Record<string, readonly string[] | 'hop limit'>> = {
  http_tokens: ['required', 'optional', 'no_preference'],
  http_put_response_hop_limit: 'hop limit',
  http_endpoint: SWITCH,
  instance_metadata_tags: SWITCH,
  http_tokens_enforced: SWITCH,
};

interface Assigned {
  readonly word: string | undefined;
  readonly value: PolicyValue;
}

function readAttributes(block: PolicyValue, invalid: InvalidOption[]): ReadonlyMap<string, Assigned> {
  const settings = new Map<string, Assigned>();
  if (block.kind !== 'map') return settings;
  for (const { key, value, location } of block.entries) {
    if (key.startsWith('@@')) continue;
    const takes = ATTRIBUTES[key];
    if (takes === undefined) {
      invalid.push({
        message: `${key} is no attribute of instance_metadata_defaults; AWS refuses the policy.`,
        help: `The attributes are ${Object.keys(ATTRIBUTES).join(', ')}.`,
        location,
      });
      continue;
    }
    if (value.kind === 'text') {
      invalid.push({
        message: `${key} takes its value under "@@assign"; written like this AWS refuses the policy.`,
        help: `Write {"${key}": {"@@assign": "${render(value.text)}"}}.`,
        location,
      });
      continue;
    }
    const assigned = element(value, '@@assign');
    if (assigned === undefined) continue;
    const word = assigned.kind === 'text' ? known(assigned.text) : undefined;
    settings.set(key, { word, value: assigned });
    if (word !== undefined && !isTaken(word, takes)) invalid.push(refused(key, word, takes, assigned));
  }
  return settings;
}

function isTaken(word: string, takes: readonly string[] | 'hop limit'): boolean {
  return takes === 'hop limit'
    ? word === '-1' || (/^\d+$/.test(word) && Number(word) >= 1 && Number(word) <= 64)
    : takes.includes(word);
}

function refused(
  key: string,
  word: string,
  takes: readonly string[] | 'hop limit',
  { location }: PolicyValue,
): InvalidOption {
  if (takes === 'hop limit')
    return {
      message: `${key} is 1 to 64, or -1 for no preference; "${word}" is refused.`,
      help: 'Write a number from 1 to 64.',
      location,
    };
  const words = takes.map((one) => `"${one}"`).join(', ');
  return word === 'no-preference'
    ? {
        message: `"no-preference" is how the API spells it; a declarative policy takes "no_preference", and AWS refuses this one.`,
        help: 'Write "no_preference".',
        location,
      }
    : { message: `${key} takes ${words}; "${word}" is refused.`, help: `Write one of ${words}.`, location };
}

function tokensOf(assigned: Assigned | undefined, block: PolicyValue): Default['tokens'] {
  if (assigned === undefined) return { state: 'unset', location: block.location };
  const { word, value } = assigned;
  if (word === 'required' || word === 'optional') return { state: 'set', value: word, location: value.location };
  if (word === 'no_preference') return { state: 'set', value: 'no-preference', location: value.location };
  return {
    state: 'unknown',
    why: word === undefined ? 'it is not written here' : `"${word}" is no value that AWS accepts`,
    location: value.location,
  };
}

function hopLimitOf(assigned: Assigned | undefined, block: PolicyValue): Setting<number> {
  const hops = Number(assigned?.word);
  return assigned === undefined || !Number.isInteger(hops) || hops < 1 || hops > 64
    ? { state: 'unset', location: block.location }
    : { state: 'set', value: hops, location: assigned.value.location };
}
