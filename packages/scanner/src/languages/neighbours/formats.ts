import { NEIGHBOURS, type Launch, type NeighbourLaunch, type Setting, type TemplateReference } from 'imdsv2-core';
import { get, textOf, type Node } from '../structured/node.ts';
import type { Findings, Format, Found } from '../script-places/format.ts';
import { launchFindings } from './launch.ts';

/** Formats of tools that launch instances, besides Terraform, CloudFormation, Packer and code. Ansible's tasks are read with its scripts. */
export const NEIGHBOUR_FORMATS: readonly Format[] = [
  manifest('Karpenter node class', 'karpenter', ({ kind, group }) =>
    group === 'karpenter.k8s.aws' ? kind : undefined,
  ),
  manifest('Cluster API for AWS', 'cluster-api', ({ kind, group }) =>
    group === 'infrastructure.cluster.x-k8s.io' ? kind : undefined,
  ),
  manifest('kops instance group', 'kops', ({ kind, group }) => (group === 'kops.k8s.io' ? kind : undefined)),
  manifest('Crossplane resource', 'crossplane', ({ kind, group }) => `${group} ${kind}`),
  manifest('OpenShift machine set', 'openshift', ({ kind, group, root }) =>
    group === 'machine.openshift.io' && isAwsMachine(root) ? kind : undefined,
  ),
  {
    name: 'eksctl configuration',
    source: 'github eksctl-io/eksctl@99984adb pkg/apis/eksctl.io/v1alpha5',
    detect: (root) => textOf(get(root, 'apiVersion'))?.startsWith('eksctl.io/') === true,
    places: ['nodeGroups', 'managedNodeGroups'].map((resource) => ({
      at: `${resource}.[]`,
      read: (found: Found) => nodeGroup(found, resource),
    })),
  },
  {
    name: 'ParallelCluster configuration',
    source: 'github aws/aws-parallelcluster@451cc532 cli/src/pcluster/config',
    detect: (root) =>
      (get(root, 'HeadNode') !== undefined && get(root, 'Scheduling') !== undefined) ||
      get(get(root, 'Build'), 'ParentImage') !== undefined,
    places: [
      {
        at: '',
        read: (found) =>
          one(
            found,
            'parallelcluster',
            get(found.node, 'HeadNode') === undefined ? 'build-image configuration' : 'cluster configuration',
            '',
          ),
      },
    ],
  },
  {
    name: 'OpenShift installation configuration',
    source: 'docs.openshift.com, installing on AWS',
    detect: (root) => get(root, 'baseDomain') !== undefined && get(get(root, 'platform'), 'aws') !== undefined,
    places: ['controlPlane', 'compute.[]'].map((at) => ({
      at,
      read: (found: Found) =>
        one(found, 'openshift', 'install-config machine pool', textOf(get(found.node, 'name')) ?? ''),
    })),
  },
  {
    name: 'Elastic Beanstalk option settings',
    source: 'AWS documentation, command-options-general',
    // `.ebextensions` write the first, saved configurations the second.
    detect: (root, { text }) =>
      (get(root, 'option_settings') ?? get(root, 'OptionSettings')) !== undefined && text.includes('DisableIMDSv1'),
    places: ['option_settings', 'OptionSettings'].map((at) => ({ at, read: beanstalkOptions })),
  },
  {
    name: 'Pulumi YAML program',
    source: 'pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference',
    detect: (root) =>
      get(root, 'resources')?.kind === 'map' &&
      (get(root, 'runtime') !== undefined || /\baws:/.test(pulumiTypes(root))),
    places: [
      {
        at: 'resources.*',
        read: (found) =>
          one(found, 'pulumi', pulumiType(textOf(get(found.node, 'type')) ?? ''), found.path.at(-1) ?? ''),
      },
    ],
  },
  {
    name: 'launch as input of the AWS CLI',
    source: 'docs.aws.amazon.com/cli/latest/userguide/cli-usage-skeleton.html',
    detect: (root) => cliInput(root) !== undefined,
    places: [{ at: '', read: cliLaunch }],
  },
  {
    name: 'launch by an automation of Systems Manager',
    source: 'docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-runinstance.html',
    detect: (root) => get(root, 'mainSteps')?.kind === 'sequence' && get(root, 'schemaVersion') !== undefined,
    places: [
      {
        at: 'mainSteps.[]',
        read: (found) =>
          textOf(get(found.node, 'action')) === 'aws:runInstances'
            ? one(
                found,
                'ssm',
                'aws:runInstances',
                textOf(get(found.node, 'name')) ?? '',
                get(found.node, 'inputs') ?? found.node,
              )
            : NOTHING,
      },
    ],
    dialect: 'ssm',
  },
];

