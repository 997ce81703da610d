import { SDKS, type Evidence, type Location, type Program, type Problem, type Dependency, type Sdk } from 'imdsv2-core';
import type { ReportedFinding } from '../policy/findings.ts';
import { Lines } from './lines.ts';
import type {
  Inventory,
  InventoryDefault,
  InventoryDependency,
  InventoryLaunch,
  InventoryRequest,
  InventorySwitch,
  NotAnalysed,
  Range,
  Report,
  ReportEvidence,
  ReportFinding,
  ReportStats,
  Tool,
} from './report.ts';

/** What a report says about places: paths as the reader sees them, lines and columns. */
export class Places {
  readonly #textOf: (path: string) => string;
  readonly #shown: (path: string) => string;
  readonly #lines = new Map<string, Lines>();

  /** `shown` turns a document's path into one relative to the working directory. */
  constructor(textOf: (path: string) => string, shown: (path: string) => string) {
    this.#textOf = textOf;
    this.#shown = shown;
  }

  path(path: string): string {
    return this.#shown(path);
  }

  range({ path, start, end }: Location): Range {
    let lines = this.#lines.get(path);
    if (lines === undefined) this.#lines.set(path, (lines = new Lines(this.#textOf(path))));
    return lines.range(start, end);
  }

  place(location: Location): { readonly path: string; readonly range: Range } {
    return { path: this.path(location.path), range: this.range(location) };
  }

  evidence(evidence: readonly Evidence[]): readonly ReportEvidence[] {
    return evidence.map(({ message, location }) =>
      location === undefined ? { message } : { message, ...this.place(location) },
    );
  }
}

export function findingReports(findings: readonly ReportedFinding[], places: Places): readonly ReportFinding[] {
  return findings.map((finding) => ({
    ruleId: finding.ruleId,
    severity: finding.severity,
    confidence: finding.confidence,
    message: finding.message,
    help: finding.help,
    ...places.place(finding.location),
    subject: finding.subject,
    fingerprint: finding.fingerprint,
    evidence: places.evidence(finding.evidence),
    fixes: finding.fixes.map(({ title, safe, edits }) => ({
      title,
      safe,
      edits: edits.map(({ text, ...place }) => ({
        ...places.place(place),
        start: place.start,
        end: place.end,
        text,
      })),
    })),
    suppressed: finding.suppressed === undefined ? null : { reason: finding.suppressed.reason },
  }));
}

export function requestReports(
  program: Program,
  isSelected: (path: string) => boolean,
  places: Places,
): readonly InventoryRequest[] {
  return inOrder(program.requests, isSelected).flatMap((request): InventoryRequest[] => {
    const judgement = program.judgementOf(request);
    if (judgement === undefined) return [];
    return [
      {
        id: request.id,
        verdict: judgement.verdict,
        confidence: judgement.confidence,
        client: request.client,
        method: judgement.method,
        url: judgement.url,
        ...places.place(request.location),
        launches: program
          .launchesOf(request)
          .map((launch) => launch.id)
          .sort(),
        evidence: places.evidence(judgement.evidence),
      },
    ];
  });
}

export function launchReports(
  program: Program,
  isSelected: (path: string) => boolean,
  places: Places,
): readonly InventoryLaunch[] {
  return inOrder(program.launches, isSelected).map((launch): InventoryLaunch => {
    const judgement = program.launchJudgementOf(launch);
    const { readiness, evidence } = program.readinessOf(launch);
    return {
      id: launch.id,
      verdict: judgement.verdict,
      decidedBy: judgement.decidedBy,
      platform: launch.platform,
      resource: launch.resource,
      name: launch.name,
      ...places.place(launch.location),
      instance: launch.instance,
      template: program.templateOf(launch)?.id ?? null,
      hopLimit: judgement.hopLimit,
      userData: program
        .bootRequestsOf(launch)
        .map((request) => request.id)
        .sort(),
      readiness,
      evidence: places.evidence([...judgement.evidence, ...evidence]),
    };
  });
}

export function defaultReports(
  program: Program,
  isSelected: (path: string) => boolean,
  places: Places,
): readonly InventoryDefault[] {
  const set = inOrder(program.defaults, isSelected).map((fact): InventoryDefault => ({
    id: fact.id,
    scope: fact.scope,
    tokens: fact.tokens.state === 'set' ? fact.tokens.value : fact.tokens.state,
    enforces: [],
    platform: fact.platform,
    resource: fact.resource,
    name: fact.name,
    ...places.place(fact.location),
    instance: fact.instance,
    evidence: places.evidence(fact.evidence),
  }));
  return [...set, ...enforcedReports(program, isSelected, places)];
}

/** Denies that do their work: what they enforce holds for every launch that the policy covers. */
function enforcedReports(
  program: Program,
  isSelected: (path: string) => boolean,
  places: Places,
): readonly InventoryDefault[] {
  return inOrder(program.policyStatements, isSelected).flatMap((statement): InventoryDefault[] => {
    const { enforces } = program.policyJudgementOf(statement);
    if (enforces.length === 0) return [];
    return [
      {
        id: statement.id,
        scope: 'policy',
        tokens: statement.conditions.some(({ key }) => /:MetadataHttpTokens$/i.test(key)) ? 'required' : 'unset',
        enforces,
        platform: statement.platform,
        resource: statement.resource,
        name: statement.name,
        ...places.place(statement.location),
        instance: statement.instance,
        evidence: places.evidence(statement.evidence),
      },
    ];
  });
}

