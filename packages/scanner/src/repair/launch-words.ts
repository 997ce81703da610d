import type { Edit, Launch, LaunchJudgement, Location } from 'imdsv2-core';
import { lineBefore } from './indent.ts';

/** What allows version 1, and what does not, in the same place: words of EC2, lowest versions served, switches. */
const STRONG: ReadonlyMap<string, string> = new Map([
  ['optional', 'required'],
  ['Optional', 'Required'],
  ['OPTIONAL', 'REQUIRED'],
  ['v1.0', 'v2.0'],
  ['false', 'true'],
  ['False', 'True'],
  ['$false', '$true'],
  ['1', '2'],
]);

/** Ways to say it where something else is said now: the word itself, wherever it decides (an argument, a default, a caller). */
export function strongerWords(
  launch: Launch,
  judgement: LaunchJudgement,
  textOf: (path: string) => string,
): readonly (readonly Edit[])[] {
  const places = [
    judgement.decisive.location,
    ...('evidence' in judgement.decisive ? (judgement.decisive.evidence ?? []) : []).map(({ location }) => location),
    ...judgement.evidence.map(({ location }) => location),
    launch.tokens.location,
  ].filter((place): place is Location => place !== undefined);
  const seen = new Set<string>();
  return places.flatMap((place) => {
    const edit = strongerWord(place, textOf(place.path));
    const key = JSON.stringify(edit);
    if (edit === undefined || seen.has(key)) return [];
    seen.add(key);
    return [[edit]];
  });
}

function strongerWord({ path, start, end }: Location, file: string): Edit | undefined {
  const text = file.slice(start, end);
  // One arm of a choice: what decides is the condition.
  if (/\?|!If\b|Fn::If/.test(lineBefore(file, start))) return undefined;
  const whole = /^(\s*["']?)([$\w.]+)["']?\s*$/.exec(text);
  const alone = STRONG.get(whole?.[2] ?? '');
  if (whole !== null && alone !== undefined) {
    const from = start + (whole[1]?.length ?? 0);
    return { path, start: from, end: from + (whole[2]?.length ?? 0), text: alone };
  }
  // An assignment, an option, a default: the last word of it, when there is one that can be meant.
  const words = [...text.matchAll(/(?<![\w-])(?:optional|v1\.0|false)(?![\w-])/gi)].filter(
    ([word]) => STRONG.get(word) !== undefined,
  );
  const [only, another] = words;
  // Of a choice between both the condition decides, not the word.
  if (/required|v2\.0|\?/i.test(text)) return undefined;
  if (only === undefined || another !== undefined || text.includes('\n\n')) return undefined;
  return { path, start: start + only.index, end: start + only.index + only[0].length, text: STRONG.get(only[0]) ?? '' };
}
