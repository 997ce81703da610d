import type { Location } from '../document/offset-map.ts';
import type { Evidence } from './evidence.ts';
import type { DecidedBy, Setting } from './setting.ts';

export type Platform =
  | 'terraform'
  | 'packer'
  | 'cloudformation'
  | 'cdk'
  | 'cdktf'
  | 'pulumi'
  | 'sst'
  | 'aws-sdk'
  | 'aws-cli'
  | 'powershell'
  | 'ansible'
  | 'karpenter'
  | 'cluster-api'
  | 'eksctl'
  | 'elastic-beanstalk'
  | 'kops'
  | 'crossplane'
  | 'parallelcluster'
  | 'openshift'
  | 'convox'
  | 'ssm'
  | 'iam';

/** Something starts instances, or is the pattern that they are started from. */
export interface Launch {
  readonly kind: 'launch';
  readonly id: string;
  /** The whole block; starts at its header (the `resource` line, the logical id, the `new`). */
  readonly location: Location;
  readonly platform: Platform;
  /** The resource's type as its platform spells it: `aws_instance`, `AWS::EC2::Instance`, `ec2.Instance`. Key of the launch tables. */
  readonly resource: string;
  /** The name that its author gave it. */
  readonly name: string;
  /** Module call path (`module.web.module.asg["a"]`) or stack path; null at the root. */
  readonly instance: string | null;
  /** `template`: instances are started from it elsewhere. `consumer`: says nothing itself, only refers to a template. `default`: never here, see `Default`. */
  readonly role: 'instance' | 'template' | 'consumer';

  readonly tokens: Setting<'required' | 'optional'>;
  readonly endpoint: Setting<'enabled' | 'disabled'>;
  /** 1–64. */
  readonly hopLimit: Setting<number>;
  readonly ipv6: Setting<'enabled' | 'disabled'>;

  /** What happens when nothing is said here, if the tool itself decides it: Packer sends `optional`, Karpenter `required`. */
  readonly toolDefault?: {
    readonly tokens: 'required' | 'optional';
    readonly evidence: Evidence;
    readonly decidedBy?: DecidedBy;
  };
  /** Set where the launch has no place to say it. `advice`: what to do instead; undefined: nothing can be done in this file. */
  readonly notConfigurable?: { readonly why: string; readonly advice?: string };

  /** How other launches name this one when it is a template; all names it goes by. */
  readonly identities: readonly string[];
  /** The template that the launch starts from. */
  readonly template?: TemplateReference;
  /** Something that makes a default outside this file likely (an AL2023 AMI): an unset launch is then of medium confidence. */
  readonly ami?: { readonly requiresTokens: 'likely' | 'certain'; readonly evidence: Evidence };

  readonly userData: UserData;
  /** Set when containers on a bridge network run in this launch: what shows it. They need hop limit 2. */
  readonly containers?: Evidence;
  /** Region and provider alias as far as known, to match account defaults; undefined: the default provider. */
  readonly region?: string;
  readonly evidence: readonly Evidence[];
  /** Values that AWS or the tool refuses or ignores (rule valid-metadata-options). */
  readonly invalid?: readonly InvalidOption[];
}

export interface InvalidOption {
  /** What is wrong and what comes of it: sentences. */
  readonly message: string;
  /** What to do instead: sentences. */
  readonly help?: string;
  readonly location: Location;
}

export interface TemplateReference {
  /** Identities (see `Launch.identities`) of the template; several when it is not certain which; empty when it is not known. */
  readonly identities: readonly string[];
  /** Why the template is not known, if it is not. */
  readonly why?: string;
  readonly location?: Location;
  readonly version:
    | { readonly kind: 'latest' }
    /** `updatesDefault`: the template moves its default version with every change. */
    | { readonly kind: 'default' }
    | { readonly kind: 'literal'; readonly value: string }
    | { readonly kind: 'unknown'; readonly why: string };
}

/** What runs at boot. */
export interface UserData {
  readonly state: 'none' | 'known' | 'unknown';
  /** Why it is not known, wholly or in part. */
  readonly why?: string;
  readonly location?: Location;
}

export const NO_USER_DATA: UserData = { state: 'none' };

/** A default of an account, Region or organisation (`aws_ec2_instance_metadata_defaults`, a declarative policy). */
export interface Default {
  readonly kind: 'default';
  readonly id: string;
  readonly location: Location;
  readonly platform: Platform;
  readonly resource: string;
  readonly name: string;
  readonly instance: string | null;
  readonly scope: 'account' | 'organisation' | 'ami' | 'policy';
  readonly tokens: Setting<'required' | 'optional' | 'no-preference'>;
  readonly hopLimit: Setting<number>;
  /** Whether launches that do not end up with required tokens fail (`http_tokens_enforced`). */
  readonly isEnforced?: boolean;
  readonly region?: string;
  readonly evidence: readonly Evidence[];
  readonly invalid?: readonly InvalidOption[];
}
