import type { ExitCode } from '../invocation.ts';
import type { ParsedArguments } from './options.ts';

/** Everything that a command has of the world. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The report, and nothing else. Resolves when it has been taken; never rejects when the reader has gone. */
  readonly out: (text: string) => Promise<void>;
  /** For people: progress, warnings, errors. Without the line's end. */
  readonly say: (line: string) => void;
  readonly exists: (path: string) => boolean;
  /** Whether the report goes to a terminal. */
  readonly isTerminal: boolean;
  /** Columns of the terminal, if it is one. */
  readonly columns: number | undefined;
}

export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<(args: ParsedArguments, io: Io) => Promise<ExitCode>>;
}

export const COMMANDS: readonly Command[] = [
  {
    name: 'scan',
    usage: 'imdsv2 [scan] [PATH…]',
    summary: 'report what speaks IMDSv1, what launches instances that allow it, and what breaks without it',
    load: async () => (await import('./scan.ts')).scan,
  },
  {
    name: 'inventory',
    usage: 'imdsv2 inventory [PATH…]',
    summary: 'list every request and every launch with its verdict',
    load: async () => (await import('./inventory.ts')).inventoryCommand,
  },
  {
    name: 'fix',
    usage: 'imdsv2 fix [PATH…]',
    summary: 'repair what is found, in place',
    load: async () => (await import('./fix.ts')).fix,
  },
  {
    name: 'explain',
    usage: 'imdsv2 explain RULE',
    summary: 'print what a rule is about',
    load: async () => (await import('./explain.ts')).explain,
  },
];

/** Commands that DESIGN names and this version does not have. */
export const PLANNED: readonly string[] = ['lsp', 'merge'];
