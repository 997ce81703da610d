import {
  factId,
  NO_USER_DATA,
  TERRAFORM_LAUNCHES,
  UNSET,
  type Document,
  type Evidence,
  type InvalidOption,
  type Launch,
  type Setting,
  type TerraformLaunch,
  type UserData,
} from 'imdsv2-core';
import { evaluate, type Scope } from '../hcl/evaluate.ts';
import type { Block, Body } from '../hcl/syntax.ts';
import { toBool } from '../hcl/type.ts';
import { casesOf, NULL, textOf, type Value } from '../hcl/value.ts';
import { blockValue } from './block.ts';
import { imageEvidence } from './image.ts';
import { withNames, type ModuleInstance } from './instance.ts';
import type { Resource } from './module.ts';
import { readOptions, NO_OPTIONS, type Options } from './setting.ts';
import { nameIdentity, templateReferences, type FoundReference } from './template-reference.ts';
import { readUserData, type FoundScripts } from './user-data.ts';

/** What launches a configuration has, and the scripts they run at boot. */
export interface FoundLaunches {
  readonly launches: readonly Launch[];
  readonly documents: readonly Document[];
}

const TYPES: ReadonlyMap<string, TerraformLaunch> = new Map(TERRAFORM_LAUNCHES.map((type) => [type.resource, type]));

export function launchTypeOf(resource: string): TerraformLaunch | undefined {
  return TYPES.get(resource);
}

/** The launches of one resource in one instance of its module. */
export function launchesOf(resource: Resource, type: TerraformLaunch, instance: ModuleInstance): FoundLaunches {
  const readings = scopesOf(resource, instance).map((scope) => readOne(resource, type, instance, scope));
  const launches = [...new Set(readings.flatMap((reading) => reading.map((one) => one.launch.id)))].map((id) =>
    worst(readings.flatMap((reading) => reading.filter((one) => one.launch.id === id).map((one) => one.launch))),
  );
  const documents = new Map<string, Document>();
  for (const reading of readings)
    for (const one of reading)
      for (const document of one.documents)
        documents.set(`${document.launches.join()}\0${document.text}\0${String(document.map.at(0).offset)}`, document);
  return { launches, documents: [...documents.values()] };
}

/** Of a resource with many keys, those in which something may differ. */
function scopesOf(resource: Resource, instance: ModuleInstance): readonly Scope[] {
  const keys = instance.keysOf(resource.block);
  const text = resource.file.text.slice(resource.block.at.start, resource.block.at.end);
  // There are none now; what would be launched if there were is still said here.
  if (keys.scopes.length === 0) return [instance];
  if (keys.kind !== 'unknown' && !/\b(?:each|count)\./.test(text))
    return keys.scopes.slice(0, 1).map(({ scope }) => scope);
  return keys.scopes.map(({ scope }) => scope);
}

interface Reading {
  readonly launch: Launch;
  readonly documents: readonly Document[];
}

function readOne(
  resource: Resource,
  type: TerraformLaunch,
  instance: ModuleInstance,
  outer: Scope,
): readonly Reading[] {
  const { block } = resource;
  const scope = withNames(outer, { self: NULL });
  const location = block.at;
  const id = factId('launch', location, instance.path === null ? null : instance.root, instance.path);
  const what = `${resource.type}.${resource.name}`;
  const options =
    type.options === undefined
      ? { ...NO_OPTIONS, tokens: { ...UNSET, location: block.header } }
      : readOptions(type.options, block.body, scope, block.header);
  const references = templateReferences(type, block.body, scope);
  const main = references.find((one) => !one.override);
  const scripts = (type.userData ?? []).map(({ argument, base64 }) =>
    readUserData(argumentAt(block.body, argument, scope), { base64, launch: id, role: `user data of ${what}` }),
  );
  const userData = joinUserData(scripts);
  const containers =
    scripts.find((one) => one.containers !== undefined)?.containers ??
    (resource.type === 'aws_eks_node_group'
      ? { message: 'Pods run in a node group.', location: block.header }
      : undefined);
  const region = regionOf(block, instance, scope);
  const image = type.image === undefined ? undefined : imageEvidence(block.body, type.image, instance, scope);
  const name = textOf(argumentAt(block.body, 'name', scope));
  const evidence: Evidence[] = callEvidence(instance);
  const launch: Launch = {
    kind: 'launch',
    id,
    location,
    platform: 'terraform',
    resource: resource.type,
    name: resource.name,
    instance: instance.path,
    role: type.role,
    ...settingsOf(options),
    ...(type.notConfigurable === undefined || main !== undefined ? {} : { notConfigurable: type.notConfigurable }),
    identities:
      type.role === 'template'
        ? [
            instance.identity(resource.address),
            ...(name === undefined || name === '' ? [] : [nameIdentity(type, name)]),
          ]
        : [],
    ...(main === undefined ? {} : { template: main.reference }),
    ...(image === undefined ? {} : { ami: image }),
    userData,
    ...(containers === undefined ? {} : { containers }),
    ...(region === undefined ? {} : { region }),
    evidence,
    ...(options.invalid.length === 0 ? {} : { invalid: options.invalid }),
  };
  const documents = scripts.flatMap((one) => one.documents);
  if (isNoLaunch(resource, launch, main, scope)) return [];
  return [
    { launch, documents },
    ...references.filter((one) => one !== main).map((reference) => overrideOf(launch, reference, documents)),
  ];
}

