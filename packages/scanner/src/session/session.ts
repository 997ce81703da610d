import { fileDocument, NOTHING, Program, type Analysis, type Document, type Problem } from 'imdsv2-core';
import { isMinified } from '../discover/generated.ts';
import { languageOf, languageOfName } from '../discover/kinds.ts';
import { hasMarker } from '../discover/prefilter.ts';
import { walk, type Walk } from '../discover/walk.ts';
import type { Context } from '../languages/front-end.ts';
import { FRONT_ENDS, type RegisteredFrontEnd } from '../languages/registry.ts';
import { analyseDocuments } from './analyse.ts';
import { Files } from './files.ts';
import { relate } from './related.ts';

export interface SessionOptions {
  /** Absolute path of the tree: nothing outside is read, and documents' paths are relative to it. */
  readonly root: string;
  readonly includeGenerated: boolean;
  /** Lines of an ignore file at the root. */
  readonly ignore: readonly string[];
  /** Whether files without a marker are left unread. */
  readonly prefilter: boolean;
  /** Whether every file is judged as if it were alone. */
  readonly singleFile: boolean;
  /** Paths relative to the root. */
  readonly variableFiles: readonly string[];
  readonly frontEnds?: readonly RegisteredFrontEnd[];
}

/** What a session found out about the selected paths and what belongs to them. */
export interface Knowledge {
  readonly program: Program;
  readonly analysis: Analysis;
  /** Problems of selected files, one per file and extent. */
  readonly problems: readonly Problem[];
  readonly stats: Stats;
  /** The selected files, sorted. */
  readonly paths: readonly string[];
  readonly isSelected: (path: string) => boolean;
  /** The text of a file that a location points into; empty when it is gone. */
  readonly textOf: (path: string) => string;
}

export interface Stats {
  /** Files found under the given paths. */
  readonly files: number;
  /** Files of the given paths that were analysed. */
  readonly analysed: number;
  /** Files and directories of the whole tree that were left out, by reason. */
  readonly skipped: {
    readonly ignored: number;
    readonly generated: number;
    readonly links: number;
    /** No marker in it, and nothing that needs it has one. */
    readonly unmarked: number;
    /** Of a kind that holds no code that we read. */
    readonly otherKinds: number;
    readonly binary: number;
  };
  /** Front ends that were loaded. */
  readonly frontEnds: readonly string[];
}

