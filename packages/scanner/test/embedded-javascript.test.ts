import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inventory } from './run-main.ts';

const FETCH = "fetch('http://169.254.169.254/latest/meta-data/ami-id')";
const EXEC = "require('child_process').execSync('curl http://169.254.169.254/latest/meta-data/mac')";

/** Requests of JavaScript inside other files stand where the outermost file has them. */
test.each([
  [
    'inline code of two functions',
    'template.yaml',
    [
      'Resources:',
      '  A:',
      '    Type: AWS::Lambda::Function',
      '    Properties:',
      '      Runtime: nodejs20.x',
      '      Code:',
      '        ZipFile: |',
      '          // the first',
      `          exports.handler = async () => ${FETCH};`,
      '  B:',
      '    Type: AWS::Serverless::Function',
      '    Properties:',
      '      Runtime: nodejs20.x',
      `      InlineCode: "exports.handler = () => ${FETCH};"`,
      '',
    ],
    [
      [9, 41],
      [14, 44],
    ],
  ],
  [
    'a command inside a function inside JSON',
    'template.json',
    [
      '{"Resources": {"A": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "nodejs20.x",',
      `  "Code": {"ZipFile": "exports.handler = () => {\\n  ${EXEC};\\n};"}}}}}`,
      '',
    ],
    [[2, 88]],
  ],
])('%s', async (_, name, lines, places) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'imdsv2-javascript-')));
  writeFileSync(join(folder, name), lines.join('\n'));
  const { requests } = await inventory(folder);
  expect(requests.map(({ range }) => [range.start.line, range.start.column])).toEqual(places);
  expect(new Set(requests.map(({ id }) => id)).size).toBe(places.length);
});
