import {
  UNSET,
  type DecidedBy,
  type Evidence,
  type InvalidOption,
  type Launch,
  type Location,
  type Setting,
  type TerraformOptions,
} from 'imdsv2-core';
import { parse as parseJson, type ParseError } from 'jsonc-parser';
import { attributeOf, evaluate, type Scope } from '../hcl/evaluate.ts';
import { toPartial } from '../hcl/partial-string.ts';
import { toNumber, toStringValue } from '../hcl/type.ts';
import { casesOf, firstUnknown, lift, NULL, number, string, textOf, unknown, type Value } from '../hcl/value.ts';
import type { Body } from '../hcl/syntax.ts';
import { blocksAlong, blockValue } from './block.ts';

/** What a launch says about metadata, and what of it AWS or the provider refuses or ignores. */
export interface Options extends Pick<Launch, 'tokens' | 'endpoint' | 'hopLimit' | 'ipv6'> {
  readonly invalid: readonly InvalidOption[];
}

export const NO_OPTIONS: Options = { tokens: UNSET, endpoint: UNSET, hopLimit: UNSET, ipv6: UNSET, invalid: [] };

/** Reads the options of a resource's body; `header` is where they would be said. */
export function readOptions(options: TerraformOptions, body: Body, scope: Scope, header: Location): Options {
  switch (options.kind) {
    case 'block':
      return options.ignored === undefined
        ? readBlock(options, blocksAlong(body, options.block, scope), header)
        : ignoredBlock(options.ignored, body, options.block, scope, header);
    case 'beanstalk-setting':
      return readBeanstalk(blockValue(body, 'setting', scope), header);
    case 'json':
      return readJson(options, body, scope, header);
  }
}

/** Options from the list of option blocks (none or one). */
export function readBlock(
  options: Extract<TerraformOptions, { kind: 'block' }>,
  blocks: Value,
  header: Location,
): Options {
  const invalid: InvalidOption[] = [];
  const argument = (name: string | undefined): Value =>
    name === undefined
      ? NULL
      : lift([blocks], ([list = NULL]) => {
          if (list.kind === 'unknown') return list;
          const block = list.kind === 'list' ? list.items[0] : list.kind === 'object' ? list : undefined;
          if (block === undefined || block.kind === 'null') return NULL;
          if (block.kind === 'object') return block.entries.has(name) ? attributeOf(block, name) : NULL;
          return attributeOf(block, name);
        });
  const place = blockPlace(blocks) ?? header;
  const tokens = argument(options.tokens);
  return {
    tokens:
      options.values === 'tokens'
        ? enumSetting(tokens, ['required', 'optional'], place, options.tokens, invalid)
        : versionSetting(tokens, place, options.tokens, invalid),
    endpoint: enumSetting(argument(options.endpoint), ['enabled', 'disabled'], place, options.endpoint ?? '', invalid),
    hopLimit: hopLimitSetting(argument(options.hopLimit), place, options.hopLimit ?? '', invalid),
    ipv6: enumSetting(argument(options.ipv6), ['enabled', 'disabled'], place, options.ipv6 ?? '', invalid),
    invalid,
  };
}

function blockPlace(blocks: Value): Location | undefined {
  for (const { value } of casesOf(blocks)) {
    const [block] = value.kind === 'list' ? value.items : [];
    if (block?.at !== undefined) return block.at;
  }
  return undefined;
}

function ignoredBlock(message: string, body: Body, type: string, scope: Scope, header: Location): Options {
  const blocks = blockValue(body, type, scope);
  const place = blockPlace(blocks);
  const unset = { state: 'unset', location: header } as const;
  return {
    tokens: unset,
    endpoint: unset,
    hopLimit: unset,
    ipv6: unset,
    invalid: place === undefined ? [] : [{ message, location: place }],
  };
}

/** A setting with one of two values; the first is the one that is wanted where values differ. */
function enumSetting<T extends string>(
  value: Value,
  allowed: readonly [T, T],
  unsetAt: Location,
  name: string,
  invalid: InvalidOption[],
): Setting<T> {
  const read = (one: Value): T | undefined => {
    const text = textOf(toStringValue(one));
    return allowed.find((candidate) => candidate === text);
  };
  return settingOf(value, read, unsetAt, allowed[0], (one) => {
    const text = textOf(toStringValue(one));
    if (text !== undefined)
      invalid.push({
        message: `${name} is "${text}"; AWS takes only ${allowed.map((word) => `"${word}"`).join(' and ')}.`,
        location: one.at ?? unsetAt,
      });
  });
}

