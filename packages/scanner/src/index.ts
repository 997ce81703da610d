import { main as run } from './main.ts';
import type * as types from './types.ts';

export type * from './report/report.ts';
export type * from './types.ts';

/** The command as a function. */
export const main: typeof types.main = run;