/** A group's second template: instances are launched from it as well. */
function overrideOf(launch: Launch, { reference, at }: FoundReference, _documents: readonly Document[]): Reading {
  const { template: _template, invalid: _invalid, ...rest } = launch;
  return {
    launch: {
      ...rest,
      id: factId('launch', at, launch.instance === null ? null : launch.id, 'override'),
      location: at,
      name: `${launch.name} (override)`,
      template: reference,
      userData: NO_USER_DATA,
    },
    documents: [],
  };
}

/** Resources of a launching type that launch no EC2 instances, or are all said elsewhere. */
function isNoLaunch(resource: Resource, launch: Launch, main: FoundReference | undefined, scope: Scope): boolean {
  if (resource.type === 'aws_batch_compute_environment') {
    const [resources] = listItems(blockValue(resource.block.body, 'compute_resources', scope));
    const type = resources?.kind === 'object' ? textOf(resources.entries.get('type') ?? NULL) : undefined;
    return (
      type?.startsWith('FARGATE') === true || textOf(argumentAt(resource.block.body, 'type', scope)) === 'UNMANAGED'
    );
  }
  // What is in no way tied to a template and has no options of its own says nothing.
  return launch.role === 'consumer' && main === undefined && launch.notConfigurable === undefined;
}

function listItems(value: Value): readonly Value[] {
  return casesOf(value).flatMap(({ value: one }) => (one.kind === 'list' ? one.items : []));
}

function settingsOf({
  tokens,
  endpoint,
  hopLimit,
  ipv6,
}: Options): Pick<Launch, 'tokens' | 'endpoint' | 'hopLimit' | 'ipv6'> {
  return { tokens, endpoint, hopLimit, ipv6 };
}

/** An argument, or one inside a block: `launch_specification.user_data`. */
function argumentAt(body: Body, path: string, scope: Scope): Value {
  const [first = '', second] = path.split('.');
  if (second !== undefined) {
    const [block] = listItems(blockValue(body, first, scope));
    return block?.kind === 'object' ? (block.entries.get(second) ?? NULL) : NULL;
  }
  const attribute = body.attributes.get(first);
  if (attribute === undefined) return NULL;
  const value = evaluate(attribute.value, scope);
  return value.at === undefined ? { ...value, at: attribute.at } : value;
}

function joinUserData(scripts: readonly FoundScripts[]): UserData {
  const states = scripts.map((one) => one.state).filter((state) => state.state !== 'none');
  return states[0] ?? NO_USER_DATA;
}

function callEvidence(instance: ModuleInstance): Evidence[] {
  return instance.path === null
    ? []
    : [
        {
          message: `As ${instance.path} has it.`,
          ...(instance.calledAt === undefined ? {} : { location: instance.calledAt }),
        },
      ];
}

/** The resource's own Region, else the alias of its provider; undefined for the default provider. */
function regionOf(block: Block, instance: ModuleInstance, scope: Scope): string | undefined {
  const own = textOf(argumentAt(block.body, 'region', scope));
  return own ?? instance.providerOf(block);
}

/** Of the readings of one resource for its several keys, the one that counts: version 1 wherever one of them allows it. */
function worst(readings: readonly Launch[]): Launch {
  const [first] = readings;
  if (first === undefined) throw new Error('a launch without a reading');
  if (readings.length === 1) return first;
  const rank = (launch: Launch): number => {
    const { tokens, endpoint } = launch;
    if (endpoint.state === 'set' && endpoint.value === 'disabled') return 4;
    if (tokens.state === 'set') return tokens.value === 'optional' ? 0 : 5;
    return tokens.state === 'unset' ? 1 : 2;
  };
  const counts = [...readings].sort((a, b) => rank(a) - rank(b))[0] ?? first;
  const invalid = new Map<string, InvalidOption>(
    readings
      .flatMap((launch) => launch.invalid ?? [])
      .map((option) => [`${option.location.path}:${String(option.location.start)}:${option.message}`, option]),
  );
  const unsure = readings.find((launch) => launch.userData.state === 'unknown');
  const known = readings.find((launch) => launch.userData.state === 'known');
  const differing = readings.some(
    (launch) =>
      launch.hopLimit.state !== counts.hopLimit.state ||
      (launch.hopLimit.state === 'set' &&
        counts.hopLimit.state === 'set' &&
        launch.hopLimit.value !== counts.hopLimit.value),
  );
  const highest: Setting<number> = differing ? highestLimit(readings) : counts.hopLimit;
  return {
    ...counts,
    hopLimit: highest,
    userData: unsure?.userData ?? known?.userData ?? counts.userData,
    ...(invalid.size === 0 ? {} : { invalid: [...invalid.values()] }),
  };
}

function highestLimit(readings: readonly Launch[]): Setting<number> {
  const limits = readings.map((launch) => launch.hopLimit);
  const set = limits.flatMap((limit) => (limit.state === 'set' ? [limit] : []));
  return set.sort((a, b) => b.value - a.value)[0] ?? limits.find((limit) => limit.state === 'unknown') ?? UNSET;
}

/** Whether a template moves its default version with every change. */
export function updatesDefault(resource: Resource, instance: ModuleInstance): boolean {
  const attribute = resource.block.body.attributes.get('update_default_version');
  if (attribute === undefined) return false;
  const value = toBool(evaluate(attribute.value, instance));
  return value.kind === 'bool' && value.value;
}
