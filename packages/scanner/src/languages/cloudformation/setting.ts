import type { DecidedBy, Evidence, InvalidOption, Location, MetadataSwitch, Setting } from 'imdsv2-core';
import { entryOf } from '../structured/index.ts';
import type { Evaluator } from './evaluate.ts';
import type { Scope } from './scope.ts';
import { locationOf, wordOf, type Parameter } from './template.ts';
import type { Value } from './value.ts';

/** The metadata options of one place in one world. */
export interface Options {
  readonly tokens: Setting<'required' | 'optional'>;
  readonly endpoint: Setting<'enabled' | 'disabled'>;
  readonly hopLimit: Setting<number>;
  readonly ipv6: Setting<'enabled' | 'disabled'>;
  readonly invalid: readonly InvalidOption[];
}

/** Reads the options of a place as its type spells them. `header`: the tightest place to say what is not said. */
export function readOptions(
  evaluator: Evaluator,
  place: Value,
  how: MetadataSwitch | undefined,
  header: Location,
): Options {
  const unset = { state: 'unset', location: header } as const;
  const nothing: Options = { tokens: unset, endpoint: unset, hopLimit: unset, ipv6: unset, invalid: [] };
  if (place.kind === 'unknown')
    return { ...nothing, tokens: { state: 'unknown', why: `${place.name}: ${place.why}`, location: place.location } };
  if (how === undefined) return nothing;
  const reader = new OptionReader(evaluator);
  switch (how.kind) {
    case 'options':
      return reader.options(evaluator.at(place, split(how.path)), how.endpoint, nothing);
    case 'minimum-version':
      return reader.minimumVersion(evaluator.at(place, split(how.path)), nothing);
    case 'disable':
      return {
        ...nothing,
        tokens: reader.setting(evaluator.at(place, split(how.path)), disables, unset, 'DisableIMDSV1'),
        invalid: reader.invalid,
      };
    case 'option-setting':
      return {
        ...nothing,
        tokens: reader.optionSetting(evaluator.at(place, split(how.path)), how.namespace, how.name, unset),
        invalid: reader.invalid,
      };
  }
}

export function split(path: string): readonly string[] {
  return path === '' ? [] : path.split('.');
}

/** The meaning of a word, or why AWS refuses it. */
type Meaning<T> = { readonly value: T } | { readonly refused: string };

const tokens = oneOf(['required', 'optional']);
const enabled = oneOf(['enabled', 'disabled']);

function oneOf<T extends string>(values: readonly T[]): (word: string) => Meaning<T> {
  return (word) => {
    const value = values.find((candidate) => candidate === word);
    return value === undefined ? { refused: `takes ${values.map((each) => `"${each}"`).join(' or ')}` } : { value };
  };
}

function hopLimit(word: string): Meaning<number> {
  const value = Number(word);
  return /^\d+$/.test(word) && value >= 1 && value <= 64 ? { value } : { refused: 'takes a whole number from 1 to 64' };
}

function minimumVersion(word: string): Meaning<'required' | 'optional'> {
  return word === '2' ? { value: 'required' } : word === '1' ? { value: 'optional' } : { refused: 'takes "1" or "2"' };
}

function disables(word: string): Meaning<'required' | 'optional'> {
  const lower = word.toLowerCase();
  return lower === 'true'
    ? { value: 'required' }
    : lower === 'false'
      ? { value: 'optional' }
      : { refused: 'takes true or false' };
}

