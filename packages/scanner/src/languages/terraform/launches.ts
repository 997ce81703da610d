import {
  factId,
  TERRAFORM_LAUNCHES,
  UNSET,
  type Document,
  type Evidence,
  type InvalidOption,
  type Launch,
  type Setting,
  type TerraformLaunch,
} from 'imdsv2-core';
import { containersInTags } from '../embedded/container-evidence.ts';
import { evaluate, type Scope } from '../hcl/evaluate.ts';
import type { Block } from '../hcl/syntax.ts';
import { toBool } from '../hcl/type.ts';
import { NULL, textOf } from '../hcl/value.ts';
import { argumentAt } from './block.ts';
import { imageEvidence } from './image.ts';
import { withNames, type ModuleInstance } from './instance.ts';
import type { Resource } from './module.ts';
import { asOldProvidersSend } from './provider-version.ts';
import { readLaunches, type ReadLaunch } from './read-launch.ts';

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

/** Whether there is none of a resource with the values as they are. */
export function isDormant(resource: Resource, instance: ModuleInstance): boolean {
  return instance.keysOf(resource.block).scopes.length === 0;
}

/** Of a resource with many keys, those in which something may differ. */
function scopesOf(resource: Resource, instance: ModuleInstance): readonly Scope[] {
  const keys = instance.keysOf(resource.block);
  // There are none now; what would be launched if there were is said all the same.
  if (keys.scopes.length === 0) return [instance];
  if (keys.kind !== 'unknown' && !differsByKey(resource)) return keys.scopes.slice(0, 1).map(({ scope }) => scope);
  return keys.scopes.map(({ scope }) => scope);
}

/** How many of a resource's keys are not looked at although something may differ in them. */
export function unreadKeys(resource: Resource, instance: ModuleInstance): number {
  const { unread = 0 } = instance.keysOf(resource.block);
  return differsByKey(resource) ? unread : 0;
}

function differsByKey({ file, block }: Resource): boolean {
  return /\b(?:each|count)\./.test(file.text.slice(block.at.start, block.at.end));
}

function readOne(
  resource: Resource,
  type: TerraformLaunch,
  instance: ModuleInstance,
  outer: Scope,
): readonly ReadLaunch[] {
  const { block } = resource;
  const scope = withNames(outer, { self: NULL });
  const region = regionOf(block, instance, scope);
  const image = type.image === undefined ? undefined : imageEvidence(block.body, type.image, instance, scope);
  const read = readLaunches({
    type,
    body: block.body,
    scope,
    at: block.at,
    header: block.header,
    id: factId('launch', block.at, instance.path === null ? null : instance.root, instance.path),
    name: resource.name,
    instance: instance.path,
    identities: [instance.identity(resource.address)],
    evidence: [
      ...callEvidence(instance),
      ...(isDormant(resource, instance)
        ? [{ message: 'With the values as they are, none is created.', location: block.header }]
        : []),
    ],
    ...(image === undefined ? {} : { image }),
    ...(region === undefined ? {} : { region }),
  });
  const containers = clusterTag(resource);
  return read.map((one) => ({
    ...one,
    launch: {
      ...(containers === undefined ? {} : { containers }),
      ...asOldProvidersSend(one.launch, block.body, scope, instance),
    },
  }));
}

/** A tag that makes the machines nodes of a cluster. */
function clusterTag({ file, block }: Resource): Evidence | undefined {
  const found = containersInTags(file.text.slice(block.at.start, block.at.end));
  return found === undefined
    ? undefined
    : {
        message: 'A tag says that its machines belong to a cluster.',
        location: { path: file.path, start: block.at.start + found.start, end: block.at.start + found.end },
      };
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
