import { posix } from 'node:path';
import { languageOfName, type NameVerdict } from '../discover/kinds.ts';

/** A file of the tree as far as relations need it. */
export interface RelatedFile {
  readonly path: string;
  /** Empty when it cannot be read. */
  readonly text: () => string;
}

export interface Relations {
  /** Files that must be read: the marked ones, and those that mention them or are mentioned by them, however far away. */
  readonly needed: ReadonlySet<string>;
  /** The needed files that can change what is found in the given ones, themselves included. */
  readonly around: (paths: readonly string[]) => ReadonlySet<string>;
}

/**
 * Who depends on whom, without parsing. Three relations: a file mentions another one's name; a Terraform directory is a module of another; a
 * program imports a module. Too many relations cost time, missing ones cost findings.
 */
export function relate(files: readonly RelatedFile[], marked: ReadonlySet<string>): Relations {
  if (marked.size === 0) return { needed: new Set(), around: () => new Set() };
  const graph = new Graph();
  const names = new Names(files.map(({ path }) => path));
  const importsCount = files.some(({ path }) => marked.has(path) && languageOfName(path) === 'javascript');
  for (const { path, text } of files) {
    const language = languageOfName(path);
    if (language === 'terraform') {
      const source = text();
      connectModules(path, source, names, graph);
      connectMentions(path, source, names, graph);
    } else if (language === 'javascript') {
      if (importsCount && !isForeign(path)) connectImports(path, text(), names, graph);
      // Tests name what they test, and launch nothing.
      if (marked.has(path) && !isTest(path)) connectMentions(path, text(), names, graph);
    } else if (marked.has(path) || REFERRING.has(language)) {
      connectMentions(path, text(), names, graph);
    }
  }
  const needed = pathsOf(graph.around([...marked].map(fileNode)));
  return {
    needed,
    around: (paths) => {
      const near = pathsOf(graph.around(paths.filter((path) => needed.has(path)).map(fileNode)));
      return new Set([...near].filter((path) => needed.has(path)));
    },
  };
}

/** Languages whose files read other files by name, so that one without a marker can matter to one with a marker. */
const REFERRING: ReadonlySet<NameVerdict> = new Set<NameVerdict>([
  'shell',
  'packer',
  'yaml',
  'cloud-init',
  'dockerfile',
  'template',
  'user-data',
  'powershell',
  'look',
]);

/**
 * A mention leads to a name, and the name to all files that it may mean: where many files speak of a name that many files have, that is a sum and
 * not a product.
 */
function connectMentions(path: string, text: string, names: Names, graph: Graph): void {
  for (const name of names.mentionedIn(text)) {
    const isNew = graph.connect(fileNode(path), nameNode(name));
    if (isNew) for (const other of names.named(name)) graph.connect(nameNode(name), fileNode(other));
  }
  // `"${path.module}/${var.os}.sh"`: any file that ends so.
  for (const [, ending = ''] of text.matchAll(OPEN_NAME)) {
    const isNew = graph.connect(fileNode(path), endingNode(ending));
    if (isNew) for (const other of names.endingWith(ending)) graph.connect(endingNode(ending), fileNode(other));
  }
}

