import type { Paint } from './colours.ts';
import type { Surroundings } from './formats.ts';
import { Lines } from './lines.ts';
import type { NotAnalysed, Report, ReportEvidence, ReportFinding } from './report.ts';
import { wrap } from './wrap.ts';

/** For people: each finding with its code, its reasons, and what to do; a summary at the end. */
export function prettyReport(report: Report, { colours, columns, textOf }: Surroundings): string {
  const width = Math.max(60, Math.min(columns ?? 120, 120));
  const lines = new Map<string, Lines>();
  const linesOf = (path: string): Lines => {
    let found = lines.get(path);
    if (found === undefined) lines.set(path, (found = new Lines(textOf(path))));
    return found;
  };
  const open = report.findings.filter(({ suppressed }) => suppressed === null);
  const blocks = [
    ...open.map((finding) => findingBlock(finding, linesOf(finding.path), colours, width)),
    ...problemBlocks('not analysed', report.notAnalysed, colours),
    ...problemBlocks('analysed in part', report.partlyAnalysed, colours),
    summary(report, open, colours),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function findingBlock(finding: ReportFinding, lines: Lines, paint: Paint, width: number): string {
  const { severity, confidence, ruleId, message, path, range, evidence, help } = finding;
  const doubt = confidence === 'high' ? '' : paint('dim', ` (${confidence} confidence)`);
  return [
    `${paint(severity === 'error' ? 'red' : 'yellow', severity)}${paint('bold', `[${ruleId}]`)}${doubt}: ${wrap(message, width, '  ').trimStart()}`,
    `  ${paint('blue', '-->')} ${path}:${String(range.start.line)}:${String(range.start.column)}`,
    ...frame(finding, lines, paint, width),
    ...evidence.map((one) => `  ${paint('blue', '=')} ${wrap(evidenceLine(one), width, '    ').trimStart()}`),
    ...(help === '' ? [] : [`  ${paint('green', 'do:')} ${wrap(help, width, '      ').trimStart()}`]),
  ].join('\n');
}

function evidenceLine({ message, path, range }: ReportEvidence): string {
  return path === undefined || range === undefined
    ? message
    : `${message} (${path}:${String(range.start.line)}:${String(range.start.column)})`;
}

/** The finding's first line with carets under it. Tabs become blanks, so that carets stand where they should; a long line is cut around the place. */
function frame(
  { range: { start, end }, severity }: ReportFinding,
  lines: Lines,
  paint: Paint,
  width: number,
): readonly string[] {
  const gutter = ' '.repeat(String(start.line).length);
  const bar = paint('blue', '|');
  const line = lines.line(start.line);
  const from = start.column - 1;
  const to = end.line === start.line ? end.column - 1 : line.length;
  const shown = cut(line, from, Math.max(to, from + 1), width - gutter.length - 5);
  const carets = '^'.repeat(Math.max(1, shown.to - shown.from));
  const more = end.line > start.line ? paint('dim', ` to line ${String(end.line)}`) : '';
  return [
    `  ${gutter} ${bar}`,
    `  ${paint('blue', String(start.line))} ${bar} ${shown.text}`,
    `  ${gutter} ${bar} ${' '.repeat(shown.from)}${paint(severity === 'error' ? 'red' : 'yellow', carets)}${more}`,
  ];
}

/** The part of a line that fits, around `from..to`, and where these stand in it (in columns as terminals count them). */
function cut(
  line: string,
  from: number,
  to: number,
  width: number,
): { readonly text: string; readonly from: number; readonly to: number } {
  let skipped = 0;
  if (line.length > width) skipped = Math.max(0, Math.min(from - 20, line.length - width + 1));
  const head = skipped > 0 ? '…' : '';
  const tail = line.length - skipped > width ? '…' : '';
  const text = line.slice(skipped, skipped + width);
  const columns = (part: string): number => head.length + plain(part).length;
  return {
    text: `${head}${plain(text)}${tail}`,
    from: columns(line.slice(skipped, from)),
    to: columns(line.slice(skipped, Math.min(to, skipped + width))),
  };
}

/** Without what would move a terminal's cursor: control characters of a scanned file never reach it. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- that is the point
  return text.replace(/\t/g, '  ').replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '·');
}

function problemBlocks(what: string, problems: readonly NotAnalysed[], paint: Paint): readonly string[] {
  if (problems.length === 0) return [];
  return [[paint('bold', `${what}:`), ...problems.map(({ path, reason }) => `  ${path}: ${reason}`)].join('\n')];
}

function summary({ findings, notAnalysed, stats }: Report, open: readonly ReportFinding[], paint: Paint): string {
  const errors = open.filter(({ severity }) => severity === 'error').length;
  const warnings = open.length - errors;
  const silenced = findings.length - open.length;
  const parts = [
    paint(errors > 0 ? 'red' : 'bold', count(errors, 'error')),
    paint(warnings > 0 ? 'yellow' : 'bold', count(warnings, 'warning')),
    ...(silenced > 0 ? [`${String(silenced)} suppressed`] : []),
    `${count(stats.analysed, 'file')} analysed of ${String(stats.files)}`,
    ...(notAnalysed.length > 0 ? [paint('red', `${count(notAnalysed.length, 'file')} not analysed`)] : []),
  ];
  return parts.join(', ');
}

function count(number: number, what: string): string {
  return `${String(number)} ${what}${number === 1 ? '' : 's'}`;
}
