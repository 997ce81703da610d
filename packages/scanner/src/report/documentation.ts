/** The pages of `docs/rules`, by rule id. */
export const DOCUMENTATION: ReadonlyMap<string, string> = new Map();
