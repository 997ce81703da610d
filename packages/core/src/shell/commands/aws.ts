import { AWS_CLI_LAUNCHES, type AwsCliLaunch, type CliPath } from '../../catalog/launches/aws-cli.ts';
import { hasHole } from '../../document/document.ts';
import { factId } from '../../facts/analysis.ts';
import {
  NO_USER_DATA,
  type Default,
  type InvalidOption,
  type Launch,
  type TemplateReference,
  type UserData,
} from '../../facts/launch.ts';
import { UNSET, type Setting } from '../../facts/setting.ts';
import { known, knownPrefix, render, type Text } from '../../text/text.ts';
import { EITHER, together, type Exit } from '../exit.ts';
import type { Argument } from '../expansion.ts';
import { isMany } from '../parameters.ts';
import type { State } from '../state.ts';
import { NO_CHOICES, shellHole, type ShellHole } from '../values.ts';
import { readBootScript } from './aws-user-data.ts';
import { flatten, holeIn, membersAt, readValue, shownHole, stringOf, type CliValue } from './aws-values.ts';
import type { CommandReader } from './dispatch.ts';
import type { Invocation } from './simple-command.ts';

/** The AWS CLI. */
export const AWS_COMMANDS: ReadonlyMap<string, CommandReader> = new Map<string, CommandReader>([
  ['aws', runAws],
  ['aws2', runAws],
  ['awslocal', runAws],
]);

/** Options before the service that take a value. */
const GLOBAL_WITH_VALUE = new Set([
  '--region',
  '--profile',
  '--output',
  '--query',
  '--endpoint-url',
  '--ca-bundle',
  '--cli-read-timeout',
  '--cli-connect-timeout',
  '--color',
  '--cli-binary-format',
]);

/** The words of a command of the AWS CLI, taken apart. */
export interface CliCall {
  readonly invocation: Invocation;
  readonly state: State;
  readonly options: ReadonlyMap<string, readonly Argument[]>;
  /** A word that may hold any options. */
  readonly unread: Argument | undefined;
}

function runAws(invocation: Invocation, state: State): Exit {
  const { shell, source, pos, end, words } = invocation;
  const location = source.map.range(pos, end);
  let index = 0;
  for (; index < words.length; index++) {
    const text = known(words[index]?.text ?? NOTHING);
    if (text?.startsWith('--') !== true) break;
    if (GLOBAL_WITH_VALUE.has(text)) index += 1;
  }
  const service = known(words[index]?.text ?? NOTHING);
  const operation = known(words[index + 1]?.text ?? NOTHING);
  shell.write(state, [
    shellHole(`$(aws ${service ?? ''} ${operation ?? ''} …)`, 'it is the output of a command', {
      mayBeEmpty: true,
      location,
      madeAt: location,
    }),
  ]);
  if (service === undefined || operation === undefined) return together(state, EITHER);
  const call = readCall(invocation, state, words.slice(0, index).concat(words.slice(index + 2)));
  if (service === 'ec2' && operation === 'modify-instance-metadata-defaults') noteDefault(call);
  if (service === 'ec2' && (operation === 'register-image' || operation === 'modify-image-attribute'))
    noteImage(call, operation);
  const type = AWS_CLI_LAUNCHES.find((candidate) => candidate.service === service && candidate.operation === operation);
  if (type !== undefined) noteLaunch(call, type);
  return together(state, EITHER);
}

const NOTHING: Text = { pieces: [], choices: NO_CHOICES };

function readCall(invocation: Invocation, state: State, words: readonly Argument[]): CliCall {
  const options = new Map<string, Argument[]>();
  let unread: Argument | undefined;
  let current: Argument[] | undefined;
  for (const word of words) {
    const text = knownPrefix(word.text);
    if (/^--[a-z]/.test(text)) {
      const equals = text.indexOf('=');
      const name = text.slice(2, equals === -1 ? undefined : equals);
      current = [];
      options.set(name, current);
      if (equals !== -1) current.push({ ...word, text: cutStart(word.text, equals + 1) });
    } else if (isMany(word.text)) {
      unread ??= word;
      current?.push(word);
    } else current?.push(word);
  }
  return { invocation, state, options, unread };
}

