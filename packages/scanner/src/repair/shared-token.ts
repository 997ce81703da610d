import { TTL_HEADER, TTL_SECONDS } from 'imdsv2-core';
import { tokenHelperOf, type SharedToken } from 'eslint-plugin-imdsv2/front-end';
import type { Parser } from '../languages/javascript/parse.ts';
import type { View } from './unit.ts';

/** A file of a project that gives tokens to others. */
export interface TokenModule {
  readonly path: string;
  /** Its text, when it is to be made; undefined: it is there. */
  readonly text?: string;
  /** What each file that needs a token is to write to use it. */
  readonly users: ReadonlyMap<string, SharedToken>;
}

type ModuleKind = 'esm' | 'commonjs';

/**
 * Where files of one package get their tokens from: a function of the package that asks for one already, else, when at least two files need one, a
 * new module beside them. A file that cannot import it is left out, and asks by itself.
 */
export function tokenModules(view: View, needing: readonly string[], parser: Parser): readonly TokenModule[] {
  const { knowledge, textOf } = view;
  const packages = new Map<string, string[]>();
  for (const path of needing) {
    const root = packageOf(path, knowledge.paths);
    packages.set(root, [...(packages.get(root) ?? []), path]);
  }
  return [...packages].flatMap(([root, paths]): TokenModule[] => {
    const there = existing(view, root, parser);
    if (there !== undefined) {
      const users = usersOf(paths, there.path, there.name, textOf);
      return users.size === 0 ? [] : [{ path: there.path, users }];
    }
    const [first] = paths;
    const [shape, another] = new Set(paths.map((path) => `${kindOf(textOf(path))} ${extensionOf(path)}`));
    if (first === undefined || paths.length < 2 || shape === undefined || another !== undefined) return [];
    const path = `${commonFolder(paths)}${FILE}.${extensionOf(first)}`;
    if (!knowledge.covers(path) || knowledge.paths.includes(path)) return [];
    const users = usersOf(paths, path, NAME, textOf);
    return users.size < 2 ? [] : [{ path, text: moduleText(kindOf(textOf(first)), extensionOf(first)), users }];
  });
}

const FILE = 'imds-token';
const NAME = 'imdsToken';

/** The folder of the nearest package.json; the tree's root where there is none. */
function packageOf(path: string, paths: readonly string[]): string {
  const manifests = new Set(paths.filter((one) => /(?:^|\/)package\.json$/.test(one)));
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder.slice(0, -1)))
    if (manifests.has(`${folder}package.json`)) return folder;
  return '';
}

function existing(
  { knowledge, textOf }: View,
  root: string,
  parser: Parser,
): { readonly path: string; readonly name: string } | undefined {
  for (const { path, language } of knowledge.files) {
    if (language !== 'javascript' || packageOf(path, knowledge.paths) !== root) continue;
    if (!textOf(path).includes('api/token') || !/\bexport/.test(textOf(path))) continue;
    const { file } = parser.parse(path, textOf(path));
    const name = file === undefined ? undefined : tokenHelperOf(file, knowledge.analysis.facts);
    if (name !== undefined) return { path, name };
  }
  return undefined;
}

