import type { RequestVariant } from 'imdsv2-core';
import type { SyntaxNode } from '../../scripting/syntax.ts';
import { knownText, NO_CHOICES, textOf, truth, unknown, type Values } from '../../scripting/values.ts';
import type { Arguments } from '../calls.ts';
import { sourceOf, type Interpreter } from '../interpreter.ts';
import { KEEPS_NONE, send } from './send.ts';

interface SdkFunction {
  readonly client: string;
  readonly sends: NonNullable<RequestVariant['sdk']>;
  readonly path: string;
  readonly why: string;
}

const BOTO: Omit<SdkFunction, 'path'> = {
  client: 'boto',
  sends: 'version-1',
  why: 'boto 2 has no version 2 of the metadata service.',
};
const BOTOCORE: SdkFunction = {
  client: 'botocore-imds',
  sends: 'version-2-then-1',
  path: '/latest/meta-data/iam/security-credentials/',
  why: 'botocore asks for a token and goes on without one when that is refused or times out, unless ec2_metadata_v1_disabled is set (from 1.32.4).',
};

/** Functions and classes that make metadata requests themselves. Source: facts/aws.md §4.5; boto 2.49 boto/utils.py; botocore/utils.py. */
const SDK_FUNCTIONS: ReadonlyMap<string, SdkFunction> = new Map([
  ['boto.utils.get_instance_metadata', { ...BOTO, path: '/latest/meta-data/' }],
  ['boto.utils.get_instance_userdata', { ...BOTO, path: '/latest/user-data' }],
  ['boto.utils.get_instance_identity', { ...BOTO, path: '/latest/dynamic/instance-identity/document' }],
  ['botocore.utils.IMDSFetcher', BOTOCORE],
  ['botocore.utils.InstanceMetadataFetcher', BOTOCORE],
  ['botocore.utils.IMDSRegionProvider', { ...BOTOCORE, path: '/latest/meta-data/placement/availability-zone/' }],
  [
    'botocore.utils.InstanceMetadataRegionFetcher',
    { ...BOTOCORE, path: '/latest/meta-data/placement/availability-zone/' },
  ],
  ['botocore.credentials.InstanceMetadataFetcher', BOTOCORE],
]);

export function callSdk(interpreter: Interpreter, path: string, args: Arguments, node: SyntaxNode): Values | undefined {
  const entry = SDK_FUNCTIONS.get(path);
  if (entry === undefined) return undefined;
  const disabled = entry.client === 'botocore-imds' && disablesVersion1(interpreter, args);
  return send(
    interpreter,
    node,
    entry.client,
    KEEPS_NONE,
    {
      url: textOf(`http://169.254.169.254${entry.path}`),
      method: textOf('GET'),
      headers: [{ headers: [], choices: NO_CHOICES }],
    },
    {
      sdk: disabled ? 'version-2' : entry.sends,
      evidence: [{ message: disabled ? 'ec2_metadata_v1_disabled is set.' : entry.why }],
    },
  );
}

function disablesVersion1(interpreter: Interpreter, args: Arguments): boolean {
  const [config] = args.keywords.get('config') ?? [];
  const cell = config?.kind === 'ref' ? interpreter.machine.state.cellOf(config) : undefined;
  const entry = cell?.entries.find((candidate) => knownText(candidate.key) === 'ec2_metadata_v1_disabled');
  return entry?.value.every((value) => truth(value) === true) === true;
}

/** `ec2_metadata.instance_id` of the package ec2-metadata: its object asks when an attribute is read; with a token since 2.0. */
export function readSdkAttribute(interpreter: Interpreter, path: string, node: SyntaxNode): Values | undefined {
  const attribute = /^ec2_metadata\.ec2_metadata\.([a-z]\w*)$/.exec(path)?.[1];
  if (attribute === undefined) return undefined;
  send(
    interpreter,
    node,
    'ec2-metadata',
    KEEPS_NONE,
    {
      url: textOf('http://169.254.169.254/latest/meta-data/'),
      method: textOf('GET'),
      headers: [{ headers: [], choices: NO_CHOICES }],
    },
    { sdk: 'version-2', evidence: [{ message: 'The package ec2-metadata sends a token from version 2.0 on.' }] },
  );
  return unknown(sourceOf(interpreter, node), 'it comes from the metadata service');
}