/** The SDKs that ask for credentials by themselves, each once per manifest. */
export function dependencyReports(
  program: Program,
  isSelected: (path: string) => boolean,
  places: Places,
): readonly InventoryDependency[] {
  const worst = new Map<string, Dependency>();
  for (const dependency of inOrder(program.dependencies, isSelected)) {
    const key = `${dependency.location.path}\0${sdkNamed(dependency).name}`;
    const other = worst.get(key);
    if (other === undefined || badness(dependency) > badness(other)) worst.set(key, dependency);
  }
  const evidence = program.fallbackSwitches
    .filter(({ isOff }) => isOff)
    .map(({ name, location }): Evidence => ({ message: `${name} is set here.`, location }));
  return [...worst.values()].map((dependency) => {
    const { id, ecosystem, name, version, range, speaksVersionTwo, location } = dependency;
    return {
      id,
      sdk: sdkNamed(dependency).name,
      ecosystem,
      package: name,
      version: version ?? null,
      requirement: range ?? null,
      verdict: VERDICTS[speaksVersionTwo],
      switchOff: switchOff(dependency),
      ...places.place(location),
      evidence: places.evidence([...dependency.evidence, ...evidence]),
    };
  });
}

const VERDICTS = { yes: 'falls-back', no: 'too-old', unknown: 'unknown' } as const;

function sdkNamed({ sdk }: Dependency): Sdk {
  const found = SDKS.find(({ id }) => id === sdk);
  if (found === undefined) throw new Error(`there is no SDK ${sdk}`);
  return found;
}

/** An old version is worse than one of which nothing is known; beyond that, one whose fallback cannot be switched off. */
function badness({ speaksVersionTwo, hasSwitch }: Dependency): number {
  const rank = { yes: 0, unknown: 1, no: 2 };
  return rank[speaksVersionTwo] * 3 + rank[hasSwitch];
}

function switchOff(dependency: Dependency): string {
  const sdk = sdkNamed(dependency);
  return dependency.hasSwitch === 'no' && sdk.switchSince !== undefined
    ? `update to ${sdk.switchSince}, then ${sdk.switch}`
    : sdk.switch;
}

/** Places that switch the fallback of SDKs off, or leave it on. */
export function switchReports(
  program: Program,
  isSelected: (path: string) => boolean,
  places: Places,
): readonly InventorySwitch[] {
  return inOrder(program.fallbackSwitches, isSelected).map(({ id, name, isOff, location }) => ({
    id,
    name,
    fallback: isOff ? 'off' : 'on',
    ...places.place(location),
  }));
}

/** Files that were not, or not wholly, read: one entry per file, with every reason and the lines that it holds for. */
export function problemReports(
  problems: readonly Problem[],
  extent: Problem['extent'],
  places: Places,
): readonly NotAnalysed[] {
  const files = new Map<string, Map<string, Set<number>>>();
  for (const { location, reason } of problems.filter((problem) => problem.extent === extent)) {
    const path = places.path(location.path);
    const reasons = files.get(path) ?? new Map<string, Set<number>>();
    const lines = reasons.get(asPhrase(reason)) ?? new Set();
    // What is wrong with the file as such stands nowhere in it.
    if (location.end > 0) lines.add(places.range(location).start.line);
    files.set(path, reasons.set(asPhrase(reason), lines));
  }
  return [...files]
    .map(([path, reasons]) => ({
      path,
      reason: [...reasons].map(([reason, lines]) => withLines(reason, lines)).join('; '),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** UTF-16 units. */
const LONGEST_REASON = 200;

/** Lines that are named; of others it is said how many there are. */
const LINES_SHOWN = 3;

function withLines(reason: string, lines: ReadonlySet<number>): string {
  if (lines.size === 0 || /\bline \d/.test(reason)) return reason;
  const sorted = [...lines].sort((a, b) => a - b);
  const shown = sorted.slice(0, LINES_SHOWN).join(', ');
  const more = sorted.length > LINES_SHOWN ? ` and ${String(sorted.length - LINES_SHOWN)} more` : '';
  return `${reason} (line${sorted.length > 1 ? 's' : ''} ${shown}${more})`;
}

/** Reasons stand after a colon: one line, no capital at the start, no full stop at the end. What a parser quotes may be long. */
function asPhrase(reason: string): string {
  const line = reason.replace(/\s+/g, ' ').trim();
  return (line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON - 1)}…` : line)
    .replace(/\.$/, '')
    .replace(/^[A-Z](?=[a-z\s])/, (letter) => letter.toLowerCase());
}

export function report(tool: Tool, parts: Omit<Report, 'schemaVersion' | 'tool'>): Report {
  return { schemaVersion: 1, tool, ...parts };
}

export function inventory(tool: Tool, parts: Omit<Inventory, 'schemaVersion' | 'tool'>): Inventory {
  return { schemaVersion: 1, tool, ...parts };
}

/** The figures of several trees together. */
export function addStats(all: readonly ReportStats[]): ReportStats {
  const sum = (pick: (stats: ReportStats) => number): number => all.reduce((total, stats) => total + pick(stats), 0);
  return {
    files: sum((stats) => stats.files),
    analysed: sum((stats) => stats.analysed),
    skipped: {
      ignored: sum((stats) => stats.skipped.ignored),
      generated: sum((stats) => stats.skipped.generated),
      links: sum((stats) => stats.skipped.links),
      unmarked: sum((stats) => stats.skipped.unmarked),
      otherKinds: sum((stats) => stats.skipped.otherKinds),
      binary: sum((stats) => stats.skipped.binary),
    },
  };
}

function inOrder<T extends { readonly location: Location; readonly id: string }>(
  facts: readonly T[],
  isSelected: (path: string) => boolean,
): readonly T[] {
  return facts
    .filter((fact) => isSelected(fact.location.path))
    .sort((a, b) =>
      a.location.path < b.location.path
        ? -1
        : a.location.path > b.location.path
          ? 1
          : a.location.start - b.location.start || (a.id < b.id ? -1 : 1),
    );
}
