import { posix } from 'node:path';
import { languageOfName, type NameVerdict } from '../discover/kinds.ts';
import { moduleFiles } from '../discover/module-files.ts';
import { Words } from './words.ts';

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
 * Who depends on whom, without parsing. Four relations: a file mentions another one's name; a Terraform directory is a module of another; a
 * program imports a module; a launch starts from a template by the name that it has in AWS. Too many relations cost time, missing ones cost findings.
 */
export function relate(files: readonly RelatedFile[], marked: ReadonlySet<string>): Relations {
  if (marked.size === 0) return { needed: new Set(), around: () => new Set() };
  const graph = new Graph();
  const names = new Names(files.map(({ path }) => path));
  const importsCount = files.some(({ path }) => marked.has(path) && languageOfName(path) === 'javascript');
  for (const { path, text } of files) {
    const language = languageOfName(path);
    // Lockfiles name a thousand packages and no file.
    if (language === 'manifest' && !path.endsWith('package.json')) continue;
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
  connectTemplates(
    files.filter(({ path }) => marked.has(path)),
    graph,
  );
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
  // A path whose last name begins with an expression: any file that ends as it does.
  for (const [, ending = ''] of text.matchAll(OPEN_NAME)) {
    const isNew = graph.connect(fileNode(path), endingNode(ending));
    if (isNew) for (const other of names.endingWith(ending)) graph.connect(endingNode(ending), fileNode(other));
  }
}

const OPEN_NAME = /\$\{[^}"\n]*\}([\w-]*\.[\w.-]+)["']/g;

/** Whoever starts from a launch template by its name reads the files that give something this name and speak of launch templates. */
function connectTemplates(files: readonly RelatedFile[], graph: Graph): void {
  const speaking = files.filter(({ path, text }) => !isTest(path) && TEMPLATE.test(text()));
  const used = new Set<string>();
  for (const { path, text } of speaking) {
    for (const [, spelled, inBlock] of text().matchAll(TEMPLATE_USED)) {
      const name = spelled ?? inBlock ?? '';
      used.add(name);
      graph.connect(fileNode(path), templateNode(name));
    }
  }
  for (const { path, text } of speaking) {
    for (const [, name = ''] of text().matchAll(NAMED)) {
      if (used.has(name)) graph.connect(templateNode(name), fileNode(path));
    }
  }
}

const TEMPLATE = /launch[_-]?template/i;

/** `LaunchTemplateName: web` in every spelling, and Terraform's `launch_template { name = "web" }`. */
const TEMPLATE_USED =
  /launch[_-]?template[_-]?name["']?[\s:=]+["']?([\w.+@-]{3,128})|launch_template["\s]*[=:]?\s*\{[^{}]*?\bname"?\s*[=:]\s*"([\w.+@-]{3,128})"/gi;

const NAMED = /name["']?\s*[:=\s]\s*["']?([\w.+@-]{3,128})/gi;

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
    for (const other of moduleFiles(posix.join(directoryOf(path), specifier)))
      if (names.has(other)) graph.connect(fileNode(path), fileNode(other));
  }
}

const IMPORT = /\b(?:from|import|require)\s*\(?\s*['"`](\.{1,2}(?:\/[^'"`\n$]*)?)['"`]/g;

/** Whether a module is somebody else's: its imports are not followed. */
function isForeign(path: string): boolean {
  return /(?:^|\/)node_modules\//.test(path);
}

/** The files of a tree by what a mention may call them. */
class Names {
  readonly #paths: ReadonlySet<string>;
  readonly #byName = new Map<string, string[]>();
  readonly #words: Words;
  readonly #terraformDirectories = new Set<string>();

  constructor(paths: readonly string[]) {
    this.#paths = new Set(paths);
    for (const path of paths) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (languageOfName(path) === 'terraform') this.#terraformDirectories.add(directoryOf(path));
      if (name.length < 3 || UBIQUITOUS.has(name)) continue;
      const list = this.#byName.get(name);
      if (list === undefined) this.#byName.set(name, [path]);
      else list.push(path);
    }
    this.#words = new Words(this.#byName.keys());
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  hasDirectory(path: string): boolean {
    return this.#terraformDirectories.has(path);
  }

  /** Names of files that a text speaks of. */
  mentionedIn(text: string): ReadonlySet<string> {
    return this.#words.in(text);
  }

  named(name: string): readonly string[] {
    return this.#byName.get(name) ?? [];
  }

  endingWith(ending: string): readonly string[] {
    return [...this.#byName].flatMap(([name, paths]) => (name.endsWith(ending) ? paths : []));
  }
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

function templateNode(name: string): string {
  return `template:${name}`;
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
