/** Whether a text may hold a policy about instance metadata: most hold none, and are not looked at any further. */
export function mayHoldPolicy(text: string): boolean {
  return MARKS.test(text);
}

/** Condition keys, right or misspelt, and the block of a declarative policy. Bounded, because types of resources begin as keys do and are many. */
const MARKS =
  /\b(?:ec2|autoscaling|aws|imds):[\w/-]{0,60}?(?:metadata|http-?tokens|http-?endpoint|hop-?limit|role-?delivery|imds)|instance_metadata_defaults/i;
