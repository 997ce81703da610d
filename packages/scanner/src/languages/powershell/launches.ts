import {
  factId,
  known,
  NO_USER_DATA,
  POWERSHELL_LAUNCHES,
  UNSET,
  type Default,
  type InvalidOption,
  type Launch,
  type Location,
  type PowerShellLaunch,
  type Setting,
  type TemplateReference,
  type UserData,
} from 'imdsv2-core';
import { textDocument } from '../scripting/embedded.ts';
import type { SyntaxNode } from '../scripting/syntax.ts';
import { describe, knownText, toText, truth, unknown, type Values } from '../scripting/values.ts';
import type { Word } from './arguments.ts';
import { shown, type Interpreter } from './interpreter.ts';

const CMDLETS: ReadonlyMap<string, PowerShellLaunch> = new Map(
  POWERSHELL_LAUNCHES.map((launch) => [launch.resource.toLowerCase(), launch]),
);

/** Runs a cmdlet of the AWS Tools that launches instances or sets a default; undefined for any other command. */
export function runLaunch(
  interpreter: Interpreter,
  name: string,
  words: readonly Word[],
  place: { readonly start: number; readonly end: number },
  nameNode: SyntaxNode,
): Values | undefined {
  const type = CMDLETS.get(name);
  if (type === undefined) return undefined;
  const { machine, document } = interpreter;
  if (machine.state.alive) {
    const command = new Options(interpreter, words, document.map.range(nameNode.start, nameNode.end));
    const location = document.map.range(place.start, place.end);
    const fact =
      type.role === 'account' || type.role === 'ami'
        ? defaultFact(type, command, location)
        : launchFact(interpreter, type, command, location, place);
    if (fact !== undefined) machine.facts.push(fact);
  }
  return unknown(shown(interpreter, place), 'it is what AWS answers');
}

interface Option {
  readonly values: Values;
  readonly location: Location;
}

/** The parameters of one cmdlet, by name without case and plural; what is spread into it counts. */
class Options {
  readonly header: Location;
  /** Why there may be more parameters than those found. */
  readonly open: string | undefined;
  readonly #interpreter: Interpreter;
  readonly #found = new Map<string, Option>();

  constructor(interpreter: Interpreter, words: readonly Word[], header: Location) {
    this.header = header;
    this.#interpreter = interpreter;
    const { map } = interpreter.document;
    let open: string | undefined;
    words.forEach((word, index) => {
      const next = words[index + 1];
      if (word.parameter !== undefined) {
        const takes = next !== undefined && next.parameter === undefined && next.splatted !== true;
        this.#found.set(singular(word.parameter), {
          values: takes ? next.values : [{ kind: 'boolean', value: true, choices: new Map() }],
          location: map.range(word.start, takes ? next.end : word.end),
        });
      } else if (word.splatted === true) {
        const [only] = word.values;
        const cell =
          only?.kind === 'ref' && word.values.length === 1 ? interpreter.machine.state.cellOf(only) : undefined;
        if (cell === undefined || cell.open !== undefined) open = 'parameters that are not known are spread into it';
        for (const entry of cell?.entries ?? []) {
          const key = knownText(entry.key);
          if (key === undefined) open = 'parameters that are not known are spread into it';
          else
            this.#found.set(singular(key), {
              values: entry.value,
              location: map.range(entry.start ?? word.start, entry.end ?? word.end),
            });
        }
      }
    });
    this.open = open;
  }

  /** A parameter; its members follow dots (`LaunchTemplateData.MetadataOptions.HttpTokens`). `unknown`: something on the way is not known. */
  get(name: string): Option | { readonly unknown: string; readonly location: Location } | undefined {
    const [first = '', ...members] = name.split('.');
    let option = this.#found.get(singular(first));
    for (const member of members) {
      if (option === undefined) return undefined;
      const { location } = option;
      const [only] = option.values;
      const cell =
        only?.kind === 'ref' && option.values.length === 1 ? this.#interpreter.machine.state.cellOf(only) : undefined;
      if (cell === undefined)
        return { unknown: `${only === undefined ? 'it' : describe(only)} is not known`, location };
      const entry = cell.entries.findLast((candidate) => singular(knownText(candidate.key) ?? '') === singular(member));
      const field = entry === undefined ? cell.fields.get(member.toLowerCase()) : undefined;
      if (entry === undefined && field === undefined && cell.open !== undefined)
        return { unknown: cell.open, location };
      option =
        entry === undefined
          ? field === undefined
            ? undefined
            : { values: field, location }
          : {
              values: entry.value,
              location:
                entry.start === undefined || entry.end === undefined
                  ? location
                  : this.#interpreter.document.map.range(entry.start, entry.end),
            };
    }
    return option;
  }
}

