import type { Evidence } from 'imdsv2-core';
import { containersInTags } from '../embedded/container-evidence.ts';
import { get, type Node } from '../structured/index.ts';
import { Evaluator, type Surroundings } from './evaluate.ts';
import type { Resource, Scope } from './scope.ts';
import { locationOf } from './template.ts';
import { isReference } from './value.ts';
import { explore } from './world.ts';

/** What shows that containers run in the machines of a resource: its type, a tag, a capacity provider of ECS that uses it. */
export function containersOf(resource: Resource, surroundings: Surroundings): Evidence | undefined {
  const { type, entry, scope } = resource;
  const { document } = scope.template;
  if (type === 'AWS::EKS::Nodegroup')
    return { message: 'Pods run in a node group.', location: locationOf(document, entry.key) };
  const tag = containersInTags(document.text.slice(entry.key.start, entry.value.end));
  if (tag !== undefined) {
    return {
      message: 'A tag says that its machines belong to a cluster.',
      location: document.map.range(entry.key.start + tag.start, entry.key.start + tag.end),
    };
  }
  if (type !== 'AWS::AutoScaling::AutoScalingGroup') return undefined;
  const provider = [...scope.resources.values()].find(
    (other) => other.type === 'AWS::ECS::CapacityProvider' && groupOf(other, scope, surroundings) === resource.id,
  );
  return provider === undefined
    ? undefined
    : {
        message: `The ECS capacity provider ${provider.id} runs containers in it.`,
        location: locationOf(document, provider.entry.key),
      };
}

/** The logical id of the group that a capacity provider names. */
function groupOf(provider: Resource, scope: Scope, surroundings: Surroundings): string | undefined {
  const group: Node | undefined = get(
    get(get(provider.entry.value, 'Properties'), 'AutoScalingGroupProvider'),
    'AutoScalingGroupArn',
  );
  if (group === undefined) return undefined;
  const [outcome] = explore((world) => new Evaluator(world, surroundings, 'script').evaluate(group, scope), 8) ?? [];
  const value = outcome?.result;
  const [only] = value?.kind === 'text' ? value.parts : [];
  return only !== undefined && isReference(only) ? only.resource?.id : undefined;
}
