import { MANIFEST_NAME } from './manifest-names.ts';

/**
 * What tools write, and what others wrote: left out of directory scans unless `--include-generated` is given.
 * Names compare exactly; `.git` and its like are never read at all.
 */
export function isGeneratedDirectory(name: string): boolean {
  return GENERATED_DIRECTORIES.has(name);
}

export function isGeneratedFile(name: string): boolean {
  // Lockfiles say which versions count.
  if (MANIFEST_NAME.test(name)) return false;
  return /\.(?:min|bundle|chunk)\.[cm]?js$|\.snap$|[.-]lock\.json$|\.generated\.\w+$/.test(name);
}

/** Whether a text was put together by a tool: few, very long lines. Only languages whose authors break lines are asked. */
export function isMinified(text: string): boolean {
  if (text.length < 20_000) return false;
  const lines = text.split('\n').length;
  return text.length / lines > 1000;
}

export function isRepositoryDirectory(name: string): boolean {
  return REPOSITORY_DIRECTORIES.has(name);
}

const GENERATED_DIRECTORIES: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  'dist',
  'build',
  'cdk.out',
  'cdktf.out',
  'vendor',
  '__snapshots__',
  '.terraform',
  '.terragrunt-cache',
  '.next',
  '.nuxt',
  '.turbo',
  '.venv',
  'venv',
  'site-packages',
  '__pycache__',
  '.tox',
  '.yarn',
  '.pnpm-store',
  'coverage',
]);

const REPOSITORY_DIRECTORIES: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', '.jj']);
