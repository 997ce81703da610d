import type { ExitCode, Invocation } from './invocation.ts';

/** What the package declares: its declarations are made from this file alone, which knows nothing of the parsers behind the command. */
export type { ExitCode, Invocation } from './invocation.ts';
export type * from './report/report.ts';

/** The command as a function. */
export declare const main: (invocation: Invocation) => Promise<ExitCode>;
