import { applyEdits, hasOverlap, type Edit } from 'imdsv2-core';
import type { Session } from '../session/session.ts';
import type { Attempt, Refused, Unit, UnitRepair, View } from './unit.ts';

export interface TreeRepairs {
  readonly repairs: readonly AcceptedRepair[];
  readonly refused: readonly Refused[];
  /** All edits, by path relative to the root. */
  readonly edits: ReadonlyMap<string, readonly Edit[]>;
  /** New texts of the files, by path relative to the root. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface AcceptedRepair extends UnitRepair {
  readonly paths: readonly string[];
  /** Made alone, in the files as they were. */
  readonly edits: readonly Edit[];
}

/** Rounds of trying: each reads the changed files again. */
const MAX_ROUNDS = 60;

/**
 * Makes repairs in memory, and keeps those after which the files, read again, say what they should. Units that change different files are tried
 * together; of those that change the same file one after the other.
 */
export async function repairTree(
  session: Session,
  before: View,
  units: readonly Unit[],
  earlier?: TreeRepairs,
): Promise<TreeRepairs> {
  const accepted = new Map<string, readonly Edit[]>(earlier?.edits);
  const repairs: AcceptedRepair[] = [...(earlier?.repairs ?? [])];
  const refused: Refused[] = [...(earlier?.refused ?? [])];
  const running: Running[] = [];
  for (const unit of units) {
    const steps = unit.run();
    advance({ unit, steps, attempt: undefined }, undefined, running, running.length, refused);
  }
  for (let round = 0; running.length > 0; round++) {
    if (round === MAX_ROUNDS) {
      for (const { attempt } of running)
        for (const { subjects } of attempt?.repairs ?? [])
          refused.push(...subjects.map((subject) => ({ subject, reason: 'too many ways to write it were tried' })));
      break;
    }
    const chosen = chooseDisjoint(running);
    const instead = new Map<string, string>();
    const tried: Running[] = [];
    for (const one of chosen) {
      const texts = textsWith(one.attempt?.edits ?? [], accepted, before.textOf);
      if (texts === undefined) continue;
      for (const [path, text] of texts) instead.set(path, text);
      tried.push(one);
    }
    for (const [path, edits] of accepted)
      if (!instead.has(path)) instead.set(path, applyEdits(before.textOf(path), edits));
    const knowledge = tried.length === 0 ? undefined : await session.preview(before.knowledge, instead);
    for (const one of chosen) {
      const at = running.indexOf(one);
      running.splice(at, 1);
      const { attempt } = one;
      if (attempt === undefined) continue;
      const wrong =
        knowledge === undefined || !tried.includes(one)
          ? 'another repair changes the same place'
          : attempt.check(
              { knowledge, textOf: (path) => instead.get(path) ?? before.textOf(path) },
              new Set(repairs.flatMap(({ subjects }) => subjects)),
            );
      if (wrong === undefined) {
        for (const edit of attempt.edits)
          if (!isMade(edit, accepted)) accepted.set(edit.path, [...(accepted.get(edit.path) ?? []), edit]);
        const paths = [...new Set(attempt.edits.map(({ path }) => path))];
        repairs.push(...attempt.repairs.map((repair) => ({ edits: attempt.edits, ...repair, paths })));
      }
      advance(one, wrong, running, at, refused);
    }
  }
  const texts = new Map([...accepted].map(([path, edits]) => [path, applyEdits(before.textOf(path), edits)] as const));
  return { repairs, refused, edits: accepted, texts };
}

interface Running {
  readonly unit: Unit;
  readonly steps: Generator<Attempt, readonly Refused[], string | undefined>;
  attempt: Attempt | undefined;
}

/**
 * Tells a unit what came of its attempt, and takes its next one. It keeps its place: what a file says as a whole is settled before what stands inside, because
 * each unit expects of its own text that nobody else has changed it.
 */
function advance(one: Running, answer: string | undefined, running: Running[], at: number, refused: Refused[]): void {
  const next = one.steps.next(answer);
  if (next.done === true) refused.push(...next.value);
  else running.splice(at, 0, { ...one, attempt: next.value });
}

/** As many as change different files, in their order. */
function chooseDisjoint(running: readonly Running[]): readonly Running[] {
  const taken = new Set<string>();
  return running.filter(({ unit, attempt }) => {
    const paths = new Set([...unit.paths, ...(attempt?.edits ?? []).map(({ path }) => path)]);
    if ([...paths].some((path) => taken.has(path))) return false;
    for (const path of paths) taken.add(path);
    return true;
  });
}

/** The files with edits beside those accepted already; undefined where they overlap. */
function textsWith(
  edits: readonly Edit[],
  accepted: ReadonlyMap<string, readonly Edit[]>,
  textOf: (path: string) => string,
): ReadonlyMap<string, string> | undefined {
  const texts = new Map<string, string>();
  for (const path of new Set(edits.map((edit) => edit.path))) {
    const all = [
      ...(accepted.get(path) ?? []),
      ...edits.filter((edit) => edit.path === path && !isMade(edit, accepted)),
    ];
    if (hasOverlap(all)) return undefined;
    texts.set(path, applyEdits(textOf(path), all));
  }
  return texts;
}

/** Whether an edit is made already: what decides about one launch may decide about another. Of insertions each is one of its own. */
function isMade({ path, start, end, text }: Edit, accepted: ReadonlyMap<string, readonly Edit[]>): boolean {
  return (
    start !== end &&
    (accepted.get(path) ?? []).some((other) => other.start === start && other.end === end && other.text === text)
  );
}
