import type { LaunchType } from './launch-type.ts';

/** A cmdlet of the AWS Tools for PowerShell that launches instances, makes what they are launched from, or sets a default. Names of parameters are singular; plurals occur too and mean the same. */
export interface PowerShellLaunch extends LaunchType {
  readonly platform: 'powershell';
  /** `change`: existing instances are changed; only a weak setting says anything. `account`, `ami`: a default. */
  readonly role: 'instance' | 'template' | 'change' | 'account' | 'ami';
  /** What stands before the names of metadata options: `MetadataOptions_` in `-MetadataOptions_HttpToken`; undefined where there are none. */
  readonly prefix?: string;
  /** The parameter that holds everything as one object, metadata options included. */
  readonly data?: string;
  readonly userData?: string;
  readonly name: string;
  readonly notConfigurable?: { readonly why: string; readonly advice?: string };
}

const SOURCE = 'facts/aws.md §3.3';

/** Source: facts/aws.md §3.3. */
export const POWERSHELL_LAUNCHES = [
  {
    platform: 'powershell',
    resource: 'New-EC2Instance',
    role: 'instance',
    prefix: 'MetadataOptions_',
    userData: 'UserData',
    name: 'LaunchTemplate_LaunchTemplateName',
    remedy: 'Add -MetadataOptions_HttpToken required -MetadataOptions_HttpEndpoint enabled.',
    source: SOURCE,
  },
  {
    platform: 'powershell',
    resource: 'New-EC2LaunchTemplate',
    role: 'template',
    prefix: 'LaunchTemplateData_MetadataOptions_',
    data: 'LaunchTemplateData',
    userData: 'LaunchTemplateData_UserData',
    name: 'LaunchTemplateName',
    remedy: "Set MetadataOptions with HttpTokens = 'required' in -LaunchTemplateData.",
    source: SOURCE,
  },
  {
    platform: 'powershell',
    resource: 'New-EC2LaunchTemplateVersion',
    role: 'template',
    prefix: 'LaunchTemplateData_MetadataOptions_',
    data: 'LaunchTemplateData',
    userData: 'LaunchTemplateData_UserData',
    name: 'LaunchTemplateName',
    remedy: "Set MetadataOptions with HttpTokens = 'required' in -LaunchTemplateData.",
    source: SOURCE,
  },
  {
    platform: 'powershell',
    resource: 'New-ASLaunchConfiguration',
    role: 'template',
    prefix: 'MetadataOptions_',
    userData: 'UserData',
    name: 'LaunchConfigurationName',
    remedy: 'Add -MetadataOptions_HttpToken required.',
    source: SOURCE,
  },
  {
    platform: 'powershell',
    resource: 'Request-EC2SpotInstance',
    role: 'instance',
    userData: 'LaunchSpecification_UserData',
    name: 'ClientToken',
    notConfigurable: {
      why: 'A spot request has no metadata options.',
      advice:
        'Use New-EC2Instance with InstanceMarketOptions and -MetadataOptions_HttpToken required, or a launch template.',
    },
    remedy:
      'Use New-EC2Instance with InstanceMarketOptions and -MetadataOptions_HttpToken required, or a launch template.',
    source: SOURCE,
  },
  {
    platform: 'powershell',
    resource: 'Edit-EC2InstanceMetadataOption',
    role: 'change',
    prefix: '',
    name: 'InstanceId',
    remedy: 'Write -HttpToken required -HttpEndpoint enabled.',
    source: SOURCE,
  },
  {
    platform: 'powershell',
    resource: 'Edit-EC2InstanceMetadataDefault',
    role: 'account',
    prefix: '',
    name: 'Region',
    remedy: 'Write -HttpToken required.',
    source: SOURCE,
  },
  {
    platform: 'powershell',
    resource: 'Register-EC2Image',
    role: 'ami',
    name: 'Name',
    remedy: 'Add -ImdsSupport v2.0.',
    source: SOURCE,
  },
] as const satisfies readonly PowerShellLaunch[];
