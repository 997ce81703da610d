/** The reading of one comment that speaks to us. Undefined: the comment is about something else. */
export interface SuppressionComment {
  readonly rules: readonly string[];
  readonly reason: string;
  readonly error?: string;
}

const MARK = /imdsv2-ignore\b(.*)$/m;

/**
 * Reads `imdsv2-ignore <rule>[, <rule>] -- reason` anywhere in a comment's text (comment signs may be left in).
 * Rule and reason are mandatory.
 */
export function parseSuppression(comment: string): SuppressionComment | undefined {
  const rest = MARK.exec(comment)?.[1];
  if (rest === undefined) return undefined;
  const [ids = '', ...reasons] = rest.replace(/\*\/\s*$|-->\s*$|\*\)\s*$/, '').split(/\s--\s/);
  const rules = ids
    .split(/[\s,]+/)
    .filter((id) => id !== '')
    .map((id) => id.replace(/^imdsv2\//, ''));
  const reason = reasons.join(' -- ').trim();
  if (rules.length === 0) return { rules, reason, error: 'it names no rule: write "imdsv2-ignore <rule> -- reason".' };
  if (reason === '') return { rules, reason, error: 'it gives no reason: write "imdsv2-ignore <rule> -- reason".' };
  return { rules, reason };
}
