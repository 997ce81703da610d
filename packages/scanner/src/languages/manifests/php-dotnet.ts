import { fileDocument } from 'imdsv2-core';
import { SaxesParser } from 'saxes';
import { get, readJson, textOf } from '../structured/index.ts';
import { withoutComments } from './jvm.ts';
import type { ManifestReader, NamedPackage } from './named-package.ts';

/** `composer.lock`. */
export const readComposerLock: ManifestReader = (text) => {
  const [root] = readJson(fileDocument('', text, 'json')).roots;
  return ['packages', 'packages-dev'].flatMap((section) => {
    const packages = get(root, section);
    if (packages?.kind !== 'sequence') return [];
    return packages.items.flatMap((item): NamedPackage[] => {
      const [name, version] = [get(item, 'name'), get(item, 'version')];
      const [word, number] = [textOf(name), textOf(version)];
      return name === undefined || version === undefined || word === undefined || number === undefined
        ? []
        : [
            {
              ecosystem: 'packagist',
              name: word,
              version: number.replace(/^v/, ''),
              start: name.start,
              end: version.end,
            },
          ];
    });
  });
};

/** `packages.lock.json` of NuGet: resolved versions by target framework. */
export const readNugetLock: ManifestReader = (text) => {
  const [root] = readJson(fileDocument('', text, 'json')).roots;
  const frameworks = get(root, 'dependencies');
  if (frameworks?.kind !== 'map') return [];
  return frameworks.entries.flatMap(({ value: packages }) =>
    packages.kind !== 'map'
      ? []
      : packages.entries.flatMap(({ key, value }): NamedPackage[] => {
          const [name, version] = [textOf(key), textOf(get(value, 'resolved'))];
          return name === undefined || version === undefined
            ? []
            : [{ ecosystem: 'nuget', name, version, start: key.start, end: key.end }];
        }),
  );
};

/** `*.csproj`, `Directory.Packages.props`, `packages.config`: references with a version as attribute or element. */
export const readMsbuild: ManifestReader = (text) => {
  const found: NamedPackage[] = [];
  const parser = new SaxesParser({ position: true, xmlns: false } as const);
  const open: { name: string | undefined; start: number }[] = [];
  const add = (name: string, version: string, start: number): void => {
    if (/^[[(]?\d[\w.-]*[\])]?$/.test(version))
      found.push({ ecosystem: 'nuget', name, version, start, end: parser.position });
  };
  let content = '';
  parser.on('text', (piece) => {
    content += piece;
  });
  parser.on('opentag', ({ name, attributes }) => {
    content = '';
    const start = text.lastIndexOf(`<${name}`, parser.position - 1);
    const isReference = /^(?:PackageReference|PackageVersion|package)$/.test(name);
    const id = isReference ? (attributes['Include'] ?? attributes['Update'] ?? attributes['id']) : undefined;
    const version = attributes['Version'] ?? attributes['version'] ?? attributes['VersionOverride'];
    open.push({ name: id, start });
    if (id !== undefined && version !== undefined) add(id, version, start);
  });
  parser.on('closetag', ({ name }) => {
    open.pop();
    const reference = open.at(-1);
    if (name === 'Version' && reference?.name !== undefined) add(reference.name, content.trim(), reference.start);
    content = '';
  });
  parser.write(withoutComments(text)).close();
  return found;
};
