import {
  factId,
  NO_USER_DATA,
  UNSET,
  type Document,
  type Evidence,
  type Launch,
  type Setting,
  type TerraformOptions,
} from 'imdsv2-core';
import { evaluate, type Scope } from '../hcl/evaluate.ts';
import { casesOf, entriesOf, lift, list, NULL, textOf, unknown, type Value } from '../hcl/value.ts';
import type { CalledModule, ModuleInstance } from './instance.ts';
import { knownModule, releaseFor, type KnownModule, type ModuleRelease } from './known-modules.ts';
import type { FoundLaunches } from './launches.ts';
import { NO_OPTIONS, readBlock, type Options } from './setting.ts';
import { readUserData } from './user-data.ts';

const OPTIONS = {
  kind: 'block',
  block: 'metadata_options',
  tokens: 'http_tokens',
  values: 'tokens',
  endpoint: 'http_endpoint',
  hopLimit: 'http_put_response_hop_limit',
  ipv6: 'http_protocol_ipv6',
} as const satisfies TerraformOptions;

/**
 * The launches of a module that cannot be read, as one launch that stands at its `module` block: what the caller passes, and what is known of the
 * module's own defaults. A module of which nothing is known launches only what its arguments name.
 */
export function remoteLaunches(called: CalledModule, instance: ModuleInstance): FoundLaunches {
  if (called.source === undefined) return NOTHING;
  const known = knownModule(called.source);
  const places =
    called.remotes.length > 0
      ? called.remotes
      : [
          {
            scope: instance as Scope,
            path: `${instance.path === null ? '' : `${instance.path}.`}module.${called.name}`,
          },
        ];
  const found = places.flatMap(({ scope, path }) => {
    const launch =
      known === undefined
        ? unknownModuleLaunch(called, instance, scope, path)
        : knownModuleLaunch(known.module, versionOf(called, instance, known.ref), called, instance, scope, path);
    return launch ?? [];
  });
  return { launches: found.map((one) => one.launch), documents: found.flatMap((one) => one.documents) };
}

const NOTHING: FoundLaunches = { launches: [], documents: [] };

interface Found {
  readonly launch: Launch;
  readonly documents: readonly Document[];
}

