import type { Evidence, Setting, TemplateReference } from 'imdsv2-core';
import type { Options } from './setting.ts';
import type { Outcome } from './world.ts';

/** What is read of one launch in one world. */
export interface Reading extends Options {
  readonly template?: TemplateReference;
  /** Defaults that decided conditions on the way here. */
  readonly evidence: readonly Evidence[];
}

/** The readings of all worlds as one: see DESIGN, *Verdict of a launch*: all required is required, all weak is weak, mixed is undecided. */
export function combine(outcomes: readonly Outcome<Reading>[]): Reading {
  const [first, ...others] = outcomes;
  if (first === undefined) throw new TypeError('A launch that exists in no world has no reading.');
  const readings = outcomes.map((outcome) => outcome.result);
  const { tokens, endpoint } = combineTokens(outcomes);
  const template = combineTemplates(outcomes);
  return {
    tokens,
    endpoint,
    hopLimit: same(outcomes, (reading) => reading.hopLimit),
    ipv6: same(outcomes, (reading) => reading.ipv6),
    invalid: uniqueByPlace(readings.flatMap((reading) => reading.invalid)),
    evidence:
      others.length === 0 ? first.result.evidence : uniqueEvidence(readings.flatMap((reading) => reading.evidence)),
    ...(template === undefined ? {} : { template }),
  };
}

/** `strong`: no version 1. `weak`: version 1 is allowed. `open`: nothing is said. */
type Strength = 'strong' | 'weak' | 'open' | 'unknown';

function strengthOf({ tokens, endpoint }: Reading): Strength {
  if (endpoint.state === 'set' && endpoint.value === 'disabled') return 'strong';
  if (tokens.state === 'set' && tokens.value === 'required') return 'strong';
  if (tokens.state === 'unknown' || endpoint.state === 'unknown') return 'unknown';
  return tokens.state === 'set' ? 'weak' : 'open';
}

function combineTokens(outcomes: readonly Outcome<Reading>[]): Pick<Options, 'tokens' | 'endpoint'> {
  const [first] = outcomes;
  if (first === undefined) throw new TypeError('There is no world.');
  const { tokens, endpoint } = first.result;
  if (outcomes.every(({ result }) => isSame(result.tokens, tokens) && isSame(result.endpoint, endpoint))) {
    return { tokens: withCombinations(tokens, outcomes.length), endpoint };
  }
  const strengths = outcomes.map(({ result }) => strengthOf(result));
  const place = outcomes.map(({ result }) => result.tokens.location).find((location) => location !== undefined);
  const nowhere = { state: 'unset', ...(place === undefined ? {} : { location: place }) } as const;
  if (strengths.every((strength) => strength === 'strong')) {
    const required = outcomes.find(({ result }) => result.tokens.state === 'set' && result.tokens.value === 'required');
    return { tokens: withCombinations(required?.result.tokens ?? tokens, outcomes.length), endpoint: nowhere };
  }
  const hasTemplate = outcomes.some(({ result }) => result.template !== undefined);
  if (strengths.every((strength) => strength === 'weak' || (strength === 'open' && !hasTemplate))) {
    const weak = outcomes[Math.max(strengths.indexOf('weak'), 0)] ?? first;
    return { tokens: withCombinations(weak.result.tokens, outcomes.length), endpoint: nowhere };
  }
  const weakest = outcomes[strengths.indexOf('weak')] ?? outcomes[strengths.indexOf('open')];
  const isMixed = weakest !== undefined && strengths.includes('strong');
  if (isMixed) {
    return {
      tokens: {
        state: 'unknown',
        why: `version 1 is allowed when ${weakest.world.describe()}, and not otherwise`,
        ...(weakest.result.tokens.location === undefined ? {} : { location: weakest.result.tokens.location }),
        evidence: weakest.result.evidence,
      },
      endpoint: nowhere,
    };
  }
  const unknown = outcomes[strengths.indexOf('unknown')];
  if (unknown !== undefined) {
    const { tokens: open, endpoint: switched } = unknown.result;
    return {
      tokens:
        open.state === 'unknown'
          ? open
          : switched.state === 'unknown'
            ? switched
            : { state: 'unknown', why: `it depends on ${unknown.world.describe()}` },
      endpoint: nowhere,
    };
  }
  return {
    tokens: {
      state: 'unknown',
      why: `it differs: nothing is said when ${weakest?.world.describe() ?? ''}, and the launch template decides then`,
    },
    endpoint: nowhere,
  };
}

function withCombinations<T>(setting: Setting<T>, count: number): Setting<T> {
  if (count === 1 || setting.state === 'unknown') return setting;
  return {
    ...setting,
    evidence: [
      ...(setting.evidence ?? []),
      { message: `It comes out the same in all ${String(count)} combinations of what the template leaves open.` },
    ],
  };
}

function isSame<T>(a: Setting<T>, b: Setting<T>): boolean {
  if (a.state !== b.state) return false;
  return a.state !== 'set' || b.state !== 'set' || a.value === b.value;
}

function same<T>(outcomes: readonly Outcome<Reading>[], pick: (reading: Reading) => Setting<T>): Setting<T> {
  const settings = outcomes.map(({ result }) => pick(result));
  const [first] = settings;
  if (first === undefined || settings.every((setting) => isSame(setting, first))) return first ?? { state: 'unset' };
  const unknown = settings.find((setting) => setting.state === 'unknown');
  return (
    unknown ?? {
      state: 'unknown',
      why: 'it depends on what the template leaves open',
      ...(first.location === undefined ? {} : { location: first.location }),
    }
  );
}

function combineTemplates(outcomes: readonly Outcome<Reading>[]): TemplateReference | undefined {
  const templates = outcomes.map(({ result }) => result.template);
  const [first] = templates;
  const key = (template: TemplateReference | undefined): string =>
    JSON.stringify([template?.identities, template?.version]);
  if (templates.every((template) => key(template) === key(first))) return first;
  const other = outcomes.find(({ result }) => key(result.template) !== key(first));
  const location = templates.find((template) => template?.location !== undefined)?.location;
  return {
    identities: [],
    why: `which one is used depends: another one, or none, when ${other?.world.describe() ?? ''}`,
    version: { kind: 'latest' },
    ...(location === undefined ? {} : { location }),
  };
}

function uniqueByPlace<T extends { readonly message: string; readonly location: { readonly start: number } }>(
  items: readonly T[],
): readonly T[] {
  return [...new Map(items.map((item) => [`${item.location.start}:${item.message}`, item])).values()];
}

function uniqueEvidence(evidence: readonly Evidence[]): readonly Evidence[] {
  return [...new Map(evidence.map((each) => [`${each.message}:${String(each.location?.start)}`, each])).values()];
}
