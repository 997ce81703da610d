import { posix } from 'node:path';
import type { Document } from 'imdsv2-core';
import type { ParsedFile } from 'eslint-plugin-imdsv2/front-end';
import { moduleFiles } from '../../discover/module-files.ts';
import type { Context } from '../front-end.ts';
import type { Parser } from './parse.ts';
import { Workspace } from './workspace.ts';

/** Larger files are not followed into: constants and wrappers stand in small ones. */
const MAX_LENGTH = 1_000_000;

/** The files of the work tree that imports lead to. Packages from elsewhere are not followed. */
export class Imports {
  readonly #context: Context;
  readonly #parser: Parser;
  readonly #workspace: Workspace;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #closures = new Map<string, ReadonlySet<string>>();
  #graph: Graph | undefined;
  readonly #paths = new Map<string, string | undefined>();
  readonly #marked = new Map<string, boolean>();

  constructor(context: Context, parser: Parser, documents: readonly Document[]) {
    this.#context = context;
    this.#parser = parser;
    this.#workspace = new Workspace(context);
    this.#texts = new Map(documents.map((document) => [document.path, document.text]));
  }

  resolve(specifier: string, from: string): ParsedFile | undefined {
    const path = this.#pathOf(specifier, from);
    if (path === undefined) return undefined;
    const text = this.#read(path);
    return text === undefined || text.length > MAX_LENGTH ? undefined : this.#parser.parse(path, text).file;
  }

  /** Whether a file that the document imports directly has a marker: a constant of it may make a request here. */
  reachMarker(document: Document, hasMarker: (text: string) => boolean): boolean {
    for (const [, specifier = ''] of document.text.matchAll(IMPORT)) {
      const path = this.#pathOf(specifier, document.path);
      if (path === undefined) continue;
      let isMarked = this.#marked.get(path);
      if (isMarked === undefined) this.#marked.set(path, (isMarked = hasMarker(this.#read(path) ?? '')));
      if (isMarked) return true;
    }
    return false;
  }

  /**
   * How much of the use of a file lies below a construct: `root` is the file of the construct's class, or of the app, and `applier`
   * the file that makes it. `none`: the construct does not lead to the file.
   */
  useOf(path: string, root: string, applier: string): 'all' | 'part' | 'none' {
    const below = this.#below(root);
    if (!below.has(path)) return 'none';
    const { imports } = (this.#graph ??= this.#connect());
    const isUsedElsewhere = [...imports].some(
      ([from, targets]) =>
        !below.has(from) &&
        MAKES.test(this.#texts.get(from) ?? '') &&
        !TEST.test(from) &&
        targets.some((to) => below.has(to) && !(from === applier && to === root) && this.#below(to).has(path)),
    );
    return isUsedElsewhere ? 'part' : 'all';
  }

  /** The files that import a file. */
  importersOf(path: string): readonly ParsedFile[] {
    const { imports } = (this.#graph ??= this.#connect());
    return [...imports].flatMap(([from, targets]) => {
      const text = this.#texts.get(from);
      if (!targets.includes(path) || TEST.test(from) || text === undefined || text.length > MAX_LENGTH) return [];
      return this.#parser.parse(from, text).file ?? [];
    });
  }

  /** The file and all that it imports, however far down. */
  #below(path: string): ReadonlySet<string> {
    const before = this.#closures.get(path);
    if (before !== undefined) return before;
    const { imports } = (this.#graph ??= this.#connect());
    const closure = reach(imports, [path]);
    this.#closures.set(path, closure);
    return closure;
  }

  #connect(): Graph {
    const imports = new Map<string, string[]>();
    for (const [from, text] of this.#texts) {
      for (const [, specifier = ''] of text.matchAll(IMPORT)) {
        const to = this.#pathOf(specifier, from);
        if (to === undefined) continue;
        imports.set(from, [...(imports.get(from) ?? []), to]);
      }
    }
    return { imports };
  }

  #pathOf(specifier: string, from: string): string | undefined {
    if (this.#context.singleFile) return undefined;
    const isRelative = /^\.{1,2}(\/|$)/.test(specifier);
    const key = isRelative ? posix.join(posix.dirname(from), specifier) : `${posix.dirname(from)}:${specifier}`;
    if (this.#paths.has(key)) return this.#paths.get(key);
    const bases = isRelative ? [key] : this.#workspace.candidates(specifier, from);
    const path = bases
      .flatMap(moduleFiles)
      .find((candidate) => /\.[cm]?[jt]sx?$/.test(candidate) && this.#read(candidate) !== undefined);
    this.#paths.set(key, path);
    return path;
  }

  #read(path: string): string | undefined {
    return this.#texts.get(path) ?? this.#context.readFile(path);
  }
}

const IMPORT = /\b(?:from|import|require)\s*\(?\s*['"`]([@.\w][^'"`\n$]*)['"`]/g;

/** Who imports whom. */
interface Graph {
  readonly imports: ReadonlyMap<string, readonly string[]>;
}

/** A file that makes something; others hand names on. */
const MAKES = /\bnew\s+[\w.]*[A-Z]/;

const TEST = /(^|\/)(__tests__|tests?)\/|\.(test|spec)\.[cm]?[jt]sx?$/;

function reach(edges: ReadonlyMap<string, readonly string[]>, from: Iterable<string>): ReadonlySet<string> {
  const seen = new Set(from);
  for (const path of seen) for (const next of edges.get(path) ?? []) seen.add(next);
  return seen;
}
