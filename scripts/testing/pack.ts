import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { packedFolder, root } from './packed.ts';

/**
 * Set-up of the tiers that test what is published: packs the built packages, and unpacks them beside.
 *
 * @returns what removes them again
 */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'imdsv2-packages-'));
  process.env[packedFolder] = folder;
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };
  run('npx', ['-y', packageManager, '--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder]);
  for (const tarball of readdirSync(folder)) {
    const name = basename(tarball).replace(/-\d+\.\d+\.\d+.*$/, '');
    run('tar', ['-xzf', join(folder, tarball), '-C', folder]);
    renameSync(join(folder, 'package'), join(folder, name));
    renameSync(join(folder, tarball), join(folder, `${name}.tgz`));
  }
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}

function run(command: string, args: string[]) {
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
