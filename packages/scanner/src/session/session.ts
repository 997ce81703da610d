import { fileDocument, Program, type Analysis, type Document, type Problem } from 'imdsv2-core';
import { isMinified } from '../discover/generated.ts';
import { isGuessed, languageOf, languageOfName } from '../discover/kinds.ts';
import { mentionsSdk, namesSdk } from '../discover/manifest-names.ts';
import { hasMarker } from '../discover/prefilter.ts';
import { searchFile } from '../discover/search.ts';
import { walk, type Walk } from '../discover/walk.ts';
import type { Context } from '../languages/front-end.ts';
import { FRONT_ENDS, type RegisteredFrontEnd } from '../languages/registry.ts';
import { analyseDocuments, type AnalysisRun } from './analyse.ts';
import { Files, MAX_BYTES } from './files.ts';
import { Memory } from './memory.ts';
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
  /** Problems of selected files. Of a file of which nothing was read, only those that say so. */
  readonly problems: readonly Problem[];
  readonly stats: Stats;
  /** The files that were analysed, as documents. */
  readonly files: readonly Document[];
  /** Front ends that were loaded. */
  readonly frontEnds: readonly string[];
  /** The selected files, sorted. */
  readonly paths: readonly string[];
  readonly isSelected: (path: string) => boolean;
  /** Whether a path, of a file that is there or not, lies under what was asked for. */
  readonly covers: (path: string) => boolean;
  /** The text of a file that a location points into; empty when it is gone. */
  readonly textOf: (path: string) => string;
}

export interface Stats {
  /** Files found under the given paths. */
  readonly files: number;
  /** Files of the given paths that were analysed. */
  readonly analysed: number;
  /** Files and directories under the given paths that were left out, by reason. */
  readonly skipped: {
    /** By an ignore file or pattern. A directory counts once, here and below. */
    readonly ignored: number;
    readonly generated: number;
    readonly links: number;
    /** No marker in it, and nothing that has one needs it. */
    readonly unmarked: number;
    /** Of a kind that holds no code that we read. */
    readonly otherKinds: number;
    readonly binary: number;
  };
}

