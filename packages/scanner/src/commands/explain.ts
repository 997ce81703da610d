import { RULES } from 'imdsv2-core';
import { rulePage } from '../rule-pages.ts';
import { SUPPRESSION_RULE } from '../policy/suppressions.ts';
import type { ExitCode } from '../invocation.ts';
import type { Io } from './command.ts';
import { nearest } from './nearest.ts';
import type { ParsedArguments } from './options.ts';
import { UsageError } from './usage-error.ts';

/** Prints the page of a rule. */
export async function explain({ positionals }: ParsedArguments, io: Io): Promise<ExitCode> {
  const [id, ...others] = positionals;
  const ids = RULES.map((rule) => rule.id);
  if (id === undefined || others.length > 0)
    throw new UsageError(`"imdsv2 explain" takes one rule: ${ids.join(', ')}.`);
  if (id === SUPPRESSION_RULE) {
    await io.out(ABOUT_SUPPRESSIONS);
    return 0;
  }
  const rule = RULES.find((candidate) => candidate.id === id);
  if (rule === undefined) {
    const near = nearest(id, ids);
    throw new UsageError(
      `There is no rule "${id}".${near === undefined ? ` There are ${ids.join(', ')}.` : ` Did you mean "${near}"?`}`,
    );
  }
  await io.out(rulePage(id) ?? `# ${id}\n\n${rule.meta.description}.\n`);
  return 0;
}

const ABOUT_SUPPRESSIONS = `# ${SUPPRESSION_RULE}

Require suppressions that silence something and say why.

A comment \`imdsv2-ignore <rule>[, <rule>] -- reason\` silences the findings of these rules in the line below it, or in the statement that
starts there. In CloudFormation: \`Metadata: {imdsv2: {ignore: [{rule, reason}]}}\`. Rule and reason are mandatory. A comment that silences
nothing, names no rule that exists, or gives no reason is reported under this id.
`;
