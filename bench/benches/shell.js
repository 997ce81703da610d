// @ts-check
/**
 * The shell front end beside the parser alone, over every `*.sh` under a folder (the fixtures, unless one is given):
 * `node benches/shell.js [folder]`.
 */
import { createRequire } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { busySeconds, medianSeconds, rate, say, textsUnder } from './measure.js';

const built = new URL('../../packages/core/dist/', import.meta.url);
const { fileDocument } = await import(new URL('index.js', built).href);
const { analyseShell } = await import(new URL('shell/index.js', built).href);
const { forEachChild, parse } = await import(
  createRequire(new URL('../../packages/core/package.json', import.meta.url)).resolve('unbash')
);

const folder = process.argv[2] ?? fileURLToPath(new URL('../../fixtures', import.meta.url));
const texts = textsUnder(folder, '.sh');
const characters = texts.reduce((sum, text) => sum + text.length, 0);
say(`${texts.length} scripts`, `${(characters / 1e6).toFixed(2)} MB in ${folder}`);

// The parser reads the words of a script when somebody asks for them: without their parts it has not read the script.
const skimming = await medianSeconds('cpu', () => texts.map((text) => parse(text)));
say('unbash alone, words unread', rate(texts.length, characters, skimming));
const parsing = await medianSeconds('cpu', () => texts.map((text) => visit(parse(text))));
say('unbash alone, every part of every word', rate(texts.length, characters, parsing));
const analysing = await medianSeconds('cpu', () =>
  texts.map((text) => analyseShell(fileDocument('a.sh', text, 'shell'))),
);
say('parsed and evaluated', rate(texts.length, characters, analysing));
const slowest = texts
  .map((text) => {
    const start = busySeconds();
    analyseShell(fileDocument('a.sh', text, 'shell'));
    return busySeconds() - start;
  })
  .reduce((a, b) => Math.max(a, b), 0);
say(
  'ratio (2 or less is the aim)',
  `${(analysing / parsing).toFixed(2)}, to words unread ${(analysing / skimming).toFixed(2)}; slowest script ${(slowest * 1000).toFixed(0)} ms`,
);

/** @param {object} node */
function visit(node) {
  forEachChild(node, visit);
}
