import { RULES } from 'imdsv2-core';
import { rulePage } from '../rule-pages.ts';
import type { ExitCode, Io } from './command.ts';
import { nearest } from './nearest.ts';
import type { ParsedArguments } from './options.ts';
import { UsageError } from './usage-error.ts';

/** Prints the page of a rule. */
export async function explain({ positionals }: ParsedArguments, io: Io): Promise<ExitCode> {
  const [id, ...others] = positionals;
  const ids = RULES.map((rule) => rule.id);
  if (id === undefined || others.length > 0)
    throw new UsageError(`"imdsv2 explain" takes one rule: ${ids.join(', ')}.`);
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