const OPEN_NAME = /\$\{[^}"\n]*\}([\w-]*\.[\w.-]+)["']/g;

function connectModules(path: string, text: string, names: Names, graph: Graph): void {
  const directory = directoryOf(path);
  graph.connect(fileNode(path), directoryNode(directory));
  graph.connect(directoryNode(directory), fileNode(path));
  for (const [, source = ''] of text.matchAll(MODULE_SOURCE)) {
    const called = plainPath(posix.join(directory, source));
    if (names.hasDirectory(called)) graph.connect(directoryNode(directory), directoryNode(called));
  }
}

/** `source = "../modules/web"`, also in JSON, also Terragrunt's `//`. */
const MODULE_SOURCE = /\bsource"?\s*[=:]\s*"(\.{1,2}\/[^"$\n]*)"/g;

function connectImports(path: string, text: string, names: Names, graph: Graph): void {
  for (const [, specifier = ''] of text.matchAll(IMPORT)) {
    const base = posix.join(directoryOf(path), specifier);
    for (const suffix of MODULE_SUFFIXES) {
      if (names.has(base + suffix)) graph.connect(fileNode(path), fileNode(base + suffix));
    }
    const bare = base.replace(/\.[cm]?jsx?$/, '');
    if (bare !== base)
      for (const suffix of MODULE_SUFFIXES)
        if (names.has(bare + suffix)) graph.connect(fileNode(path), fileNode(bare + suffix));
  }
}

const IMPORT = /\b(?:from|import|require)\s*\(?\s*['"`](\.{1,2}(?:\/[^'"`\n$]*)?)['"`]/g;

const MODULE_SUFFIXES = [
  '',
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '/index.ts',
  '/index.js',
  '/index.mjs',
] as const;

/** Whether a module is somebody else's: its imports are not followed. */
function isForeign(path: string): boolean {
  return /(?:^|\/)node_modules\//.test(path);
}

/** The files of a tree by what a mention may call them. */
class Names {
  readonly #paths: ReadonlySet<string>;
  readonly #byName = new Map<string, string[]>();
  readonly #hashes = new Uint8Array(HASH_MASK + 1);
  readonly #terraformDirectories = new Set<string>();

  constructor(paths: readonly string[]) {
    this.#paths = new Set(paths);
    for (const path of paths) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (languageOfName(path) === 'terraform') this.#terraformDirectories.add(directoryOf(path));
      if (name.length < 3 || UBIQUITOUS.has(name)) continue;
      const list = this.#byName.get(name);
      if (list !== undefined) {
        list.push(path);
        continue;
      }
      this.#byName.set(name, [path]);
      this.#hashes[hashOf(name) & HASH_MASK] = 1;
    }
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  hasDirectory(path: string): boolean {
    return this.#terraformDirectories.has(path);
  }

  /**
   * The names that stand in a text as words of their own. Every character of a tree comes by here, so a word is only cut out when its hash is a
   * name's.
   */
  mentionedIn(text: string): ReadonlySet<string> {
    const found = new Set<string>();
    let start = -1;
    let hash = 0;
    // A full stop after a name ends a sentence.
    let end = -1;
    let hashAtEnd = 0;
    for (let at = 0; at <= text.length; at++) {
      const code = at < text.length ? text.charCodeAt(at) : 0;
      if (code < 128 && IN_NAMES[code] === 1) {
        if (start < 0) {
          start = at;
          hash = 0;
          end = at;
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
    if (this.#byName.has(word)) found.add(word);
  }

  named(name: string): readonly string[] {
    return this.#byName.get(name) ?? [];
  }

  endingWith(ending: string): readonly string[] {
    return [...this.#byName].flatMap(([name, paths]) => (name.endsWith(ending) ? paths : []));
  }
}

/** The characters of a file name as people mention it: `\w`, and `.`, `+`, `@`, `-`. */
const IN_NAMES = Uint8Array.from({ length: 128 }, (_, code) => (/[\w.+@-]/.test(String.fromCharCode(code)) ? 1 : 0));

const FULL_STOP = 0x2e;

const HASH_MASK = 0xffff;

function hashOf(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = extendHash(hash, name.charCodeAt(at));
  return hash;
}

/** One step of FNV-1a. */
function extendHash(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

/** Names that say nothing about who is meant, and that nothing reads as a script or template. */
const UBIQUITOUS: ReadonlySet<string> = new Set([
  'main.tf',
  'variables.tf',
  'outputs.tf',
  'versions.tf',
  'providers.tf',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'Makefile',
  'Dockerfile',
  'index.js',
  'index.ts',
  'index.tsx',
]);

/** Who reads whom. */
class Graph {
  readonly #reads = new Map<string, Set<string>>();
  readonly #readBy = new Map<string, Set<string>>();

  /** Gives whether `read` is met for the first time. */
  connect(reader: string, read: string): boolean {
    const isNew = !this.#readBy.has(read);
    edgesOf(this.#reads, reader).add(read);
    edgesOf(this.#readBy, read).add(reader);
    return isNew;
  }

  /** Everything that can change what is found in the given nodes: whoever reads them, however far away, and all that those read. */
  around(nodes: readonly string[]): ReadonlySet<string> {
    return reachable(this.#reads, reachable(this.#readBy, nodes));
  }
}

function reachable(edges: ReadonlyMap<string, ReadonlySet<string>>, from: Iterable<string>): ReadonlySet<string> {
  const seen = new Set(from);
  for (const node of seen) for (const next of edges.get(node) ?? []) seen.add(next);
  return seen;
}

function edgesOf(edges: Map<string, Set<string>>, node: string): Set<string> {
  let found = edges.get(node);
  if (found === undefined) edges.set(node, (found = new Set()));
  return found;
}

function isTest(path: string): boolean {
  return /\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|\/)(?:tests?|__tests__|spec)\//.test(path);
}

const FILE = 'file:';

function fileNode(path: string): string {
  return FILE + path;
}

function directoryNode(path: string): string {
  return `directory:${path}`;
}

function nameNode(name: string): string {
  return `name:${name}`;
}

function endingNode(ending: string): string {
  return `ending:${ending}`;
}

function pathsOf(nodes: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...nodes].filter((node) => node.startsWith(FILE)).map((node) => node.slice(FILE.length)));
}

function directoryOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** As directories are called here: the root is '', and nothing ends with a slash. */
function plainPath(path: string): string {
  return path === '.' || path === './' ? '' : path.replace(/\/+/g, '/').replace(/\/$/, '');
}
