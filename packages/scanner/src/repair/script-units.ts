import {
  applyEdits,
  composeEdits,
  innerRange,
  inOrder,
  type Document,
  type LanguageId,
  type PlannedRepair,
  type Program,
  type RepairPlan,
  type RequestVerdict,
  type Subject,
} from 'imdsv2-core';
import { planShell } from 'imdsv2-core/shell';
import { loadGrammar } from '../languages/tree-sitter/grammar.ts';
import { planPowerShell } from './powershell.ts';
import { planPython } from './python.ts';
import type { Attempt, Refused, Unit, View } from './unit.ts';

/** Units for the requests of scripts, a unit per document. What no document of a language that is repaired makes is refused. */
export async function scriptUnits(
  before: View,
  subjects: ReadonlySet<string>,
  isWanted: (safe: boolean) => boolean,
): Promise<{ readonly units: readonly Unit[]; readonly refused: readonly Refused[] }> {
  const { knowledge } = before;
  const open = new Map(
    subjectsOf(knowledge.program)
      .filter(({ request }) => subjects.has(request.id))
      .map((subject) => [subject.request.id, subject]),
  );
  const reasons = new Map<string, string>();
  const units: Unit[] = [];
  const all = subjectsOf(knowledge.program);
  for (const document of documentsOf(before)) {
    if (open.size === 0) break;
    if (!LANGUAGES.has(document.language)) continue;
    const host = whyNotIn(document, before);
    const inside = all.filter((subject) => isInside(document, subject));
    const wanted = inside.filter(({ request }) => open.has(request.id));
    if (wanted.length === 0) continue;
    if (host !== undefined) {
      for (const { request } of wanted) reasons.set(request.id, host);
      continue;
    }
    const plan = await planOf(document, wanted, inside);
    for (const { subject, reason } of plan.refusals) reasons.set(subject, reason);
    const repairs = plan.repairs.filter(({ safe }) => isWanted(safe));
    for (const { subjects: ids } of plan.repairs) for (const id of ids) open.delete(id);
    if (repairs.length > 0) units.push(unitOf(document, repairs, before));
  }
  const refused = [...open.values()].map(({ request }) => ({
    subject: request.id,
    reason:
      reasons.get(request.id) ??
      NO_PLACE[request.client] ??
      `requests of ${request.client} in code like this are not repaired`,
  }));
  return { units, refused };
}

/** Why requests of some clients, which no script makes, are left. */
const NO_PLACE: Readonly<Record<string, string>> = {
  'ansible-uri': 'the token takes a task of its own before it, which has its conditions, loops and delegation',
  'ansible-get-url': 'the token takes a task of its own before it, which has its conditions, loops and delegation',
};

const LANGUAGES: ReadonlySet<LanguageId> = new Set(['shell', 'powershell', 'python']);

async function planOf(document: Document, wanted: readonly Subject[], all: readonly Subject[]): Promise<RepairPlan> {
  switch (document.language) {
    case 'powershell':
      return planPowerShell(document, wanted);
    case 'python':
      return planPython(document, wanted, await loadGrammar('tree-sitter-python'));
    default:
      return planShell(document, wanted, all);
  }
}

/** Hosts in which `$` has a meaning that their readers here forgive. Sources: docs.docker.com/reference/compose-file/interpolation; systemd.service(5), *Command lines*. */
const DOLLAR_DOUBLED = /compose[^/]*\.ya?ml$|\.(?:service|timer|socket)$/i;

function escapesIn({ path, depth }: Document): ReadonlyMap<string, string> {
  return depth > 0 && DOLLAR_DOUBLED.test(path) ? new Map([['$', '$$']]) : new Map();
}

/** Languages whose strings in double quotes leave `$` alone. */
const DOLLAR_IS_PLAIN = /\.(?:java|c|cc|cpp|h|hpp|cs|go|rs|rb|erl|lua|hs)$/i;