class OptionReader {
  readonly invalid: InvalidOption[] = [];
  readonly #evaluator: Evaluator;

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  options(map: Value, hasEndpoint: boolean, nothing: Options): Options {
    if (map.kind === 'unknown' || map.kind === 'text' || map.kind === 'list')
      return { ...nothing, tokens: { state: 'unknown', why: this.#evaluator.whyUnknown(map), location: map.location } };
    if (map.kind === 'none') return nothing;
    const unset = { state: 'unset', location: this.#headerOf(map) } as const;
    const read = <T>(key: string, meaning: (word: string) => Meaning<T>): Setting<T> =>
      this.setting(this.#evaluator.get(map, key), meaning, unset, key);
    return {
      tokens: read('HttpTokens', tokens),
      endpoint: hasEndpoint ? read('HttpEndpoint', enabled) : nothing.endpoint,
      hopLimit: read('HttpPutResponseHopLimit', hopLimit),
      ipv6: hasEndpoint ? read('HttpProtocolIpv6', enabled) : nothing.ipv6,
      invalid: this.invalid,
    };
  }

  minimumVersion(map: Value, nothing: Options): Options {
    if (map.kind === 'unknown' || map.kind === 'text' || map.kind === 'list')
      return { ...nothing, tokens: { state: 'unknown', why: this.#evaluator.whyUnknown(map), location: map.location } };
    if (map.kind === 'none') return nothing;
    const unset = { state: 'unset', location: this.#headerOf(map) } as const;
    const ignored = entryOf(map.node, 'HttpTokens');
    if (ignored !== undefined) {
      this.invalid.push({
        message: 'HttpTokens means nothing here, and nothing comes of it.',
        help: 'Write MinimumInstanceMetadataServiceVersion: 2.',
        location: locationOf(map.scope.template.document, { start: ignored.key.start, end: ignored.value.end }),
      });
    }
    return {
      ...nothing,
      tokens: this.setting(
        this.#evaluator.get(map, 'MinimumInstanceMetadataServiceVersion'),
        minimumVersion,
        unset,
        'MinimumInstanceMetadataServiceVersion',
      ),
      hopLimit: this.setting(
        this.#evaluator.get(map, 'HttpPutResponseHopLimit'),
        hopLimit,
        unset,
        'HttpPutResponseHopLimit',
      ),
      invalid: this.invalid,
    };
  }

  optionSetting(list: Value, namespace: string, name: string, unset: Setting<never>): Setting<'required' | 'optional'> {
    if (list.kind === 'unknown')
      return { state: 'unknown', why: this.#evaluator.whyUnknown(list), location: list.location };
    for (const item of this.#evaluator.items(list)) {
      if (item.kind === 'unknown')
        return { state: 'unknown', why: this.#evaluator.whyUnknown(item), location: item.location };
      if (item.kind !== 'map') continue;
      const word = (key: string): string | undefined => this.#evaluator.known(this.#evaluator.get(item, key));
      if (word('Namespace') === namespace && word('OptionName') === name)
        return this.setting(this.#evaluator.get(item, 'Value'), disables, unset, name);
    }
    return unset;
  }

  /** One option, with the defaults that decided it. */
  setting<T>(value: Value, meaning: (word: string) => Meaning<T>, unset: Setting<never>, name: string): Setting<T> {
    if (value.kind === 'none') return unset;
    const { defaults } = this.#evaluator.world;
    const before = new Map(defaults);
    defaults.clear();
    const word = this.#evaluator.known(value);
    const used = new Map(defaults);
    for (const [parameter, scope] of before) defaults.set(parameter, scope);
    if (word === undefined)
      return { state: 'unknown', why: this.#evaluator.whyUnknown(value), location: value.location };
    if (PLACEHOLDER.test(word))
      return { state: 'unknown', why: `"${word}" is filled in elsewhere`, location: value.location };
    const read = meaning(name === 'HttpPutResponseHopLimit' ? word.trim() : word);
    if ('refused' in read) {
      this.invalid.push({ message: `${name} ${read.refused}; "${word}" is refused.`, location: value.location });
      return { state: 'unknown', why: `"${word}" is no value that AWS accepts for ${name}`, location: value.location };
    }
    const evidence = [...used].flatMap(([parameter, scope]) => defaultEvidence(parameter, scope));
    return {
      state: 'set',
      value: read.value,
      location: value.location,
      ...(evidence.length > 0 ? { evidence, decidedBy: 'variable-default' satisfies DecidedBy } : {}),
    };
  }

  #headerOf(map: Extract<Value, { kind: 'map' }>): Location {
    return map.location;
  }
}

/** What a template engine, the Serverless Framework or CloudFormation itself (`{{resolve:…}}`) puts in. */
const PLACEHOLDER = /\{\{|\{%|<%|\$\{|@@/;

/** How the default of a parameter decided something, with the other values that it may have. */
export function defaultEvidence(parameter: Parameter, scope: Scope): readonly Evidence[] {
  if (parameter.default?.kind !== 'scalar') return [];
  const standard = wordOf(parameter.default);
  const others = parameter.allowed.map(wordOf).filter((value) => value !== standard);
  const also =
    others.length === 0
      ? ''
      : `; it may also be ${others
          .slice(0, 4)
          .map((value) => `"${value}"`)
          .join(', ')}`;
  return [
    {
      message: `The parameter ${parameter.name} has the default "${standard}"${also}.`,
      location: locationOf(scope.template.document, parameter.default),
    },
  ];
}
