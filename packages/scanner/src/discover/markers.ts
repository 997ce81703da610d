import { LAUNCH_TYPES } from 'imdsv2-core';
import { SDK_MENTIONS } from './manifest-names.ts';

/**
 * What a file must hold, byte for byte (ASCII, any case), for a fact to be made of it. Too broad costs time, too narrow costs findings: a test holds
 * findings with and without the prefilter equal.
 */
const HOSTS: readonly string[] = [
  '169.254',
  'fd00:ec2',
  'a9fe',
  '2852039166',
  '2852039',
  '0251',
  '0xa9',
  'instance-data',
  'meta-data',
  'latest/dynamic',
  'latest/user-data',
  'latest/api',
  'imds',
  'metadata-token',
  'metadata_token',
  'metadata.google',
  'computeMetadata',
  'metadata/instance',
  'metadata/identity',
  '100.100.100.200',
  '/opc/v',
];

/** Names of clients that need no address. */
const CLIENT_NAMES: readonly string[] = [
  'ec2-metadata',
  'ec2metadata',
  'instance-metadata',
  'instance_metadata',
  'instance_identity',
  'ec2-publicip',
  'awscred',
  'eureka',
  'boto.utils',
  'fromInstanceMetadata',
  'fromContainerMetadata',
  'InstanceMetadata',
  'MetadataService',
  'metadata_service',
  'disableFetchToken',
  'ec2_facts',
  'ec2_metadata_facts',
  'cloud-init query',
];

/** Pieces of launches that no single resource name covers: libraries, verbs, formats. */
const LAUNCH_WORDS: readonly string[] = [
  'aws-ec2',
  'aws-cdk',
  'awscdk',
  'cdktf',
  'aws-autoscaling',
  '@pulumi/',
  'pulumi_aws',
  'sst.aws',
  'aws.ec2.',
  'client-ec2',
  'client-auto-scaling',
  'RunInstances',
  'run_instances',
  'run-instances',
  'LaunchTemplate',
  'launch_template',
  'launch-template',
  'LaunchConfiguration',
  'launch_configuration',
  'launch-configuration',
  'RequestSpot',
  'request-spot',
  'request_spot',
  'CreateFleet',
  'create-fleet',
  'create_fleet',
  'EC2Instance',
  'ec2_instance',
  'ec2-instance',
  'aws_instance',
  'aws_spot_',
  'aws_eks_node_group',
  'aws_autoscaling_group',
  'aws_batch',
  'aws_emr',
  'http_tokens',
  'HttpTokens',
  'httpTokens',
  'http_put_response',
  'imds_support',
  'AWS::',
  'EC2NodeClass',
  'AWSNodeTemplate',
  'AWSMachine',
  'AWSManagedMachine',
  'eksctl.io',
  'launchconfiguration',
  'kops.k8s.io',
  'crossplane',
  'parallelcluster',
  'HeadNode',
  'machine.openshift.io',
  'install-config',
  'convox',
  'amazon-ebs',
  'amazon-instance',
  'amazon-chroot',
  'terraform-aws-modules',
  // Policies about metadata options.
  'ec2:Metadata',
  'autoscaling:Metadata',
  'RoleDelivery',
  'Attribute/Http',
  ...SDK_MENTIONS,
];

/** `http://…169.254.169.254` under base64: the three alignments of `169.254.169.254`, without the characters that neighbours share. */
const BASE64_ALIGNMENTS: readonly string[] = [0, 1, 2].flatMap((shift) =>
  ['169.254.169.254', 'fd00:ec2::254', 'meta-data/', 'aws-ec2-metadata-token'].map((text) => base64Core(text, shift)),
);

/** Compressed data under base64 (`H4sI` is gzip's head). */
const COMPRESSED: readonly string[] = ['H4sI'];

/** `169.254` as percent-encoded, hexadecimal, octal and escaped digits, whichever of them is written so. */
const DISGUISES: readonly string[] = [
  ...['%31', '%36'].flatMap((first) => ['%3', '6', '9'].map((second) => first + second)),
  ...Array.from({ length: 12 }, (_, zeros) => `0x${'0'.repeat(zeros)}a9.`),
  '025177524776',
  '\\x31\\x36\\x39',
  '\\u0031\\u0036',
];

/** What a text must hold for a request to be made of it; the rest of the markers is about launches and policies. */
const REQUEST_LITERALS: readonly string[] = [
  ...HOSTS,
  ...CLIENT_NAMES,
  ...BASE64_ALIGNMENTS,
  ...COMPRESSED,
  ...DISGUISES,
];

const LITERALS: readonly string[] = [
  ...new Set(
    [...REQUEST_LITERALS, ...LAUNCH_WORDS, ...LAUNCH_TYPES.map((type) => type.marker ?? type.resource)].filter(
      (word) => word.length >= 4,
    ),
  ),
];

/** Every marker, one character per byte, none shorter than four; letters match in any case. In ASCII or in either order of UTF-16. */
export const MARKERS: readonly string[] = [
  ...withoutCovered(LITERALS),
  ...['169.254', 'metadata', 'aws_', 'AWS::', 'meta-data'].map(wide),
];

const REQUEST = new RegExp(
  withoutCovered(REQUEST_LITERALS)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|'),
  'i',
);

/** Whether a part of a file may hold a request, as far as a look at its characters tells. */
export function mayHoldRequest(text: string): boolean {
  return REQUEST.test(text);
}

/** The base64 characters that only depend on `text` when `shift` bytes stand before it. */
function base64Core(text: string, shift: number): string {
  const encoded = Buffer.from('\0'.repeat(shift) + text, 'latin1')
    .toString('base64')
    .replace(/=+$/, '');
  const first = shift === 0 ? 0 : shift + 1;
  const whole = Math.floor((shift + text.length) / 3) * 4;
  return encoded.slice(first, whole);
}

/** Without those that hold another one: whatever finds the shorter finds the longer. */
function withoutCovered(words: readonly string[]): readonly string[] {
  const plain = words.map((word) => word.toLowerCase());
  return words.filter(
    (_, index) =>
      !plain.some(
        (other, at) => at !== index && plain[index]?.includes(other) === true && (other !== plain[index] || at < index),
      ),
  );
}

/** A word in UTF-16 of either byte order: a NUL between two characters. */
function wide(word: string): string {
  return Array.from(word).join('\0');
}
