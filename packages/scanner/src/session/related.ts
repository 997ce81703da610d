import { posix } from 'node:path';
import type { LanguageId } from 'imdsv2-core';
import { languageOfName } from '../discover/kinds.ts';

/** A file of the tree as far as relations need it. */
export interface RelatedFile {
  readonly path: string;
  readonly text: () => string | undefined;
}

export interface Relations {
  /** Files that must be read: the marked ones, and those that mention them or are mentioned by them, however far away. */
  readonly needed: ReadonlySet<string>;
  /** The needed files that can change what is found in the given ones, themselves included. */
  readonly around: (paths: readonly string[]) => ReadonlySet<string>;
}

/**
 * Who depends on whom, without parsing: a file mentions another when its text holds the other's name, and Terraform directories belong to the
 * directories whose path they give as a module's source. Too many relations cost time, missing ones cost findings.
 */
export function relate(files: readonly RelatedFile[], marked: ReadonlySet<string>): Relations {
  const graph = new Graph();
  const byName = namesOf(files);
  const directories = new Set<string>();
  for (const file of files) if (isTerraform(file.path)) directories.add(directoryOf(file.path));

  for (const file of files) {
    if (!marked.has(file.path) && !REFERRING.has(languageOfName(file.path))) continue;
    const text = file.text();
    if (text === undefined) continue;
    if (isTerraform(file.path)) {
      const directory = directoryOf(file.path);
      graph.connect(nodeOf(file.path), directoryNode(directory));
      for (const [, source = ''] of text.matchAll(MODULE_SOURCE)) {
        const called = plainPath(posix.join(directory, source));
        if (directories.has(called)) graph.connect(directoryNode(directory), directoryNode(called));
      }
    }
    for (const [name] of text.matchAll(FILE_NAME)) {
      for (const path of byName.get(name) ?? []) if (path !== file.path) graph.connect(nodeOf(file.path), nodeOf(path));
    }
  }
  const needed = pathsOf(graph.reachable([...marked].map(nodeOf)));
  return { needed, around: (paths) => pathsOf(graph.reachable(paths.filter((path) => needed.has(path)).map(nodeOf))) };
}

/** Languages whose files read other files by name. Files of other languages count when they hold a marker. */
const REFERRING: ReadonlySet<string> = new Set<LanguageId | 'look' | 'none'>([
  'shell',
  'terraform',
  'packer',
  'yaml',
  'cloudformation',
  'cloud-init',
  'dockerfile',
  'makefile',
  'template',
  'user-data',
  'powershell',
  'look',
]);

/** `source = "../modules/web"`, also in JSON. */
const MODULE_SOURCE = /\bsource"?\s*[=:]\s*"(\.{1,2}\/[^"$\n]*)"/g;

const FILE_NAME = /[\w.+@-]{3,}/g;

/** The files under each name that a mention may use: the whole name, and for templates and code the name without what comes after its first dot. */
function namesOf(files: readonly RelatedFile[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { path } of files) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.length < 3 || UBIQUITOUS.has(name)) continue;
    const list = names.get(name);
    if (list === undefined) names.set(name, [path]);
    else list.push(path);
  }
  return names;
}

/** Names that say nothing about who is meant, and that nothing reads as a script or template. */
const UBIQUITOUS: ReadonlySet<string> = new Set([
  'main.tf',
  'variables.tf',
  'outputs.tf',
  'versions.tf',
  'providers.tf',
  'package.json',
  'tsconfig.json',
  'Makefile',
  'Dockerfile',
  'index.js',
  'index.ts',
]);

/** An undirected graph that says what can be reached. */
class Graph {
  readonly #edges = new Map<string, Set<string>>();

  connect(a: string, b: string): void {
    this.#of(a).add(b);
    this.#of(b).add(a);
  }

  reachable(from: readonly string[]): ReadonlySet<string> {
    const seen = new Set(from);
    for (const node of seen) for (const next of this.#edges.get(node) ?? []) seen.add(next);
    return seen;
  }

  #of(node: string): Set<string> {
    let edges = this.#edges.get(node);
    if (edges === undefined) this.#edges.set(node, (edges = new Set()));
    return edges;
  }
}

const FILE = 'file:';

function nodeOf(path: string): string {
  return FILE + path;
}

function directoryNode(path: string): string {
  return `directory:${path}`;
}

function pathsOf(nodes: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...nodes].filter((node) => node.startsWith(FILE)).map((node) => node.slice(FILE.length)));
}

function isTerraform(path: string): boolean {
  return languageOfName(path) === 'terraform';
}

function directoryOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function plainPath(path: string): string {
  return path === '.' ? '' : path.replace(/\/$/, '');
}
