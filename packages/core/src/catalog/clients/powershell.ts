import type { Client } from './client.ts';

/** Commands and classes of PowerShell. */
export const POWERSHELL_CLIENTS = [] as const satisfies readonly Client[];
