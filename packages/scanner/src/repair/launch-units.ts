import type { Edit, Launch, Program, Request } from 'imdsv2-core';
import { commandOptions } from './command-options.ts';
import { hclOptions } from './hcl-options.ts';
import { strongerWords } from './launch-words.ts';
import { structuredOptions } from './structured-options.ts';
import type { Attempt, Refused, Unit, View } from './unit.ts';

/**
 * Units for launches that allow version 1, one per place. `repaired`: requests that are repaired, or would be. A launch whose own boot scripts would
 * still break is left as it is.
 */
export function launchUnits(
  before: View,
  subjects: ReadonlySet<string>,
  repaired: ReadonlySet<string>,
): { readonly units: readonly Unit[]; readonly refused: readonly Refused[] } {
  const { program } = before.knowledge;
  const units: Unit[] = [];
  const refused: Refused[] = [];
  const places = new Map<string, Launch[]>();
  for (const launch of program.launches) {
    const { path, start, end } = launch.location;
    const key = `${path}:${String(start)}:${String(end)}`;
    places.set(key, [...(places.get(key) ?? []), launch]);
  }
  for (const launches of places.values()) {
    const wanted = launches.filter(({ id }) => subjects.has(id));
    const [first] = wanted;
    if (first === undefined) continue;
    const ids = wanted.map(({ id }) => id);
    const refuse = (reason: string): void => void refused.push(...ids.map((subject) => ({ subject, reason })));
    const blockers = launches.flatMap((launch) => blockersOf(program, launch)).filter(({ id }) => !repaired.has(id));
    const [blocker] = blockers;
    if (blocker !== undefined) {
      refuse(`its boot script would break (${blocker.location.path}), and that could not be repaired`);
      continue;
    }
    const ways = waysOf(first, before);
    if (ways.length === 0)
      refuse(
        program.launchJudgementOf(first).verdict === 'not-configurable'
          ? 'there is no place to say it'
          : 'no place to say it was found',
      );
    else units.push(unitOf(alike(launches, wanted, program), ids, ways, before));
  }
  return { units, refused };
}

/** The launches of one place that are decided where those are that a finding speaks of. Others of the place have another caller. */
function alike(launches: readonly Launch[], wanted: readonly Launch[], program: Program): readonly Launch[] {
  const decisive = (launch: Launch): string => JSON.stringify(program.launchJudgementOf(launch).decisive.location);
  const places = new Set(wanted.map(decisive));
  return launches.filter((launch) => wanted.includes(launch) || places.has(decisive(launch)));
}

/** Requests that break when the launch, or one that starts from it, requires tokens. */
function blockersOf(program: Program, launch: Launch): readonly Request[] {
  return [launch, ...program.consumersOf(launch)].flatMap((one) =>
    program.bootRequestsOf(one).filter((request) => {
      const verdict = program.judgementOf(request)?.verdict;
      return verdict === 'tokenless' || verdict === 'bad-token-request';
    }),
  );
}

function waysOf(launch: Launch, { knowledge: { program }, textOf }: View): readonly (readonly Edit[])[] {
  const judgement = program.launchJudgementOf(launch);
  if (judgement.verdict === 'not-configurable') return [];
  const file = textOf(launch.location.path);
  const isSaid = judgement.verdict === 'optional' && judgement.decisive.state === 'set';
  return [...(isSaid ? strongerWords(launch, judgement, textOf) : []), ...newWords(launch, file)];
}

function newWords(launch: Launch, file: string): readonly (readonly Edit[])[] {
  switch (launch.platform) {
    case 'terraform':
    case 'packer':
      return [...hclOptions(launch, file), ...structuredOptions(launch, file)];
    case 'aws-cli':
    case 'powershell':
      return [...commandOptions(launch, file), ...structuredOptions(launch, file)];
    case 'cdk':
    case 'cdktf':
    case 'sst':
    case 'aws-sdk':
      return [];
    default:
      return structuredOptions(launch, file);
  }
}

