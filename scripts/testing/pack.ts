import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packed, root } from './packed.ts';

/** Set-up of the tiers that test what is published: packs the built packages, and unpacks them beside. */
export default function setup(): void {
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed, { recursive: true });
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };
  run('npx', ['-y', packageManager, '--recursive', '--filter', './packages/*', 'pack', '--pack-destination', packed]);
  for (const tarball of readdirSync(packed)) {
    const name = basename(tarball).replace(/-\d+\.\d+\.\d+.*$/, '');
    run('tar', ['-xzf', join(packed, tarball), '-C', packed]);
    renameSync(join(packed, 'package'), join(packed, name));
    renameSync(join(packed, tarball), join(packed, `${name}.tgz`));
  }
}

function run(command: string, args: string[]) {
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
