import { parseSyml } from '@yarnpkg/parsers';
import { fileDocument, sdkOf } from 'imdsv2-core';
import { get, readJson, readYaml, textOf, type Node } from '../structured/index.ts';
import type { ManifestReader, NamedPackage } from './named-package.ts';

/** `package.json`: requirements. */
export const readPackageJson: ManifestReader = (text) => {
  const [root] = readJson(fileDocument('', text, 'json')).roots;
  return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((section) =>
    entriesOf(get(root, section)).flatMap(([name, key, value]): NamedPackage[] => {
      const range = textOf(value);
      return range === undefined ? [] : [{ ecosystem: 'npm', name, range, start: key.start, end: value.end }];
    }),
  );
};

/** `package-lock.json` and `npm-shrinkwrap.json`, of every version: `packages` by path, or `dependencies` in each other. */
export const readPackageLock: ManifestReader = (text) => {
  const [root] = readJson(fileDocument('', text, 'json')).roots;
  const packages = get(root, 'packages');
  if (packages !== undefined)
    return entriesOf(packages).flatMap(([path, key, value]) => {
      const at = path.lastIndexOf('node_modules/');
      const name = textOf(get(value, 'name')) ?? (at === -1 ? '' : path.slice(at + 'node_modules/'.length));
      return at === -1 ? [] : locked(name, key, get(value, 'version'));
    });
  const found: NamedPackage[] = [];
  const open: (Node | undefined)[] = [get(root, 'dependencies')];
  while (open.length > 0)
    for (const [name, key, value] of entriesOf(open.pop())) {
      found.push(...locked(name, key, get(value, 'version')));
      open.push(get(value, 'dependencies'));
    }
  return found;
};

function locked(name: string, key: Node, version: Node | undefined): readonly NamedPackage[] {
  const text = textOf(version);
  return text === undefined || version === undefined
    ? []
    : [{ ecosystem: 'npm', name, version: text, start: key.start, end: version.end }];
}

/** `pnpm-lock.yaml`: keys of `packages` are `/name/1.2.3`, `/name@1.2.3` or `name@1.2.3`, peers in brackets or after an underscore. */
export const readPnpmLock: ManifestReader = (text) => {
  const [root] = readYaml(fileDocument('', text, 'yaml')).roots;
  return entriesOf(get(root, 'packages')).flatMap(([path, key]): NamedPackage[] => {
    const [, name, version] = /^\/?((?:@[^/@]+\/)?[^/@]+)[/@](\d[^(_]*)/.exec(path) ?? [];
    return name === undefined || version === undefined
      ? []
      : [{ ecosystem: 'npm', name, version, start: key.start, end: key.end }];
  });
};

/** `yarn.lock`, of version 1 and of Berry: an entry for each selector, which stand together in one line. */
export const readYarnLock: ManifestReader = (text) => {
  const found = new Map<string, NamedPackage>();
  for (const [selectors, entry] of Object.entries(parseSyml(text))) {
    const version = versionIn(entry);
    const [, name] = /^((?:@[^/@]+\/)?[^@]+)@/.exec(selectors) ?? [];
    // Berry's version of a package of the repository itself.
    const isOwn = version === '0.0.0-use.local';
    if (isOwn || version === undefined || name === undefined || sdkOf('npm', name) === undefined) continue;
    const line = new RegExp(`^(?![\\s#])[^\\n]*${escaped(selectors.split(', ')[0] ?? '')}[^\\n]*`, 'm').exec(text);
    const start = line?.index ?? 0;
    found.set(`${name}@${version}`, { ecosystem: 'npm', name, version, start, end: start + (line?.[0].length ?? 0) });
  }
  return [...found.values()];
};

function versionIn(entry: unknown): string | undefined {
  const version = typeof entry === 'object' && entry !== null && 'version' in entry ? entry.version : undefined;
  return typeof version === 'string' ? version : undefined;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function entriesOf(node: Node | undefined): readonly (readonly [string, Node, Node])[] {
  if (node?.kind !== 'map') return [];
  return node.entries.flatMap(({ key, value }) => (key.kind === 'scalar' ? [[key.text, key, value] as const] : []));
}
