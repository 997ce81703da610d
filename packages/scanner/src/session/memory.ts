import type { Analysis, Document } from 'imdsv2-core';
import type { Context } from '../languages/front-end.ts';

/**
 * What front ends made of documents, kept from one analysis of a session to the next. An analysis is good as long as
 * the documents are the same, and every file and directory that the front end asked for still reads the same: the
 * contents are compared, so it does not matter who changed what, or when.
 */
export class Memory {
  readonly #files = new Map<string, Document>();
  readonly #kept = new WeakMap<Document, Kept>();
  /** What the front end at work has asked for. */
  #asked: Asked = noQuestions();

  /** The document of a whole file: the very one of last time, as long as the file reads the same. */
  file(document: Document): Document {
    const known = this.#files.get(document.path);
    if (known?.text === document.text && known.language === document.language) return known;
    this.#files.set(document.path, document);
    return document;
  }

  /** The same context, which notes what is asked of it. */
  watch(sources: Context): Context {
    return {
      ...sources,
      readFile: (path) => {
        const text = sources.readFile(path);
        this.#asked.files.set(path, text);
        return text;
      },
      listDirectory: (path) => {
        const names = sources.listDirectory(path);
        this.#asked.directories.set(path, names.join('\n'));
        return names;
      },
    };
  }

  /**
   * The analysis of documents that are read together: that of last time where it is still good, else what `read` gives.
   * `read` asks the context that `watch` gave, and no other; `sources` is the one behind it. An analysis that fails is not kept.
   */
  recall(documents: readonly Document[], sources: Context, read: () => Analysis): Analysis {
    const [first] = documents;
    const kept = first === undefined ? undefined : this.#kept.get(first);
    if (kept !== undefined && isGood(kept, documents, sources)) return kept.analysis;
    const asked = (this.#asked = noQuestions());
    const analysis = read();
    if (first !== undefined) this.#kept.set(first, { documents, asked, analysis });
    return analysis;
  }
}

interface Asked {
  /** Text by path; undefined where there was no file. */
  readonly files: Map<string, string | undefined>;
  /** Names by path, one per line. */
  readonly directories: Map<string, string>;
}

interface Kept {
  readonly documents: readonly Document[];
  readonly asked: Asked;
  readonly analysis: Analysis;
}

function noQuestions(): Asked {
  return { files: new Map(), directories: new Map() };
}

function isGood(kept: Kept, documents: readonly Document[], sources: Context): boolean {
  const { files, directories } = kept.asked;
  return (
    kept.documents.length === documents.length &&
    kept.documents.every((document, index) => document === documents[index]) &&
    [...files].every(([path, text]) => sources.readFile(path) === text) &&
    [...directories].every(([path, names]) => sources.listDirectory(path).join('\n') === names)
  );
}