/** "2" requires tokens, "1" serves both versions. */
function versionSetting(
  value: Value,
  unsetAt: Location,
  name: string,
  invalid: InvalidOption[],
): Setting<'required' | 'optional'> {
  const words = lift([value], ([one = NULL]) => {
    const text = textOf(toStringValue(one));
    const word = text === '2' ? 'required' : text === '1' ? 'optional' : text;
    return word === undefined
      ? one
      : {
          ...string(word),
          ...(one.at === undefined ? {} : { at: one.at }),
          ...(one.trail === undefined ? {} : { trail: one.trail }),
        };
  });
  const bad: InvalidOption[] = [];
  const setting = enumSetting(words, ['required', 'optional'], unsetAt, name, bad);
  if (bad.length > 0)
    invalid.push({ message: `${name} is neither "1" nor "2".`, location: bad[0]?.location ?? unsetAt });
  return setting;
}

export function hopLimitSetting(
  value: Value,
  unsetAt: Location,
  name: string,
  invalid: InvalidOption[],
): Setting<number> {
  const wrong = (one: Value): void => {
    const limit = toNumber(one);
    if (limit.kind === 'number')
      invalid.push({ message: `${name} is ${limit.value}; AWS takes 1 to 64.`, location: one.at ?? unsetAt });
  };
  const read = (one: Value): number | undefined => {
    const limit = toNumber(one);
    return limit.kind === 'number' && Number.isInteger(limit.value) && limit.value >= 1 && limit.value <= 64
      ? limit.value
      : undefined;
  };
  return settingOf(value, read, unsetAt, undefined, wrong);
}

/**
 * The setting that a value makes. Where it hangs on conditions: all cases good makes it good, all weak weak, and both
 * together unknown, naming the case that is weak.
 */
function settingOf<T>(
  value: Value,
  read: (value: Value) => T | undefined,
  unsetAt: Location,
  good: T | undefined,
  wrong: (value: Value) => void,
): Setting<T> {
  const evidence = evidenceOf(value);
  const location = value.at === undefined ? {} : { location: value.at };
  if (value.kind === 'null') return { state: 'unset', location: unsetAt, evidence };
  if (value.kind === 'unknown') {
    if (value.cases !== undefined) return settingOfCases(value, read, unsetAt, good, wrong);
    return { state: 'unknown', why: `${value.name}: ${value.why}`, ...location, evidence };
  }
  const found = read(value);
  if (found !== undefined) return { state: 'set', value: found, decidedBy: decidedBy(value), ...location, evidence };
  wrong(value);
  const open = firstUnknown(value);
  return {
    state: 'unknown',
    why: open === undefined ? 'its value is none that AWS takes' : `${open.name}: ${open.why}`,
    ...location,
    evidence,
  };
}

function settingOfCases<T>(
  value: Extract<Value, { kind: 'unknown' }>,
  read: (value: Value) => T | undefined,
  unsetAt: Location,
  good: T | undefined,
  wrong: (value: Value) => void,
): Setting<T> {
  // A case that Terraform itself would refuse does not happen.
  const possible = (value.cases ?? []).filter((one) => !(one.value.kind === 'unknown' && one.value.error === true));
  const settings = possible.map((one) => ({
    setting: settingOf(
      { ...one.value, trail: [...(one.value.trail ?? []), ...(value.trail ?? [])] },
      read,
      unsetAt,
      good,
      wrong,
    ),
    choices: one.choices,
  }));
  const [first] = settings;
  if (first === undefined) return { state: 'unknown', why: value.why };
  const weak = settings.find(
    ({ setting }) => setting.state === 'unset' || (setting.state === 'set' && setting.value !== good),
  );
  const open = settings.find(({ setting }) => setting.state === 'unknown');
  const same = settings.every(
    ({ setting }) =>
      setting.state === first.setting.state &&
      (setting.state !== 'set' || (first.setting.state === 'set' && setting.value === first.setting.value)),
  );
  if (same) return first.setting;
  if (
    good !== undefined &&
    open === undefined &&
    !settings.some(({ setting }) => setting.state === 'set' && setting.value === good)
  ) {
    return settings.find(({ setting }) => setting.state === 'set')?.setting ?? first.setting;
  }
  const conditions =
    weak === undefined || good === undefined
      ? ''
      : `; with ${[...weak.choices].map(([branch, arm]) => `${branch.slice(branch.indexOf('\0') + 1)} ${arm}`).join(' and ')} version 1 is allowed`;
  return {
    state: 'unknown',
    why: `${value.why}${conditions}`,
    ...(value.at === undefined ? {} : { location: value.at }),
    evidence: evidenceOf(value),
  };
}

