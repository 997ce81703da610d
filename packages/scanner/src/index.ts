/** The command as a function, and the shape of what it prints. */
export { main, type Invocation } from './main.ts';
export type { ExitCode } from './commands/command.ts';
export type * from './report/report.ts';
