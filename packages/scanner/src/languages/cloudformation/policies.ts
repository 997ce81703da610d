import { mayHoldPolicy, type DocumentHole, type Fact } from 'imdsv2-core';
import { policyFacts, policyValue } from '../policies/index.ts';
import { get } from '../structured/index.ts';
import { Evaluator, type Surroundings } from './evaluate.ts';
import { materialise } from './materialise.ts';
import type { Resource } from './scope.ts';
import { explore } from './world.ts';

/** Policies about instance metadata that a resource of any type carries: documents as maps, and as strings of JSON. */
export function policiesOf(resource: Resource, surroundings: Surroundings): readonly Fact[] {
  const properties = get(resource.entry.value, 'Properties');
  const { document } = resource.scope.template;
  if (properties === undefined || !mayHoldPolicy(document.text.slice(properties.start, properties.end))) return [];
  const outcomes =
    explore((world) => {
      const holes: DocumentHole[] = [...document.holes];
      const node = materialise(new Evaluator(world, surroundings, 'script'), properties, resource.scope, holes);
      return policyFacts(policyValue(node, { ...document, holes }), {
        platform: 'cloudformation',
        resource: resource.type,
        name: resource.id,
        instance: resource.scope.instance,
      });
    }, 16) ?? [];
  // What conditions leave in differs from world to world; a statement is the same in each that has it.
  return [...new Map(outcomes.flatMap(({ result }) => result).map((fact) => [fact.id, fact])).values()];
}
