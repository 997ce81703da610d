import { expect, test } from 'vitest';
import { projectWith, tarballOf } from '../../../scripts/testing/packed.ts';

test('the installed command finds a request in a script', { timeout: 120_000 }, () => {
  using project = projectWith(tarballOf('imdsv2-scanner'));
  project.write({ 'user-data.sh': '#!/bin/sh\ncurl http://169.254.169.254/latest/meta-data/instance-id\n' });
  const { status, stdout } = project.run('imdsv2', 'scan', '--format', 'json', 'user-data.sh');
  expect(status).toBe(1);
  const { findings } = JSON.parse(stdout) as { findings: object[] };
  expect(findings).toEqual([
    expect.objectContaining({ ruleId: 'no-imdsv1-request', path: 'user-data.sh', severity: 'error' }),
  ]);
});