function cutStart(text: Text, length: number): Text {
  const [first, ...rest] = text.pieces;
  if (first?.kind !== 'literal') return text;
  return {
    pieces: first.value.length > length ? [{ kind: 'literal', value: first.value.slice(length) }, ...rest] : rest,
    choices: text.choices,
  };
}

/** What an option's words say, files that they name read in. */
function valueOf(
  call: CliCall,
  option: string,
):
  | { readonly value: CliValue; readonly text: Text; readonly argument: Argument }
  | { readonly unknown: string; readonly argument: Argument }
  | undefined {
  const words = call.options.get(option);
  if (words === undefined) {
    if (option === 'disable-imdsv1' && call.options.has('no-disable-imdsv1'))
      return { value: false, text: NOTHING, argument: call.invocation.name };
    return undefined;
  }
  const [argument = call.invocation.name] = words;
  if (words.length === 0) return { value: true, text: NOTHING, argument };
  const file = /^fileb?:\/\//.exec(knownPrefix(argument.text));
  if (file !== null && words.length === 1) {
    const content = readBootScript(call, cutStart(argument.text, file[0].length));
    if (content === undefined) return { unknown: `the file ${render(argument.text)} is not known`, argument };
    const read = readValue([content]);
    return 'unknown' in read ? { unknown: read.unknown, argument } : { value: read.value, text: content, argument };
  }
  const read = readValue(words.map((word) => word.text));
  if ('unknown' in read) return { unknown: read.unknown, argument };
  return {
    value: read.value,
    text: { pieces: words.flatMap((word) => word.text.pieces), choices: NO_CHOICES },
    argument,
  };
}

/** Every value that one of the paths leads to; `unknown` when an option on the way cannot be read. */
interface Found {
  readonly values: readonly CliValue[];
  readonly unknown?: string;
  readonly argument?: Argument;
  readonly text?: Text;
}

function find(call: CliCall, paths: readonly CliPath[]): Found {
  for (const path of paths) {
    const read = valueOf(call, path.option);
    if (read === undefined) continue;
    if ('unknown' in read) return { values: [], unknown: read.unknown, argument: read.argument };
    const settings =
      path.members?.[1] === 'DisableIMDSv1' ? beanstalkSetting(read.value) : membersAt(read.value, path.members ?? []);
    if (settings.length > 0) return { values: settings, argument: read.argument, text: read.text };
  }
  for (const option of ['cli-input-json', 'cli-input-yaml']) {
    const read = valueOf(call, option);
    if (read === undefined) continue;
    if ('unknown' in read) return { values: [], unknown: read.unknown, argument: read.argument };
    for (const path of paths) {
      const settings = membersAt(read.value, [camelCase(path.option), ...(path.members ?? [])]);
      if (settings.length > 0) return { values: settings, argument: read.argument, text: read.text };
    }
  }
  return { values: [] };
}

function beanstalkSetting(value: CliValue): readonly CliValue[] {
  const settings = Array.isArray(value) ? (value as readonly CliValue[]) : [value];
  return settings.flatMap((setting) =>
    membersAt(setting, ['OptionName'])[0] === 'DisableIMDSv1' ? membersAt(setting, ['Value']) : [],
  );
}