const NOTHING: Findings = { scripts: [], facts: [] };

/** The table's entry; undefined when the tool's resource launches nothing. */
export function neighbour(
  platform: NeighbourLaunch['platform'],
  resource: string | undefined,
): NeighbourLaunch | undefined {
  return NEIGHBOURS.find((type) => type.platform === platform && type.resource === resource);
}

interface Manifest {
  readonly root: Node;
  readonly kind: string;
  /** `apiVersion` without its version. */
  readonly group: string;
}

/** Kubernetes-style manifests, whole or as items of a list. `resourceOf` gives the table's name of the resource. */
function manifest(
  name: string,
  platform: NeighbourLaunch['platform'],
  resourceOf: (manifest: Manifest) => string | undefined,
): Format {
  const typeOf = (root: Node): NeighbourLaunch | undefined =>
    neighbour(
      platform,
      resourceOf({
        root,
        kind: textOf(get(root, 'kind')) ?? '',
        group: (textOf(get(root, 'apiVersion')) ?? '').replace(/\/[^/]*$/, ''),
      }),
    );
  const read = (found: Found): Findings => {
    const type = typeOf(found.node);
    return type === undefined
      ? NOTHING
      : launchFindings(found, {
          type,
          options: found.node,
          place: found.node,
          name: textOf(get(get(found.node, 'metadata'), 'name')) ?? '',
        });
  };
  const items = (root: Node): readonly Node[] => {
    const list = get(root, 'items') ?? get(root, 'objects');
    return list?.kind === 'sequence' ? list.items : [];
  };
  return {
    name,
    source: 'facts/aws.md §3.3',
    detect: (root) => typeOf(root) !== undefined || items(root).some((item) => typeOf(item) !== undefined),
    places: ['', 'items.[]', 'objects.[]'].map((at) => ({ at, read })),
    dialect: 'go',
  };
}

function isAwsMachine(root: Node): boolean {
  const spec = get(root, 'spec');
  const template = get(get(spec, 'template'), 'machines_v1beta1_machine_openshift_io') ?? get(spec, 'template');
  const value = get(get(get(template, 'spec') ?? spec, 'providerSpec'), 'value');
  return /AWS/i.test(textOf(get(value, 'kind')) ?? '') || /^aws/i.test(textOf(get(value, 'apiVersion')) ?? '');
}

function one(
  found: Found,
  platform: NeighbourLaunch['platform'],
  resource: string,
  name: string,
  options = found.node,
): Findings {
  const type = neighbour(platform, resource);
  if (type === undefined) return NOTHING;
  const reference =
    type.template === undefined
      ? undefined
      : type.template.split('.').reduce<Node | undefined>((node, key) => get(node, key), options);
  return launchFindings(found, {
    type,
    options,
    place: found.node,
    name,
    ...(reference === undefined ? {} : { template: elsewhere(found, reference) }),
  });
}

function elsewhere(found: Found, reference: Node): TemplateReference {
  return {
    identities: [],
    why: 'it is in no file of this format',
    version: { kind: 'unknown', why: 'it is decided elsewhere' },
    location: found.document.map.range(reference.start, reference.end),
  };
}

function nodeGroup(found: Found, resource: string): Findings {
  const type = neighbour('eksctl', resource);
  if (type === undefined) return NOTHING;
  const reference = get(found.node, 'launchTemplate');
  const noPods = get(found.node, 'disablePodIMDS');
  const isBarred = textOf(noPods) === 'true';
  const overrides: Partial<Pick<Launch, 'tokens' | 'hopLimit'>> = {
    ...(isBarred && noPods !== undefined
      ? { tokens: setting('required', found, noPods, 'disablePodIMDS requires tokens.') }
      : {}),
    ...(reference === undefined
      ? {
          hopLimit: {
            state: 'set',
            value: isBarred ? 1 : 2,
            evidence: [{ message: 'eksctl sets the hop limit: 2, or 1 with disablePodIMDS.' }],
          },
        }
      : {}),
  };
  return launchFindings(found, {
    type,
    options: found.node,
    place: found.node,
    name: textOf(get(found.node, 'name')) ?? '',
    overrides,
    ...(reference === undefined ? {} : { template: elsewhere(found, reference) }),
  });
}

