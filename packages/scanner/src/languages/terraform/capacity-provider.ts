import { blockValue, listItems } from './block.ts';
import type { ModuleInstance } from './instance.ts';
import type { Resource } from './module.ts';

/** Address of the Auto Scaling group that a capacity provider of ECS places its containers in. */
export function groupOfProvider({ type, block }: Resource, instance: ModuleInstance): string | undefined {
  if (type !== 'aws_ecs_capacity_provider') return undefined;
  const scope = instance.keysOf(block).scopes[0]?.scope ?? instance;
  const [provider] = listItems(blockValue(block.body, 'auto_scaling_group_provider', scope));
  const group = provider?.kind === 'object' ? provider.entries.get('auto_scaling_group_arn') : undefined;
  return group?.kind === 'unknown' ? group.reference?.address : undefined;
}
