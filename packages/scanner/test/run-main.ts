import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { main, type ExitCode, type Inventory, type Report } from '../src/index.ts';

export interface Ran {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the whole command in a directory. */
export async function runMain(
  argv: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Ran> {
  // Nobody reads until the end: without room for all of it, writing would wait for ever.
  const stdout = new PassThrough({ highWaterMark: 2 ** 28 });
  const stderr = new PassThrough({ highWaterMark: 2 ** 28 });
  const code = await main({ argv, cwd, env, stdin: Readable.from([]), stdout, stderr });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

/** `scan --format json`, parsed. */
export async function scan(
  cwd: string,
  ...argv: readonly string[]
): Promise<Report & { readonly code: ExitCode; readonly stderr: string }> {
  const { code, stdout, stderr } = await runMain(['scan', '--format', 'json', ...argv], { cwd });
  return { ...(JSON.parse(stdout) as Report), code, stderr };
}

/** `inventory --format json`, parsed. */
export async function inventory(
  cwd: string,
  ...argv: readonly string[]
): Promise<Inventory & { readonly code: ExitCode; readonly stderr: string }> {
  const { code, stdout, stderr } = await runMain(['inventory', '--format', 'json', ...argv], { cwd });
  return { ...(JSON.parse(stdout) as Inventory), code, stderr };
}

/** A directory of its own, outside every work tree, with the given files; a path that ends with `/` is an empty directory. */
export function directoryWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'imdsv2-')));
  for (const [path, content] of Object.entries(files)) {
    if (path.endsWith('/')) {
      mkdirSync(join(root, path), { recursive: true });
      continue;
    }
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}
