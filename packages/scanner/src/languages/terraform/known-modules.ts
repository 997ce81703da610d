import { boundsOf, compareVersions, parseVersion } from './version-constraint.ts';

/** What a published module does about metadata options from one version on. */
export interface ModuleRelease {
  readonly from: string;
  /** When the caller says nothing. */
  readonly default: 'required' | 'optional' | 'unset';
  /** When the caller passes `metadata_options` without `http_tokens`. */
  readonly partial: 'required' | 'optional' | 'unset';
  /** When the caller passes null. */
  readonly null: 'required' | 'optional' | 'unset';
  readonly hopLimit: number | undefined;
}

export interface KnownModule {
  /** `terraform-aws-modules/eks`, with the path of a submodule behind it. */
  readonly name: string;
  readonly submodule: string | undefined;
  /** Set: the options stand in each object of these maps, else in the defaults for the map. */
  readonly groups?: readonly { readonly map: string; readonly defaults: string | undefined }[];
  /** What shows that containers run in its instances. */
  readonly containers?: string;
  /** Arguments with boot scripts; with `groups`: of each object of the maps. */
  readonly userData: readonly { readonly argument: string; readonly base64: boolean }[];
  /** Newest first. */
  readonly releases: readonly ModuleRelease[];
  readonly source: string;
}

const EKS_RELEASES: readonly ModuleRelease[] = [
  { from: '21.0.0', default: 'required', partial: 'required', null: 'required', hopLimit: 1 },
  { from: '18.0.0', default: 'required', partial: 'unset', null: 'unset', hopLimit: 2 },
];

const NODE_GROUP_SOURCE =
  'terraform-aws-modules/terraform-aws-eks, tags v18.0.0 to v21.19.0: modules/*/variables.tf and main.tf';

/** Parts of the boot script, in every release: modules/_user_data/variables.tf. */
const NODE_GROUP_USER_DATA = [
  { argument: 'pre_bootstrap_user_data', base64: false },
  { argument: 'post_bootstrap_user_data', base64: false },
] as const;

const PODS = 'Pods run in a node group.';

/** Modules of the public registry that launch instances. Read in their repositories, at the tags named. */
const KNOWN_MODULES: readonly KnownModule[] = [
  {
    name: 'terraform-aws-modules/ec2-instance',
    submodule: undefined,
    userData: [
      { argument: 'user_data', base64: false },
      { argument: 'user_data_base64', base64: true },
    ],
    releases: [
      { from: '5.8.0', default: 'required', partial: 'required', null: 'unset', hopLimit: 1 },
      { from: '3.0.0', default: 'optional', partial: 'optional', null: 'unset', hopLimit: 1 },
      { from: '2.0.0', default: 'unset', partial: 'optional', null: 'unset', hopLimit: undefined },
    ],
    source: 'terraform-aws-modules/terraform-aws-ec2-instance, tags v2.19.0 to v6.4.0: variables.tf and main.tf',
  },
  {
    name: 'terraform-aws-modules/autoscaling',
    submodule: undefined,
    userData: [
      { argument: 'user_data', base64: true },
      { argument: 'user_data_base64', base64: true },
    ],
    releases: [
      { from: '9.0.0', default: 'required', partial: 'required', null: 'unset', hopLimit: 1 },
      { from: '1.0.0', default: 'unset', partial: 'unset', null: 'unset', hopLimit: undefined },
    ],
    source: 'terraform-aws-modules/terraform-aws-autoscaling, tags v4.0.0 to v9.2.1: variables.tf and main.tf',
  },
  {
    name: 'terraform-aws-modules/eks',
    submodule: undefined,
    groups: [
      { map: 'eks_managed_node_groups', defaults: 'eks_managed_node_group_defaults' },
      { map: 'self_managed_node_groups', defaults: 'self_managed_node_group_defaults' },
    ],
    containers: PODS,
    userData: NODE_GROUP_USER_DATA,
    releases: EKS_RELEASES,
    source: 'terraform-aws-modules/terraform-aws-eks, tags v18.0.0 to v21.19.0: node_groups.tf',
  },
  {
    name: 'terraform-aws-modules/eks',
    submodule: 'modules/eks-managed-node-group',
    containers: PODS,
    userData: NODE_GROUP_USER_DATA,
    releases: EKS_RELEASES,
    source: NODE_GROUP_SOURCE,
  },
  {
    name: 'terraform-aws-modules/eks',
    submodule: 'modules/self-managed-node-group',
    containers: PODS,
    userData: NODE_GROUP_USER_DATA,
    releases: EKS_RELEASES,
    source: NODE_GROUP_SOURCE,
  },
];

/** A module as a `source` names it: registry address, GitHub URL, with submodule and tag. Undefined for modules that are not known. */
export function knownModule(
  source: string,
): { readonly module: KnownModule; readonly ref: string | undefined } | undefined {
  const registry = /^(?:registry\.(?:terraform\.io|opentofu\.org)\/)?([\w-]+)\/([\w-]+)\/aws(?:\/\/([^?]+))?$/.exec(
    source,
  );
  const git = /github\.com[/:]([\w-]+)\/terraform-aws-([\w-]+?)(?:\.git)?(?:\/\/([^?]+))?(?:\?(.*))?$/.exec(source);
  const [, namespace, name, submodule, query] = registry ?? git ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  const path = submodule?.replace(/\/$/, '');
  const module = KNOWN_MODULES.find((one) => one.name === `${namespace}/${name}` && one.submodule === path);
  return module === undefined ? undefined : { module, ref: /(?:^|&)ref=([^&]+)/.exec(query ?? '')?.[1] };
}

/** What is known of the version that a call gets. */
export interface ResolvedVersion {
  readonly release: ModuleRelease | undefined;
  /** Set when the constraint admits versions that behave differently. */
  readonly assumption?: string;
}

/** The release that a constraint gets: `terraform init` takes the newest version that it allows. */
export function releaseFor(module: KnownModule, constraint: string | undefined): ResolvedVersion {
  const bounds = boundsOf(constraint ?? '');
  if (bounds === undefined) return { release: undefined };
  const newest = module.releases.find(
    (release) =>
      compareVersions(parseVersion(release.from), bounds.before) < 0 &&
      (bounds.upTo === undefined || compareVersions(parseVersion(release.from), bounds.upTo) <= 0),
  );
  const oldest = module.releases.find((release) => compareVersions(parseVersion(release.from), bounds.least) <= 0);
  if (newest === undefined || newest === oldest || bounds.upTo !== undefined) return { release: newest };
  return {
    release: newest,
    assumption: `${constraint === undefined ? 'Without a version' : `Of "${constraint}"`}, init takes the newest; before ${newest.from} the module's default was another.`,
  };
}
