import type { Inventory, Range, Report } from '../src/index.ts';

/**
 * A report and an inventory in a form that people can read and compare: a section each, a line per entry. Messages are left out, they
 * have tests of their own. The place is where an entry starts and, for findings, ends.
 *
 *     findings
 *     boot.sh:3:1-3:60 error no-imdsv1-request
 *     requests
 *     boot.sh:3:1 tokenless curl GET http://169.254.169.254/latest/meta-data/ami-id | at boot of main.tf:1:1 aws_instance.web
 *     launches
 *     main.tf:1:1 aws_instance.web unset | breaks
 */
export function compact(report: Report, inventory: Inventory): string {
  const launchNames = new Map(inventory.launches.map((launch) => [launch.id, launchName(launch)]));
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [
      'findings',
      report.findings.map(({ path, range, severity, ruleId, confidence, suppressed }) =>
        line(`${path}:${place(range)}-${place({ start: range.end })} ${severity} ${ruleId}`, [
          confidence === 'high' ? '' : `${confidence} confidence`,
          suppressed === null ? '' : `suppressed: ${suppressed.reason}`,
        ]),
      ),
    ],
    [
      'requests',
      inventory.requests.map(({ path, range, verdict, client, method, url, confidence, launches }) =>
        line(`${path}:${place(range)} ${verdict} ${client} ${method} ${url}`, [
          confidence === 'high' ? '' : `${confidence} confidence`,
          launches.length === 0 ? '' : `at boot of ${launches.map((id) => launchNames.get(id) ?? id).join(', ')}`,
        ]),
      ),
    ],
    [
      'launches',
      inventory.launches.map(({ decidedBy, readiness, hopLimit, template, verdict, ...launch }) =>
        line(`${launch.path}:${place(launch.range)} ${launchName(launch)} ${verdict}`, [
          decidedBy === 'self' || decidedBy === 'unknown' ? '' : `by ${decidedBy}`,
          template === null ? '' : `template ${launchNames.get(template) ?? template}`,
          hopLimit === null ? '' : `hop limit ${String(hopLimit)}`,
          readiness,
        ]),
      ),
    ],
    [
      'defaults',
      inventory.defaults.map(
        ({ path, range, resource, name, scope, tokens, enforces }) =>
          `${path}:${place(range)} ${resource}.${name} ${scope} ${enforces.length === 0 ? tokens : enforces.join('; ')}`,
      ),
    ],
    [
      'dependencies',
      inventory.dependencies.map(({ path, range, sdk, package: name, version, requirement, verdict, evidence }) =>
        line(`${path}:${place(range)} ${sdk} ${name} ${version ?? requirement ?? '?'} ${verdict}`, [
          evidence.length === 0 ? '' : `${String(evidence.length)} switched off`,
        ]),
      ),
    ],
    [
      'switches',
      inventory.switches.map(({ path, range, name, fallback }) => `${path}:${place(range)} ${name} ${fallback}`),
    ],
    ['not analysed', report.notAnalysed.map(({ path, reason }) => `${path} ${reason}`)],
    ['partly analysed', report.partlyAnalysed.map(({ path, reason }) => `${path} ${reason}`)],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [title, ...lines].map((text) => `${text}\n`).join(''))
    .join('\n');
}

function launchName({
  resource,
  name,
  instance,
}: Pick<Inventory['launches'][number], 'resource' | 'name' | 'instance'>): string {
  return `${[resource, name].filter((part) => part !== '').join('.')}${instance === null ? '' : ` in ${instance}`}`;
}

function place({ start }: Pick<Range, 'start'>): string {
  return `${String(start.line)}:${String(start.column)}`;
}

function line(text: string, remarks: readonly string[]): string {
  return [text, ...remarks.filter((remark) => remark !== '')].join(' | ');
}