/** `HttpTokens` and `HttpToken` are one parameter. */
function singular(name: string): string {
  return name
    .toLowerCase()
    .replace(/options/g, 'option')
    .replace(/s$/, '');
}

/** Reads a metadata option by its parameter or inside the object that holds all. */
function settingOf<T>(
  type: PowerShellLaunch,
  options: Options,
  member: string,
  read: (text: string) => T | undefined,
  invalid: InvalidOption[],
): Setting<T> {
  const places = [
    ...(type.prefix === undefined ? [] : [`${type.prefix}${member}`]),
    ...(type.role === 'instance' && type.prefix !== undefined ? [`MetadataOptions.${member}`] : []),
    ...(type.data === undefined ? [] : [`${type.data}.MetadataOptions.${member}`]),
  ];
  for (const place of places) {
    const found = options.get(place);
    if (found === undefined) continue;
    if ('unknown' in found) return { state: 'unknown', why: found.unknown, location: found.location };
    const { location } = found;
    const text = knownText(found.values);
    if (text === undefined) {
      const [only] = found.values;
      return { state: 'unknown', why: `it is ${only === undefined ? 'not known' : describe(only)}`, location };
    }
    const value = read(text.trim());
    if (value !== undefined) return { state: 'set', value, location };
    invalid.push({ message: `"${text}" is no value of ${member}.`, location });
    return { state: 'unknown', why: `"${text}" is no value of it`, location };
  }
  return options.open === undefined
    ? { state: 'unset', location: options.header }
    : { state: 'unknown', why: options.open, location: options.header };
}

const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (text: string): T | undefined =>
    values.find((value) => value === text.toLowerCase());
const hops = (text: string): number | undefined =>
  /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 64 ? Number(text) : undefined;

function launchFact(
  interpreter: Interpreter,
  type: PowerShellLaunch,
  options: Options,
  location: Location,
  place: { readonly start: number; readonly end: number },
): Launch | undefined {
  const invalid: InvalidOption[] = [];
  const tokens = settingOf(type, options, 'HttpTokens', oneOf('required', 'optional'), invalid);
  // Changing what exists: saying nothing changes nothing.
  if (type.role === 'change' && !(tokens.state === 'set' && tokens.value === 'optional')) return undefined;
  const id = factId('launch', location);
  const name = nameOf(options, type);
  const template = templateOf(options);
  const notConfigurable = type.notConfigurable;
  return {
    kind: 'launch',
    id,
    location,
    platform: 'powershell',
    resource: type.resource,
    name,
    instance: null,
    role: type.role === 'template' ? 'template' : 'instance',
    tokens: notConfigurable === undefined ? tokens : { state: 'unset', location: options.header },
    endpoint: settingOf(type, options, 'HttpEndpoint', oneOf('enabled', 'disabled'), invalid),
    hopLimit: settingOf(type, options, 'HttpPutResponseHopLimit', hops, invalid),
    ipv6: settingOf(type, options, 'HttpProtocolIpv6', oneOf('enabled', 'disabled'), invalid),
    ...(notConfigurable === undefined ? {} : { notConfigurable }),
    identities: type.role === 'template' && name !== '' ? [`powershell:template:${name}`] : [],
    ...(template === undefined ? {} : { template }),
    userData: userDataOf(interpreter, type, options, id, place),
    evidence: [],
    ...(invalid.length === 0 ? {} : { invalid }),
  };
}

