import { RULES, type Confidence, type Severity } from 'imdsv2-core';
import { HOME } from '../package.ts';
import { rulePage } from '../rule-pages.ts';
import type { Range, Report, ReportFinding, ReportFix } from './report.ts';
import { SUPPRESSION_RULE } from '../policy/suppressions.ts';

/** SARIF 2.1.0 as GitHub's code scanning reads it. */
export function sarifReport(report: Report): string {
  const { findings, tool, notAnalysed, partlyAnalysed } = report;
  const rules = [
    ...RULES.map((rule) => ({ id: rule.id, description: rule.meta.description, severity: rule.meta.severity })),
    SUPPRESSIONS,
  ];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: tool.name,
            semanticVersion: tool.version,
            informationUri: HOME,
            rules: rules.map(({ id, description, severity }) => ({
              id,
              name: id,
              shortDescription: { text: `${description}.` },
              fullDescription: { text: `${description}.` },
              helpUri: id === SUPPRESSION_RULE ? HOME : `${HOME}/blob/main/docs/rules/${id}.md`,
              help: { text: `${description}.`, markdown: rulePage(id) ?? `${description}.` },
              defaultConfiguration: { level: severity },
              properties: {
                tags: ['security', 'aws', 'imds'],
                precision: 'high',
                'security-severity': SECURITY_SEVERITY[severity],
              },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The working directory of the scan.' } } },
        invocations: [
          {
            executionSuccessful: notAnalysed.length === 0,
            toolExecutionNotifications: [
              ...notAnalysed.map((problem) => notification('error', `Not analysed: ${problem.reason}.`, problem.path)),
              ...partlyAnalysed.map((problem) =>
                notification('warning', `Analysed in part: ${problem.reason}.`, problem.path),
              ),
            ],
          },
        ],
        results: findings.map((finding) =>
          resultOf(
            finding,
            rules.findIndex(({ id }) => id === finding.ruleId),
          ),
        ),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const SUPPRESSIONS: { readonly id: string; readonly description: string; readonly severity: Severity } = {
  id: SUPPRESSION_RULE,
  description: 'Require suppressions that silence something and say why',
  severity: 'warning',
};

/** GitHub shows 7.0 to 8.9 as high, 4.0 to 6.9 as medium. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = { error: '7.5', warning: '5.0' };

const RANK: Readonly<Record<Confidence, number>> = { high: 90, medium: 60, low: 30 };

function resultOf(finding: ReportFinding, ruleIndex: number): object {
  const { ruleId, severity, message, help, path, range, fingerprint, evidence, fixes, suppressed, confidence } =
    finding;
  return {
    ruleId,
    ruleIndex,
    level: severity,
    rank: RANK[confidence],
    message: { text: help === '' ? message : `${message} ${help}` },
    locations: [{ physicalLocation: physicalLocation(path, range) }],
    relatedLocations: evidence.flatMap((one, id) =>
      one.path === undefined || one.range === undefined
        ? []
        : [{ id, message: { text: one.message }, physicalLocation: physicalLocation(one.path, one.range) }],
    ),
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    properties: { confidence, subject: finding.subject },
    ...(fixes.length === 0 ? {} : { fixes: fixes.map(fixOf) }),
    ...(suppressed === null
      ? {}
      : { suppressions: [{ kind: 'inSource', status: 'accepted', justification: suppressed.reason }] }),
  };
}

/** SARIF 2.1.0 §3.55: a change per file, each of its replacements in the file as it was. */
function fixOf({ title, safe, edits }: ReportFix): object {
  const paths = [...new Set(edits.map(({ path }) => path))];
  return {
    description: { text: `${title}.` },
    artifactChanges: paths.map((path) => ({
      artifactLocation: { uri: uriOf(path), uriBaseId: 'SRCROOT' },
      replacements: edits
        .filter((edit) => edit.path === path)
        .map(({ range, text }) => ({ deletedRegion: regionOf(range), insertedContent: { text } })),
    })),
    properties: { safe },
  };
}

function physicalLocation(path: string, range?: ReportFinding['range']): object {
  return {
    artifactLocation: { uri: uriOf(path), uriBaseId: 'SRCROOT' },
    ...(range === undefined ? {} : { region: regionOf(range) }),
  };
}

function regionOf({ start, end }: Range): object {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function notification(level: 'error' | 'warning', text: string, path: string): object {
  return { level, message: { text }, locations: [{ physicalLocation: physicalLocation(path) }] };
}

function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
