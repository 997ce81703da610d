import { OffsetMap, type Document, type MappedText, type Problem } from 'imdsv2-core';
import { posix } from 'node:path';
import { parse as parseJson, type ParseError } from 'jsonc-parser';
import type { Context } from '../front-end.ts';
import { parseJsonHcl } from '../hcl/json.ts';
import { parseHcl, parseTemplate } from '../hcl/parse.ts';
import { EMPTY_BODY, type HclFile, type Template } from '../hcl/syntax.ts';
import type { GrammarParser } from '../tree-sitter/grammar.ts';
import { readModule, type Module } from './module.ts';

/** Reads and parses what modules are made of, each file once. */
export class WorkTree {
  readonly parser: GrammarParser;
  readonly problems: Problem[] = [];
  readonly #context: Context;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #given = new Map<string, readonly string[]>();
  readonly #mapped = new Map<string, MappedText>();
  readonly #templates = new WeakMap<MappedText, Template>();
  readonly #files = new Map<string, HclFile | undefined>();
  readonly #modules = new Map<string, Module | undefined>();
  readonly #manifests = new Map<string, ReadonlyMap<string, string>>();

  constructor(documents: readonly Document[], context: Context, parser: GrammarParser) {
    this.#context = context;
    this.parser = parser;
    this.#texts = new Map(documents.map((document) => [normalize(document.path), document.text]));
    for (const path of this.#texts.keys()) {
      const directory = posix.dirname(path);
      this.#given.set(directory, [...(this.#given.get(directory) ?? []), posix.basename(path)]);
    }
  }

  text(path: string): string | undefined {
    return this.#texts.get(path) ?? this.#context.readFile(path);
  }

  mapped(path: string): MappedText | undefined {
    const kept = this.#mapped.get(path);
    if (kept !== undefined) return kept;
    const text = this.text(path);
    if (text === undefined) return undefined;
    const mapped: MappedText = { text, map: OffsetMap.identity(path, text.length) };
    this.#mapped.set(path, mapped);
    return mapped;
  }

  /** A text as a template; a file that many launches fill in is parsed once. */
  template(mapped: MappedText): Template {
    const kept = this.#templates.get(mapped);
    if (kept !== undefined) return kept;
    const template = parseTemplate(this.parser, mapped);
    this.#templates.set(mapped, template);
    return template;
  }

  /** Names of the files of a directory; the given documents count even where no directory can be listed. */
  names(directory: string): readonly string[] {
    const given = [...this.#texts.keys()]
      .filter((path) => posix.dirname(path) === directory)
      .map((path) => posix.basename(path));
    return [...new Set([...given, ...this.#context.listDirectory(directory)])].sort();
  }

  get variableFiles(): readonly string[] {
    return this.#context.variableFiles;
  }

  file(path: string): HclFile | undefined {
    if (this.#files.has(path)) return this.#files.get(path);
    const text = this.text(path);
    const file =
      text === undefined
        ? undefined
        : path.endsWith('.json')
          ? parseJsonHcl(this.parser, path, text)
          : parseHcl(this.parser, path, text);
    this.#files.set(path, file);
    if (file !== undefined) this.#report(file);
    return file;
  }

  #report(file: HclFile): void {
    const [first] = file.errors;
    if (first === undefined) return;
    const nothing = file.body === EMPTY_BODY || (file.body.blocks.length === 0 && file.body.attributes.size === 0);
    this.problems.push({
      location: first,
      reason: `There is a syntax error; ${nothing ? 'nothing of the file' : 'the rest of the file'} was read.`,
      extent: nothing ? 'whole' : 'part',
    });
  }

  /** The module of a directory; undefined when there are no Terraform files. */
  module(directory: string): Module | undefined {
    if (this.#modules.has(directory)) return this.#modules.get(directory);
    const paths = moduleFiles(this.names(directory)).map((name) => join(directory, name));
    const files = paths.flatMap((path) => this.file(path) ?? []);
    const module = files.length === 0 ? undefined : readModule(directory, files);
    this.#modules.set(directory, module);
    return module;
  }

  /** Where `terraform init` put the modules of a root: call path (`web.asg`) → directory. */
  installedModules(root: string): ReadonlyMap<string, string> {
    const kept = this.#manifests.get(root);
    if (kept !== undefined) return kept;
    const text = this.#context.readFile(join(root, '.terraform/modules/modules.json'));
    const errors: ParseError[] = [];
    const manifest = text === undefined ? undefined : (parseJson(text, errors) as { Modules?: unknown } | undefined);
    const entries = Array.isArray(manifest?.Modules) ? (manifest.Modules as { Key?: unknown; Dir?: unknown }[]) : [];
    const result = new Map(
      entries.flatMap(({ Key, Dir }): [string, string][] =>
        typeof Key === 'string' && typeof Dir === 'string' && Key !== '' ? [[Key, join(root, Dir)]] : [],
      ),
    );
    this.#manifests.set(root, result);
    return result;
  }

  /** Paths of the files below a directory, relative to it; at most 2,000, at most 6 levels deep. */
  filesBelow(directory: string, depth = 0): readonly string[] {
    const found: string[] = [];
    for (const name of this.#context.listDirectory(directory)) {
      if (!name.endsWith('/')) found.push(name);
      else if (depth < 6)
        found.push(...this.filesBelow(join(directory, name.slice(0, -1)), depth + 1).map((path) => name + path));
      if (found.length > 2_000) break;
    }
    return found.sort();
  }
}

/** The files that make a module. Of `x.tf` and `x.tofu`, OpenTofu reads the second. */
function moduleFiles(names: readonly string[]): readonly string[] {
  const all = names.filter((name) => /\.(?:tf|tofu)(?:\.json)?$/.test(name));
  const tofu = new Set(all.filter((name) => /\.tofu(?:\.json)?$/.test(name)));
  return all.filter((name) => tofu.has(name) || !tofu.has(name.replace(/\.tf((?:\.json)?)$/, '.tofu$1')));
}

/** Paths as the session writes them: with `/`, relative, `.` for its own directory. */
export function normalize(path: string): string {
  return posix.normalize(path).replace(/\/$/, '') || '.';
}

export function join(...parts: readonly string[]): string {
  return normalize(posix.join(...parts));
}
