import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TREE } from './html-inventory.tree.ts';
import { directoryWith, runMain } from './run-main.ts';

const BROWSER = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
if (BROWSER === undefined) console.warn('The page is not opened in a browser: there is no Chromium here.');

/** The page as a browser has it after its script has run. */
async function opened(hash: string): Promise<string> {
  const root = directoryWith(TREE);
  const { stdout: page } = await runMain(['inventory', '--format', 'html'], { cwd: root });
  const file = join(root, 'page.html');
  writeFileSync(file, page);
  const { stdout, status, stderr } = spawnSync(
    BROWSER ?? '',
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${join(root, 'profile')}`,
      '--dump-dom',
      `file://${file}${hash}`,
    ],
    { encoding: 'utf8', timeout: 60_000 },
  );
  expect(status, stderr).toBe(0);
  return stdout;
}

describe.skipIf(BROWSER === undefined)('the page in a browser', () => {
  test('shows all rows, and says how many', async () => {
    const page = await opened('');
    expect(page).toMatch(/<output[^>]*>3 of 3 shown</);
    expect(page).not.toMatch(/class="row"[^>]* hidden/);
  }, 90_000);

  test('shows what the filters in its address ask for', async () => {
    const page = await opened('#owner=%40team-a&state=tokenless');
    expect(page).toMatch(/<output[^>]*>1 of 3 shown</);
    expect(page.match(/class="row"[^>]* hidden/g)).toHaveLength(2);
    expect(page).toMatch(/class="group breaks" hidden/);
  }, 90_000);
});
