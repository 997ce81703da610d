import type { Evidence, Launch, Location } from 'imdsv2-core';
import type { Scope } from '../hcl/evaluate.ts';
import type { Body } from '../hcl/syntax.ts';
import { blockValue, listItems } from './block.ts';
import type { ModuleInstance } from './instance.ts';
import { ANY_VERSION, areBelow, boundsOf, compareVersions, intersect, type Bounds } from './version-constraint.ts';

/** The versions of hashicorp/aws that a configuration gets. */
interface ProviderVersion {
  readonly bounds: Bounds;
  /** As it is written, and where. */
  readonly said: string;
  readonly at: Location;
}

/**
 * What old versions of hashicorp/aws make of a launch template's `metadata_options`. Before 4.61.0 its arguments are sent only together with
 * `http_endpoint = "enabled"`: 4.x drops them silently, 3.x is refused. 4.x sends "optional" where nothing is said. Only where all versions
 * that the configuration admits are that old. Source: facts/aws.md §2.2.
 */
export function asOldProvidersSend(launch: Launch, body: Body, scope: Scope, instance: ModuleInstance): Launch {
  if (launch.resource !== 'aws_launch_template') return launch;
  const [block] = listItems(blockValue(body, 'metadata_options', scope));
  if (block?.at === undefined) return launch;
  const version = providerVersionOf(instance);
  if (version === undefined || !areBelow(version.bounds, [5, 0, 0])) return launch;
  const evidence: Evidence = {
    message: `The configuration takes hashicorp/aws ${version.said}.`,
    location: version.at,
  };
  const isFour = !areBelow(version.bounds, [4, 0, 0]);
  const saysMore = launch.tokens.state !== 'unset' || launch.hopLimit.state !== 'unset';
  if (areBelow(version.bounds, [4, 61, 0]) && launch.endpoint.state === 'unset' && saysMore) {
    const location = launch.tokens.location ?? block.at;
    const invalid = {
      message: `hashicorp/aws ${version.said} ${isFour ? 'drops http_tokens and http_put_response_hop_limit' : 'is refused'} where http_endpoint is not given.`,
      help: 'Add http_endpoint = "enabled", or take version 4.61.0 or later of the provider.',
      location,
    };
    const dropped = { state: 'unset', location } as const;
    return {
      ...launch,
      ...(isFour ? { tokens: dropped, hopLimit: dropped } : {}),
      evidence: [...launch.evidence, evidence],
      invalid: [...(launch.invalid ?? []), invalid],
    };
  }
  if (!isFour || launch.tokens.state !== 'unset' || launch.endpoint.state !== 'set') return launch;
  return {
    ...launch,
    toolDefault: {
      tokens: 'optional',
      evidence: {
        message: `hashicorp/aws ${version.said} sends http_tokens = "optional" when the block does not say it.`,
        location: version.at,
      },
    },
  };
}

/** The locked version, else what the constraints of the module and of everything that calls it leave. */
function providerVersionOf(instance: ModuleInstance): ProviderVersion | undefined {
  const locked = lockedVersion(instance);
  if (locked !== undefined) return locked;
  let bounds = ANY_VERSION;
  let narrowest: { readonly text: string; readonly at: Location } | undefined;
  for (let one: ModuleInstance | undefined = instance; one !== undefined; one = one.callerInstance) {
    const constraint = one.module.providerConstraint;
    const own = constraint === undefined ? undefined : boundsOf(constraint.text);
    if (constraint === undefined || own === undefined) continue;
    const both = intersect(bounds, own);
    if (narrowest === undefined || compareVersions(both.before, bounds.before) < 0 || both.upTo !== bounds.upTo)
      narrowest = constraint;
    bounds = both;
  }
  return narrowest === undefined ? undefined : { bounds, said: `"${narrowest.text}"`, at: narrowest.at };
}

/** What `terraform init` has written down. */
function lockedVersion({ tree, root }: ModuleInstance): ProviderVersion | undefined {
  const path = root === '.' ? '.terraform.lock.hcl' : `${root}/.terraform.lock.hcl`;
  const text = tree.text(path);
  const match =
    text === undefined
      ? null
      : /provider\s+"registry\.(?:terraform\.io|opentofu\.org)\/hashicorp\/aws"\s*\{\s*version\s*=\s*"([^"]+)"/.exec(
          text,
        );
  const [, said = ''] = match ?? [];
  const bounds = boundsOf(said);
  if (match === null || said === '' || bounds === undefined) return undefined;
  return { bounds, said, at: { path, start: match.index, end: match.index + match[0].length } };
}