/** Why a script cannot be repaired where it stands, whatever it says. */
function whyNotIn(document: Document, { knowledge, textOf }: View): string | undefined {
  if (document.depth === 0) return undefined;
  const file = knowledge.files.find(({ path }) => path === document.path);
  const { offset } = document.map.at(0);
  switch (file?.language) {
    case 'batch':
      return 'commands of cmd.exe are not repaired';
    case 'python':
    case 'javascript':
      // Words of a list stand apart in the file: the blanks between them are nowhere.
      return document.map.segments.some(
        ({ inner, length, outerLength }) =>
          outerLength === 0 && /[^\u{F0000}-\u{FFFFD}\n]/u.test(document.text.slice(inner, inner + length)),
      )
        ? 'the program is started without a shell, which could ask for the token'
        : undefined;
    case 'text': {
      // How its strings are written is not known, but in these nothing is special.
      const opening = textOf(document.path).slice(Math.max(0, offset - 2), offset);
      const isRaw = /['`]$/.test(opening) || (/[^$@fF]"$/.test(opening) && DOLLAR_IS_PLAIN.test(document.path));
      return isRaw ? undefined : 'it stands in a text whose language is not read';
    }
    default:
      return undefined;
  }
}

function subjectsOf(program: Program): readonly Subject[] {
  return program.requests.flatMap((request) => {
    const judgement = program.judgementOf(request);
    return judgement === undefined ? [] : [{ request, judgement }];
  });
}

/** Whole files and what is in them, the outermost first. */
function documentsOf({ knowledge }: View): readonly Document[] {
  return [...knowledge.files, ...knowledge.analysis.documents];
}

function isInside(document: Document, { request }: Subject): boolean {
  return innerRange(document.map, request.location) !== undefined;
}

function unitOf(document: Document, repairs: readonly PlannedRepair[], before: View): Unit {
  const paths = new Set(document.map.segments.map(({ path }) => path));
  return { paths, run: () => tryAll(document, repairs, before) };
}

/** All repairs together; where they do not come out right together, one after the other. */
function* tryAll(
  document: Document,
  repairs: readonly PlannedRepair[],
  before: View,
): Generator<Attempt, readonly Refused[], string | undefined> {
  const wrong = yield* tryWays(document, repairs, before);
  if (wrong === undefined) return [];
  if (repairs.length === 1) return refusalsOf(repairs, wrong);
  const refused: Refused[] = [];
  const left: PlannedRepair[] = [];
  for (const repair of repairs) {
    // The last attempt of a unit is what stays: earlier ones were not kept.
    const failure = yield* tryWays(document, [...left, repair], before, probed);
    if (failure === undefined) left.push(repair);
    else refused.push(...refusalsOf([repair], failure));
  }
  if (left.length === 0) return refused;
  const together = yield* tryWays(document, left, before);
  return together === undefined ? refused : [...refused, ...refusalsOf(left, together)];
}

function refusalsOf(repairs: readonly PlannedRepair[], reason: string): readonly Refused[] {
  return repairs.flatMap(({ subjects }) => subjects.map((subject) => ({ subject, reason })));
}

/** Asks for one attempt to be made; what was wrong with it. */
type Trial = (attempt: Attempt) => Generator<Attempt, string | undefined, string | undefined>;

/** Tries each way to write the repairs. What was wrong with the likeliest one; undefined: one came out right. */
function* tryWays(
  document: Document,
  repairs: readonly PlannedRepair[],
  before: View,
  trial: Trial = kept,
): Generator<Attempt, string | undefined, string | undefined> {
  let first: string | undefined;
  for (const attempt of waysOf(document, repairs, before)) {
    const wrong = yield* trial(attempt);
    if (wrong === undefined) return undefined;
    first ??= wrong;
  }
  return first ?? whyUnwritable(document, before);
}

/** Why the text of a document cannot be changed in its file. */
function whyUnwritable({ text, map, role, path }: Document, { textOf }: View): string {
  const place = map.range(0, text.length);
  const written = textOf(place.path).slice(place.start, place.end);
  const what = role === '' ? path : role;
  // The first bytes of gzip in base64.
  if (/^\s*H4sI/.test(written)) return `it is compressed (${what}): unpack it, repair it, and pack it again`;
  if (text.length > 0 && /^[\w+/=\s-]{16,}$/.test(written))
    return `it is encoded in a way that is not written anew (${what})`;
  return `it cannot be written into its file (${what})`;
}

/** An attempt that stays when it comes out right. */
function* kept(attempt: Attempt): ReturnType<Trial> {
  return yield attempt;
}

/** An attempt that is taken back, however it comes out. */
function* probed(attempt: Attempt): ReturnType<Trial> {
  let wrong: string | undefined;
  yield {
    ...attempt,
    repairs: [],
    check: (after, repaired) => {
      wrong = attempt.check(after, repaired);
      return wrong ?? 'it was only tried';
    },
  };
  return wrong;
}

function waysOf(document: Document, repairs: readonly PlannedRepair[], before: View): readonly Attempt[] {
  const plain = attemptsFor(document, repairs, before);
  if (document.depth === 0) return plain;
  const tight = attemptsFor(document, repairs.map(withoutBlankAfterColon), before);
  // The likeliest of both first: what a host does not like about the one it may not mind about the other.
  return Array.from({ length: Math.max(plain.length, tight.length) }, (_, index) => [
    ...plain.slice(index, index + 1),
    ...tight.slice(index, index + 1),
  ]).flat();
}

function attemptsFor(document: Document, repairs: readonly PlannedRepair[], before: View): readonly Attempt[] {
  const edits = inOrder(repairs.flatMap((repair) => repair.edits.map((edit) => ({ ...edit, repair }))));
  const expected = applyEdits(document.text, edits);
  return composeEdits(document, edits, before.textOf, escapesIn(document)).map((composed): Attempt => ({
    repairs: repairs.map((repair) => ({
      ...repair,
      // What is encoded as a whole is one edit of all of them.
      edits: composed.length < edits.length ? composed : composed.filter((_, at) => edits[at]?.repair === repair),
    })),
    edits: composed,
    check: (after, repaired) => checkScript(document, expected, repairs, before, after, repaired),
  }));
}

/** A header without the blank that hosts may take for a mapping's: `"Name:value"`. */
function withoutBlankAfterColon(repair: PlannedRepair): PlannedRepair {
  const tight = (text: string): string => text.replace(/(X-aws-ec2-metadata-token[\w-]*): /g, '$1:');
  return { ...repair, edits: repair.edits.map((edit) => ({ ...edit, text: tight(edit.text) })) };
}

/** Why the files are not what they should be after the repair of a script: its text reads otherwise, or something else has changed. */
function checkScript(
  document: Document,
  expected: string,
  repairs: readonly PlannedRepair[],
  before: View,
  after: View,
  repaired: ReadonlySet<string>,
): string | undefined {
  const twin = documentsOf(after).find(
    (other) => other.language === document.language && other.path === document.path && sameText(other.text, expected),
  );
  if (twin === undefined) return 'its file would be read otherwise afterwards';
  const paths = new Set(document.map.segments.map(({ path }) => path));
  const subjects = new Set([...repaired, ...repairs.flatMap((repair) => repair.subjects)]);
  const expectedBad = badRequests(before, paths, subjects);
  const bad = badRequests(after, paths, new Set());
  for (const [key, count] of bad) {
    if (count > (expectedBad.get(key) ?? 0)) return `it would still be found (${key})`;
  }
  if (problemCount(after, paths) > problemCount(before, paths)) return 'its file could not be read wholly afterwards';
  if (launchesOf(before, paths) !== launchesOf(after, paths)) return 'launches in its file would be read otherwise';
  return undefined;
}

/** Placeholders are numbered in their order: their numbers may change. */
function sameText(a: string, b: string): boolean {
  const plain = (text: string): string => text.replace(/[\u{F0000}-\u{FFFFD}]/gu, '\u{F0000}').replaceAll('\r\n', '\n');
  return plain(a) === plain(b);
}

const BAD: ReadonlySet<RequestVerdict> = new Set(['tokenless', 'bad-token-request', 'fallback', 'undecided']);

function badRequests(
  { knowledge: { program } }: View,
  paths: ReadonlySet<string>,
  without: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { request, judgement } of subjectsOf(program)) {
    if (!BAD.has(judgement.verdict) || without.has(request.id) || !paths.has(request.location.path)) continue;
    const key = `${judgement.verdict} ${request.client} ${judgement.path}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function problemCount({ knowledge }: View, paths: ReadonlySet<string>): number {
  return knowledge.analysis.problems.filter(({ location }) => paths.has(location.path)).length;
}

function launchesOf({ knowledge: { program } }: View, paths: ReadonlySet<string>): string {
  return program.launches
    .filter(({ location }) => paths.has(location.path))
    .map(
      (launch) =>
        `${launch.resource} ${launch.name} ${launch.instance ?? ''} ${program.launchJudgementOf(launch).verdict}`,
    )
    .sort()
    .join('\n');
}