/** One tree, analysed for whoever asks: the command, a test, an editor. State lives in its caches only. */
export class Session {
  readonly #options: SessionOptions;
  readonly #files: Files;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#files = new Files(options.root);
  }

  /** Analyses what the given paths (relative to the root; '' is all of it) hold, and what belongs to it. */
  async analyse(paths: readonly string[]): Promise<Knowledge> {
    const { root, includeGenerated, ignore } = this.#options;
    const named = new Set(paths);
    const found =
      this.#options.singleFile && paths.every((path) => this.#isFile(path))
        ? onlyNamed()
        : walk({ root, includeGenerated, ignore, named });
    const everything = [...new Set([...found.files, ...paths.filter((path) => this.#isFile(path))])].sort();
    const isUnder = (path: string): boolean =>
      paths.some((given) => given === '' || path === given || path.startsWith(`${given}/`));
    const selected = new Set(everything.filter(isUnder));

    const read = this.#read(everything, named);
    const relations = this.#options.singleFile
      ? undefined
      : relate(
          read.candidates.map((path) => ({ path, text: () => this.#textOf(path) })),
          read.marked,
        );
    const wanted =
      relations === undefined
        ? [...read.marked].filter((path) => selected.has(path))
        : [...(selected.size === everything.length ? relations.needed : relations.around([...selected]))];

    const problems: Problem[] = [...found.unreadable, ...read.unreadable].map(({ path, reason }) => ({
      location: { path, start: 0, end: 0 },
      reason,
      extent: 'whole',
    }));
    const documents: Document[] = [];
    for (const path of wanted.sort()) {
      const file = this.#files.text(path);
      if (file.kind === 'unreadable')
        problems.push({ location: { path, start: 0, end: 0 }, reason: file.reason, extent: 'whole' });
      if (file.kind === 'binary') read.counts.binary++;
      if (file.kind !== 'text') continue;
      const language = languageOf(path, file.text);
      if (language === undefined) {
        read.counts.otherKinds++;
        continue;
      }
      if (!includeGenerated && !named.has(path) && language === 'javascript' && isMinified(file.text)) {
        found.skipped.generated++;
        continue;
      }
      if (file.note !== undefined)
        problems.push({ location: { path, start: 0, end: 0 }, reason: file.note, extent: 'part' });
      documents.push(fileDocument(path, file.text, language));
    }
    const run =
      documents.length === 0
        ? { analysis: NOTHING, loaded: [], unsupported: [] }
        : await analyseDocuments(documents, this.#options.frontEnds ?? FRONT_ENDS, this.#context());
    return {
      program: new Program(run.analysis.facts),
      analysis: run.analysis,
      problems: onePerFile([...problems, ...run.analysis.problems]).filter(
        ({ location }) => selected.has(location.path) || isUnder(location.path),
      ),
      stats: {
        files: selected.size,
        analysed:
          documents.filter(({ path }) => selected.has(path)).length -
          run.unsupported.filter(({ path }) => selected.has(path)).length,
        skipped: {
          ...found.skipped,
          ...read.counts,
          otherKinds: read.counts.otherKinds + run.unsupported.length,
          unmarked: read.counts.unmarked - documents.filter(({ path }) => !read.marked.has(path)).length,
        },
        frontEnds: run.loaded,
      },
      paths: [...selected],
      isSelected: (path) => selected.has(path),
      textOf: (path) => this.#textOf(path) ?? '',
    };
  }

  /** Searches the files for markers. Bytes are kept only as the text of marked files. */
  #read(paths: readonly string[], named: ReadonlySet<string>): Searched {
    const marked = new Set<string>();
    const candidates: string[] = [];
    const unreadable: { path: string; reason: string }[] = [];
    const counts = { unmarked: 0, otherKinds: 0, binary: 0 };
    for (const path of paths) {
      if (languageOfName(path) === 'none') {
        counts.otherKinds++;
        continue;
      }
      const bytes = this.#files.bytes(path);
      if (!(bytes instanceof Uint8Array)) {
        unreadable.push({ path, reason: bytes.reason });
        continue;
      }
      candidates.push(path);
      if (!this.#options.prefilter || hasMarker(bytes)) {
        marked.add(path);
        this.#files.text(path, bytes);
      } else {
        counts.unmarked++;
        if (named.has(path)) this.#files.text(path, bytes);
      }
    }
    return { marked, candidates, unreadable, counts };
  }

  #textOf(path: string): string | undefined {
    const file = this.#files.text(path);
    return file.kind === 'text' ? file.text : undefined;
  }

  #isFile(path: string): boolean {
    return this.#files.isFile(path);
  }

  #context(): Context {
    const { singleFile, variableFiles } = this.#options;
    return {
      readFile: (path) => (singleFile ? undefined : this.#files.textInside(path)),
      listDirectory: (path) => (singleFile ? [] : this.#files.list(path)),
      singleFile,
      variableFiles,
    };
  }
}

interface Searched {
  readonly marked: ReadonlySet<string>;
  /** Files of a kind that is read. */
  readonly candidates: readonly string[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  readonly counts: { unmarked: number; otherKinds: number; binary: number };
}

/** Counts are added to it, so everybody gets their own. */
function onlyNamed(): Walk {
  return { files: [], skipped: { ignored: 0, generated: 0, links: 0 }, unreadable: [] };
}

/** The worst problem of each file, with the reasons of the others of the same extent. */
function onePerFile(problems: readonly Problem[]): readonly Problem[] {
  const kept = new Map<string, Problem>();
  for (const problem of problems) {
    const other = kept.get(problem.location.path);
    if (other === undefined || (other.extent === 'part' && problem.extent === 'whole'))
      kept.set(problem.location.path, problem);
    else if (other.extent === problem.extent && !other.reason.includes(problem.reason))
      kept.set(problem.location.path, { ...other, reason: `${other.reason}; ${problem.reason}` });
  }
  return [...kept.values()];
}
