/**
 * The text of a script with what the grammar cannot read written as something of the same length that it can: mostly letters, so that a bare word stays one word.
 * Only the tree is made of it; names and values are read from the script itself, at the same offsets (UTF-16). Strings keep their insides, comments too.
 */
export function readableText(text: string): string {
  return PITFALL.test(text) ? new Reader(text).run() : text;
}

/** Cheap sign that there is something to write differently. */
const PITFALL =
  /<powershell>|[\u2013-\u2015\u2018-\u201E]|\$[\w:{}.]+[\\/]|[^\s"']\$[({]|-\w*["']|-\w+=|\w,[ \t]*[a-z]|-[A-Za-z]+\d|\d[gmktp]b\b/i;

const SINGLE = /['\u2018-\u201B]/;
const DOUBLE = /["\u201C-\u201E]/;
/** What EC2 takes user data apart by; `persist` with its value. */
const TAG = /^<(?:persist>\s*\w+\s*<\/persist>|\/?powershell>)/i;
/** Where a bare word ends, unless in quotes or parentheses of its own. */
const BREAK = /[\s;|&(){},]/;
/** What may be written with a quote right after it, in an expression. */
const OPERATOR =
  /^-(?:[ci]?(?:eq|ne|g[te]|l[te]|(?:not)?(?:like|match|contains|in)|replace|split)|join|f|is(?:not)?|as|and|x?or|not|b(?:and|x?or|not)|sh[lr])["'\u2018-\u201E]/i;

/** A longer word is left as it is (UTF-16 units). */
const MAX_WORD = 400;
/** Strings in subexpressions of strings; what is deeper is not taken apart. */
const MAX_DEPTH = 50;

/** A subexpression that may send a request. */
const ASKS =
  /\$\([^]*(?:169|a9fe|fd00|instance-data|meta-?data|\b(?:irm|iwr|curl|wget|aws)\b|invoke-|web(?:client|request)|httpclient)/i;

class Reader {
  readonly #text: string;
  #out = '';
  /** Up to here the text is written out. */
  #done = 0;
  #at = 0;
  /** What was opened and not closed: `@{`, `{`, `(`. */
  readonly #open: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  run(): string {
    while (this.#at < this.#text.length) this.#step();
    return this.#out + this.#text.slice(this.#done);
  }

  #step(): void {
    const text = this.#text;
    const at = this.#at;
    const char = text.charAt(at);
    const isFirst = at === 0 || BREAK.test(text.charAt(at - 1)) || text[at - 1] === '=' || text[at - 1] === '[';
    if (char === '`') this.#at += 2;
    else if (char === '<' && TAG.test(text.slice(at, at + 80))) this.#tag();
    else if (text.startsWith('<#', at)) this.#at = after(text, '#>', at);
    else if (char === '#' && isFirst) this.#at = lineEnd(text, at);
    else if (char === '@' && /^@["'\u2018-\u201E][ \t]*\r?\n/.test(text.slice(at, at + 80))) this.#hereString();
    else if (SINGLE.test(char) || DOUBLE.test(char)) this.#string();
    else if (isFirst && !BREAK.test(char) && !text.startsWith('$(', at)) this.#word();
    else this.#bracket(char);
  }

  #bracket(char: string): void {
    if (char === '{' || char === '(') this.#open.push(char === '{' && this.#text[this.#at - 1] === '@' ? '@{' : char);
    else if (char === '}' || char === ')') this.#open.pop();
    this.#at++;
  }

  /** Blanks for the tags around a script that is kept as user data. */
  #tag(): void {
    const [tag = ''] = TAG.exec(this.#text.slice(this.#at, this.#at + 80)) ?? [];
    this.#write(this.#at, ' '.repeat(tag.length));
    this.#at += tag.length;
  }

  #hereString(): void {
    const quote = SINGLE.test(this.#text.charAt(this.#at + 1)) ? "'" : '"';
    this.#write(this.#at + 1, quote);
    const end = /\n["'\u2018-\u201E]@/g;
    end.lastIndex = this.#at + 2;
    for (let match = end.exec(this.#text); match !== null; match = end.exec(this.#text)) {
      if (SINGLE.test(match[0].charAt(1)) !== (quote === "'")) continue;
      this.#write(match.index + 1, quote);
      this.#at = end.lastIndex;
      return;
    }
    this.#at = this.#text.length;
  }

  /** A quoted text: its quotes are written as the plain ones. */
  #string(): void {
    const end = stringEnd(this.#text, this.#at);
    const quote = SINGLE.test(this.#text.charAt(this.#at)) ? "'" : '"';
    this.#write(this.#at, quote);
    if (end - 1 > this.#at) this.#write(end - 1, quote);
    this.#at = end;
  }

  #word(): void {
    const text = this.#text;
    const start = this.#at;
    const piece = text.slice(start, start + MAX_WORD);
    const word = piece.slice(0, wordEnd(piece));
    const written = (word.length < MAX_WORD ? this.#asLetters(word, start) : undefined) ?? word;
    if (written === word) {
      // What is in it (strings, parentheses) is read on its own.
      const length = /^[^\s"'\u2018-\u201E;|&(){},@#`=[]+/.exec(word)?.[0].length ?? 0;
      const plain = word.slice(0, length);
      const number = plain.replace(
        /\b(\d+(?:\.\d+)?)([gmktp]b)\b/gi,
        (_, digits: string, unit: string) => digits + unit.toLowerCase(),
      );
      const dashed = number
        .replace(/^[\u2013-\u2015]/, '-')
        .replace(/^-[A-Za-z]+\d\w*(?=$|:)/, (name) => name.replace(/\d/g, 'x'));
      if (dashed !== plain) this.#write(start, dashed);
      if (length === 0) this.#bracket(word.charAt(0));
      else this.#at = start + length;
      return;
    }
    this.#write(start, written);
    this.#at = start + written.length;
  }

  /** A bare word that the grammar takes for an expression, or for several words. Undefined when it reads it as it is. */
  #asLetters(word: string, start: number): string | undefined {
    const isArgument = start === 0 || /[\s;|&{(]/.test(this.#text.charAt(start - 1));
    if (!isArgument) return undefined;
    const inner = this.#open.at(-1);
    const isStatement = inner === undefined || inner === '{';
    if (/^[\w.]+=/.test(word) && !isStatement) return undefined;
    // Letters would hide what it asks.
    if (ASKS.test(word)) return undefined;
    // A list of bare words, which no expression is.
    if (isStatement && this.#text[start + word.length] === ',' && /^[A-Za-z][\w.-]*$/.test(word)) return `${word}x`;
    if (
      /^\$(?:\{[^}]*\}|(?:\w+:)?\w+)(?:\.\w+)*(?:\\|(?:\/[\w$%.-]*)*\/[A-Za-z])/.test(word) ||
      (/^[\w~.\\/:-]/.test(word) &&
        !/^-?\d*\.?\d*$/.test(word) &&
        /[^\s=]\$[({]/.test(word) &&
        !/^-\w+:?\$[({]/.test(word)) ||
      /^--?[\w-]+=/.test(word) ||
      (/^-+[\w-]+["']/.test(word) && !OPERATOR.test(word))
    )
      return word.replace(word.startsWith('-') ? /[^A-Za-z_-]/g : /[^\w:/\\.-]/g, 'x');
    return undefined;
  }

  #write(at: number, written: string): void {
    if (at < this.#done) return;
    this.#out += this.#text.slice(this.#done, at) + written;
    this.#done = at + written.length;
  }
}

/** How long the bare word is that a text begins with. */
function wordEnd(text: string): number {
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '`') at += 2;
    else if (char === '$' && text[at + 1] === '(') at = closing(text, at + 2);
    else if (char === '$' && text[at + 1] === '{') at = after(text, '}', at);
    else if (SINGLE.test(char) || DOUBLE.test(char)) at = stringEnd(text, at);
    else if (BREAK.test(char)) break;
    else at++;
  }
  return Math.min(Math.max(at, 1), text.length);
}

/** The offset behind a quoted text that begins at `from`. */
function stringEnd(text: string, from: number, depth = 0): number {
  if (depth > MAX_DEPTH) return text.length;
  const isSingle = SINGLE.test(text.charAt(from));
  const quote = isSingle ? SINGLE : DOUBLE;
  let at = from + 1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (!isSingle && char === '`') at += 2;
    else if (!isSingle && char === '$' && text[at + 1] === '(') at = closing(text, at + 2, depth + 1);
    else if (quote.test(char)) {
      if (!quote.test(text.charAt(at + 1))) return at + 1;
      at += 2;
    } else at++;
  }
  return text.length;
}

/** The offset behind the parenthesis that ends what begins at `from`. */
function closing(text: string, from: number, depth = 0): number {
  let open = 1;
  let at = from;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '`') at += 2;
    else if (SINGLE.test(char) || DOUBLE.test(char)) at = stringEnd(text, at, depth + 1);
    else {
      if (char === '(') open++;
      else if (char === ')') open--;
      at++;
      if (open === 0) return at;
    }
  }
  return text.length;
}

function after(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at === -1 ? text.length : at + what.length;
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at === -1 ? text.length : at;
}
