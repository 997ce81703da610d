import {
  factId,
  NO_USER_DATA,
  type DocumentHole,
  type Evidence,
  type Launch,
  type Location,
  type Setting,
} from 'imdsv2-core';
import { embeddedDocument } from 'imdsv2-core';
import { get, readJson, readYaml, textOf, type Node } from '../structured/index.ts';
import { Evaluator, type Surroundings } from './evaluate.ts';
import { materialise } from './materialise.ts';
import type { Resource } from './scope.ts';
import { locationOf } from './template.ts';
import { explore } from './world.ts';

const RUNBOOK = 'AWSSupport-ConfigureEC2Metadata';

/** Steps of Systems Manager automations that launch instances, or run the runbook that changes their options (facts/aws.md §3.3). */
export function automationLaunches(resource: Resource, surroundings: Surroundings): readonly Launch[] {
  if (resource.type !== 'AWS::SSM::Document' && resource.type !== 'AWS::SSM::Association') return [];
  const properties = get(resource.entry.value, 'Properties');
  if (properties === undefined) return [];
  const { document } = resource.scope.template;
  const [outcome] =
    explore((world) => {
      const holes: DocumentHole[] = [...document.holes];
      const node = materialise(new Evaluator(world, surroundings, 'script'), properties, resource.scope, holes);
      if (resource.type === 'AWS::SSM::Association') {
        return textOf(get(node, 'Name')) === RUNBOOK
          ? [
              runbook(
                resource,
                locationOf(document, { start: resource.entry.key.start, end: resource.entry.value.end }),
                resource.id,
                get(node, 'Parameters'),
                (at) => locationOf(document, at),
              ),
            ]
          : [];
      }
      const content = get(node, 'Content');
      const isText = content?.kind === 'scalar' && content.value !== null;
      const inner = isText ? embeddedDocument(document, 'yaml', content.mapped, '', { holes }) : document;
      const root = isText ? (/^\s*\{/.test(inner.text) ? readJson(inner) : readYaml(inner)).roots[0] : content;
      const steps = get(root, 'mainSteps');
      if (steps?.kind !== 'sequence') return [];
      const place = (at: Node): Location => locationOf(inner, at);
      return steps.items.flatMap((step) => stepLaunches(resource, step, place));
    }, 16) ?? [];
  return outcome?.result ?? [];
}

function stepLaunches(resource: Resource, step: Node, place: (node: Node) => Location): readonly Launch[] {
  const inputs = get(step, 'inputs');
  const name = textOf(get(step, 'name')) ?? 'step';
  const action = textOf(get(step, 'action'));
  if (action === 'aws:executeAutomation' && textOf(get(inputs, 'DocumentName')) === RUNBOOK)
    return [runbook(resource, place(step), name, get(inputs, 'RuntimeParameters'), place)];
  const isLaunch =
    action === 'aws:runInstances' ||
    (action === 'aws:executeAwsApi' &&
      textOf(get(inputs, 'Service'))?.toLowerCase() === 'ec2' &&
      textOf(get(inputs, 'Api')) === 'RunInstances');
  if (!isLaunch) return [];
  const options = get(inputs, 'MetadataOptions');
  const template = get(inputs, 'LaunchTemplate');
  const userData = get(inputs, 'UserData');
  return [
    launch(resource, place(step), action, name, {
      tokens: setting(get(options, 'HttpTokens'), place(options ?? step), place, word(['required', 'optional'])),
      endpoint: setting(get(options, 'HttpEndpoint'), place(options ?? step), place, word(['enabled', 'disabled'])),
      hopLimit: setting(get(options, 'HttpPutResponseHopLimit'), place(options ?? step), place, hops),
      ...(template === undefined
        ? {}
        : { template: { identities: [], why: 'it is not in the files that were read', version: { kind: 'default' } } }),
      ...(userData === undefined ? {} : { userData: { state: 'known', location: place(userData) } }),
    }),
  ];
}

/** The runbook sets what its parameters say, and version 1 when they say nothing. */
function runbook(
  resource: Resource,
  location: Location,
  name: string,
  parameters: Node | undefined,
  place: (node: Node) => Location,
): Launch {
  const first = (key: string): Node | undefined => {
    const node = get(parameters, key);
    return node?.kind === 'sequence' ? node.items[0] : node;
  };
  const evidence: Evidence = { message: `The runbook's parameter EnforceIMDSv2 is "optional" when it is not given.` };
  return launch(resource, location, RUNBOOK, name, {
    tokens: setting(
      first('EnforceIMDSv2'),
      parameters === undefined ? location : place(parameters),
      place,
      word(['required', 'optional']),
    ),
    endpoint: setting(first('MetadataAccess'), location, place, word(['enabled', 'disabled'])),
    // 0 leaves the limit as it is.
    hopLimit: setting(first('HttpPutResponseHopLimit'), location, place, hops),
    toolDefault: { tokens: 'optional', evidence },
  });
}

type Options = Pick<Launch, 'tokens' | 'endpoint' | 'hopLimit'> &
  Partial<Pick<Launch, 'toolDefault' | 'template' | 'userData'>>;

function launch(resource: Resource, location: Location, type: string, name: string, options: Options): Launch {
  return {
    kind: 'launch',
    id: factId('launch', location, resource.scope.instance),
    location,
    platform: 'ssm',
    resource: type,
    name,
    instance: resource.scope.instance,
    role: 'instance',
    ipv6: { state: 'unset' },
    identities: [],
    userData: NO_USER_DATA,
    evidence: [],
    ...options,
  };
}

function word<T extends string>(values: readonly T[]): (text: string) => T | undefined {
  return (text) => values.find((value) => value === text);
}

function hops(text: string): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= 64 ? value : undefined;
}

function setting<T>(
  node: Node | undefined,
  missing: Location,
  place: (node: Node) => Location,
  read: (text: string) => T | undefined,
): Setting<T> {
  const text = textOf(node);
  if (node === undefined || text === undefined || text === '0') return { state: 'unset', location: missing };
  const value = read(text);
  return value === undefined
    ? { state: 'unknown', why: `"${text}" is decided when the automation runs`, location: place(node) }
    : { state: 'set', value, location: place(node) };
}
