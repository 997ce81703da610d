import {
  embeddedDocument,
  holeCharacter,
  known,
  MappedTextBuilder,
  type Document,
  type DocumentHole,
  type LanguageId,
  type Piece,
  type Text,
} from 'imdsv2-core';

/** Where a document that is put together from values stands in its host's text: literals without a place of their own are put there. */
export interface Anchor {
  readonly start: number;
  readonly end: number;
}

/** A script that a string holds. */
export function textDocument(host: Document, language: LanguageId, text: Text, anchor: Anchor, role: string): Document {
  const writer = new Writer(host, anchor);
  for (const piece of text.pieces) writer.piece(piece);
  return writer.document(language, role);
}

/** A shell command of which the words are given one by one, so that nothing in them is a sign to the shell. */
export function commandDocument(host: Document, words: readonly Text[], anchor: Anchor, role: string): Document {
  const writer = new Writer(host, anchor);
  words.forEach((word, index) => {
    if (index > 0) writer.synthetic(' ');
    const whole = known(word);
    // A bare word needs no quotes: the command then starts where its word does.
    if (whole !== undefined && /^[\w./:@%+=,-]+$/.test(whole)) {
      for (const piece of word.pieces) writer.piece(piece);
    } else {
      writer.quoted(word);
    }
  });
  return writer.document('shell', role);
}

class Writer {
  readonly #builder = new MappedTextBuilder();
  readonly #holes: DocumentHole[] = [];
  readonly #host: Document;
  readonly #anchor: Anchor;

  constructor(host: Document, anchor: Anchor) {
    this.#host = host;
    this.#anchor = anchor;
  }

  piece(piece: Piece): void {
    if (piece.kind === 'hole') {
      this.#builder.decoded(holeCharacter(this.#holes.length), this.#host, this.#anchor.start, this.#anchor.end);
      this.#holes.push({ hole: piece, values: [] });
    } else if (piece.map !== undefined) {
      this.#builder.append({ text: piece.value, map: piece.map });
    } else {
      this.#builder.decoded(piece.value, this.#host, this.#anchor.start, this.#anchor.end);
    }
  }

  /** A word in single quotes; those inside it are written as the shell wants them. */
  quoted(word: Text): void {
    this.synthetic("'");
    for (const piece of word.pieces) {
      if (piece.kind === 'hole' || !piece.value.includes("'")) {
        this.piece(piece);
        continue;
      }
      let from = 0;
      for (const match of piece.value.matchAll(/'/g)) {
        this.#part(piece, from, match.index);
        this.synthetic(`'\\''`);
        from = match.index + 1;
      }
      this.#part(piece, from, piece.value.length);
    }
    this.synthetic("'");
  }

  synthetic(value: string): void {
    this.#builder.synthetic(value, this.#host, this.#anchor.start);
  }

  document(language: LanguageId, role: string): Document {
    return embeddedDocument(this.#host, language, this.#builder.build(), role, { holes: this.#holes });
  }

  #part(piece: Piece, from: number, to: number): void {
    if (piece.kind === 'hole' || to <= from) return;
    const value = piece.value.slice(from, to);
    this.piece(
      piece.map === undefined ? { kind: 'literal', value } : { kind: 'literal', value, map: piece.map.slice(from, to) },
    );
  }
}

/** What the first characters of a string say about what it is; undefined for text that need not be a script. */
export function scriptLanguage(text: Text): LanguageId | undefined {
  const [first] = text.pieces;
  if (first?.kind !== 'literal') return undefined;
  const start = first.value.trimStart();
  if (/^#!\s*\//.test(start) || /^#cloud-(?:config|boothook)|^Content-Type:\s*multipart/i.test(start))
    return 'user-data';
  if (/^<(?:powershell|script)>/i.test(start)) return 'user-data';
  return undefined;
}

/** Whether a string reads as a shell command that asks for something over HTTP. */
export function isDownloadCommand(text: Text): boolean {
  const [first] = text.pieces;
  return (
    first?.kind === 'literal' &&
    /^\s*(?:(?:sudo|exec|timeout\s+\S+|[A-Za-z_]\w*=\$\()\s*)*(?:\/usr\/bin\/)?(?:curl|wget)(?:\.exe)?\s+(?:-|["']?https?:|["']?169\.254)/.test(
      first.value,
    )
  );
}
