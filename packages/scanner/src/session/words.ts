/**
 * A set of names to be found in texts as words of their own. Every character of a tree comes by here, so a word is only cut out when its hash is
 * a name's.
 */
export class Words {
  readonly #words: ReadonlySet<string>;
  readonly #hashes = new Uint8Array(HASH_MASK + 1);

  /** `words` are of the characters that names have: `\w`, `.`, `+`, `@`, `-`. Others are never found. */
  constructor(words: Iterable<string>) {
    this.#words = new Set(words);
    for (const word of this.#words) this.#hashes[hashOf(word) & HASH_MASK] = 1;
  }

  /** Those of the names that stand in the text; a full stop after one ends a sentence. */
  in(text: string): ReadonlySet<string> {
    const found = new Set<string>();
    let start = -1;
    let hash = 0;
    // Where the word ends without the full stops after it.
    let end = -1;
    let hashAtEnd = 0;
    for (let at = 0; at <= text.length; at++) {
      const code = at < text.length ? text.charCodeAt(at) : 0;
      if (code < 128 && IN_WORDS[code] === 1) {
        if (start < 0) {
          start = at;
          end = at;
          hash = 0;
        }
        hash = extendHash(hash, code);
        if (code !== FULL_STOP) {
          end = at + 1;
          hashAtEnd = hash;
        }
      } else if (start >= 0) {
        this.#lookUp(text, start, at, hash, found);
        if (end > start && end < at) this.#lookUp(text, start, end, hashAtEnd, found);
        start = -1;
      }
    }
    return found;
  }

  #lookUp(text: string, start: number, end: number, hash: number, found: Set<string>): void {
    if (this.#hashes[hash & HASH_MASK] !== 1) return;
    const word = text.slice(start, end);
    if (this.#words.has(word)) found.add(word);
  }
}

const IN_WORDS = Uint8Array.from({ length: 128 }, (_, code) => (/[\w.+@-]/.test(String.fromCharCode(code)) ? 1 : 0));

const FULL_STOP = 0x2e;

const HASH_MASK = 0xffff;

function hashOf(word: string): number {
  let hash = 0;
  for (let at = 0; at < word.length; at++) hash = extendHash(hash, word.charCodeAt(at));
  return hash;
}

/** One step of FNV-1a. */
function extendHash(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}
