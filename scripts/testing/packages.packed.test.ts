import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentOf, filesOf, projectWith, root, tarballOf, type PackageName, type Project } from './packed.ts';

/** What the bundles may ask of whoever installs them, beside Node. */
const packages = [
  { name: 'imdsv2-core', install: ['imdsv2-core'], imports: ['unbash'] },
  {
    name: 'eslint-plugin-imdsv2',
    install: ['imdsv2-core', 'eslint-plugin-imdsv2'],
    imports: ['imdsv2-core', 'imdsv2-core/shell'],
  },
  { name: 'imdsv2-scanner', install: ['imdsv2-scanner'], imports: ['oxc-parser'] },
] as const satisfies { name: PackageName; install: PackageName[]; imports: string[] }[];

describe.each(packages)('$name as published', ({ name, install, imports }) => {
  let project: Project;
  beforeAll(() => {
    project = projectWith(...install.map(tarballOf));
  }, 120_000);
  afterAll(() => {
    project[Symbol.dispose]();
  });

  test('publint has nothing to say', async () => {
    const tarball = Uint8Array.from(readFileSync(tarballOf(name))).buffer;
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test('its types resolve as its code does', () => {
    // Not `--pack`, which deletes the tarball.
    const { status, stdout } = spawnSync(
      join(root, 'node_modules/.bin/attw'),
      [tarballOf(name), '--profile', 'esm-only', '--format', 'ascii', '--no-color'],
      { encoding: 'utf8' },
    );
    expect(status, stdout).toBe(0);
  });

  test('carries its licence and no sources', () => {
    const paths = filesOf(contentOf(name)).map(({ path }) => path);
    expect(paths).toContain('LICENSE');
    expect(
      paths.filter((path) => !/^(dist\/|grammars\/|schema\/|LICENSE$|README\.md$|package\.json$)/.test(path)),
    ).toEqual([]);
  });

  test(`imports nothing but ${imports.join(', ')}`, () => {
    const wanted = filesOf(contentOf(name))
      .filter(({ path }) => path.endsWith('.js'))
      .flatMap(({ path }) => importsOf(readFileSync(join(contentOf(name), path), 'utf8')))
      .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier));
    const allowed: readonly string[] = imports;
    expect(wanted.filter((specifier) => !allowed.includes(specifier))).toEqual([]);
  });

  test('installs no `typescript` and runs no install script', () => {
    const manifests = filesOf(join(project.folder, 'node_modules'))
      .filter(({ path }) => /(^|node_modules\/)(@[^/]+\/)?[^/]+\/package\.json$/.test(path))
      .map(({ path }) => JSON.parse(readFileSync(join(project.folder, 'node_modules', path), 'utf8')) as Manifest);
    expect(manifests.map((manifest) => manifest.name)).toContain(name);
    expect(manifests.map((manifest) => manifest.name)).not.toContain('typescript');
    const scripts = manifests.filter(({ scripts = {} }) => installScripts.some((script) => script in scripts));
    expect(scripts.map((manifest) => manifest.name)).toEqual([]);
  });

  test('every entry loads', () => {
    const { exports = {} } = JSON.parse(readFileSync(join(contentOf(name), 'package.json'), 'utf8')) as Manifest;
    const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'));
    expect(entries).toContain('.');
    for (const entry of entries) {
      const { status, stderr } = project.run('node', '-e', `import('${name}${entry.slice(1)}')`);
      expect({ entry, status, stderr }).toEqual({ entry, status: 0, stderr: '' });
    }
  });
});

interface Manifest {
  name: string;
  scripts?: Record<string, string>;
  exports?: Record<string, unknown>;
}

const installScripts = ['preinstall', 'install', 'postinstall'];

/** Specifiers of static imports, `import()` and `require()` in a bundle. */
function importsOf(code: string): string[] {
  const forms =
    /^\s*(?:import|export)\b[^'"`;]*?(?:\bfrom\s*)?["']([^"']+)["']|\b(?:import|require)\(\s*["']([^"']+)["']/gm;
  return [...code.matchAll(forms)].map((match) => match[1] ?? match[2] ?? '');
}

function isBuiltin(specifier: string) {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}
