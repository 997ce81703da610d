import {
  applyEdits,
  clientOf,
  type Edit,
  type Launch,
  type Location,
  type Program,
  type Request,
  type RequestVerdict,
} from 'imdsv2-core';
import { repairsOf, type SharedToken } from 'eslint-plugin-imdsv2/front-end';
import { Parser } from '../languages/javascript/parse.ts';
import type { Session } from '../session/session.ts';
import { tokenModules, type TokenModule } from './shared-token.ts';
import type { AcceptedRepair, TreeRepairs } from './repair-tree.ts';
import type { Refused, View } from './unit.ts';

/** A request or launch to repair, followed through the edits of its file. */
interface Wanted {
  readonly subject: string;
  /** What comes before and behind its offset in its id. */
  readonly id: readonly [string, string];
  start: number;
}

interface File {
  readonly path: string;
  text: string;
  /** What the file said before the repair that is being tried. */
  before: string;
  wanted: Wanted[];
  /** How much was wrong in it when it was last read. */
  bad?: number;
  /** The edits of each repair, made alone in the file as it was. */
  alone?: ReadonlyMap<string, readonly Edit[]>;
  trying?: { readonly one: Wanted; readonly repair: MadeRepair; readonly edits: readonly Edit[] } | undefined;
  /** The last repair that stayed. */
  last?: MadeRepair;
}

interface MadeRepair extends AcceptedRepair {
  readonly subjects: string[];
}

/** More repairs of one file than this are for another run. */
const MAX_ROUNDS = 150;

/**
 * Makes the repairs of JavaScript and TypeScript that the ESLint plug-in suggests, file by file, one after the other: each is made of what the file says after
 * those before it. Like all repairs they are kept only when the file, read again, says what it should.
 */
export async function repairJavaScript(
  session: Session,
  before: View,
  subjects: ReadonlySet<string>,
  earlier: TreeRepairs,
  isWanted: (safe: boolean) => boolean,
): Promise<TreeRepairs> {
  const done = new Set(earlier.repairs.flatMap((repair) => repair.subjects));
  const files = filesOf(before, subjects, done, earlier);
  if (files.length === 0) return earlier;
  const texts = new Map(earlier.texts);
  const repairs = [...earlier.repairs];
  const ids = new Set(files.flatMap(({ wanted }) => wanted.map(({ subject }) => subject)));
  const reasons = new Map<string, string>();
  const parser = new Parser();
  const modules = isWanted(false) ? sharedBy(files, before, subjects, parser) : [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { program, analysis } = await session.preview(
      before.knowledge,
      new Map([...texts, ...files.map(({ path, text }) => [path, text] as const)]),
    );
    for (const file of files) {
      if (file.trying !== undefined) {
        const { one, repair, edits } = file.trying;
        file.trying = undefined;
        file.wanted = file.wanted.filter((other) => other !== one);
        const moved = { ...one, start: shifted(one.start, edits) };
        const wrong = isStillWrong(program, file.path, moved) || badIn(program, file.path) >= (file.bad ?? 0);
        if (wrong) {
          file.text = file.before;
          reasons.set(one.subject, 'it would still be found');
          // The facts at hand are those of the text that was given up.
          continue;
        }
        repairs.push(repair);
        file.last = repair;
        for (const other of file.wanted) other.start = shifted(other.start, edits);
        reasons.delete(one.subject);
      }
      file.bad = badIn(program, file.path);
      const { file: parsed } = parser.parse(file.path, file.text);
      if (parsed === undefined) continue;
      const facts = analysis.facts.filter(({ location }) => location.path === file.path);
      const possible = repairsOf(parsed, facts, sharedIn(file, modules)).filter(({ fix }) => isWanted(fix.safe));
      for (const one of [...file.wanted]) {
        const repair = possible.find(({ subject }) => subject === currentId(one));
        if (repair === undefined && file.last !== undefined && !isStillWrong(program, file.path, one))
          // An edit for another one repaired it, too.
          file.last.subjects.push(one.subject);
        if (repair === undefined || repair.fix.edits.some(({ path }) => path !== file.path)) {
          file.wanted = file.wanted.filter((other) => other !== one);
          continue;
        }
        file.before = file.text;
        file.text = applyEdits(file.text, repair.fix.edits);
        file.trying = {
          one,
          edits: repair.fix.edits,
          repair: {
            subjects: [one.subject],
            title: repair.fix.title.replace(/\.$/, ''),
            safe: repair.fix.safe,
            paths: [file.path],
            edits: alone(file, before, parser).get(one.subject) ?? [],
          },
        };
        break;
      }
    }
    if (files.every(({ trying, wanted }) => trying === undefined && wanted.length === 0)) break;
  }
  for (const file of files) {
    const text = file.trying === undefined ? file.text : file.before;
    if (text !== (texts.get(file.path) ?? before.textOf(file.path))) texts.set(file.path, text);
  }
  for (const { path, text, users } of modules)
    if (text !== undefined && files.some((file) => isUsing(file, users.get(file.path)))) texts.set(path, text);
  for (const { wanted } of files)
    for (const { subject } of wanted) reasons.set(subject, 'there are more repairs in its file than one run makes');
  const repaired = new Set(repairs.flatMap((repair) => repair.subjects));
  const refused: Refused[] = [...earlier.refused.filter(({ subject }) => !ids.has(subject))];
  for (const subject of ids)
    if (!repaired.has(subject))
      refused.push({ subject, reason: reasons.get(subject) ?? whyLeft(subject, before.knowledge.program) });
  return { ...earlier, repairs, refused, texts };
}

