export { declarativeDefault } from './declarative.ts';
export { mayHoldPolicy } from './marks.ts';
export type { PolicyEntry, PolicyValue } from './policy-value.ts';
export { policyStatements, type PolicyCarrier } from './statements.ts';
