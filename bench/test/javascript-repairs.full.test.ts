import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Linter } from 'eslint';
import plugin from 'eslint-plugin-imdsv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectWith, type Project } from '../../scripts/testing/packed.ts';
import { runAgainstEmulator, whyNoNamespace, type Mode, type Outcome } from '../emulator/namespace.ts';

/** Programs with one request each that a suggestion repairs; one or more per client. */
const FOLDER = fileURLToPath(new URL('../../fixtures/oracle/clients/', import.meta.url));
const NAMES = readdirSync(FOLDER).sort();

/** The clients, as a project of its own installs them. */
const PACKAGES = [
  '@actions/http-client@2.2.3',
  'aws-sdk@2.1693.0',
  'axios@1.13.2',
  'bent@7.3.12',
  'got@14.6.5',
  'ky@1.14.0',
  'needle@3.3.1',
  'node-fetch@3.3.2',
  'ofetch@1.5.1',
  'phin@3.7.1',
  'request@2.88.2',
  'request-promise@4.2.6',
  'superagent@10.2.3',
  'undici@6.22.0',
  'xmlhttprequest@1.8.0',
];

const why = whyNoNamespace();
if (why !== undefined) console.warn(`What suggestions do is not executed: ${why}.`);

describe.skipIf(why !== undefined)('what runs after the suggestion', { timeout: 600_000 }, () => {
  let project: Project;
  let outcomes: ReadonlyMap<string, Outcome>;

  beforeAll(() => {
    project = projectWith(...PACKAGES);
    for (const name of NAMES) {
      copyFileSync(join(FOLDER, name), join(project.folder, name));
      writeFileSync(join(project.folder, `repaired-${name}`), repaired(name));
    }
    outcomes = runAgainstEmulator(
      NAMES.flatMap((name) => [
        run(project, name, 'optional'),
        run(project, name, 'required'),
        run(project, `repaired-${name}`, 'required'),
      ]),
    );
  }, 300_000);

  afterAll(() => project[Symbol.dispose]());

  it.each(NAMES)('%s', (name) => {
    const before = outcomes.get(`${name} required`);
    const after = outcomes.get(`repaired-${name} required`);
    expect(before?.log.some(({ status }) => status >= 400)).toBe(true);
    expect({ code: after?.code, stderr: after?.code === 0 ? '' : after?.stderr }).toEqual({ code: 0, stderr: '' });
    expect(new Set(after?.log.map(({ status }) => status))).toEqual(new Set([200]));
    expect(after?.log.some(({ token }) => token === 'right')).toBe(true);
    expect(after?.stdout).toMatch(/\S/);
    // Programs that fail for want of a good token request print nothing useful before.
    if (!TOKEN_REQUESTS.has(name)) expect(after?.stdout).toBe(outcomes.get(`${name} optional`)?.stdout);
  });
});

/** What is wrong there is the token request: without one that succeeds nothing sensible is printed in any mode. */
const TOKEN_REQUESTS: ReadonlySet<string> = new Set(['axios-argument-order.mjs', 'token-life.mjs']);

function run({ folder }: Project, name: string, mode: Mode) {
  return { id: `${name} ${mode}`, command: [process.execPath, join(folder, name)], cwd: folder, mode };
}

/** The program with the first suggestion of its first problem applied, as an editor does it. */
function repaired(name: string): string {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const messages = new Linter().verify(text, [plugin.configs.recommended], { filename: name });
  const fix = messages.flatMap((message) => message.suggestions ?? [])[0]?.fix;
  if (fix === undefined) throw new Error(`Nothing is suggested for ${name}: ${JSON.stringify(messages)}`);
  return text.slice(0, fix.range[0]) + fix.text + text.slice(fix.range[1]);
}
