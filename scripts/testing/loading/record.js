/**
 * Preloaded into a run of a command (`node --import`): when the process ends, it writes to the file named by `RECORD_TO` which
 * modules were loaded (URLs) and how often a WebAssembly module was made.
 */
import { writeFileSync } from 'node:fs';
import { register } from 'node:module';
import process from 'node:process';
import { MessageChannel } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
/** @type {string[]} */
const modules = [];
port1.on('message', (/** @type {string} */ url) => modules.push(url));
port1.unref();
register('./hook.js', import.meta.url, { data: { port: port2 }, transferList: [port2] });

let wasm = 0;
/** @type {Record<string, any>} Its types come with the DOM's, which are not here. */
const api = Reflect.get(globalThis, 'WebAssembly');
for (const name of ['compile', 'instantiate', 'Module']) {
  api[name] = new Proxy(api[name], {
    apply: (target, self, args) => counted(() => Reflect.apply(target, self, args)),
    construct: (target, args) => counted(() => Reflect.construct(target, args)),
  });
}

process.on('beforeExit', () => {
  writeFileSync(process.env['RECORD_TO'] ?? 'record.json', JSON.stringify({ modules, wasm }));
});

/**
 * @template T
 * @param {() => T} make
 */
function counted(make) {
  wasm++;
  return make();
}