function camelCase(option: string): string {
  return option.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function placeOf({ invocation }: CliCall): ReturnType<Invocation['source']['map']['range']> {
  const { source, pos, end } = invocation;
  const own = source.map.range(pos, end);
  const { runBy } = source;
  return runBy === undefined || (own.path === runBy.path && own.start >= runBy.start && own.end <= runBy.end)
    ? own
    : runBy;
}

/** One setting of a launch. */
function settingOf<T>(
  call: CliCall,
  paths: readonly CliPath[],
  translate: (value: string) => T | undefined,
  invalid: InvalidOption[],
  what: string,
): Setting<T> {
  const found = find(call, paths);
  const location =
    found.argument === undefined ? undefined : found.argument.source.map.range(found.argument.pos, found.argument.end);
  const place = location === undefined ? {} : { location };
  if (found.unknown !== undefined) return { state: 'unknown', why: found.unknown, ...place };
  const [first] = found.values;
  if (first === undefined)
    return call.unread === undefined || paths.length === 0
      ? UNSET
      : { state: 'unknown', why: `the options in ${shownHole(call.unread.text)} are not known` };
  const written = stringOf(first);
  if (hasHole(written))
    return {
      state: 'unknown',
      why: `${found.text === undefined ? 'a value' : (nameOfHole(found.text, written) ?? 'a value')} is not known`,
      ...place,
    };
  const values = new Set(found.values.map((value) => translate(stringOf(value))));
  if (values.size > 1) return { state: 'unknown', why: 'it is said in several ways', ...place };
  const value = translate(written);
  if (value === undefined) {
    if (location !== undefined) invalid.push({ message: `"${written}" is no value of ${what}.`, location });
    return { state: 'unknown', why: `"${written}" is no value that AWS knows`, ...place };
  }
  return { state: 'set', value, ...place };
}

function nameOfHole(text: Text, flat: string): string | undefined {
  const hole = holeIn(text, flat);
  return hole?.kind === 'hole' ? hole.name : undefined;
}

const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (value: string): T | undefined =>
    values.find((candidate) => candidate === value.toLowerCase());

function noteLaunch(call: CliCall, type: AwsCliLaunch): void {
  if (type.platform === 'ssm') {
    const document = call.options.get('document-name')?.[0];
    if (document === undefined || known(document.text) !== type.resource) return;
  }
  const location = placeOf(call);
  const invalid: InvalidOption[] = [];
  const translate = (value: string): 'required' | 'optional' | undefined =>
    type.required.includes(value.toLowerCase())
      ? 'required'
      : type.optional.includes(value.toLowerCase())
        ? 'optional'
        : undefined;
  const tokens = settingOf(
    call,
    type.tokens,
    translate,
    invalid,
    type.tokens[0]?.members?.at(-1) ?? type.tokens[0]?.option ?? '',
  );
  // A change that says nothing, or requires tokens, launches nothing that allows version 1.
  if (type.isChange === true && !(tokens.state === 'set' && tokens.value === 'optional')) return;
  const template = templateOf(call, type);
  const name = nameOf(call, type);
  const id = factId('launch', location);
  const userData = userDataOf(call, type, id, name);
  const image = type.image === undefined ? undefined : imageOf(call, type.image);
  const isConsumer = template !== undefined && tokens.state === 'unset' && type.role !== 'template';
  if (type.role === 'consumer' && template === undefined && tokens.state === 'unset') return;
  const isVersion =
    type.operation === 'create-launch-template-version' &&
    call.options.has('source-version') &&
    tokens.state === 'unset';
  const { notConfigurable, missing } = type;
  const launch: Launch = {
    kind: 'launch',
    id,
    location,
    platform: type.platform,
    resource: type.resource,
    name,
    instance: null,
    role: isConsumer ? 'consumer' : type.role,
    tokens: isVersion
      ? { state: 'unknown', why: 'the version that it is made from may say it' }
      : tokens.state === 'unset'
        ? { ...tokens, location: commandWord(call) }
        : tokens,
    endpoint:
      type.endpoint === undefined
        ? UNSET
        : settingOf(call, [type.endpoint], oneOf('enabled', 'disabled'), invalid, 'HttpEndpoint'),
    hopLimit:
      type.hopLimit === undefined ? UNSET : settingOf(call, [type.hopLimit], hops, invalid, 'HttpPutResponseHopLimit'),
    ipv6:
      type.ipv6 === undefined
        ? UNSET
        : settingOf(call, [type.ipv6], oneOf('enabled', 'disabled'), invalid, 'HttpProtocolIpv6'),
    ...(missing === undefined
      ? {}
      : { toolDefault: { tokens: missing.tokens, evidence: { message: missing.message } } }),
    ...(notConfigurable === undefined || template !== undefined ? {} : { notConfigurable }),
    identities: type.role === 'template' ? identitiesOf(call, type, name) : [],
    ...(template === undefined ? {} : { template }),
    ...(image === undefined ? {} : { ami: image }),
    userData,
    ...regionOf(call),
    evidence: [],
    ...(invalid.length === 0 ? {} : { invalid }),
  };
  call.invocation.shell.noteLaunch(launch);
}

const hops = (value: string): number | undefined =>
  /^\d{1,2}$/.test(value) && Number(value) <= 64 ? Number(value) : undefined;

/** The words that name the command, which is the tightest place where something is missing. */
function commandWord({ invocation }: CliCall): ReturnType<typeof placeOf> {
  const { source, pos, words, name } = invocation;
  const operation =
    words.findLast(
      (word) => word.source === source && /^[a-z][a-z-]+$/.test(known(word.text) ?? '') && word.pos < name.end + 80,
    ) ?? name;
  return source.runBy === undefined
    ? source.map.range(pos, Math.max(operation.end, name.end))
    : placeOf({ invocation } as CliCall);
}

function nameOf(call: CliCall, type: AwsCliLaunch): string {
  const found = find(call, type.name);
  const [value] = found.values;
  if (value === undefined || typeof value === 'object') return '';
  const written = stringOf(value);
  return hasHole(written) && found.text !== undefined ? render(found.text) : written;
}

function identitiesOf(call: CliCall, type: AwsCliLaunch, name: string): readonly string[] {
  const kind = type.service === 'ec2' ? 'template' : `${type.service} ${type.operation}`;
  const { path, start } = placeOf(call);
  return [...(name === '' ? [] : [`aws-cli:${kind}:${name}`]), `aws-cli:at:${path}:${String(start)}`];
}

function regionOf(call: CliCall): { readonly region?: string } {
  const region = call.options.get('region')?.[0];
  const text = region === undefined ? undefined : known(region.text);
  return text === undefined ? {} : { region: text };
}

/** The template that a launch names: by name or id, or by the output of the command that made it. */
function templateOf(call: CliCall, type: AwsCliLaunch): TemplateReference | undefined {
  const found = find(call, type.template ?? []);
  const location =
    found.argument === undefined
      ? {}
      : { location: found.argument.source.map.range(found.argument.pos, found.argument.end) };
  if (found.unknown !== undefined)
    return { identities: madeBy(found.argument?.text), why: found.unknown, ...location, version: { kind: 'default' } };
  const [first] = found.values;
  if (first === undefined) return undefined;
  if (typeof first !== 'object') {
    const kind =
      type.service === 'autoscaling'
        ? 'autoscaling create-launch-configuration'
        : type.service === 'emr'
          ? 'emr create-security-configuration'
          : 'template';
    return {
      identities: [`aws-cli:${kind}:${stringOf(first)}`, ...madeBy(found.text)],
      ...location,
      version: { kind: 'latest' },
    };
  }
  const name = membersAt(first, ['LaunchTemplateName'])[0] ?? membersAt(first, ['LaunchTemplateId'])[0];
  const version = membersAt(first, ['Version'])[0];
  const shownName =
    name === undefined || found.text === undefined
      ? undefined
      : hasHole(stringOf(name))
        ? render({
            pieces: [holeIn(found.text, stringOf(name)) ?? { kind: 'literal', value: stringOf(name) }],
            choices: NO_CHOICES,
          })
        : stringOf(name);
  const hole = name === undefined || found.text === undefined ? undefined : holeIn(found.text, stringOf(name));
  const identities = [
    ...(shownName === undefined ? [] : [`aws-cli:template:${shownName}`]),
    ...madeBy(hole === undefined ? undefined : { pieces: [hole], choices: NO_CHOICES }),
  ];
  return { identities, ...location, version: versionOf(version) };
}

function versionOf(version: CliValue | undefined): TemplateReference['version'] {
  if (version === undefined || version === '$Default') return { kind: 'default' };
  if (version === '$Latest') return { kind: 'latest' };
  const text = stringOf(version);
  return hasHole(text) ? { kind: 'unknown', why: 'it is worked out by the script' } : { kind: 'literal', value: text };
}

/** Identities of the command whose output a value is. */
function madeBy(text: Text | undefined): readonly string[] {
  return (text?.pieces ?? []).flatMap((piece) => {
    const at = piece.kind === 'hole' ? (piece as ShellHole).madeAt : undefined;
    return at === undefined ? [] : [`aws-cli:at:${at.path}:${String(at.start)}`];
  });
}

function imageOf(call: CliCall, paths: readonly CliPath[]): Launch['ami'] {
  const found = find(call, paths);
  const [value] = found.values;
  const location =
    found.argument === undefined
      ? {}
      : { location: found.argument.source.map.range(found.argument.pos, found.argument.end) };
  if (value !== undefined && /al2023|amazon-linux-2023/i.test(stringOf(value)))
    return {
      requiresTokens: 'likely',
      evidence: { message: 'Images of Amazon Linux 2023 ask for tokens.', ...location },
    };
  const hole = (found.argument?.text.pieces ?? []).find(
    (piece) => piece.kind === 'hole' && (piece as ShellHole).madeAt !== undefined,
  ) as ShellHole | undefined;
  const made =
    hole?.madeAt === undefined
      ? undefined
      : call.invocation.shell.images.get(`${hole.madeAt.path}:${String(hole.madeAt.start)}`);
  return made === undefined ? undefined : { requiresTokens: 'certain', evidence: made };
}

function userDataOf(call: CliCall, type: AwsCliLaunch, id: string, name: string): UserData {
  const [path] = type.userData ?? [];
  if (path === undefined) return NO_USER_DATA;
  const { shell, source } = call.invocation;
  const words = call.options.get(path.option);
  const [argument] = words ?? [];
  if (argument === undefined) return NO_USER_DATA;
  const location = argument.source.map.range(argument.pos, argument.end);
  const role = `user data of ${type.resource}${name === '' ? '' : ` ${name}`}`;
  const text = path.members === undefined ? readBootScript(call, argument.text, true) : encodedMember(call, path);
  if (text === 'none') return NO_USER_DATA;
  if (text === undefined) return { state: 'unknown', why: `${render(argument.text)} is not known`, location };
  shell.embed('user-data', text, role, location, source, { launches: [id], runner: 'host' });
  return { state: 'known', location };
}

/** User data inside a JSON or shorthand value: base64, or the output of `base64`. */
function encodedMember(call: CliCall, path: CliPath): Text | 'none' | undefined {
  const found = find(call, [path]);
  if (found.unknown !== undefined) return undefined;
  const [value] = found.values;
  if (value === undefined) return 'none';
  const written = stringOf(value);
  if (hasHole(written)) {
    const hole = found.text === undefined ? undefined : holeIn(found.text, written);
    return hole?.kind === 'hole' ? (hole as ShellHole).encodes : undefined;
  }
  try {
    return {
      pieces: [
        {
          kind: 'literal',
          value: new TextDecoder().decode(Uint8Array.from(atob(written), (character) => character.charCodeAt(0))),
        },
      ],
      choices: NO_CHOICES,
    };
  } catch {
    return undefined;
  }
}

/** `modify-instance-metadata-defaults`: the default of an account in a Region. */
function noteDefault(call: CliCall): void {
  const invalid: InvalidOption[] = [];
  const location = placeOf(call);
  const tokens = settingOf(
    call,
    [{ option: 'http-tokens' }],
    oneOf('required', 'optional', 'no-preference'),
    invalid,
    '--http-tokens',
  );
  if (tokens.state === 'unset') return;
  const fact: Default = {
    kind: 'default',
    id: factId('default', location),
    location,
    platform: 'aws-cli',
    resource: 'aws ec2 modify-instance-metadata-defaults',
    name: '',
    instance: null,
    scope: 'account',
    tokens,
    hopLimit: settingOf(
      call,
      [{ option: 'http-put-response-hop-limit' }],
      hops,
      invalid,
      '--http-put-response-hop-limit',
    ),
    ...regionOf(call),
    evidence: [],
    ...(invalid.length === 0 ? {} : { invalid }),
  };
  call.invocation.shell.noteDefault(fact);
}

/** `--imds-support v2.0` makes tokens the default of what is launched from an image. */
function noteImage(call: CliCall, operation: string): void {
  const support = call.options.get('imds-support')?.[0];
  if (support === undefined || !flatten(support.text).includes('v2.0')) return;
  const location = placeOf(call);
  const evidence = {
    message: 'The image is marked for version 2: launches from it ask for tokens unless something says otherwise.',
    location,
  };
  call.invocation.shell.images.set(`${location.path}:${String(location.start)}`, evidence);
  call.invocation.shell.noteDefault({
    kind: 'default',
    id: factId('default', location),
    location,
    platform: 'aws-cli',
    resource: `aws ec2 ${operation}`,
    name: render(call.options.get('name')?.[0]?.text ?? call.options.get('image-id')?.[0]?.text ?? NOTHING),
    instance: null,
    scope: 'ami',
    tokens: { state: 'set', value: 'required', location: support.source.map.range(support.pos, support.end) },
    hopLimit: UNSET,
    ...regionOf(call),
    evidence: [evidence],
  });
}