export function evidenceOf(value: Value): readonly Evidence[] {
  return (value.trail ?? []).map(({ message, location }) =>
    location === undefined ? { message } : { message, location },
  );
}

function decidedBy(value: Value): DecidedBy {
  const fallback = value.trail?.find((step) => step.kind === 'variable-default');
  if (fallback === undefined) return 'self';
  return fallback.inModule === true ? 'module-default' : 'variable-default';
}

function readBeanstalk(settings: Value, header: Location): Options {
  const invalid: InvalidOption[] = [];
  const value = lift([settings], ([list = NULL]) => {
    if (list.kind !== 'list') return list;
    const field = (one: Value, name: string): string | undefined => {
      const found = one.kind === 'object' ? one.entries.get(name) : undefined;
      return found === undefined ? undefined : textOf(toStringValue(found));
    };
    const wanted = list.items
      .filter(
        (one) =>
          field(one, 'name') === 'DisableIMDSv1' &&
          (field(one, 'namespace') ?? 'aws:autoscaling:launchconfiguration') === 'aws:autoscaling:launchconfiguration',
      )
      .at(-1);
    if (wanted !== undefined) return attributeOf(wanted, 'value');
    const open = list.items.find((one) => one.kind === 'unknown' || field(one, 'name') === undefined);
    return open === undefined
      ? NULL
      : unknown('setting', 'the name of a setting is not known', open.at === undefined ? {} : { at: open.at });
  });
  const words = lift([value], ([one = NULL]) => {
    const text = textOf(toStringValue(one));
    const word = text === 'true' ? 'required' : text === 'false' ? 'optional' : text;
    return word === undefined
      ? one
      : {
          ...string(word),
          ...(one.at === undefined ? {} : { at: one.at }),
          ...(one.trail === undefined ? {} : { trail: one.trail }),
        };
  });
  return { ...NO_OPTIONS, tokens: enumSetting(words, ['required', 'optional'], header, 'DisableIMDSv1', []), invalid };
}

function readJson(
  options: Extract<TerraformOptions, { kind: 'json' }>,
  body: Body,
  scope: Scope,
  header: Location,
): Options {
  const attribute = body.attributes.get(options.argument);
  const invalid: InvalidOption[] = [];
  const place = attribute?.at ?? header;
  const value = attribute === undefined ? NULL : evaluate(attribute.value, scope);
  const at = (path: readonly string[]): Value =>
    lift([value], ([one = NULL]) => {
      if (one.kind !== 'string') return one;
      const errors: ParseError[] = [];
      let node = parseJson(toPartial(one).mapped.text, errors) as unknown;
      if (errors.length > 0) return unknown(options.argument, firstUnknown(one)?.why ?? 'it is no JSON', { at: place });
      for (const name of path)
        node = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[name] : undefined;
      if (node === undefined || node === null) return NULL;
      return {
        ...(typeof node === 'number' ? number(node) : string(typeof node === 'string' ? node : JSON.stringify(node))),
        at: one.at ?? place,
      };
    });
  // The words of EC2 mean nothing to EMR (facts/aws.md §1.1).
  const foreign = at([...options.path.slice(0, -1), 'HttpTokens']);
  if (textOf(foreign) !== undefined)
    invalid.push({
      message: `HttpTokens means nothing in ${options.path[0] ?? ''}, which has ${options.path.at(-1) ?? ''}.`,
      location: foreign.at ?? place,
    });
  return {
    ...NO_OPTIONS,
    tokens: versionSetting(at(options.path), place, options.path.at(-1) ?? '', invalid),
    hopLimit: hopLimitSetting(at(options.hopLimit), place, options.hopLimit.at(-1) ?? '', invalid),
    invalid,
  };
}
