import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FRONT_ENDS } from './registry.ts';

test.each(FRONT_ENDS.map((entry) => [entry.name, entry] as const))(
  '%s: the languages of its entry are its own',
  async (_name, entry) => {
    expect((await entry.load()).languages).toEqual(entry.languages);
  },
);

test('a language belongs to one front end', () => {
  const languages = FRONT_ENDS.flatMap((entry) => entry.languages);
  expect(languages).toEqual([...new Set(languages)]);
});

test('every folder that holds a front end has its line', async () => {
  const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const names: string[] = [];
  for (const { name } of folders) {
    if (!readdirSync(new URL(`${name}/`, import.meta.url)).includes('index.ts')) continue;
    const module = (await import(`./${name}/index.ts`)) as Readonly<Record<string, unknown>>;
    if (module['frontEnd'] !== undefined) names.push(name);
  }
  expect(names.sort()).toEqual(FRONT_ENDS.map((entry) => entry.name).sort());
});
