import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { directoryWith, inventory, scan } from './run-main.ts';

/** A copy of the demo as a work tree of its own. */
const demo = realpathSync(mkdtempSync(join(tmpdir(), 'imdsv2-demo-')));
cpSync(fileURLToPath(new URL('../../../fixtures/demo', import.meta.url)), demo, { recursive: true });
mkdirSync(join(demo, '.git'));
afterAll(() => rmSync(demo, { recursive: true }));

const files = readdirSync(demo, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(demo.length + 1))
  .sort();
const folders = [...new Set(files.map((file) => file.slice(0, Math.max(0, file.lastIndexOf('/')))))].filter(
  (folder) => folder !== '',
);

const whole = await scan(demo, '--persona', 'auditor');
const wholeInventory = await inventory(demo);

test('the demo has something to find', () => {
  expect(whole.findings.length).toBeGreaterThan(5);
  expect(wholeInventory.requests.length).toBeGreaterThan(3);
  expect(wholeInventory.launches.length).toBeGreaterThan(3);
});

describe('paths select what is reported, never what is known', () => {
  test.each(files)('%s alone', async (file) => {
    const { findings } = await scan(demo, '--persona', 'auditor', file);
    expect(findings).toEqual(whole.findings.filter(({ path }) => path === file));
    const { requests, launches } = await inventory(demo, file);
    expect(requests).toEqual(wholeInventory.requests.filter(({ path }) => path === file));
    expect(launches).toEqual(wholeInventory.launches.filter(({ path }) => path === file));
  });

  test.each(folders)('the folder %s', async (folder) => {
    const { findings } = await scan(demo, '--persona', 'auditor', folder);
    expect(findings).toEqual(whole.findings.filter(({ path }) => path.startsWith(`${folder}/`)));
  });

  test('from another directory: the same ids and fingerprints, other paths', async () => {
    const { findings } = await scan(join(demo, 'terraform'), '--persona', 'auditor', '..');
    const identity = ({ ruleId, subject, fingerprint }: (typeof findings)[number]): string =>
      `${ruleId} ${subject} ${fingerprint}`;
    expect(findings.map(identity)).toEqual(whole.findings.map(identity));
    expect(findings.map(({ path }) => path)).not.toEqual(whole.findings.map(({ path }) => path));
  });
});

test('ids are those of the inventory', () => {
  const ids = new Set(
    [...wholeInventory.requests, ...wholeInventory.launches, ...wholeInventory.defaults].map(({ id }) => id),
  );
  for (const { subject, ruleId } of whole.findings) if (ruleId !== 'valid-suppression') expect(ids).toContain(subject);
});

describe('the prefilter', () => {
  test('changes nothing in the demo', async () => {
    expect((await scan(demo, '--persona', 'auditor', '--no-prefilter')).findings).toEqual(whole.findings);
    const all = await inventory(demo, '--no-prefilter');
    expect(all.requests).toEqual(wholeInventory.requests);
    expect(all.launches).toEqual(wholeInventory.launches);
  });
});

test('a launch that starts from a template by its name knows the template, whoever else speaks of neither file', async () => {
  const tree = directoryWith({
    '.git/': '',
    'network/stack.yaml': `Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateName: web-hosts
      LaunchTemplateData:
        MetadataOptions: {HttpTokens: required}
`,
    'hosts/stack.yaml': `Resources:
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      LaunchTemplate: {LaunchTemplateName: web-hosts, Version: $Latest}
`,
  });
  const { launches } = await inventory(tree, 'hosts');
  expect(launches).toMatchObject([{ verdict: 'required', decidedBy: 'launch-template' }]);
  expect(launches).toEqual((await inventory(tree)).launches.filter(({ path }) => path.startsWith('hosts/')));
});