function setting(
  value: 'required' | 'optional',
  found: Found,
  node: Node,
  message: string,
): Setting<'required' | 'optional'> {
  return { state: 'set', value, location: found.document.map.range(node.start, node.end), evidence: [{ message }] };
}

const BEANSTALK = 'aws:autoscaling:launchconfiguration';

/** Only what is said: other files of the environment may say it as well. Maps by namespace, and lists of `{namespace, option_name, value}`. */
function beanstalkOptions(found: Found): Findings {
  const type = neighbour('elastic-beanstalk', BEANSTALK);
  if (type === undefined) return NOTHING;
  const { node } = found;
  const block = get(node, BEANSTALK);
  if (get(block, 'DisableIMDSv1') !== undefined && block !== undefined)
    return launchFindings(found, { type, options: block, place: block, name: '' });
  if (node.kind !== 'sequence') return NOTHING;
  const item = node.items.find(
    (option) =>
      textOf(get(option, 'namespace')) === BEANSTALK && textOf(get(option, 'option_name')) === 'DisableIMDSv1',
  );
  const value = get(item, 'value');
  if (item === undefined || value === undefined) return NOTHING;
  const text = textOf(value)?.toLowerCase();
  const tokens: Setting<'required' | 'optional'> =
    text === 'true' || text === 'false'
      ? setting(text === 'true' ? 'required' : 'optional', found, value, 'DisableIMDSv1 says it.')
      : { state: 'unknown', why: `it is ${text ?? 'not a value'}` };
  return launchFindings(found, { type, options: item, place: item, name: '', overrides: { tokens } });
}

/** `aws:ec2/instance:Instance` and `aws:ec2:Instance` are the same. */
function pulumiType(type: string): string {
  return type.replace(/^aws:ec2\/\w+:/, 'aws:ec2:');
}

function pulumiTypes(root: Node): string {
  const resources = get(root, 'resources');
  return resources?.kind === 'map'
    ? resources.entries.map(({ value }) => textOf(get(value, 'type')) ?? '').join(' ')
    : '';
}

function cliInput(root: Node): string | undefined {
  if (get(root, 'AWSTemplateFormatVersion') !== undefined || get(root, 'Resources') !== undefined) return undefined;
  if (get(root, 'LaunchTemplateData')?.kind === 'map') return 'input of create-launch-template';
  if (get(root, 'LaunchConfigurationName') !== undefined && get(root, 'ImageId') !== undefined)
    return 'input of create-launch-configuration';
  if (
    (get(root, 'ImageId') ?? get(root, 'LaunchTemplate')) !== undefined &&
    get(root, 'MinCount') !== undefined &&
    get(root, 'MaxCount') !== undefined
  )
    return 'input of run-instances';
  return undefined;
}

function cliLaunch(found: Found): Findings {
  const { node } = found;
  const type = neighbour('aws-cli', cliInput(node));
  if (type === undefined) return NOTHING;
  const data = get(node, 'LaunchTemplateData');
  const name = textOf(get(node, 'LaunchTemplateName')) ?? textOf(get(node, 'LaunchConfigurationName')) ?? '';
  const reference = data === undefined ? get(node, 'LaunchTemplate') : undefined;
  const template =
    reference === undefined
      ? undefined
      : {
          ...elsewhere(found, reference),
          identities: identities(textOf(get(reference, 'LaunchTemplateName'))),
          version: versionOf(textOf(get(reference, 'Version'))),
        };
  return launchFindings(found, {
    type,
    options: data ?? node,
    place: node,
    name,
    identities: data === undefined ? [] : identities(name),
    ...(template === undefined ? {} : { template }),
  });
}

function identities(name: string | undefined): readonly string[] {
  return name === undefined || name === '' ? [] : [`aws-cli:name:${name}`];
}

export function versionOf(version: string | undefined): TemplateReference['version'] {
  if (version === undefined || version === '' || version === '$Default' || version === 'default')
    return { kind: 'default' };
  if (version === '$Latest' || version === 'latest') return { kind: 'latest' };
  return { kind: 'literal', value: version };
}
