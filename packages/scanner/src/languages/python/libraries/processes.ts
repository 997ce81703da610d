import { known, type Text } from 'imdsv2-core';
import { commandDocument, textDocument } from '../../scripting/embedded.ts';
import type { SyntaxNode } from '../../scripting/syntax.ts';
import { toText, truth, tuplesOf, unknown, type Values } from '../../scripting/values.ts';
import type { Arguments } from '../calls.ts';
import { sourceOf, type Interpreter } from '../interpreter.ts';

/** Functions that run a command: `string` as a line for the shell, `list` as a list of words (a string too, with `shell=True`). */
const RUNNERS: ReadonlyMap<string, 'string' | 'list' | 'words'> = new Map([
  ['os.system', 'string'],
  ['os.popen', 'string'],
  ['subprocess.getoutput', 'string'],
  ['subprocess.getstatusoutput', 'string'],
  ['asyncio.create_subprocess_shell', 'string'],
  ['fabric.api.run', 'string'],
  ['fabric.api.sudo', 'string'],
  ['fabric.api.local', 'string'],
  ['invoke.run', 'string'],
  ['pexpect.run', 'string'],
  ['pexpect.spawn', 'string'],
  ['subprocess.run', 'list'],
  ['subprocess.call', 'list'],
  ['subprocess.check_call', 'list'],
  ['subprocess.check_output', 'list'],
  ['subprocess.Popen', 'list'],
  ['asyncio.create_subprocess_exec', 'words'],
]);

/** Runs of other programs become documents of their own. */
export function callProcess(
  interpreter: Interpreter,
  path: string,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  const kind = RUNNERS.get(path);
  if (kind === undefined) return undefined;
  const command =
    args.positional[0] ?? args.keywords.get('args') ?? args.keywords.get('command') ?? args.keywords.get('cmd') ?? [];
  interpreter.machine.mayFail();
  if (kind === 'words') {
    embedWords(interpreter, args.positional, node);
  } else {
    const shell = kind === 'string' || args.keywords.get('shell')?.some((value) => truth(value) !== false) === true;
    for (const value of command) {
      if (value.kind === 'text') {
        // Without a shell a string is one program's name; on Windows it is a whole command line.
        if (shell || toText(value).pieces.some((piece) => piece.kind === 'literal' && piece.value.includes(' '))) {
          interpreter.machine.embed(
            textDocument(interpreter.document, 'shell', toText(value), node, 'a command that Python runs'),
          );
        }
      } else if (value.kind === 'ref') {
        for (const { cell } of interpreter.machine.state.cells(value)) embedWords(interpreter, cell.items, node);
      } else if (value.kind === 'member' && value.name === 'split') {
        // `"curl …".split()`, `shlex.split("curl …")`.
        interpreter.machine.embed(
          textDocument(interpreter.document, 'shell', toText(value.receiver), node, 'a command that Python runs'),
        );
      }
    }
  }
  const source = sourceOf(interpreter, node).replace(/\s+/g, ' ');
  const asksForToken = source.includes('api/token') && /PUT/i.test(source);
  if (asksForToken) interpreter.machine.log.tokenRequests += 1;
  return unknown(
    source.length > 60 ? `${source.slice(0, 57)}…` : source,
    'it is what a program wrote',
    asksForToken ? { fromTokenRequest: true } : {},
  );
}

/** A command given word by word. `sh -c` words are taken as they are: the shell front end knows what they mean. */
function embedWords(interpreter: Interpreter, items: readonly Values[], node: SyntaxNode): void {
  if (items.length === 0) return;
  const tuples = tuplesOf(items) ?? [];
  for (const { tuple } of tuples) {
    const words: Text[] = tuple.map(toText);
    const [first] = words;
    if (first === undefined || known(first) === undefined) continue;
    interpreter.machine.embed(commandDocument(interpreter.document, words, node, 'a command that Python runs'));
  }
}

/** `shlex.split(command)` keeps the command; what it is run with takes it apart again. */
export function splitCommand(
  interpreter: Interpreter,
  path: string,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  if (path !== 'shlex.split') return undefined;
  const [command] = args.positional;
  return command ?? unknown(sourceOf(interpreter, node), 'it is not given');
}