function unitOf(
  launches: readonly Launch[],
  subjects: readonly string[],
  ways: readonly (readonly Edit[])[],
  before: View,
): Unit {
  const [launch] = launches;
  // What stands in one folder belongs together: one launch at a time.
  const paths = new Set(ways.flatMap((edits) => edits.flatMap(({ path }) => [path, `${folderOf(path)}/`])));
  const repair = {
    subjects,
    title: `Require session tokens for ${launch?.resource ?? ''} ${launch?.name ?? ''}`.trim(),
    safe: false,
    notes: notesOf(launches, before.knowledge.program),
  };
  return {
    paths,
    *run(): Generator<Attempt, readonly Refused[], string | undefined> {
      let first: string | undefined;
      for (const edits of ways) {
        const wrong: string | undefined = yield {
          repairs: [repair],
          edits,
          check: (after) => checkLaunches(launches, edits, before, after),
        };
        if (wrong === undefined) return [];
        first ??= wrong;
      }
      return subjects.map((subject) => ({ subject, reason: first ?? 'no place to say it was found' }));
    },
  };
}

/** Why a file is not what it should be after launches in it were made to require tokens. */
function checkLaunches(
  launches: readonly Launch[],
  edits: readonly Edit[],
  before: View,
  after: View,
): string | undefined {
  const { program } = after.knowledge;
  const now = verdictsIn(program);
  for (const launch of launches) {
    const twins = now.get(keyOf(launch)) ?? [];
    if (twins.length === 0) return 'its file would be read otherwise afterwards';
    if (!twins.includes('required')) return 'it would still be found';
  }
  const changed = new Set(launches.map(keyOf));
  const folders = new Set(edits.map(({ path }) => folderOf(path)));
  for (const [key, verdicts] of verdictsIn(before.knowledge.program)) {
    // Elsewhere other repairs are tried at the same time.
    if (changed.has(key) || !folders.has(folderOf(key.slice(0, key.indexOf('\0'))))) continue;
    const next = now.get(key) ?? [];
    // Others may become stronger with it.
    if (
      next.length !== verdicts.length ||
      next.some((verdict, index) => verdict !== verdicts[index] && verdict !== 'required')
    )
      return 'another launch would be read otherwise';
  }
  const paths = new Set(edits.map(({ path }) => path));
  const invalid = (of: Program): number =>
    of.launches.reduce((sum, one) => sum + (paths.has(one.location.path) ? (one.invalid?.length ?? 0) : 0), 0);
  const problems = ({ knowledge }: View): number =>
    knowledge.analysis.problems.filter(({ location }) => paths.has(location.path)).length;
  if (invalid(program) > invalid(before.knowledge.program) || problems(after) > problems(before))
    return 'its file would no longer be right';
  return undefined;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function keyOf({ location, resource, name, instance }: Launch): string {
  return [location.path, resource, name, instance ?? ''].join('\0');
}

function verdictsIn(program: Program): ReadonlyMap<string, readonly string[]> {
  const verdicts = new Map<string, string[]>();
  for (const launch of program.launches)
    verdicts.set(keyOf(launch), [...(verdicts.get(keyOf(launch)) ?? []), program.launchJudgementOf(launch).verdict]);
  return verdicts;
}

/** What else comes of the change. */
function notesOf(launches: readonly Launch[], program: Program): readonly string[] {
  const notes = new Set<string>();
  for (const launch of launches) {
    if (/LaunchConfiguration|launch_configuration/.test(launch.resource))
      notes.add('A launch configuration is replaced by the change, and groups start new instances from the new one.');
    else if (launch.role === 'template')
      notes.add('The change makes a new version of the template; instances that run already keep what they have.');
    for (const consumer of program.consumersOf(launch)) {
      const version = consumer.template?.version;
      if (version?.kind === 'literal')
        notes.add(
          `${consumer.resource} ${consumer.name} uses version ${version.value} of the template: it takes effect there when that changes.`,
        );
      else if (version?.kind === 'default')
        notes.add(
          `${consumer.resource} ${consumer.name} uses the default version: it takes effect there when the new version is made the default.`,
        );
    }
    const { readiness } = program.readinessOf(launch);
    if (readiness === 'undecided')
      notes.add('Not all that it runs at boot is known: look whether that speaks version 2.');
  }
  return [...notes];
}
