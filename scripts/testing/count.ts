import { mkdirSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Writes how many tests passed and failed to `.cache/tests.json`; prints nothing, so that the summary stays last. */
export default class Count implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    // A file that did not even load, or failed outside of its tests, is one failure more.
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandledErrors.length;
    const passed = states.filter((state) => state === 'passed').length;
    const failed = states.filter((state) => state === 'failed').length + broken;
    mkdirSync('.cache', { recursive: true });
    writeFileSync('.cache/tests.json', JSON.stringify({ passed, failed }));
  }
}
