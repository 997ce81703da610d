import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { fileDocument, known, targetOf } from '../src/index.ts';
import { analyseShell } from '../src/shell/index.ts';
import { generatedScript } from './shell-scripts.ts';

/** Scripts per run; each starts one shell. */
const RUNS = Number(process.env['IMDSV2_SCRIPTS'] ?? 1000);

const folder = mkdtempSync(join(tmpdir(), 'imdsv2-scripts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// A curl that only says what it would send. Nothing leaves the machine: there is no other client on the path.
const log = join(folder, 'log');
writeFileSync(
  join(folder, 'curl'),
  `#!/bin/sh\nfor word in "$@"; do printf '%s\\037' "$word"; done >> '${log}'\nprintf '\\036' >> '${log}'\n`,
);
chmodSync(join(folder, 'curl'), 0o755);

/** What bash really sends, as "method url token". */
function executed(script: string): ReadonlySet<string> {
  writeFileSync(log, '');
  spawnSync('bash', ['--norc', '--noprofile', '-c', script], {
    env: { PATH: `${folder}:/usr/bin:/bin` },
    input: '',
    timeout: 10_000,
  });
  const sent = spawnSync('cat', [log], { encoding: 'utf8' }).stdout;
  return new Set(
    sent
      .split('\u001e')
      .filter((line) => line !== '')
      .flatMap((line) => readArguments(line.split('\u001f').slice(0, -1))),
  );
}

/** The requests of a curl command line, read with the few options that the generator uses. */
function readArguments(words: readonly string[]): readonly string[] {
  const urls: string[] = [];
  let token = '';
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '-H') {
      i += 1;
      token = /^X-aws-ec2-metadata-token:\s*(.*)$/.exec(words[i] ?? '')?.[1] ?? token;
    } else if (['-m', '--retry', '-o', '-X'].includes(word)) i += 1;
    else if (!word.startsWith('-')) urls.push(word);
  }
  return urls.filter(isMetadata).map((url) => `${url} ${token === '' ? 'without' : 'with'}`);
}

function isMetadata(url: string): boolean {
  const { service } = targetOf({ pieces: [{ kind: 'literal', value: url }], choices: new Map() });
  return service !== 'other' && service !== 'unknown';
}

/** What the analyser says the script may send; undefined when it leaves something open. */
function analysed(script: string): { readonly possible: ReadonlySet<string>; readonly isExact: boolean } {
  const { facts } = analyseShell(fileDocument('script.sh', script, 'shell'));
  const possible = new Set<string>();
  let isExact = true;
  for (const fact of facts) {
    if (fact.kind !== 'request') continue;
    for (const variant of fact.variants) {
      const url = known(variant.url);
      const header = variant.headers.find(({ name }) => known(name)?.toLowerCase() === 'x-aws-ec2-metadata-token');
      const value = header === undefined ? '' : known(header.value);
      if (url === undefined || value === undefined || variant.unreadHeaders !== undefined) isExact = false;
      else possible.add(`${url} ${value === '' ? 'without' : 'with'}`);
    }
  }
  return { possible, isExact };
}

describe('scripts that were made up', () => {
  it(`send what the analyser says (${String(RUNS)} scripts)`, () => {
    let knownScripts = 0;
    fc.assert(
      fc.property(generatedScript, ({ text, isKnown }) => {
        const sent = executed(text);
        const { possible, isExact } = analysed(text);
        if (isKnown) {
          knownScripts += 1;
          expect(isExact, `everything is known in\n${text}`).toBe(true);
          expect([...possible].sort(), text).toEqual([...sent].sort());
        } else if (isExact) {
          for (const request of sent) expect([...possible], text).toContain(request);
        }
      }),
      { numRuns: RUNS },
    );
    expect(knownScripts / RUNS).toBeGreaterThan(0.8);
  }, 900_000);
});
