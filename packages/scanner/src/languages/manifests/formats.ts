import { readGemfileLock, readGoMod } from './line-locks.ts';
import { readGradle, readGradleLock, readPom, readVersionCatalog } from './jvm.ts';
import type { ManifestReader } from './named-package.ts';
import { readPackageJson, readPackageLock, readPnpmLock, readYarnLock } from './npm.ts';
import { readComposerLock, readMsbuild, readNugetLock } from './php-dotnet.ts';
import { readPipfileLock, readPyproject, readRequirements, readTomlLock } from './python.ts';

/** A kind of manifest or lockfile, by its name. */
interface ManifestFormat {
  readonly match: RegExp;
  readonly read: ManifestReader;
  /** Lockfiles that say it better when they stand beside it. */
  readonly locks?: readonly string[];
}

const FORMATS: readonly ManifestFormat[] = [
  {
    match: /^package\.json$/,
    read: readPackageJson,
    locks: ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml'],
  },
  { match: /^(?:package-lock|npm-shrinkwrap)\.json$/, read: readPackageLock },
  { match: /^yarn\.lock$/, read: readYarnLock },
  { match: /^pnpm-lock\.yaml$/, read: readPnpmLock },
  { match: /^pipfile\.lock$/, read: readPipfileLock },
  { match: /^(?:poetry|uv|pdm)\.lock$/, read: readTomlLock },
  { match: /^pyproject\.toml$/, read: readPyproject, locks: ['poetry.lock', 'uv.lock', 'pdm.lock'] },
  { match: /^pom\.xml$/, read: readPom },
  { match: /^gradle\.lockfile$/, read: readGradleLock },
  { match: /\.versions\.toml$/, read: readVersionCatalog },
  { match: /\.gradle(?:\.kts)?$/, read: readGradle, locks: ['gradle.lockfile'] },
  { match: /^go\.mod$/, read: readGoMod },
  { match: /^gemfile\.lock$/, read: readGemfileLock },
  { match: /^composer\.lock$/, read: readComposerLock },
  { match: /^packages\.lock\.json$/, read: readNugetLock },
  {
    match: /\.csproj$|^directory\.packages\.props$|^packages\.config$/,
    read: readMsbuild,
    locks: ['packages.lock.json'],
  },
  { match: /\.txt$|\.in$/, read: readRequirements },
];

/** How a manifest is read; undefined for a file of another name. */
export function formatOf(path: string): ManifestFormat | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return FORMATS.find(({ match }) => match.test(name));
}