/** One tree, analysed for whoever asks: the command, a test, an editor. State lives in its caches only. */
export class Session {
  readonly #options: SessionOptions;
  readonly #files: Files;
  readonly #memory = new Memory();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#files = new Files(options.root);
  }

  /** Analyses what the given paths (relative to the root; '' is all of it) hold, and what belongs to it. */
  async analyse(paths: readonly string[]): Promise<Knowledge> {
    const { root, includeGenerated, ignore, singleFile } = this.#options;
    this.#files.forget();
    const isUnder = (path: string): boolean =>
      paths.some((given) => given === '' || path === given || path.startsWith(`${given}/`));
    const named = new Set(paths.filter((path) => this.#files.isFile(path)));
    const found =
      singleFile && named.size === paths.length
        ? NOTHING_WALKED
        : walk({ root, includeGenerated, ignore, named: new Set(paths) });
    const everything = [...new Set([...found.files, ...named])].sort();
    const selected = everything.filter(isUnder);
    const isSelected = hasOf(selected);

    const { outcomes, unreadable } = this.#search(singleFile ? selected : everything);
    const wanted = this.#wanted(outcomes, selected, selected.length === everything.length);
    const problems: Problem[] = [...found.unreadable, ...unreadable].map(({ path, reason }) =>
      problemOf(path, reason, 'whole'),
    );
    const documents: Document[] = [];
    const guessed = new Set<string>();
    for (const path of wanted) {
      const file = this.#files.text(path);
      if (file.kind === 'unreadable') problems.push(problemOf(path, file.reason, 'whole'));
      if (file.kind === 'binary') outcomes.set(path, 'binary');
      if (file.kind === 'large') {
        // Of a data file it need not be said that it was not read.
        if (named.has(path) || languageOf(path, file.head) !== undefined)
          problems.push(problemOf(path, file.reason, 'whole'));
        else outcomes.set(path, 'otherKinds');
      }
      if (file.kind !== 'text') continue;
      const language = languageOf(path, file.text);
      if (language === undefined) {
        outcomes.set(path, 'otherKinds');
      } else if (!includeGenerated && !named.has(path) && language === 'javascript' && isMinified(file.text)) {
        outcomes.set(path, 'generated');
      } else {
        outcomes.set(path, 'analysed');
        if (isGuessed(path, file.text)) guessed.add(path);
        if (file.note !== undefined) problems.push(problemOf(path, file.note, 'part'));
        documents.push(this.#memory.file(fileDocument(path, file.text, language)));
      }
    }
    const { analysis, unsupported, loaded } = await this.#read(documents);
    for (const { location } of analysis.facts) guessed.delete(location.path);
    for (const { path } of unsupported) outcomes.set(path, 'otherKinds');
    return {
      program: new Program(analysis.facts, analysis.problems),
      analysis,
      problems: worst([...problems, ...analysis.problems.filter((problem) => !isMisreading(problem, guessed))]).filter(
        ({ location }) => isUnder(location.path),
      ),
      stats: statsOf(
        selected,
        outcomes,
        found.leftOut.filter(({ path }) => isUnder(path)),
      ),
      files: documents,
      frontEnds: loaded,
      paths: selected,
      isSelected,
      covers: isUnder,
      textOf: (path) => this.#textOf(path) ?? '',
    };
  }

  /**
   * What was known before, with other texts in the place of some files' own: what would be known after a change. No file is looked for anew. What
   * `before` says about texts no longer holds.
   */
  async preview(before: Knowledge, instead: ReadonlyMap<string, string>): Promise<Knowledge> {
    this.#files.forget(instead);
    const files = before.files.map((document) => {
      const text = instead.get(document.path);
      if (text === undefined) return document;
      return this.#memory.file(fileDocument(document.path, text, languageOf(document.path, text) ?? document.language));
    });
    const { analysis } = await this.#read(files);
    return {
      ...before,
      program: new Program(analysis.facts, analysis.problems),
      analysis,
      files,
      textOf: (path) => this.#textOf(path) ?? '',
    };
  }

  /** Runs the front ends over documents, and looks for versions of SDKs in all of them. */
  async #read(documents: readonly Document[]): Promise<AnalysisRun> {
    const frontEnds = this.#options.frontEnds ?? FRONT_ENDS;
    const run = await analyseDocuments(documents, frontEnds, this.#context(), this.#memory);
    return {
      ...run,
      analysis: { ...run.analysis, facts: [...run.analysis.facts, ...(await mentionsIn(documents))] },
    };
  }

  /** Searches the files for markers. What has none is forgotten. */
  #search(paths: readonly string[]): {
    readonly outcomes: Map<string, Outcome>;
    readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  } {
    const outcomes = new Map<string, Outcome>();
    const unreadable: { path: string; reason: string }[] = [];
    for (const path of paths) {
      if (languageOfName(path) === 'none') {
        outcomes.set(path, 'otherKinds');
        continue;
      }
      if (!this.#options.prefilter) {
        outcomes.set(path, 'marked');
        continue;
      }
      const isMarked = languageOfName(path) === 'manifest' ? isMarkedManifest : hasMarker;
      const result = searchFile(this.#files.absolute(path), MAX_BYTES, isMarked);
      if (result.kind === 'unreadable') unreadable.push({ path, reason: result.reason });
      else outcomes.set(path, result.kind);
      if (result.kind === 'marked' && result.bytes !== undefined) this.#files.text(path, result.bytes);
    }
    return { outcomes, unreadable };
  }

  /** The files that must be analysed for the selected ones, sorted. */
  #wanted(
    outcomes: ReadonlyMap<string, Outcome>,
    selected: readonly string[],
    isEverything: boolean,
  ): readonly string[] {
    const marked = new Set([...outcomes].flatMap(([path, outcome]) => (outcome === 'marked' ? [path] : [])));
    if (this.#options.singleFile) return selected.filter((path) => marked.has(path));
    const files = [...outcomes].flatMap(([path, outcome]) =>
      outcome === 'otherKinds' ? [] : [{ path, text: () => this.#peek(path, marked.has(path)) }],
    );
    const { needed, around } = relate(files, marked);
    return [...(isEverything ? needed : around(selected))].sort();
  }

  /** The text of a file for a look; what has no marker is not kept. */
  #peek(path: string, keep: boolean): string {
    if (keep) return this.#textOf(path) ?? '';
    const bytes = this.#files.bytes(path);
    return bytes instanceof Uint8Array && bytes.length <= MAX_BYTES ? bytes.toString() : '';
  }

  #textOf(path: string): string | undefined {
    const file = this.#files.text(path);
    return file.kind === 'text' ? file.text : undefined;
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

/** What became of a file. */
type Outcome = 'marked' | 'analysed' | 'unmarked' | 'otherKinds' | 'binary' | 'generated';

const NOTHING_WALKED: Walk = { files: [], leftOut: [], unreadable: [] };

function statsOf(selected: readonly string[], outcomes: ReadonlyMap<string, Outcome>, leftOut: Walk['leftOut']): Stats {
  const skipped = { ignored: 0, generated: 0, links: 0, unmarked: 0, otherKinds: 0, binary: 0 };
  let analysed = 0;
  for (const { why } of leftOut) skipped[why]++;
  for (const path of selected) {
    const outcome = outcomes.get(path);
    if (outcome === 'analysed') analysed++;
    else if (outcome !== undefined && outcome !== 'marked') skipped[outcome]++;
  }
  return { files: selected.length, analysed, skipped };
}

/** Manifests matter for the SDKs that they name, too: anywhere else such a name means nothing. */
function isMarkedManifest(bytes: Uint8Array): boolean {
  return hasMarker(bytes) || namesSdk(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
}

/** What files of any language say about versions of SDKs. */
async function mentionsIn(documents: readonly Document[]): Promise<Analysis['facts']> {
  const mentioning = documents.filter(({ language, text }) => language !== 'manifest' && mentionsSdk(text));
  if (mentioning.length === 0) return [];
  const { sdkMentions } = await import('../languages/manifests/mentions.ts');
  return mentioning.flatMap(sdkMentions);
}

function problemOf(path: string, reason: string, extent: Problem['extent']): Problem {
  return { location: { path, start: 0, end: 0 }, reason, extent };
}

function hasOf(paths: readonly string[]): (path: string) => boolean {
  const set = new Set(paths);
  return (path) => set.has(path);
}

/** Syntax errors in a text that only looked like a script, and that nothing was found in, say that it is none. */
function isMisreading({ isSyntaxError, location }: Problem, guessed: ReadonlySet<string>): boolean {
  return isSyntaxError === true && guessed.has(location.path);
}

/** Without the lesser problems of files that have a greater one. */
function worst(problems: readonly Problem[]): readonly Problem[] {
  const unread = new Set(problems.filter(({ extent }) => extent === 'whole').map(({ location }) => location.path));
  return problems.filter(({ extent, location }) => extent === 'whole' || !unread.has(location.path));
}
