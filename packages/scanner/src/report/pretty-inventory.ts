import type { Colour, Paint } from './colours.ts';
import type { Surroundings } from './formats.ts';
import type {
  Inventory,
  InventoryDefault,
  InventoryDependency,
  InventoryLaunch,
  InventoryRequest,
  InventorySwitch,
} from './report.ts';

/** For people: per file, what asks for metadata and what launches instances, a line each. */
export function prettyInventory(inventory: Inventory, { colours }: Surroundings): string {
  const { requests, launches, defaults, dependencies, switches, notAnalysed, partlyAnalysed } = inventory;
  const paths = [
    ...new Set([...requests, ...launches, ...defaults, ...dependencies, ...switches].map(({ path }) => path)),
  ].sort();
  const blocks = paths.map((path) => {
    const here = <T extends { readonly path: string }>(all: readonly T[]): readonly T[] =>
      all.filter((one) => one.path === path);
    return [
      colours('bold', path),
      ...table(
        [
          ...here(requests).map(requestRow),
          ...here(launches).map(launchRow),
          ...here(defaults).map(defaultRow),
          ...here(dependencies).map(dependencyRow),
          ...here(switches).map(switchRow),
        ],
        colours,
      ),
    ].join('\n');
  });
  const problems = [
    ...notAnalysed.map((one) => `not analysed: ${one.path}: ${one.reason}`),
    ...partlyAnalysed.map((one) => `analysed in part: ${one.path}: ${one.reason}`),
  ];
  const figures = `${String(requests.length)} requests (${tally(requests)}), ${String(launches.length)} launches (${tally(launches)})`;
  return `${[...blocks, ...(problems.length > 0 ? [problems.join('\n')] : []), figures.replaceAll(' ()', '')].join('\n\n')}\n`;
}

/** `line`, what it is, verdict, remarks. */
interface Row {
  readonly line: number;
  readonly what: string;
  readonly verdict: string;
  readonly remarks: readonly string[];
}

function requestRow({ range, client, method, url, verdict, launches, confidence }: InventoryRequest): Row {
  const remarks = [
    doubt(confidence),
    launches.length === 0
      ? ''
      : `at boot of ${launches.length === 1 ? 'one launch' : `${String(launches.length)} launches`}`,
  ];
  return {
    line: range.start.line,
    what: `${client} ${method === 'unknown' ? '' : `${method} `}${short(url)}`,
    verdict,
    remarks,
  };
}

function launchRow({ range, resource, name, instance, verdict, decidedBy, readiness, hopLimit }: InventoryLaunch): Row {
  const remarks = [
    decidedBy === 'unknown' || decidedBy === 'self' ? '' : `by ${decidedBy}`,
    READINESS[readiness],
    hopLimit === null ? '' : `hop limit ${String(hopLimit)}`,
    instance === null ? '' : `in ${instance}`,
  ];
  return { line: range.start.line, what: `${resource} ${name}`.trim(), verdict, remarks };
}

function defaultRow({ range, resource, name, scope, tokens, enforces, instance }: InventoryDefault): Row {
  if (enforces.length > 0)
    return {
      line: range.start.line,
      what: `${resource} ${name}`.trim(),
      verdict: 'enforced by policy',
      remarks: [...enforces, instance === null ? '' : `in ${instance}`],
    };
  return {
    line: range.start.line,
    what: `${resource} ${name}`.trim(),
    verdict: tokens,
    remarks: [`default of the ${scope}`, instance === null ? '' : `in ${instance}`],
  };
}

function dependencyRow({
  range,
  sdk,
  package: name,
  version,
  requirement,
  verdict,
  switchOff,
}: InventoryDependency): Row {
  return {
    line: range.start.line,
    what: `${sdk}: ${[name, version ?? requirement ?? ''].join(' ').trim()}`,
    verdict: SDK_VERDICTS[verdict],
    remarks: [`to switch its fallback off: ${switchOff}`],
  };
}

const SDK_VERDICTS: Readonly<Record<InventoryDependency['verdict'], string>> = {
  'too-old': 'too old',
  'falls-back': 'falls back',
  unknown: 'unknown',
};

function switchRow({ range, name, fallback }: InventorySwitch): Row {
  return { line: range.start.line, what: name, verdict: `fallback ${fallback}`, remarks: [] };
}

/** Never "safe": what runs in the image is not seen. */
const READINESS: Readonly<Record<InventoryLaunch['readiness'], string>> = {
  breaks: 'breaks at boot',
  undecided: 'boot scripts undecided',
  required: '',
  'no-blocker-found': 'nothing in its boot scripts breaks; software in the image is not seen',
};

const COLOURS: Readonly<Record<string, Colour>> = {
  tokenless: 'red',
  'bad-token-request': 'red',
  fallback: 'red',
  optional: 'red',
  unset: 'yellow',
  'unchecked-token': 'yellow',
  undecided: 'yellow',
  'not-configurable': 'yellow',
  token: 'green',
  'token-request': 'green',
  required: 'green',
  'enforced by policy': 'green',
  'fallback off': 'green',
  'too old': 'red',
  'falls back': 'yellow',
  unknown: 'yellow',
};

function table(rows: readonly Row[], paint: Paint): readonly string[] {
  const sorted = [...rows].sort((a, b) => a.line - b.line);
  const line = widest(sorted.map((row) => String(row.line)));
  const what = Math.min(70, widest(sorted.map((row) => row.what)));
  const verdict = widest(sorted.map((row) => row.verdict));
  return sorted.map((row) => {
    const remarks = row.remarks.filter((remark) => remark !== '').join('; ');
    const shown = row.verdict.padEnd(verdict);
    const colour = COLOURS[row.verdict];
    return `  ${paint('dim', String(row.line).padStart(line))}  ${row.what.padEnd(what)}  ${colour === undefined ? shown : paint(colour, shown)}${remarks === '' ? '' : `  ${paint('dim', remarks)}`}`.trimEnd();
  });
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}

function short(url: string): string {
  return url.length <= 100 ? url : `${url.slice(0, 99)}…`;
}

function doubt(confidence: InventoryRequest['confidence']): string {
  return confidence === 'high' ? '' : `${confidence} confidence`;
}

function tally(all: readonly { readonly verdict: string }[]): string {
  const counts = new Map<string, number>();
  for (const { verdict } of all) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([verdict, number]) => `${String(number)} ${verdict}`)
    .join(', ');
}
