import { readFileSync } from 'node:fs';
import { SDKS } from 'imdsv2-core';
import { expect, it } from 'vitest';

/** The page of the rule has the versions that the table has. */
const PAGE = readFileSync(new URL('rules/imdsv2-capable-sdk.md', import.meta.url), 'utf8');

const ROWS = SDKS.filter(({ id }) => !/-clients$|^go-2-imds$|^javascript-3$/.test(id));

it.each(ROWS.map((sdk) => [sdk.id, sdk] as const))('%s', (_, { versionTwoSince, switchSince }) => {
  expect(PAGE).toContain(versionTwoSince);
  expect(PAGE).toContain(switchSince ?? 'not said by AWS');
});
