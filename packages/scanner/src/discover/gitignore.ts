/**
 * The rules of one ignore file, read the way git reads `.gitignore` (gitignore(5), wildmatch with WM_PATHNAME).
 * A test compares it with git itself.
 */
export class IgnoreRules {
  readonly #rules: readonly Rule[];

  constructor(text: string) {
    this.#rules = text
      .replace(/^\uFEFF/, '')
      .split('\n')
      .flatMap((line) => parseRule(asBytes(line.replace(/\r$/, ''))) ?? []);
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /**
   * What the last rule that matches says about an entry: `true` ignored, `false` taken back (`!`), undefined when none matches.
   * `path` is relative to the ignore file's directory, with `/`, without one at either end.
   */
  verdict(path: string, isDirectory: boolean): boolean | undefined {
    const subject = asBytes(path);
    const name = subject.slice(subject.lastIndexOf('/') + 1);
    for (let index = this.#rules.length - 1; index >= 0; index--) {
      const rule = this.#rules[index];
      if (rule === undefined || (rule.directoryOnly && !isDirectory)) continue;
      if (rule.matches(rule.anchored ? subject : name)) return !rule.negated;
    }
    return undefined;
  }
}

/** git compares bytes: a question mark stands for one byte of an "é". */
function asBytes(text: string): string {
  return /[\u0080-\uffff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

interface Rule {
  readonly negated: boolean;
  readonly directoryOnly: boolean;
  /** Whether the pattern is held against the whole path instead of the name. */
  readonly anchored: boolean;
  readonly matches: (subject: string) => boolean;
}

function parseRule(line: string): Rule | undefined {
  let pattern = dropTrailingBlanks(line);
  if (pattern === '' || pattern.startsWith('#')) return undefined;
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  const directoryOnly = pattern.endsWith('/');
  if (directoryOnly) pattern = pattern.slice(0, -1);
  if (pattern === '') return undefined;
  const anchored = pattern.includes('/');
  if (pattern.startsWith('/')) pattern = pattern.slice(1);
  const matches = matcherOf(pattern, anchored);
  return matches === undefined ? undefined : { negated, directoryOnly, anchored, matches };
}

/** Blanks at the end do not count, unless a backslash stands before them. */
function dropTrailingBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ') {
    let backslashes = 0;
    while (line[end - 2 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 1) break;
    end--;
  }
  return line.slice(0, end);
}

function matcherOf(pattern: string, anchored: boolean): Rule['matches'] | undefined {
  if (!/[*?[\\]/.test(pattern)) return (subject) => subject === pattern;
  const suffix = /^\*([^*?[\\/]+)$/.exec(pattern)?.[1];
  if (suffix !== undefined && !anchored) return (subject) => subject.endsWith(suffix);
  const source = sourceOf(pattern);
  if (source === undefined) return undefined;
  const expression = new RegExp(`^${source}$`, 's');
  return (subject) => expression.test(subject);
}

/** The pattern as the source of an expression; undefined for one that matches nothing (an open bracket, a lone backslash at the end). */
function sourceOf(pattern: string): string | undefined {
  let source = '';
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at] ?? '';
    if (character === '*') {
      let stop = at;
      while (pattern[stop] === '*') stop++;
      const before = pattern[at - 1];
      const after = pattern[stop];
      const isDeep =
        stop - at >= 2 && (before === undefined || before === '/') && (after === undefined || after === '/');
      if (isDeep && after === '/') {
        source += '(?:.*/)?';
        at = stop + 1;
      } else {
        source += isDeep ? '.*' : '[^/]*';
        at = stop;
      }
    } else if (character === '?') {
      source += '[^/]';
      at++;
    } else if (character === '\\') {
      const next = pattern[at + 1];
      if (next === undefined) return undefined;
      source += quote(next);
      at += 2;
    } else if (character === '[') {
      const bracket = readBracket(pattern, at);
      if (bracket === undefined) return undefined;
      source += bracket.source;
      at = bracket.end;
    } else {
      source += quote(character);
      at++;
    }
  }
  return source;
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

function readBracket(pattern: string, start: number): { readonly source: string; readonly end: number } | undefined {
  let at = start + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  const members: string[] = [];
  for (let first = true; ; first = false) {
    const character = pattern[at];
    if (character === undefined) return undefined;
    if (character === ']' && !first) break;
    const named = /^\[:(\w*):\]/.exec(pattern.slice(at));
    if (named !== null) {
      const set = CLASSES[named[1] ?? ''];
      if (set === undefined) return undefined;
      members.push(set);
      at += named[0].length;
      continue;
    }
    const low = readMember(pattern, at);
    if (low === undefined) return undefined;
    at = low.end;
    if (pattern[at] === '-' && pattern[at + 1] !== undefined && pattern[at + 1] !== ']') {
      const high = readMember(pattern, at + 1);
      if (high === undefined) return undefined;
      at = high.end;
      // A range that runs backwards holds its first character only.
      members.push(
        low.character <= high.character
          ? `${quoteInClass(low.character)}-${quoteInClass(high.character)}`
          : quoteInClass(low.character),
      );
    } else {
      members.push(quoteInClass(low.character));
    }
  }
  // A bracket never matches a slash.
  return { source: negated ? `[^/${members.join('')}]` : `(?!/)[${members.join('')}]`, end: at + 1 };
}

function readMember(pattern: string, at: number): { readonly character: string; readonly end: number } | undefined {
  const character = pattern[at] === '\\' ? pattern[at + 1] : pattern[at];
  return character === undefined ? undefined : { character, end: at + (pattern[at] === '\\' ? 2 : 1) };
}

function quote(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function quoteInClass(character: string): string {
  return /[\\\]^[-]/.test(character) ? `\\${character}` : character;
}
