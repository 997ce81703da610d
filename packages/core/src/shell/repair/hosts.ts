import { type ParsedScript, type Word, type Assignment, type For, type SyntaxNode, forEachChild } from 'unbash';
import type { Place } from './places.ts';
import type { CommandLine } from './writing.ts';

const METADATA =
  /169\.254\.169\.254|fd00:ec2::254|\binstance-data\b|\/latest\/(?:meta-data|user-data|dynamic|api)\b|2852039166|0xa9fea9fe/i;
const REASON = 'which host it asks is decided by its caller, and other hosts must not be sent the token';
const MAX_STEPS = 8;

/**
 * Why the command cannot be given the token header: a caller decides whom it asks, and that may be somebody else. Undefined: the metadata service is
 * all that it asks.
 */
export function callerDecides(
  script: ParsedScript,
  places: readonly Place[],
  place: Place,
  line: CommandLine,
  text: string,
): string | undefined {
  const written = (node: { readonly pos: number; readonly end: number }): string => text.slice(node.pos, node.end);
  const urls = line.words.filter((word) => !word.value.startsWith('-'));
  if (urls.some((word) => isForeign(written(word))))
    return 'it asks other hosts, too, which must not be sent the token';
  const heads = urls.flatMap((word) => (METADATA.test(written(word)) ? [] : headOf(written(word))));
  if (urls.some((word) => METADATA.test(written(word)))) return undefined;
  if (heads.length === 0) return undefined;
  const variables = variablesOf(script);
  return heads.some((head) => asksMetadata(head, place, { places, variables, written }, MAX_STEPS) === 'no')
    ? REASON
    : undefined;
}

interface Surroundings {
  readonly places: readonly Place[];
  readonly variables: readonly (Assignment | For)[];
  readonly written: (node: { readonly pos: number; readonly end: number }) => string;
}

/** Whether what a variable begins with is the metadata service wherever it gets its value. */
function asksMetadata(name: string, place: Place, around: Surroundings, steps: number): 'yes' | 'no' | 'unknown' {
  if (steps === 0) return 'no';
  if (name === '@' || name === '*') return 'no';
  if (/^\d+$/.test(name)) {
    const definition = place.path.findLast((node) => node.type === 'Function');
    if (definition?.type !== 'Function') return 'no';
    const calls = around.places.filter(({ command }) => command.name?.value === definition.name.value);
    const values = calls.map(({ command }) => command.args[Number(name) - 1]);
    if (values.length === 0) return 'no';
    return values.every((value, index) => {
      const caller = calls[index];
      return (
        value !== undefined &&
        caller !== undefined &&
        isMetadata(around.written(value), caller, around, steps - 1) === 'yes'
      );
    })
      ? 'yes'
      : 'no';
  }
  const values = around.variables
    .filter((node) => nameOf(node) === name)
    .flatMap((node): readonly (Word | Assignment['value'])[] =>
      node.type === 'For' ? (node.wordlist ?? []) : [node.value],
    );
  if (values.length === 0) return 'unknown';
  const answers = values.map((value) => isMetadata(around.written(value), place, around, steps - 1));
  return answers.includes('no') ? 'no' : answers.every((answer) => answer === 'yes') ? 'yes' : 'unknown';
}

function isMetadata(value: string, place: Place, around: Surroundings, steps: number): 'yes' | 'no' | 'unknown' {
  if (METADATA.test(value)) return 'yes';
  if (isForeign(value)) return 'no';
  const [head] = headOf(value);
  // A path or an empty value says nothing about the host.
  return head === undefined ? 'unknown' : asksMetadata(head, place, around, steps);
}

function isForeign(written: string): boolean {
  return /^["']?(?:https?|ftp):\/\/[^$\s]/i.test(written) && !METADATA.test(written);
}

/** The variable that a word begins with. */
function headOf(written: string): readonly string[] {
  const name = /^["']?(?:https?:\/\/)?\$\{?([A-Za-z_]\w*|\d+|[@*])/i.exec(written)?.[1];
  return name === undefined ? [] : [name];
}

function nameOf(node: Assignment | For): string {
  return node.type === 'For' ? node.name.value : node.name;
}

function variablesOf(script: ParsedScript): readonly (Assignment | For)[] {
  const found: (Assignment | For)[] = [];
  let depth = 0;
  const walk = (node: SyntaxNode): void => {
    if (node.type === 'Assignment' || node.type === 'For') found.push(node);
    if (depth > 400) return;
    depth++;
    forEachChild(node, walk);
    depth--;
  };
  walk(script);
  return found;
}
