import {
  factId,
  NO_USER_DATA,
  UNSET,
  type Document,
  type Evidence,
  type Launch,
  type Location,
  type TerraformLaunch,
  type UserData,
} from 'imdsv2-core';
import type { Scope } from '../hcl/evaluate.ts';
import type { Body } from '../hcl/syntax.ts';
import { NULL, textOf } from '../hcl/value.ts';
import { argumentAt, blockValue, listItems } from './block.ts';
import { NO_OPTIONS, readOptions } from './setting.ts';
import { nameIdentity, templateReferences, type FoundReference } from './template-reference.ts';
import { readUserData, type FoundScripts } from './user-data.ts';

/** One resource of a launching type as it stands in a configuration or a plan. */
export interface LaunchPlace {
  readonly type: TerraformLaunch;
  readonly body: Body;
  readonly scope: Scope;
  readonly at: Location;
  /** Where its options would be said. */
  readonly header: Location;
  readonly id: string;
  readonly name: string;
  readonly instance: string | null;
  /** What it goes by as a template, besides its name. */
  readonly identities: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly image?: NonNullable<Launch['ami']>;
  readonly region?: string;
}

export interface ReadLaunch {
  readonly launch: Launch;
  readonly documents: readonly Document[];
}

/** The launch of a resource, and one more for each further template that it launches from. None if it launches nothing. */
export function readLaunches(place: LaunchPlace): readonly ReadLaunch[] {
  const { type, body, scope, header, id } = place;
  const { tokens, endpoint, hopLimit, ipv6, invalid } =
    type.options === undefined
      ? { ...NO_OPTIONS, tokens: { ...UNSET, location: header } }
      : readOptions(type.options, body, scope, header);
  const references = templateReferences(type, body, scope);
  const main = references.find((one) => !one.override);
  const scripts = (type.userData ?? []).map(({ argument, base64 }) =>
    readUserData(argumentAt(body, argument, scope), {
      base64,
      launch: id,
      role: `user data of ${type.resource}.${place.name}`,
    }),
  );
  const containers =
    scripts.find((one) => one.containers !== undefined)?.containers ??
    (type.resource === 'aws_eks_node_group' ? { message: 'Pods run in a node group.', location: header } : undefined);
  const name = textOf(argumentAt(body, 'name', scope));
  const own: Launch = {
    kind: 'launch',
    id,
    location: place.at,
    platform: 'terraform',
    resource: type.resource,
    name: place.name,
    instance: place.instance,
    role: type.role,
    tokens,
    endpoint,
    hopLimit,
    ipv6,
    ...(type.notConfigurable === undefined || main !== undefined ? {} : { notConfigurable: type.notConfigurable }),
    identities:
      type.role === 'template'
        ? [...place.identities, ...(name === undefined || name === '' ? [] : [nameIdentity(type, name)])]
        : [],
    ...(place.image === undefined ? {} : { ami: place.image }),
    userData: joinUserData(scripts),
    ...(containers === undefined ? {} : { containers }),
    ...(place.region === undefined ? {} : { region: place.region }),
    evidence: place.evidence,
  };
  const launch: Launch = {
    ...own,
    ...(main === undefined ? {} : { template: main.reference }),
    ...(invalid.length === 0 ? {} : { invalid }),
  };
  if (isNoLaunch(place, launch, main)) return [];
  return [
    { launch, documents: scripts.flatMap((one) => one.documents) },
    ...references.filter((one) => one !== main).map((reference) => overrideOf(own, reference)),
  ];
}

/** A group's second template: instances are launched from it as well. What is invalid is told once, of the launch itself. */
function overrideOf(launch: Launch, { reference, at }: FoundReference): ReadLaunch {
  return {
    launch: {
      ...launch,
      id: factId('launch', at, launch.instance === null ? null : launch.id, 'override'),
      location: at,
      name: `${launch.name} (override)`,
      template: reference,
      userData: NO_USER_DATA,
    },
    documents: [],
  };
}

/** Resources of a launching type that launch no EC2 instances, or say nothing at all. */
function isNoLaunch({ type, body, scope }: LaunchPlace, launch: Launch, main: FoundReference | undefined): boolean {
  if (type.resource === 'aws_batch_compute_environment') {
    const [resources] = listItems(blockValue(body, 'compute_resources', scope));
    const kind = resources?.kind === 'object' ? textOf(resources.entries.get('type') ?? NULL) : undefined;
    return kind?.startsWith('FARGATE') === true || textOf(argumentAt(body, 'type', scope)) === 'UNMANAGED';
  }
  return launch.role === 'consumer' && main === undefined && launch.notConfigurable === undefined;
}

function joinUserData(scripts: readonly FoundScripts[]): UserData {
  const states = scripts.map((one) => one.state).filter((state) => state.state !== 'none');
  return states[0] ?? NO_USER_DATA;
}
