/** A shell pattern (`*`, `?`, `[…]`, `@(a|b)`) as a regular expression over whole strings; undefined when it is not understood. */
export function globToRegExp(pattern: string, flags = 's'): RegExp | undefined {
  const source = /[?*+@!]\(/.test(pattern) ? globSource(pattern) : withoutBacktracking(pattern);
  if (source === undefined) return undefined;
  try {
    return new RegExp(`^(?:${source})$`, flags);
  } catch {
    return undefined;
  }
}

/**
 * What stands between two stars has a fixed length, so that its first occurrence is as good as any later one: a lookahead, which is not entered again, keeps the time of
 * `*a*a*a*b` from growing with every star.
 */
function withoutBacktracking(pattern: string): string | undefined {
  const [first = '', ...rest] = globSource(pattern, STAR)?.split(STAR) ?? [];
  const last = rest.pop();
  if (last === undefined) return first;
  const middle = rest.filter((part) => part !== '').map((part, index) => `(?=(.*?${part}))\\${String(index + 1)}`);
  return `${first}${middle.join('')}.*${last}`;
}

/** A character that no pattern holds, in the place of stars. */
const STAR = '\u{10FFFF}';

/** Whether matching a pattern anywhere in a text could take long: every star tries every length. */
export function isCostly(pattern: string, text: string): boolean {
  const stars = pattern.split(/\*+|[?+@]\(/).length - 1;
  return stars > 1 && text.length ** stars > 10_000_000;
}

/** The source of a regular expression for a shell pattern, without anchors. `star`: what a star becomes. */
export function globSource(pattern: string, star = '.*'): string | undefined {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (/[?*+@!]/.test(character) && pattern[i + 1] === '(') {
      const end = closing(pattern, i + 1);
      if (end === undefined || character === '!') return undefined;
      const inner = pattern
        .slice(i + 2, end)
        .split('|')
        .map((part) => globSource(part, star));
      if (inner.includes(undefined)) return undefined;
      source += `(?:${inner.join('|')})${character === '@' ? '' : character}`;
      i = end;
    } else if (character === '*') {
      if (pattern[i - 1] !== '*' || i === 0 || pattern[i - 2] === '\\') source += star;
    } else if (character === '?') source += '.';
    else if (character === '\\' && i + 1 < pattern.length) {
      i += 1;
      source += escape(pattern.charAt(i));
    } else if (character === '[') {
      const end = pattern.indexOf(']', i + (pattern[i + 1] === '!' || pattern[i + 1] === '^' ? 3 : 2));
      if (end === -1) source += '\\[';
      else {
        source += bracket(pattern.slice(i + 1, end));
        i = end;
      }
    } else source += escape(character);
  }
  return source;
}

function closing(pattern: string, open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < pattern.length; i++) {
    if (pattern[i] === '(') depth += 1;
    else if (pattern[i] === ')') {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return undefined;
}

const CLASSES: ReadonlyMap<string, string> = new Map([
  ['alpha', 'a-zA-Z'],
  ['digit', '0-9'],
  ['alnum', 'a-zA-Z0-9'],
  ['upper', 'A-Z'],
  ['lower', 'a-z'],
  ['space', '\\s'],
  ['blank', ' \\t'],
  ['punct', '!-\\/:-@\\[-`{-~'],
  ['xdigit', '0-9a-fA-F'],
]);

function bracket(inner: string): string {
  const isNegated = inner.startsWith('!') || inner.startsWith('^');
  const body = (isNegated ? inner.slice(1) : inner)
    .replace(/\[:(\w+):\]?/g, (_, name: string) => CLASSES.get(name) ?? '')
    .replace(/\\/g, '\\\\')
    .replace(/\[/g, '\\[')
    .replaceAll('\\\\s', '\\s')
    .replaceAll('\\\\t', '\\t');
  return `[${isNegated ? '^' : ''}${body}]`;
}

export function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