function defaultFact(type: PowerShellLaunch, options: Options, location: Location): Default | undefined {
  const invalid: InvalidOption[] = [];
  const base = {
    kind: 'default',
    id: factId('default', location),
    location,
    platform: 'powershell',
    resource: type.resource,
    name: nameOf(options, type),
    instance: null,
    evidence: [],
  } as const;
  if (type.role === 'ami') {
    const support = options.get('ImdsSupport');
    if (support === undefined || 'unknown' in support || knownText(support.values)?.toLowerCase() !== 'v2.0')
      return undefined;
    return {
      ...base,
      scope: 'ami',
      tokens: { state: 'set', value: 'required', location: support.location },
      hopLimit: UNSET,
    };
  }
  const tokens = settingOf(type, options, 'HttpTokens', oneOf('required', 'optional', 'no-preference'), invalid);
  const hopLimit = settingOf(type, options, 'HttpPutResponseHopLimit', hops, invalid);
  const region = options.get('Region');
  const regionName = region === undefined || 'unknown' in region ? undefined : knownText(region.values);
  return {
    ...base,
    scope: 'account',
    tokens,
    hopLimit,
    ...(regionName === undefined ? {} : { region: regionName }),
    ...(invalid.length === 0 ? {} : { invalid }),
  };
}

function nameOf(options: Options, type: PowerShellLaunch): string {
  const option = options.get(type.name);
  if (option === undefined || 'unknown' in option) return '';
  const [only] = option.values;
  return only === undefined ? '' : (known(toText(only)) ?? describe(only));
}

function templateOf(options: Options): TemplateReference | undefined {
  const names = [
    'LaunchTemplate_LaunchTemplateName',
    'LaunchTemplate.LaunchTemplateName',
    'LaunchTemplate_LaunchTemplateId',
    'LaunchTemplate.LaunchTemplateId',
  ];
  for (const name of names) {
    const option = options.get(name);
    if (option === undefined) continue;
    const version = ['LaunchTemplate_Version', 'LaunchTemplate.Version']
      .map((place) => options.get(place))
      .find((found) => found !== undefined);
    const text = version === undefined || 'unknown' in version ? undefined : knownText(version.values);
    const given = 'unknown' in option ? undefined : knownText(option.values);
    return {
      identities: given === undefined ? [] : [`powershell:template:${given}`],
      ...(given === undefined ? { why: 'its name is not known' } : {}),
      location: option.location,
      version:
        version === undefined
          ? { kind: 'default' }
          : text === undefined
            ? { kind: 'unknown', why: 'it is computed' }
            : /^\$latest$/i.test(text)
              ? { kind: 'latest' }
              : /^\$default$/i.test(text)
                ? { kind: 'default' }
                : { kind: 'literal', value: text },
    };
  }
  return undefined;
}

/** The boot script, as a document of its own. `-UserData` is base64 unless `-EncodeUserData` says that it is not yet. */
function userDataOf(
  interpreter: Interpreter,
  type: PowerShellLaunch,
  options: Options,
  id: string,
  place: { readonly start: number; readonly end: number },
): UserData {
  const option =
    (type.userData === undefined ? undefined : options.get(type.userData)) ??
    (type.data === undefined ? undefined : options.get(`${type.data}.UserData`));
  const file = options.get('UserDataFile');
  if (option === undefined && file !== undefined)
    return { state: 'unknown', why: 'it is read from a file', location: file.location };
  if (option === undefined) return options.open === undefined ? NO_USER_DATA : { state: 'unknown', why: options.open };
  const { location } = option;
  if ('unknown' in option) return { state: 'unknown', why: option.unknown, location };
  const encode = options.get('EncodeUserData');
  const plain = encode !== undefined && !('unknown' in encode) && encode.values.every((value) => truth(value) === true);
  const [only] = option.values;
  const text = only?.kind === 'text' ? toText(only) : undefined;
  if (text?.pieces.some((piece) => piece.kind === 'literal') !== true)
    return { state: 'unknown', why: `it is ${only === undefined ? 'not known' : describe(only)}`, location };
  const whole = known(text);
  const decoded =
    !plain && whole !== undefined && /^[A-Za-z0-9+/=\s]{16,}$/.test(whole)
      ? {
          pieces: [{ kind: 'literal' as const, value: Buffer.from(whole, 'base64').toString('utf8') }],
          choices: text.choices,
        }
      : text;
  interpreter.machine.embed({
    ...textDocument(interpreter.document, 'user-data', decoded, place, `user data of ${type.resource}`),
    launches: [id],
    runner: 'host',
  });
  return { state: 'known', location };
}