function usersOf(
  paths: readonly string[],
  helper: string,
  name: string,
  textOf: (path: string) => string,
): ReadonlyMap<string, SharedToken> {
  const users = new Map<string, SharedToken>();
  const all = paths.map(textOf).join('\n');
  for (const path of paths) {
    const text = textOf(path);
    if (path === helper || new RegExp(`\\b${name}\\b`).test(text)) continue;
    const isTs = /\.[cm]?tsx?$/.test(path);
    const kind = kindOf(text);
    // A file of CommonJS cannot load a module of the other kind at once.
    if (kind === 'commonjs' && kindOf(textOf(helper) || 'module.exports') === 'esm' && !isTs) continue;
    const quote = (text.match(/"/g)?.length ?? 0) > (text.match(/'/g)?.length ?? 0) ? '"' : "'";
    const from = `${quote}${specifier(path, helper, `${text}\n${all}`, kind)}${quote}`;
    const end = text.includes('\r\n') ? '\r\n' : '\n';
    const stop = /;[ \t]*\r?\n/.test(text) ? ';' : '';
    const line =
      kind === 'esm' ? `import { ${name} } from ${from}${stop}` : `const { ${name} } = require(${from})${stop}`;
    const at = importPlace(text, kind);
    users.set(path, { name, edits: [{ path, start: at, end: at, text: `${line}${end}` }] });
  }
  return users;
}

function kindOf(text: string): ModuleKind {
  return /^\s*(?:import\s+(?:[\w*{'"]|type\b)|export\s)/m.test(text) ? 'esm' : 'commonjs';
}

function extensionOf(path: string): string {
  const extension = path.slice(path.lastIndexOf('.') + 1);
  return /^[jt]sx$/.test(extension) ? extension.slice(0, 2) : extension;
}

/** How a file names another one: with the extensions that its other imports have, or those of its neighbours. `text`: all of them, its own first. */
function specifier(from: string, to: string, text: string, kind: ModuleKind): string {
  const relative = relativePath(folderOf(from), to);
  const bare = relative.replace(/\.[cm]?[jt]s$/, '');
  const extension = relative.slice(bare.length);
  if (kind === 'commonjs') return extension === '.cjs' ? relative : bare;
  if (!extension.endsWith('ts')) return relative;
  const other = /from\s+['"]\.{1,2}\/[^'"]*?(\.[cm]?[jt]s)?['"]/.exec(text)?.[1];
  if (other === undefined) return bare;
  return other.endsWith('js') ? `${bare}${extension.replace('ts', 'js')}` : relative;
}

function relativePath(folder: string, path: string): string {
  const [from, to] = [folder.split('/').slice(0, -1), path.split('/')];
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  const up = from.slice(same).map(() => '..');
  return [...(up.length === 0 ? ['.'] : up), ...to.slice(same)].join('/');
}

/** Behind the last import; else behind what has to stand first: `#!`, comments, directives. */
function importPlace(text: string, kind: ModuleKind): number {
  const form =
    kind === 'esm'
      ? /^import\s(?:[^;'"]*?from\s*)?['"][^'"\n]*['"][^\n]*\n/gm
      : /^(?:const|let|var)\s[^=\n]+=\s*require\([^\n)]*\)[^\n]*\n/gm;
  const last = [...text.matchAll(form)].at(-1);
  if (last !== undefined) return last.index + last[0].length;
  return (
    /^(?:#![^\n]*\n|\s*\/\*[^]*?\*\/\s*?\n|\s*\/\/[^\n]*\n|\s*['"]use strict['"];?[^\n]*\n)*/.exec(text)?.[0].length ??
    0
  );
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function commonFolder(paths: readonly string[]): string {
  const [first = '', ...others] = paths.map(folderOf);
  let folder = first;
  while (folder !== '' && others.some((other) => !other.startsWith(folder))) folder = folderOf(folder.slice(0, -1));
  return folder;
}

/** A module that asks for a token once, and again before it ends. It needs nothing but Node, of whatever version. */
function moduleText(kind: ModuleKind, extension: string): string {
  const isTs = extension.endsWith('ts');
  const typed = (type: string): string => (isTs ? `: ${type}` : '');
  const promise = isTs ? 'new Promise<string>' : 'new Promise';
  return [
    kind === 'esm' ? "import { request } from 'http';" : "const { request } = require('http');",
    '',
    `const LIFE_SECONDS = ${String(TTL_SECONDS.max)};`,
    '',
    `let token${typed('Promise<string> | undefined')};`,
    'let until = 0;',
    '',
    '/** A session token of the EC2 instance metadata service: the last one, or a new one when that is about to end. */',
    `${kind === 'esm' ? 'export ' : ''}async function ${NAME}()${typed('Promise<string>')} {`,
    '  if (token === undefined || Date.now() > until) {',
    '    until = Date.now() + (LIFE_SECONDS - 60) * 1000;',
    '    token = ask();',
    '  }',
    '  try {',
    '    return await token;',
    '  } catch (error) {',
    '    // The next one who wants it tries again.',
    '    token = undefined;',
    '    throw error;',
    '  }',
    '}',
    '',
    `function ask()${typed('Promise<string>')} {`,
    `  return ${promise}((resolve, reject) => {`,
    '    const asking = request(',
    '      {',
    "        host: '169.254.169.254',",
    "        path: '/latest/api/token',",
    "        method: 'PUT',",
    `        headers: { '${TTL_HEADER}': String(LIFE_SECONDS) },`,
    '        timeout: 2000,',
    '      },',
    '      (response) => {',
    "        let text = '';",
    "        response.setEncoding('utf8');",
    `        response.on('data', (chunk${typed('string')}) => {`,
    '          text += chunk;',
    '        });',
    "        response.on('end', () => {",
    '          if (response.statusCode === 200) resolve(text);',
    '          else reject(new Error(`The instance metadata service gave no session token: ${String(response.statusCode)}.`));',
    '        });',
    '      },',
    '    );',
    "    asking.on('timeout', () => {",
    "      asking.destroy(new Error('The instance metadata service did not answer in time.'));",
    '    });',
    "    asking.on('error', reject);",
    '    asking.end();',
    '  });',
    '}',
    ...(kind === 'esm' ? [] : ['', `module.exports = { ${NAME} };`]),
    '',
  ].join('\n');
}
