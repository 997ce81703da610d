import { posix } from 'node:path';
import type { Context } from '../front-end.ts';

/**
 * Where specifiers of packages lead inside the work tree: by `paths` of the nearest `tsconfig.json`, else to a package of the same
 * workspace. TypeScript's own resolution would bring TypeScript along; these two ways are what monorepos use.
 */
export class Workspace {
  readonly #context: Context;
  readonly #paths = new Map<string, readonly Mapping[]>();
  #packages: ReadonlyMap<string, string> | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Paths to try, without endings; empty: the specifier leads out of the work tree. */
  candidates(specifier: string, from: string): readonly string[] {
    for (const { prefix, suffix, targets } of this.#mappingsFor(posix.dirname(from))) {
      if (
        !specifier.startsWith(prefix) ||
        !specifier.endsWith(suffix) ||
        specifier.length < prefix.length + suffix.length
      )
        continue;
      const middle = specifier.slice(prefix.length, specifier.length - suffix.length);
      return targets.map((target) => target.replace('*', () => middle));
    }
    const [scope = '', name = ''] = specifier.split('/');
    const own = scope.startsWith('@') ? `${scope}/${name}` : scope;
    this.#packages ??= this.#findPackages();
    const folder = this.#packages.get(own);
    if (folder === undefined) return [];
    const rest = specifier.slice(own.length + 1);
    return rest === ''
      ? [`${folder}/src/index`, `${folder}/index`, `${folder}/src/main`, `${folder}/lib/index`]
      : [`${folder}/${rest}`, `${folder}/src/${rest}`];
  }

  /** The mappings of the nearest configuration that has any, the longest prefixes first. */
  #mappingsFor(folder: string): readonly Mapping[] {
    const before = this.#paths.get(folder);
    if (before !== undefined) return before;
    const own = ['tsconfig.json', 'tsconfig.base.json', 'jsconfig.json'].flatMap((name) =>
      mappingsOf(this.#readJson(posix.join(folder, name)), folder),
    );
    const parent = posix.dirname(folder);
    const found = own.length > 0 || parent === folder ? own : this.#mappingsFor(parent);
    this.#paths.set(folder, found);
    return found;
  }

  /** Packages by name, as the workspace's patterns name their folders (`packages/*`). */
  #findPackages(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const pattern of this.#patterns()) {
      const [base = ''] = pattern.split('/*');
      const folders = pattern.includes('*')
        ? this.#context
            .listDirectory(base)
            .flatMap((entry) => (entry.endsWith('/') ? [posix.join(base, entry.slice(0, -1))] : []))
        : [base];
      for (const folder of folders) {
        const name = memberOf(this.#readJson(`${folder}/package.json`), 'name');
        if (typeof name === 'string') found.set(name, folder);
      }
    }
    return found;
  }

  #patterns(): readonly string[] {
    const workspaces = memberOf(this.#readJson('package.json'), 'workspaces');
    const list = Array.isArray(workspaces) ? workspaces : memberOf(workspaces, 'packages');
    const own = Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
    const pnpm = this.#context.readFile('pnpm-workspace.yaml') ?? '';
    const section = /^packages:\s*\n((?:[ \t]*-.*\n?)+)/m.exec(pnpm)?.[1] ?? '';
    const others = [...section.matchAll(/-\s*['"]?([^'"\s#]+)/g)].map(([, pattern = '']) => pattern);
    return [...own, ...others].map((pattern) => pattern.replace(/^\.\//, '').replace(/\/$/, ''));
  }

  /** A JSON file, comments and trailing commas allowed; undefined where it is none. */
  #readJson(path: string): unknown {
    const text = this.#context.readFile(path);
    if (text === undefined) return undefined;
    const plain = text
      .replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[^]*?\*\//g, (_whole, string: string | undefined) => string ?? '')
      .replace(/,(\s*[}\]])/g, '$1');
    try {
      return JSON.parse(plain);
    } catch {
      return undefined;
    }
  }
}

interface Mapping {
  readonly prefix: string;
  readonly suffix: string;
  readonly targets: readonly string[];
}

function mappingsOf(config: unknown, folder: string): readonly Mapping[] {
  const options = memberOf(config, 'compilerOptions');
  const paths = memberOf(options, 'paths');
  const base = memberOf(options, 'baseUrl');
  if (typeof paths !== 'object' || paths === null) return [];
  const root = posix.join(folder, typeof base === 'string' ? base : '.');
  return Object.entries(paths)
    .map(([pattern, targets]): Mapping => {
      const [prefix = '', suffix = ''] = pattern.split('*');
      const list: readonly unknown[] = Array.isArray(targets) ? targets : [];
      return {
        prefix,
        suffix,
        targets: list.flatMap((target) => (typeof target === 'string' ? [posix.join(root, target)] : [])),
      };
    })
    .filter(({ prefix }) => prefix !== '')
    .sort((a, b) => b.prefix.length - a.prefix.length);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
