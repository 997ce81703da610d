import { findingsOf } from '../policy/findings.ts';
import { findingReports, report } from '../report/build.ts';
import type { Report } from '../report/report.ts';
import { renderReport } from '../report/formats.ts';
import { colours } from '../report/colours.ts';
import { VERSION } from '../package.ts';
import type { ExitCode } from '../invocation.ts';
import type { Io } from './command.ts';
import { judge } from './judge.ts';
import { judgingOptions, type FailOn, type ParsedArguments } from './options.ts';

/** Reports findings. */
export async function scan(args: ParsedArguments, io: Io): Promise<ExitCode> {
  const options = judgingOptions(args, 'scan');
  const judged = await judge(options, io);
  const findings = judged.trees.flatMap(({ knowledge: { program, analysis, isSelected, textOf }, places }) =>
    findingReports(findingsOf(program, analysis.suppressions, options, isSelected, textOf), places),
  );
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

/** Whether findings reach the threshold. */
export function fails({ findings }: Pick<Report, 'findings'>, failOn: FailOn): boolean {
  return (
    failOn !== 'none' &&
    findings.some(({ severity, suppressed }) => suppressed === null && (severity === 'error' || failOn === 'warning'))
  );
}
