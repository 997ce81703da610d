import type { CloudFormationLaunch, InvalidOption, LaunchPlace } from 'imdsv2-core';
import type { Entry, Node } from '../structured/index.ts';
import { get } from '../structured/index.ts';
import type { Resource } from './scope.ts';
import { locationOf } from './template.ts';

/**
 * Metadata options that stand where their type has none, and options that the type's block does not have: AWS refuses such a template. Which keys a
 * block has: facts/aws.md §1.1 (`@aws-cdk/aws-service-spec`).
 */
export function misplacedOptions({ entry, scope }: Resource, type: CloudFormationLaunch): readonly InvalidOption[] {
  const found: InvalidOption[] = [];
  const blocks = new Map(
    type.places.map((place) => blockOf(place, type.resource)).filter((block) => block !== undefined),
  );
  const { document } = scope.template;
  const say = ({ key }: Entry, message: string, help: string): void => {
    found.push({ message, help, location: locationOf(document, key) });
  };
  const visit = (node: Node, path: string, depth: number): void => {
    if (depth > 12) return;
    if (node.kind === 'sequence') for (const item of node.items) visit(item, path, depth + 1);
    if (node.kind !== 'map') return;
    for (const one of node.entries) {
      if (one.key.kind !== 'scalar') continue;
      const { text } = one.key;
      // Branches stand for what they are put in place of.
      if (text === 'Fn::If') {
        visit(one.value, path, depth + 1);
        continue;
      }
      if (text.startsWith('Fn::') || text === 'UserData' || text === 'Tags') continue;
      const here = path === '' ? text : `${path}.${text}`;
      const keys = blocks.get(here);
      if (keys !== undefined) {
        for (const option of optionsIn(one.value)) {
          const name = option.key.kind === 'scalar' ? option.key.text : '';
          if (!keys.includes(name) && !name.startsWith('Fn::') && !isExplained(name, type))
            say(option, `${text} of ${type.resource} has no ${name}.`, `It has ${keys.join(', ')}.`);
        }
      } else if (BLOCKS.test(text)) {
        say(one, `${type.resource} has no ${here}: what is said there does not count.`, type.remedy);
      } else {
        visit(one.value, here, depth + 1);
      }
    }
  };
  const properties = get(entry.value, 'Properties');
  if (properties !== undefined) visit(properties, '', 0);
  return found;
}

/** Names of blocks with metadata options, of one type or another. */
const BLOCKS = /^(?:Instance)?MetadataOptions$|^InstanceMetadataServiceConfiguration$/i;

const ALL = ['HttpTokens', 'HttpEndpoint', 'HttpPutResponseHopLimit', 'HttpProtocolIpv6', 'InstanceMetadataTags'];
const VERSION = 'MinimumInstanceMetadataServiceVersion';

/** Blocks that have fewer options than an instance has. */
const FEWER: Readonly<Record<string, readonly string[]>> = {
  'AWS::AutoScaling::LaunchConfiguration': ['HttpTokens', 'HttpEndpoint', 'HttpPutResponseHopLimit'],
  'AWS::ImageBuilder::InfrastructureConfiguration': ['HttpTokens', 'HttpPutResponseHopLimit'],
  'AWS::EMR::SecurityConfiguration': [VERSION, 'HttpPutResponseHopLimit'],
  'AWS::SageMaker::NotebookInstance': [VERSION],
};

/** Path of a place's block from the properties on, lists left out, and what it has. */
function blockOf(place: LaunchPlace, resource: string): readonly [string, readonly string[]] | undefined {
  const { options } = place;
  if (options?.kind !== 'options' && options?.kind !== 'minimum-version') return undefined;
  const at = place.at.replaceAll('[]', '');
  return [at === '' ? options.path : `${at}.${options.path}`, FEWER[resource] ?? ALL];
}

/** `HttpTokens` beside a minimum version is explained where the version is read. */
function isExplained(name: string, { resource }: CloudFormationLaunch): boolean {
  return name === 'HttpTokens' && FEWER[resource]?.includes(VERSION) === true;
}

/** The options of a block, in every branch of it. */
function optionsIn(node: Node): readonly Entry[] {
  if (node.kind === 'sequence') return node.items.flatMap(optionsIn);
  if (node.kind !== 'map') return [];
  return node.entries.flatMap((entry) =>
    entry.key.kind === 'scalar' && entry.key.text === 'Fn::If' ? optionsIn(entry.value) : [entry],
  );
}
