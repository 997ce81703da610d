import type { Client } from './client.ts';

/** Libraries of Python. */
export const PYTHON_CLIENTS = [] as const satisfies readonly Client[];
