import { expect, it } from 'vitest';
import { AWS_CLI_LAUNCHES } from '../catalog/launches/aws-cli.ts';
import { isMarked } from './markers.ts';

it('knows every operation of the AWS CLI that has to do with launches', () => {
  expect(AWS_CLI_LAUNCHES.filter(({ operation }) => !isMarked(operation))).toEqual([]);
});

it.each([
  'curl -s "$BASE/instance-id"',
  'aws s3 cp a s3://b',
  'docker run -d x:latest',
  'echo CloudProvider: aws',
  '# Try it. Then again.',
  'update-ca-certificates && start-stop-daemon --start',
  'kubectl get pods -o jsonpath="{.items[*].metadata.name}"',
  'openssl rand -base64 12',
  'exec 3<>/dev/tcp/$HOST/5432',
])('leaves alone what says nothing: %s', (text) => {
  expect(isMarked(text)).toBe(false);
});
