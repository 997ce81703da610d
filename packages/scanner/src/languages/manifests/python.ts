import { fileDocument } from 'imdsv2-core';
import { parse as parseToml } from 'smol-toml';
import { get, readJson, textOf } from '../structured/index.ts';
import type { ManifestReader, NamedPackage } from './named-package.ts';

/** A requirement of PEP 508: a name, extras, a specifier; hashes, markers and comments after it. */
const REQUIREMENT =
  /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?((?:(?:===|==|~=|!=|<=|>=|<|>)\s*[\w.*!+-]+\s*,?\s*)*)\)?/;

/** `requirements.txt`, `constraints.txt` and their like (pip.pypa.io/en/stable/reference/requirements-file-format). */
export const readRequirements: ManifestReader = (text) => {
  const found: NamedPackage[] = [];
  let at = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const blank = /^\s*/.exec(line)?.[0].length ?? 0;
    found.push(...requirement(line.slice(blank).replace(/(?:^|\s)#.*$/s, ''), at + blank));
    at += line.length;
  }
  return found;
};

/** A requirement that begins at `start`; none where the text is none (an option, a URL). */
function requirement(text: string, start: number): readonly NamedPackage[] {
  const [whole, name, specifier = ''] = REQUIREMENT.exec(text) ?? [];
  if (whole === undefined || name === undefined) return [];
  const range = specifier.replaceAll(/\s+/g, '').replace(/,$/, '');
  const [, version] = /^===?([\w.!+-]+)$/.exec(range) ?? [];
  return [
    {
      ecosystem: 'pypi',
      name: normalised(name),
      ...(version === undefined ? (range === '' ? {} : { range }) : { version }),
      start,
      end: start + whole.trimEnd().length,
    },
  ];
}

/** PEP 503. */
function normalised(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** `Pipfile.lock`. */
export const readPipfileLock: ManifestReader = (text) => {
  const [root] = readJson(fileDocument('', text, 'json')).roots;
  return ['default', 'develop'].flatMap((section) => {
    const packages = get(root, section);
    if (packages?.kind !== 'map') return [];
    return packages.entries.flatMap(({ key, value }): NamedPackage[] => {
      const [name, version] = [textOf(key), textOf(get(value, 'version'))?.replace(/^===?/, '')];
      return name === undefined || version === undefined
        ? []
        : [{ ecosystem: 'pypi', name: normalised(name), version, start: key.start, end: key.end }];
    });
  });
};

/** `poetry.lock`, `uv.lock`, `pdm.lock`: tables `[[package]]` with a name and a version. */
export const readTomlLock: ManifestReader = (text) => {
  const packages = table(parseToml(text))['package'];
  if (!Array.isArray(packages)) return [];
  const places = namesIn(text);
  return packages.flatMap((one): NamedPackage[] => {
    const { name, version } = table(one);
    if (typeof name !== 'string' || typeof version !== 'string') return [];
    const place = places.get(name) ?? { start: 0, end: 0 };
    return [{ ecosystem: 'pypi', name: normalised(name), version, ...place }];
  });
};

/** Where each package is named. */
function namesIn(text: string): ReadonlyMap<string, { readonly start: number; readonly end: number }> {
  const places = new Map<string, { readonly start: number; readonly end: number }>();
  for (const match of text.matchAll(/^name\s*=\s*["']([^"']+)["']/gm))
    if (!places.has(match[1] ?? ''))
      places.set(match[1] ?? '', { start: match.index, end: match.index + match[0].length });
  return places;
}

/** `pyproject.toml`: dependencies of PEP 621 and PEP 735, and those of Poetry. */
export const readPyproject: ManifestReader = (text) => {
  const root = table(parseToml(text));
  const project = table(root['project']);
  const lists = [
    project['dependencies'],
    ...Object.values(table(project['optional-dependencies'])),
    ...Object.values(table(root['dependency-groups'])),
  ];
  const listed = lists.flatMap((list) =>
    (Array.isArray(list) ? list : []).flatMap((item: unknown) =>
      typeof item === 'string' ? requirement(item, 0).map((one) => ({ ...one, ...placeOf(text, item) })) : [],
    ),
  );
  const poetry = table(table(root['tool'])['poetry']);
  const groups = Object.values(table(poetry['group'])).map((group) => table(group)['dependencies']);
  const own = [poetry['dependencies'], poetry['dev-dependencies'], ...groups].flatMap((section) =>
    Object.entries(table(section)).flatMap(([name, value]): NamedPackage[] => {
      const written = typeof value === 'string' ? value : table(value)['version'];
      const range = typeof written === 'string' ? poetryRange(written) : undefined;
      const start = Math.max(0, text.search(new RegExp(`^["']?${name.replaceAll('.', '\\.')}["']?\\s*=`, 'm')));
      return range === undefined
        ? []
        : [{ ecosystem: 'pypi', name: normalised(name), ...range, start, end: endOfLine(text, start) }];
    }),
  );
  return [...listed, ...own];
};

/** Poetry's `^1.2` and `~1.2` are no specifiers of PEP 440; nothing is said about them beyond a plain version. */
function poetryRange(written: string): Pick<NamedPackage, 'version' | 'range'> | undefined {
  if (/^\d[\w.!+-]*$/.test(written)) return { version: written };
  return /^[<>=!~,.\d\s*]+$/.test(written) && !/^~[^=]/.test(written) ? { range: written.replaceAll(/\s+/g, '') } : {};
}

function placeOf(text: string, item: string): { readonly start: number; readonly end: number } {
  const start = Math.max(0, text.indexOf(item));
  return { start, end: start + item.length };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function table(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
