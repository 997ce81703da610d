import type { Readable, Writable } from 'node:stream';

/** 0: nothing at or above the threshold. 1: findings. 2: wrong use, or something that could not be judged. */
export type ExitCode = 0 | 1 | 2;

/** Everything that the command takes of the world. */
export interface Invocation {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}