function filesOf(
  { knowledge, textOf }: View,
  subjects: ReadonlySet<string>,
  done: ReadonlySet<string>,
  earlier: TreeRepairs,
): readonly File[] {
  return knowledge.files.flatMap(({ path, language }): File[] => {
    if (language !== 'javascript') return [];
    const edits = earlier.edits.get(path) ?? [];
    const wanted = [...knowledge.program.requests, ...knowledge.program.launches].flatMap((fact): Wanted[] => {
      const { id } = fact;
      const location = placeOf(fact);
      const at = id.indexOf(`:${String(location.start)}`);
      if (location.path !== path || !subjects.has(id) || done.has(id) || at === -1) return [];
      const rest = id.slice(at + 1 + String(location.start).length);
      return [{ subject: id, id: [id.slice(0, at + 1), rest], start: shifted(location.start, edits) }];
    });
    const text = earlier.texts.get(path) ?? textOf(path);
    return wanted.length === 0 ? [] : [{ path, text, before: text, wanted }];
  });
}

/** Where a fact is found: a request that is made through a function of another file, where that is called. */
function placeOf(fact: Request | Launch): Location {
  return 'focus' in fact ? (fact.focus ?? fact.location) : fact.location;
}

/** Why nothing could be written for a request or launch. */
function whyLeft(subject: string, program: Program): string {
  const request = program.requests.find(({ id }) => id === subject);
  if (request === undefined) return 'where its options are made, none can be added';
  if (clientOf(request.client).kind === 'sdk') return 'where its client is made, no option can be added';
  switch (program.judgementOf(request)?.verdict) {
    case 'fallback':
      return 'what lets it go on without a token is not one of the known forms';
    case 'bad-token-request':
      return 'what is wrong with it is not one of the known forms';
    default:
      return request.focus === undefined
        ? 'no token can be asked for where it stands'
        : 'it is made through a function, which may ask other hosts that must not be sent the token';
  }
}

/** Where the files that need tokens get them from together. */
function sharedBy(
  files: readonly File[],
  before: View,
  subjects: ReadonlySet<string>,
  parser: Parser,
): readonly TokenModule[] {
  const program = before.knowledge.program;
  const needing = program.requests.filter(
    (request) => subjects.has(request.id) && program.judgementOf(request)?.verdict === 'tokenless',
  );
  const paths = new Set(needing.map((request) => placeOf(request).path));
  return tokenModules(
    before,
    files.map(({ path }) => path).filter((path) => paths.has(path)),
    parser,
  );
}

/** What a file may use of another one; once it says so, nothing has to be written for it. */
function sharedIn(file: File, modules: readonly TokenModule[]): SharedToken | undefined {
  const shared = modules.map(({ users }) => users.get(file.path)).find((one) => one !== undefined);
  return shared === undefined ? undefined : isUsing(file, shared) ? { ...shared, edits: [] } : shared;
}

function isUsing({ text }: File, shared: SharedToken | undefined): boolean {
  return shared?.edits.some((edit) => text.includes(edit.text)) === true;
}

/** Edits by subject, each as if it were the only one. */
function alone(file: File, { knowledge, textOf }: View, parser: Parser): ReadonlyMap<string, readonly Edit[]> {
  if (file.alone !== undefined) return file.alone;
  const { file: parsed } = parser.parse(file.path, textOf(file.path));
  const repairs = parsed === undefined ? [] : repairsOf(parsed, knowledge.analysis.facts);
  file.alone = new Map(repairs.map(({ subject, fix }) => [subject, fix.edits]));
  return file.alone;
}

function currentId({ id: [head, rest], start }: Wanted): string {
  return `${head}${String(start)}${rest}`;
}

/** Where a place is after edits. */
function shifted(start: number, edits: readonly Edit[]): number {
  return edits.reduce(
    (at, edit) => (edit.end <= start && edit.start < start ? at + edit.text.length - (edit.end - edit.start) : at),
    start,
  );
}

const GOOD: ReadonlySet<RequestVerdict> = new Set(['token', 'token-request', 'unchecked-token', 'other-cloud']);

/** Whether the place still allows version 1. What stands there no more does not. */
function isStillWrong(program: Program, path: string, one: Wanted): boolean {
  const id = currentId(one);
  const request = program.requests.find((other) => other.id === id && placeOf(other).path === path);
  const verdict = request === undefined ? undefined : program.judgementOf(request)?.verdict;
  if (verdict !== undefined) return !GOOD.has(verdict);
  const launch = program.launches.find((other) => other.id === id);
  return (
    launch !== undefined &&
    !['required', 'undecided', 'endpoint-disabled'].includes(program.launchJudgementOf(launch).verdict)
  );
}

/** Requests and launches of a file that allow version 1. */
function badIn(program: Program, path: string): number {
  const requests = program.requests.filter(
    (request) =>
      request.location.path === path &&
      ['tokenless', 'bad-token-request', 'fallback'].includes(program.judgementOf(request)?.verdict ?? ''),
  );
  const launches = program.launches.filter(
    (launch) =>
      launch.location.path === path && ['optional', 'unset'].includes(program.launchJudgementOf(launch).verdict),
  );
  return requests.length + launches.length;
}
