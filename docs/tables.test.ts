import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { CLIENTS, LAUNCH_TYPES, OTHER_CLOUDS } from 'imdsv2-core';
import { describe, expect, it } from 'vitest';

/** The lists of what is understood name every entry of the tables, and nothing else; `UPDATE_FIXTURES=1` writes them anew. */
const PAGES = {
  'clients.md': `# Clients and clouds

What requests are recognised of, by the id that the inventory shows.

| client | id | kind |
| --- | --- | --- |
${CLIENTS.map((client) => `| ${client.name} | \`${client.id}\` | ${client.kind} |`).join('\n')}

Clouds whose metadata service answers at the same address or looks alike; their requests are never findings.

${OTHER_CLOUDS.map((cloud) => `- ${cloud.name}`).join('\n')}
`,
  'launches.md': `# Launches

Resource types, constructs and commands that launch instances, or decide how they are launched.

| platform | type |
| --- | --- |
${[...new Set(LAUNCH_TYPES.map((type) => `| ${type.platform} | \`${type.resource}\` |`))].join('\n')}
`,
};

describe.each(Object.entries(PAGES))('docs/%s', (name, expected) => {
  it('lists exactly what the tables hold', () => {
    const path = fileURLToPath(new URL(name, import.meta.url));
    if (process.env['UPDATE_FIXTURES'] === '1') writeFileSync(path, expected);
    expect(plain(readFileSync(path, 'utf8'))).toBe(plain(expected));
  });
});

/** The formatter aligns tables. */
function plain(markdown: string): string {
  return markdown.replace(/[ -]+/g, ' ').trim();
}
