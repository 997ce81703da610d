import { MappedTextBuilder, type Text } from 'imdsv2-core';
import { commandDocument } from '../scripting/embedded.ts';
import type { SyntaxNode } from '../scripting/syntax.ts';
import { joinTexts, knownText, NO_CHOICES, textOf, toText, tuplesOf, type Values } from '../scripting/values.ts';
import type { Word } from './arguments.ts';
import { embedText } from './embedded-scripts.ts';
import { shown, type Interpreter } from './interpreter.ts';

/** Programs whose command lines the shell front end reads. */
const PROGRAMS = new Set([
  'curl',
  'wget',
  'aws',
  'bash',
  'sh',
  'wsl',
  'ssh',
  'python',
  'python3',
  'py',
  'docker',
  'kubectl',
]);
const SHELLS = new Set(['powershell', 'pwsh']);

export function isNativeProgram(name: string): boolean {
  const program = programOf(name);
  return PROGRAMS.has(program) || SHELLS.has(program) || program === 'cmd';
}

/** `C:\Windows\System32\curl.exe` is `curl`. */
function programOf(name: string): string {
  return name.replace(/^.*[\\/]/, '').replace(/\.exe$/, '');
}

/** Runs a program: its command line is a document of its own. */
export function runNative(
  interpreter: Interpreter,
  name: string,
  nameNode: SyntaxNode,
  words: readonly Word[],
  node: SyntaxNode,
): Values {
  const program = programOf(name);
  interpreter.machine.mayFail();
  if (SHELLS.has(program)) runPowerShell(interpreter, words, node);
  else if (program === 'cmd') runCmd(interpreter, words, node);
  else embedWords(interpreter, program, nameNode, words, node);
  const source = shown(interpreter, node);
  const whole = interpreter.document.text.slice(node.start, node.end);
  const token = whole.includes('api/token') && /\bPUT\b/i.test(whole);
  if (token) interpreter.machine.log.tokenRequests += 1;
  return [{ kind: 'response', name: source, token, mayBeEmpty: true, choices: NO_CHOICES }];
}

function embedWords(
  interpreter: Interpreter,
  program: string,
  nameNode: SyntaxNode,
  words: readonly Word[],
  node: SyntaxNode,
): void {
  const first = new MappedTextBuilder().decoded(program, interpreter.document, nameNode.start, nameNode.end).build();
  const head: Text = { pieces: [{ kind: 'literal', value: first.text, map: first.map }], choices: NO_CHOICES };
  const rest = words
    .filter((word) => word.splatted !== true)
    .map((word) => (word.parameter === undefined ? word.values : written(interpreter, word)));
  for (const { tuple } of tuplesOf(rest) ?? []) {
    interpreter.machine.embed(
      commandDocument(interpreter.document, [head, ...tuple.map(toText)], node, `a command that PowerShell runs`),
    );
  }
}

/** An option as it stands there. */
function written(interpreter: Interpreter, word: Word): Values {
  const { document } = interpreter;
  return [
    {
      kind: 'text',
      pieces: [
        {
          kind: 'literal',
          value: document.text.slice(word.start, word.end),
          map: document.map.slice(word.start, word.end),
        },
      ],
      choices: NO_CHOICES,
    },
  ];
}

/** `powershell -Command "…"`, `-EncodedCommand <base64 of UTF-16>`. */
function runPowerShell(interpreter: Interpreter, words: readonly Word[], node: SyntaxNode): void {
  for (let i = 0; i < words.length; i += 1) {
    const name = words[i]?.parameter?.toLowerCase();
    const isLoose = name === undefined && i === 0;
    if ((name !== undefined && name.startsWith('c') && 'command'.startsWith(name)) || isLoose) {
      const parts = words
        .slice(isLoose ? i : i + 1)
        .map((word) => (word.parameter === undefined ? word.values : written(interpreter, word)));
      const script = joinTexts(parts.flatMap((part, index) => (index === 0 ? [part] : [textOf(' '), part])));
      for (const value of script)
        if (value.kind === 'text')
          embedText(interpreter, 'powershell', toText(value), node, 'a command that powershell runs');
      return;
    }
    if (name !== undefined && name.startsWith('e') && ('encodedcommand'.startsWith(name) || name === 'ec')) {
      const encoded = knownText(words[i + 1]?.values ?? []);
      if (encoded !== undefined)
        embedText(
          interpreter,
          'powershell',
          {
            pieces: [{ kind: 'literal', value: Buffer.from(encoded, 'base64').toString('utf16le') }],
            choices: NO_CHOICES,
          },
          words[i + 1] ?? node,
          'an encoded command that powershell runs',
        );
      return;
    }
    if (name === 'file' || name === 'f') return;
  }
}

/** `cmd /c "…"`. */
function runCmd(interpreter: Interpreter, words: readonly Word[], node: SyntaxNode): void {
  const at = words.findIndex((word) => /^\/[ck]$/i.test(knownText(word.values) ?? ''));
  if (at === -1) return;
  const parts = words
    .slice(at + 1)
    .map((word) => (word.parameter === undefined ? word.values : written(interpreter, word)));
  for (const value of joinTexts(parts.flatMap((part, index) => (index === 0 ? [part] : [textOf(' '), part])))) {
    if (value.kind === 'text') embedText(interpreter, 'batch', toText(value), node, 'a command that cmd runs');
  }
}
