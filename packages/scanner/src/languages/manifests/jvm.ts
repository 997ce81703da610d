import { SaxesParser } from 'saxes';
import { parse as parseToml } from 'smol-toml';
import type { ManifestReader, NamedPackage } from './named-package.ts';

interface Element {
  readonly name: string;
  readonly start: number;
  text: string;
  readonly children: Map<string, string>;
}

/** `pom.xml`: dependencies and managed dependencies; `${…}` are properties of the same file. */
export const readPom: ManifestReader = (text) => {
  const found: { group: string; artifact: string; version: string; start: number; end: number }[] = [];
  const properties = new Map<string, string>();
  const open: Element[] = [];
  const parser = new SaxesParser({ position: true, xmlns: false } as const);
  let tagStart = 0;
  parser.on('opentagstart', ({ name }) => {
    tagStart = text.lastIndexOf(`<${name}`, parser.position);
  });
  parser.on('opentag', ({ name }) => {
    open.push({ name, start: tagStart, text: '', children: new Map() });
  });
  parser.on('text', (piece) => {
    const top = open.at(-1);
    if (top !== undefined) top.text += piece;
  });
  parser.on('closetag', () => {
    const element = open.pop();
    if (element === undefined) return;
    const parent = open.at(-1);
    parent?.children.set(element.name, element.text.trim());
    if (parent?.name === 'properties') properties.set(element.name, element.text.trim());
    if (parent?.name === 'project' && element.name === 'version')
      properties.set('project.version', element.text.trim());
    if (element.name !== 'dependency') return;
    const { children, start } = element;
    found.push({
      group: children.get('groupId') ?? '',
      artifact: children.get('artifactId') ?? '',
      version: children.get('version') ?? '',
      start,
      end: parser.position,
    });
  });
  parser.write(withoutComments(text)).close();
  const filled = (word: string): string =>
    word.replaceAll(/\$\{([^}]+)\}/g, (whole, name: string) => properties.get(name) ?? whole);
  return found.map(({ group, artifact, version, start, end }): NamedPackage => {
    const value = filled(filled(version));
    return {
      ecosystem: 'maven',
      name: `${filled(group)}:${artifact}`,
      ...(/^\d[\w.-]*$/.test(value) ? { version: value } : {}),
      start,
      end,
    };
  });
};

/** Blanked, so that offsets stay: two hyphens within a comment are no XML, and everywhere. */
export function withoutComments(xml: string): string {
  return xml.replaceAll(/<!--[^]*?-->/g, (comment) => comment.replaceAll(/[^\n]/g, ' '));
}

/** `build.gradle` and `build.gradle.kts`: coordinates in strings, and in the map form; variables of the same file are filled in. */
export const readGradle: ManifestReader = (text) => {
  const variables = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(
    /(?:^|[\s.])(?:(?:def|val|var|String|set\()\s*)?["']?([A-Za-z_][\w.]*)["']?\s*[=,]\s*["']([\d][\w.-]*)["']/g,
  ))
    variables.set(name.replace(/^ext\./, ''), value);
  const filled = (word: string): string =>
    word.replaceAll(/\$\{?([\w.]+)\}?/g, (whole, name: string) => variables.get(name) ?? whole);
  const plain = [...text.matchAll(/["']([\w.-]+):([\w.-]+):([^"':@]+)(?:[:@][^"']*)?["']/g)].map(
    ({ 0: whole, 1: group = '', 2: artifact = '', 3: version = '', index }) => ({
      group,
      artifact,
      version: filled(version),
      start: index,
      end: index + whole.length,
    }),
  );
  const maps = [
    ...text.matchAll(
      /group\s*[:=]\s*["']([\w.-]+)["']\s*,\s*name\s*[:=]\s*["']([\w.-]+)["']\s*,\s*version\s*[:=]\s*["']([^"']+)["']/g,
    ),
  ].map(({ 0: whole, 1: group = '', 2: artifact = '', 3: version = '', index }) => ({
    group,
    artifact,
    version: filled(version),
    start: index,
    end: index + whole.length,
  }));
  return [...plain, ...maps]
    .filter(({ start }) => !isComment(text, start))
    .map(({ group, artifact, version, start, end }) => ({
      ecosystem: 'maven',
      name: `${group}:${artifact}`,
      ...(/^\d[\w.-]*$/.test(version) ? { version } : {}),
      start,
      end,
    }));
};

function isComment(text: string, at: number): boolean {
  return /^\s*(?:\/\/|\*|\/\*)/.test(text.slice(text.lastIndexOf('\n', at) + 1, at));
}

/** `gradle.lockfile`: `group:artifact:version=configurations`. */
export const readGradleLock: ManifestReader = (text) =>
  [...text.matchAll(/^([\w.-]+:[\w.-]+):([^=\s]+)=.*$/gm)].map(
    ({ 0: whole, 1: name = '', 2: version = '', index }) => ({
      ecosystem: 'maven',
      name,
      version,
      start: index,
      end: index + whole.length,
    }),
  );

/** `gradle/libs.versions.toml`: libraries as `group:artifact:version`, or with a module and a version that may be one of `[versions]`. */
export const readVersionCatalog: ManifestReader = (text) => {
  const root = parseToml(text);
  const versions = table(root['versions']);
  return Object.entries(table(root['libraries'])).flatMap(([alias, written]): NamedPackage[] => {
    const [group, artifact, plain] = typeof written === 'string' ? written.split(':') : [];
    const entry = table(written);
    const reference = table(entry['version'])['ref'];
    const version = typeof reference === 'string' ? versions[reference] : (entry['version'] ?? plain);
    const module = [entry['module'], joined(entry['group'], entry['name']), joined(group, artifact)].find(
      (one) => typeof one === 'string',
    );
    if (typeof module !== 'string') return [];
    const start = Math.max(0, text.search(new RegExp(`^["']?${alias.replaceAll('.', '\\.')}["']?\\s*=`, 'm')));
    const end = text.indexOf('\n', start);
    return [
      {
        ecosystem: 'maven',
        name: module,
        ...(typeof version === 'string' && /^\d[\w.-]*$/.test(version) ? { version } : {}),
        start,
        end: end === -1 ? text.length : end,
      },
    ];
  });
};

function joined(group: unknown, artifact: unknown): string | undefined {
  return typeof group === 'string' && typeof artifact === 'string' ? `${group}:${artifact}` : undefined;
}

function table(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
