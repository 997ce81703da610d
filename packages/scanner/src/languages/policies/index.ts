import {
  declarativeDefault,
  mayHoldPolicy,
  policyStatements,
  type Document,
  type Fact,
  type PolicyCarrier,
  type PolicyValue,
} from 'imdsv2-core';
import type { Node } from '../structured/index.ts';
import { policyValue } from './node-value.ts';

export { policyValue } from './node-value.ts';

/** Policies about instance metadata in the YAML or JSON of one root, wherever they stand in it. */
export function policiesIn(root: Node, document: Document): readonly Fact[] {
  return mayHoldPolicy(document.text) ? policyFacts(policyValue(root, document), FILE) : [];
}

const FILE: PolicyCarrier = { platform: 'iam', resource: 'policy', name: '', instance: null };

/** The statements of a value, and the default that it sets if it is a declarative policy. */
export function policyFacts(value: PolicyValue, carrier: PolicyCarrier): readonly Fact[] {
  const declared = declarativeValue(value, 0);
  const set = declared === undefined ? undefined : declarativeDefault(declared, carrier);
  return [...policyStatements(value, carrier), ...(set === undefined ? [] : [set])];
}

/** The map that holds `ec2_attributes`, or what stands for them. */
function declarativeValue(value: PolicyValue, depth: number): PolicyValue | undefined {
  if (depth > 12) return undefined;
  if (
    value.kind === 'map' &&
    value.entries.some(({ key }) => key === 'ec2_attributes' || key === 'instance_metadata_defaults')
  )
    return value;
  const inner =
    value.kind === 'map' ? value.entries.map((entry) => entry.value) : value.kind === 'list' ? value.items : [];
  for (const one of inner) {
    const found = declarativeValue(one, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
