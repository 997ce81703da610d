// @ts-check
/** Walk and prefilter of a whole folder beside `rg -l` with the same markers: `node benches/walk.js [folder]`. */
import { spawnSync } from 'node:child_process';
import { PassThrough, Readable } from 'node:stream';
import process from 'node:process';
import { medianSeconds, say } from './measure.js';

const { main } = await import(new URL('../../packages/scanner/dist/index.js', import.meta.url).href);
const folder = process.argv[2] ?? process.cwd();
const MARKERS =
  '169\\.254\\.169\\.254|fd00:ec2|aws-ec2-metadata|aws_instance|aws_launch|AWS::EC2|MetadataService|instance-data';

const searched = await medianSeconds('wall', () =>
  spawnSync('rg', ['-l', '-uu', MARKERS, folder], { maxBuffer: 2 ** 28 }),
);
say('rg -l', `${searched.toFixed(2)} s`);
const scanned = await medianSeconds('wall', scan);
say('inventory, everything included', `${scanned.toFixed(2)} s; ${(scanned / searched).toFixed(1)} times rg`);

async function scan() {
  const sink = () => new PassThrough().resume();
  await main({
    argv: ['inventory', '--format', 'json', folder],
    cwd: folder,
    env: {},
    stdin: Readable.from([]),
    stdout: sink(),
    stderr: sink(),
  });
}
