import { describe, expect, it } from 'vitest';
import { whyNoNamespace } from '../emulator/namespace.ts';
import { differences, judgeAndExecute, oracleFiles } from './oracle.ts';

const why = whyNoNamespace();
if (why !== undefined) console.warn(`The oracle is skipped: ${why}.`);

describe.skipIf(why !== undefined)('what runs is what was said', () => {
  it.each(['shell', 'javascript', 'python'])('%s', async (folder) => {
    const files = oracleFiles(folder).map((file) => `${folder}/${file}`);
    const cases = await judgeAndExecute(files);
    expect(cases.length).toBeGreaterThan(0);
    expect(Object.fromEntries(cases.map((one) => [one.name, differences(one)]).filter(([, found]) => found?.length))).toEqual({});
  }, 120_000);
});
