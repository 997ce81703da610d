/** Whether a text may hold a policy about instance metadata: most hold none, and are not looked at any further. */
export function mayHoldPolicy(text: string): boolean {
  return MARKS.test(text);
}

/** Condition keys, right or misspelt, and the block of a declarative policy. */
const MARKS =
  /\b(?:ec2|autoscaling|aws|imds):[\w/-]*(?:metadata|http-?tokens|http-?endpoint|hop-?limit|role-?delivery|imds)|instance_metadata_defaults/i;
