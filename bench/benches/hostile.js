// @ts-check
/** How long hostile scripts take, and what is said of them: `node benches/hostile.js`. */
import { HOSTILE } from './hostile-scripts.js';
import { busySeconds, say } from './measure.js';

const built = new URL('../../packages/core/dist/', import.meta.url);
const { fileDocument } = await import(new URL('index.js', built).href);
const { analyseShell } = await import(new URL('shell/index.js', built).href);

for (const [name, text] of HOSTILE) {
  const start = busySeconds();
  const { facts, problems } = analyseShell(fileDocument('a.sh', text, 'shell'));
  const milliseconds = Math.round((busySeconds() - start) * 1000);
  const reasons = problems.map((/** @type {{ reason: string }} */ { reason }) => reason).join('; ');
  say(
    name,
    `${milliseconds} ms, ${text.length} characters, ${facts.length} facts${reasons === '' ? '' : `, said: ${reasons.slice(0, 90)}`}`,
  );
}
