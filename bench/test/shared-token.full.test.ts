import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { runMain } from '../../packages/scanner/test/run-main.ts';
import { runAgainstEmulator, whyNoNamespace, type Mode } from '../emulator/namespace.ts';

const DATA = 'http://169.254.169.254/latest/meta-data';

/** Programs of several files that ask in two of them. */
const PROGRAMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ES modules': {
    'package.json': '{"type":"module"}',
    'main.js': `import { mac } from './lib/mac.js';\nimport { type } from './lib/type.js';\nconst all = await Promise.allSettled([mac(), type()]);\nconsole.log(all.map(({ status, value }) => value ?? status).join(' '));\n`,
    'lib/mac.js': `export async function mac() {\n  const response = await fetch('${DATA}/mac');\n  return response.text();\n}\n`,
    'lib/type.js': `export const type = () => fetch('${DATA}/instance-type').then((response) => response.text());\n`,
  },
  CommonJS: {
    'package.json': '{}',
    'main.js': `const { mac } = require('./mac');\nconst { type } = require('./type');\nPromise.allSettled([mac(), type()]).then((all) => {\n  console.log(all.map(({ status, value }) => value || status).join(' '));\n});\n`,
    'mac.js': `async function mac() {\n  const response = await fetch('${DATA}/mac');\n  return response.text();\n}\nmodule.exports = { mac };\n`,
    'type.js': `exports.type = () => fetch('${DATA}/instance-type').then((response) => response.text());\n`,
  },
};

const why = whyNoNamespace();
if (why !== undefined) console.warn(`Shared tokens are not executed: ${why}.`);

describe.skipIf(why !== undefined)('files that share a token', { timeout: 120_000 }, () => {
  it.each(Object.entries(PROGRAMS))('%s', async (_, files) => {
    const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'imdsv2-shared-')));
    try {
      const [before, after] = [join(scratch, 'before'), join(scratch, 'after')];
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(join(before, path, '..'), { recursive: true });
        writeFileSync(join(before, path), text);
      }
      cpSync(before, after, { recursive: true });
      expect((await runMain(['fix', '--unsafe'], { cwd: after })).code).toBe(0);
      const run = (cwd: string, mode: Mode) => ({
        id: `${cwd} ${mode}`,
        command: [process.execPath, join(cwd, 'main.js')],
        cwd,
        mode,
      });
      const modes = ['required', 'optional', 'absent'] as const;
      const outcomes = runAgainstEmulator([before, after].flatMap((cwd) => modes.map((mode) => run(cwd, mode))));
      const told = (cwd: string, mode: Mode) => {
        const outcome = outcomes.get(`${cwd} ${mode}`);
        return { code: outcome?.code, stdout: outcome?.stdout };
      };
      expect(told(after, 'required')).toEqual(told(before, 'optional'));
      expect(told(after, 'optional')).toEqual(told(before, 'optional'));
      expect(told(after, 'absent')).toEqual(told(before, 'absent'));
      expect(told(before, 'required')).not.toEqual(told(before, 'optional'));
      const asked = outcomes.get(`${after} required`)?.log.map(({ method, status }) => [method, status]);
      expect(asked).toEqual([
        ['PUT', 200],
        ['GET', 200],
        ['GET', 200],
      ]);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });
});
