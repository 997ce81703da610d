import type { Report } from './report.ts';

/** Workflow commands of GitHub Actions: one annotation per finding and per file that could not be read. */
export function githubReport({ findings, notAnalysed, partlyAnalysed }: Report): string {
  const lines = [
    ...findings
      .filter(({ suppressed }) => suppressed === null)
      .map(({ severity, path, range, ruleId, message, help }) =>
        command(
          severity,
          {
            file: path,
            line: range.start.line,
            // GitHub reads columns only where the place is in one line.
            ...(range.end.line === range.start.line
              ? { endLine: range.end.line, col: range.start.column, endColumn: range.end.column }
              : { endLine: range.end.line }),
            title: ruleId,
          },
          help === '' ? message : `${message}\n${help}`,
        ),
      ),
    ...notAnalysed.map(({ path, reason }) =>
      command('error', { file: path, title: 'not analysed' }, `imdsv2 could not analyse this file: ${reason}.`),
    ),
    ...partlyAnalysed.map(({ path, reason }) =>
      command('notice', { file: path, title: 'analysed in part' }, `imdsv2 analysed this file in part: ${reason}.`),
    ),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Source: GitHub's toolkit, which escapes data and properties this way. */
function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const shown = Object.entries(properties).map(
    ([key, value]) => `${key}=${escapeData(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`,
  );
  return `::${name} ${shown.join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
