import { findingsOf } from '../policy/findings.ts';
import { findingReports, Places, report } from '../report/build.ts';
import type { Report, ReportFinding } from '../report/report.ts';
import { renderReport } from '../report/formats.ts';
import { colours } from '../report/colours.ts';
import { VERSION } from '../package.ts';
import type { ExitCode } from '../invocation.ts';
import type { Io } from './command.ts';
import { judge, type JudgedTree } from './judge.ts';
import { UsageError } from './usage-error.ts';
import { judgingOptions, type FailOn, type JudgingOptions, type ParsedArguments } from './options.ts';

/** Reports findings. */
export async function scan(args: ParsedArguments, io: Io): Promise<ExitCode> {
  const options = judgingOptions(args, 'scan');
  const judged = await judge(options, io);
  const carriesFixes = args.values['fixes'] === true;
  if (carriesFixes && options.format !== 'json' && options.format !== 'sarif')
    throw new UsageError(`--fixes is for --format json and sarif; "imdsv2 fix --diff" shows repairs to people.`);
  const findings: ReportFinding[] = [];
  for (const tree of judged.trees)
    findings.push(...(carriesFixes ? await fixable(tree, options) : found(tree, options)));
  const { notAnalysed, partlyAnalysed, stats } = judged;
  const made = report({ name: 'imdsv2', version: VERSION }, { findings, notAnalysed, partlyAnalysed, stats });
  const sources = new Map(
    judged.trees.flatMap(({ knowledge, places }) =>
      knowledge.paths.map((path) => [places.path(path), () => knowledge.textOf(path)] as const),
    ),
  );
  const render = await renderReport(options.format);
  await io.out(
    render(made, { colours: colours(io), columns: io.columns, textOf: (path) => sources.get(path)?.() ?? '' }),
  );
  if (judged.isIncomplete) return 2;
  return fails(made, options.failOn) ? 1 : 0;
}

function found({ knowledge, places }: JudgedTree, options: JudgingOptions): readonly ReportFinding[] {
  const { program, analysis, isSelected, textOf } = knowledge;
  return findingReports(findingsOf(program, analysis.suppressions, options, isSelected, textOf), places);
}

/** The findings with their repairs. */
async function fixable(
  { knowledge, places, session }: JudgedTree,
  options: JudgingOptions,
): Promise<readonly ReportFinding[]> {
  const { fixesOf } = await import('../repair/fixes-of.ts');
  const { viewOf } = await import('../repair/repair-all.ts');
  const before = viewOf(knowledge);
  const { program, analysis, isSelected } = knowledge;
  const findings = findingsOf(program, analysis.suppressions, options, isSelected, before.textOf);
  const fixed = await fixesOf(findings, before, session);
  return findingReports(fixed, new Places(before.textOf, (path) => places.path(path)));
}

/** Whether findings reach the threshold. */
export function fails({ findings }: Pick<Report, 'findings'>, failOn: FailOn): boolean {
  return (
    failOn !== 'none' &&
    findings.some(({ severity, suppressed }) => suppressed === null && (severity === 'error' || failOn === 'warning'))
  );
}
