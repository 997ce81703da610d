import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { contentOf } from '../../../scripts/testing/packed.ts';

const COMMAND = join(contentOf('imdsv2-scanner'), 'dist/cli.js');
const SCRIPT = `#!/bin/sh\n${'# a long script\n'.repeat(2000)}MAC=$(curl -s http://169.254.169.254/latest/meta-data/mac)\n`;
const FILES = Array.from({ length: 40 }, (_, index) => `${String(index)}.sh`);

/** Starts the command on files of its own, and kills it after so many milliseconds. How long it took; undefined: it was killed. */
async function repairAndKill(folder: string, after: number): Promise<number | undefined> {
  mkdirSync(folder);
  for (const file of FILES) writeFileSync(join(folder, file), SCRIPT);
  const start = Date.now();
  const child = spawn(process.execPath, [COMMAND, 'fix', '--unsafe', '.'], { cwd: folder, stdio: 'ignore' });
  const ended = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const timer = new AbortController();
  void setTimeout(after, undefined, { signal: timer.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  const signal = await ended;
  timer.abort();
  return signal === null ? Date.now() - start : undefined;
}

test('a file is never half written, whenever the command is killed', { timeout: 240_000 }, async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'imdsv2-killed-'));
  try {
    const whole = join(scratch, 'whole');
    const duration = (await repairAndKill(whole, 60_000)) ?? 60_000;
    const repaired = readFileSync(join(whole, '0.sh'), 'utf8');
    expect(repaired).toContain('IMDS_TOKEN=$(');
    let interrupted = 0;
    for (let trial = 0; trial < 12; trial++) {
      const folder = join(scratch, String(trial));
      // Files are written at the end.
      await repairAndKill(folder, duration * (0.5 + 0.6 * Math.random()));
      const texts = FILES.map((file) => readFileSync(join(folder, file), 'utf8'));
      expect(texts.filter((text) => text !== SCRIPT && text !== repaired)).toEqual([]);
      if (texts.includes(SCRIPT)) interrupted++;
      // What was being written when the signal came lies beside, under a name of its own.
      expect(readdirSync(folder).filter((name) => !FILES.includes(name) && !name.includes('.imdsv2-'))).toEqual([]);
    }
    expect(interrupted).toBeGreaterThan(0);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
