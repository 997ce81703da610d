import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** As much of Rolldown's plug-in as is needed here. */
interface LicencePlugin {
  name: string;
  generateBundle(
    this: { emitFile(file: { type: 'asset'; fileName: string; source: string }): string },
    options: unknown,
    bundle: Record<string, { type: string; moduleIds?: string[] }>,
  ): void;
}

/**
 * A bundle contains other people's code, and their licences ask to travel with it: writes
 * `THIRD-PARTY-LICENCES.txt` beside the bundle, one section per package whose modules went in.
 */
export function thirdPartyLicences(): LicencePlugin {
  return {
    name: 'third-party-licences',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((file) => file.moduleIds ?? []);
      const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
      const sections = [...folders].map(licenceSection).sort();
      if (sections.length === 0) return;
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENCES.txt', source: sections.join('\n') });
    },
  };
}

/** The folder of the installed package a module belongs to; undefined for our own modules. */
function packageFolder(module: string): string | undefined {
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module.replaceAll('\\', '/'))?.[1];
}

function licenceSection(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version} (${license ?? 'licence not named'})\n\n${text}\n\n${'-'.repeat(72)}\n`;
}