/** The version constraint, the tag of a Git source, or the one that a comment beside the source names. */
function versionOf(called: CalledModule, instance: ModuleInstance, ref: string | undefined): string | undefined {
  const version = called.call.body.attributes.get('version');
  if (version !== undefined) return textOf(evaluate(version.value, instance));
  if (ref !== undefined && /^v?\d+\.\d+/.test(ref)) return ref.replace(/^v/, '');
  const source = called.call.body.attributes.get('source');
  const text = source === undefined ? undefined : instance.tree.text(source.at.path);
  const line = text?.slice(source?.at.end, text.indexOf('\n', source?.at.end));
  const noted = /[#/]\s*v?(\d+\.\d+\.\d+)\b/.exec(line ?? '')?.[1];
  return ref === undefined ? noted : (noted ?? 'a commit');
}

function argumentOf(called: CalledModule, name: string, scope: Scope): Value | undefined {
  const attribute = called.call.body.attributes.get(name);
  if (attribute === undefined) return undefined;
  const value = evaluate(attribute.value, scope);
  return value.at === undefined ? { ...value, at: attribute.at } : value;
}

function knownModuleLaunch(
  module: KnownModule,
  version: string | undefined,
  called: CalledModule,
  instance: ModuleInstance,
  scope: Scope,
  path: string,
): Found | undefined {
  const { release, assumption } = releaseFor(module, version);
  const header = called.call.header;
  const evidence: Evidence[] = [];
  if (release !== undefined)
    evidence.push({
      message: `${module.name} ${version ?? 'in its newest version'}: its own defaults are known.`,
      location: header,
    });
  if (assumption !== undefined) evidence.push({ message: assumption, location: header });
  const read = (value: Value | undefined): Options => optionsOf(value, release, called, version);
  let options: Options;
  if (module.groups === undefined) {
    options = read(argumentOf(called, 'metadata_options', scope));
  } else {
    const groups = groupOptions(module, called, scope);
    // Without node groups it launches nothing.
    if (groups.length === 0) return undefined;
    options = worstOf(groups.map(read));
  }
  const scripts = module.userData.flatMap(({ argument, base64 }) =>
    placesOf(module, called, scope).map((place) => ({ value: place(argument), base64 })),
  );
  return launchOf(called, instance, path, options, evidence, { scripts, containers: module.containers });
}

/** Where a call says something of its launches: its own arguments, or each of its node groups. */
function placesOf(
  module: KnownModule,
  called: CalledModule,
  scope: Scope,
): readonly ((argument: string) => Value | undefined)[] {
  if (module.groups === undefined) return [(argument) => argumentOf(called, argument, scope)];
  return module.groups.flatMap(({ map }) => {
    const groups = argumentOf(called, map, scope);
    return groups === undefined
      ? []
      : casesOf(groups).flatMap(({ value }) =>
          value.kind !== 'object'
            ? []
            : entriesOf(value).map(
                ([, group]) =>
                  (argument: string): Value | undefined =>
                    group.kind === 'object' ? group.entries.get(argument) : undefined,
              ),
        );
  });
}

/** The options of every node group: its own, else the ones for all. */
function groupOptions(module: KnownModule, called: CalledModule, scope: Scope): readonly (Value | undefined)[] {
  return (module.groups ?? []).flatMap(({ map, defaults }): readonly (Value | undefined)[] => {
    const groups = argumentOf(called, map, scope);
    const common = defaults === undefined ? undefined : argumentOf(called, defaults, scope);
    const fallback =
      common?.kind === 'object'
        ? common.entries.get('metadata_options')
        : common?.kind === 'unknown'
          ? unknown(`${common.name}.metadata_options`, common.why)
          : undefined;
    if (groups === undefined || groups.kind === 'null') return [];
    return casesOf(groups).flatMap(({ value }): readonly (Value | undefined)[] => {
      if (value.kind !== 'object')
        return value.kind === 'unknown'
          ? [unknown(`${value.name}.metadata_options`, value.why, value.at === undefined ? {} : { at: value.at })]
          : [];
      return entriesOf(value).map(([, group]) => {
        if (group.kind === 'object') return group.entries.get('metadata_options') ?? fallback;
        return group.kind === 'unknown'
          ? unknown(`${group.name}.metadata_options`, group.why, group.at === undefined ? {} : { at: group.at })
          : fallback;
      });
    });
  });
}

function optionsOf(
  value: Value | undefined,
  release: ModuleRelease | undefined,
  called: CalledModule,
  version: string | undefined,
): Options {
  const header = called.call.header;
  const blocks =
    value === undefined
      ? list([])
      : lift([value], ([one = NULL]) => (one.kind === 'object' ? list([one]) : one.kind === 'null' ? list([]) : one));
  const read = readBlock(OPTIONS, blocks, header);
  if (read.tokens.state !== 'unset') return read;
  const which = value === undefined ? 'default' : value.kind === 'null' ? 'null' : 'partial';
  if (release === undefined) {
    return {
      ...read,
      tokens: {
        state: 'unknown',
        why: `the module ${called.source ?? called.name} decides, and the defaults of ${version === undefined ? 'its version' : `version "${version}"`} are not known`,
        location: header,
      },
    };
  }
  const tokens: Setting<'required' | 'optional'> =
    release[which] === 'unset'
      ? { state: 'unset', location: read.tokens.location ?? header }
      : { state: 'set', value: release[which], decidedBy: 'module-default', location: read.tokens.location ?? header };
  const hopLimit: Setting<number> =
    read.hopLimit.state === 'unset' && release.hopLimit !== undefined && which === 'default'
      ? { state: 'set', value: release.hopLimit, decidedBy: 'module-default', location: header }
      : read.hopLimit;
  return { ...read, tokens, hopLimit };
}

function worstOf(all: readonly Options[]): Options {
  const rank = ({ tokens }: Options): number =>
    tokens.state === 'set' ? (tokens.value === 'optional' ? 0 : 3) : tokens.state === 'unset' ? 1 : 2;
  const first = [...all].sort((a, b) => rank(a) - rank(b))[0] ?? NO_OPTIONS;
  const highest = all
    .map((one) => one.hopLimit)
    .sort((a, b) => (b.state === 'set' ? b.value : 0) - (a.state === 'set' ? a.value : 0))[0];
  return { ...first, hopLimit: highest ?? first.hopLimit, invalid: all.flatMap((one) => one.invalid) };
}

/** A module of which nothing is known, but whose caller says outright what the metadata options are to be. */
function unknownModuleLaunch(
  called: CalledModule,
  instance: ModuleInstance,
  scope: Scope,
  path: string,
): Found | undefined {
  const value = argumentOf(called, 'metadata_options', scope);
  if (value === undefined) return undefined;
  const blocks = lift([value], ([one = NULL]) =>
    one.kind === 'object' ? list([one]) : one.kind === 'null' ? list([]) : one,
  );
  const options = readBlock(OPTIONS, blocks, called.call.header);
  const tokens: Setting<'required' | 'optional'> =
    options.tokens.state === 'unset'
      ? {
          state: 'unknown',
          why: `the module ${called.source ?? ''} is not in the files that can be read`,
          location: called.call.header,
        }
      : options.tokens;
  return launchOf(
    called,
    instance,
    path,
    { ...options, tokens },
    [
      {
        message: `The module ${called.source ?? ''} cannot be read; its argument metadata_options is taken for what it passes on.`,
        location: called.call.header,
      },
    ],
    { scripts: [], containers: undefined },
  );
}

function launchOf(
  called: CalledModule,
  instance: ModuleInstance,
  path: string,
  options: Options,
  evidence: readonly Evidence[],
  boot: {
    readonly scripts: readonly { readonly value: Value | undefined; readonly base64: boolean }[];
    readonly containers: string | undefined;
  },
): Found {
  const { call } = called;
  const id = factId(
    'launch',
    call.at,
    instance.path === null && called.keys.kind === 'single' ? null : instance.root,
    instance.path === null && called.keys.kind === 'single' ? null : path,
  );
  const scripts = boot.scripts.map(({ value, base64 }) =>
    readUserData(value ?? NULL, { base64, launch: id, role: `user data of module.${called.name}` }),
  );
  const containers =
    boot.containers === undefined
      ? scripts.find((one) => one.containers !== undefined)?.containers
      : { message: boot.containers, location: call.header };
  const { invalid, ...settings } = options;
  return {
    documents: scripts.flatMap((one) => one.documents),
    launch: {
      kind: 'launch',
      id,
      location: call.at,
      platform: 'terraform',
      resource: 'module',
      name: called.name,
      instance: path,
      role: 'instance',
      ...settings,
      tokens:
        settings.tokens.state === 'unset' && settings.tokens.location === undefined
          ? { ...UNSET, location: call.header }
          : settings.tokens,
      identities: [],
      ...(containers === undefined ? {} : { containers }),
      userData: scripts.map((one) => one.state).find((state) => state.state !== 'none') ?? NO_USER_DATA,
      evidence,
      ...(invalid.length === 0 ? {} : { invalid }),
    },
  };
}
