import type { ExitCode, Invocation } from './invocation.ts';

/** What the package declares: its declarations are made from this file alone, which knows nothing of the parsers behind the command. The shape of reports is published as JSON Schema. */
export type { ExitCode, Invocation } from './invocation.ts';

/** The command as a function. */
export declare const main: (invocation: Invocation) => Promise<ExitCode>;
