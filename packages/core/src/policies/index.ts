export { declarativeDefault } from './declarative.ts';
export type { PolicyEntry, PolicyValue } from './policy-value.ts';
export {
  patternsOf,
  policyStatements,
  readConditions,
  statementOf,
  type PolicyCarrier,
  type StatementParts,
} from './statements.ts';
