import type { Plain } from './plain.ts';

const CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** Patterns longer than this are not tried: JavaScript's engine may go back and forth for ever, RE2 does not. */
const LONGEST = 400;

/** A pattern of Go's RE2 for JavaScript; undefined when it has something that JavaScript lacks, or could take for ever. */
export function patternOf(source: string, flags: string): RegExp | undefined {
  if (source.length > LONGEST || /[*+}]\)[*+{]/.test(source)) return undefined;
  let pattern = source
    .replace(/\[:(\^?)(\w+):\]/g, (whole, not: string, name: string) => (not === '' ? (CLASSES[name] ?? whole) : whole))
    .replaceAll('(?P<', '(?<')
    .replaceAll('\\A', '^')
    .replaceAll('\\z', '$');
  let all = flags;
  const inline = /^\(\?([imsU]+)\)/.exec(pattern);
  if (inline !== null) {
    if (inline[1]?.includes('U') === true) return undefined;
    all += inline[1] ?? '';
    pattern = pattern.slice(inline[0].length);
  }
  try {
    return new RegExp(pattern, `${all}u`);
  } catch {
    try {
      return new RegExp(pattern, all);
    } catch {
      return undefined;
    }
  }
}

/** The whole match, the list of its groups, or an object of its named groups. */
export function matchValue(match: RegExpMatchArray): Plain {
  if (match.groups !== undefined)
    return Object.fromEntries(
      Object.entries(match.groups).map(([name, text]) => [name, (text as string | undefined) ?? null]),
    );
  return match.length === 1 ? match[0] : match.slice(1).map((text) => (text as string | undefined) ?? null);
}
