import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { COMMANDS, PLANNED, type Command, type Io } from './commands/command.ts';
import { nearest } from './commands/nearest.ts';
import { readArguments } from './commands/options.ts';
import { UsageError } from './commands/usage-error.ts';
import type { ExitCode, Invocation } from './invocation.ts';

/**
 * The whole command: arguments and streams in, exit code out. Touches nothing global, and never throws.
 * 0: nothing at or above the threshold. 1: findings. 2: wrong use, something that could not be judged, or a fault of ours.
 */
export async function main(invocation: Invocation): Promise<ExitCode> {
  const io = ioOf(invocation);
  try {
    return await run(invocation.argv, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.say(`imdsv2: ${error.message}`);
      io.say('Run "imdsv2 --help" for what there is.');
    } else {
      io.say(`imdsv2: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      io.say('Please report it.');
    }
    return 2;
  }
}

async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  const { command, rest } = commandOf(argv, io);
  const args = readArguments(rest, command.name);
  if (args.values['help'] === true) {
    const { helpText } = await import('./commands/help.ts');
    await io.out(helpText(argv.includes(command.name) ? command : undefined));
    return 0;
  }
  if (args.values['version'] === true) {
    const { VERSION } = await import('./package.ts');
    await io.out(`${VERSION}\n`);
    return 0;
  }
  return (await command.load())(args, io);
}

/** The first argument names a command, or the command is `scan` and it is its first path. */
function commandOf(argv: readonly string[], io: Io): { readonly command: Command; readonly rest: readonly string[] } {
  const [scan] = COMMANDS;
  if (scan === undefined) throw new Error('There are no commands.');
  const [first = ''] = argv;
  if (first === '' || first.startsWith('-')) return { command: scan, rest: argv };
  const command = COMMANDS.find(({ name }) => name === first);
  if (command !== undefined) return { command, rest: argv.slice(1) };
  if (io.exists(first)) return { command: scan, rest: argv };
  if (PLANNED.includes(first)) throw new UsageError(`"imdsv2 ${first}" is not there yet.`);
  // A word without dot or slash was meant as a command, anything else as a path (which `scan` then does not find).
  if (/[./\\]/.test(first)) return { command: scan, rest: argv };
  const near = nearest(
    first,
    COMMANDS.map(({ name }) => name),
  );
  throw new UsageError(
    `There is no command and no file "${first}".${near === undefined ? '' : ` Did you mean "imdsv2 ${near}"?`}`,
  );
}

function ioOf({ stdout, stderr, cwd, env }: Invocation): Io {
  return {
    cwd,
    env,
    out: (text) => write(stdout, text),
    say: (line) => void stderr.write(`${line}\n`),
    exists: (path) => existsSync(resolve(cwd, path)),
    isTerminal: stdout.isTTY === true,
    columns: stdout.columns,
  };
}

/** Resolves when the stream has taken the text. A reader that has gone (`imdsv2 | head`) is no error. */
function write(stream: Writable, text: string): Promise<void> {
  return new Promise((done, fail) => {
    stream.write(text, (error) => {
      if (error === null || error === undefined || ('code' in error && error.code === 'EPIPE')) done();
      else fail(error);
    });
  });
}
