import type { Client } from './client.ts';
import { COMMANDS } from './commands.ts';
import { JAVASCRIPT_CLIENTS } from './libraries.ts';
import { MODULE_CLIENTS } from './modules.ts';
import { POWERSHELL_CLIENTS } from './powershell.ts';
import { PYTHON_CLIENTS } from './python.ts';

export type { Client } from './client.ts';

/** Every client that requests are recognised of. Adding one is an entry in its table, its recogniser in a front end, a fixture and a line of documentation. */
export const CLIENTS: readonly Client[] = [
  ...COMMANDS,
  ...JAVASCRIPT_CLIENTS,
  ...MODULE_CLIENTS,
  ...POWERSHELL_CLIENTS,
  ...PYTHON_CLIENTS,
];

const BY_ID: ReadonlyMap<string, Client> = new Map(CLIENTS.map((client) => [client.id, client]));

/** The entry of the client table. Throws for an id that is not in it: every front end takes its ids from the table. */
export function clientOf(id: string): Client {
  const client = BY_ID.get(id);
  if (client === undefined) throw new Error(`There is no client "${id}" in the client table.`);
  return client;
}
