import type { LanguageId, ShellHost } from 'imdsv2-core';

/** What runs a script, as its first line says. */
export interface Interpreter {
  /** Undefined when the interpreter is known, but no front end reads its language (`perl`, `ruby`, `awk`). */
  readonly language: LanguageId | undefined;
  /** The program's name without path and version: `bash`, `python`. */
  readonly name: string;
  /** Flags that change how a shell runs the script. */
  readonly shell?: ShellHost;
}

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'rbash', 'bats', 'fish', 'csh', 'tcsh']);

const LANGUAGES: Readonly<Record<string, LanguageId>> = {
  python: 'python',
  pypy: 'python',
  pwsh: 'powershell',
  powershell: 'powershell',
  node: 'javascript',
  nodejs: 'javascript',
  bun: 'javascript',
  deno: 'javascript',
  tsx: 'javascript',
  make: 'makefile',
  'cloud-config': 'cloud-init',
  'ansible-playbook': 'yaml',
  cmd: 'batch',
};

/** The interpreter that a text's first line (`#!…`, blank lines before it allowed) names. Undefined without such a line. */
export function interpreterOf(text: string): Interpreter | undefined {
  const [line, second = ''] = text.trimStart().slice(0, 500).split(/\r?\n/, 2);
  if (!line?.startsWith('#!')) return undefined;
  // A Nix script says on its second line what runs it.
  const nix = line.includes('nix-shell') ? /^#!\s*nix-shell\b.*?\s-i\s+(\S+)/.exec(second)?.[1] : undefined;
  return readCommand(nix ?? line.slice(2));
}

/** The interpreter that a command line starts: `bash -eo pipefail {0}`, `/usr/bin/env python3 -u`, `pwsh -Command`. */
export function readCommand(command: string): Interpreter | undefined {
  const words = command.trim().split(/\s+/);
  let word = words.shift() ?? '';
  while (/(?:^|[\\/])(?:env|sudo|exec|uv|busybox)(?:\.exe)?$/.test(word)) {
    word = words.shift() ?? '';
    while (word.startsWith('-') || /^\w+=/.test(word) || word === 'run') word = words.shift() ?? '';
  }
  const name = /([^\\/]+?)(?:\.exe)?$/i
    .exec(word)?.[1]
    ?.toLowerCase()
    .replace(/[\d.]+$/, '');
  if (name === undefined || name === '') return undefined;
  if (SHELLS.has(name)) return { language: 'shell', name, shell: { interpreter: name, ...shellFlags(words) } };
  const language = LANGUAGES[name === 'platform-python' ? 'python' : name];
  return { language, name };
}

/** What the options of a shell's command line switch on: `-e`, `-euo pipefail`, `+e`. */
export function shellFlags(words: readonly string[]): Omit<ShellHost, 'interpreter' | 'variables'> {
  const flags: { errexit?: boolean; nounset?: boolean; pipefail?: boolean } = {};
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (!/^[-+][A-Za-z]+$/.test(word)) {
      if (word === '--' || !word.startsWith('-')) break;
      continue;
    }
    const on = word.startsWith('-');
    if (word.includes('e')) flags.errexit = on;
    if (word.includes('u')) flags.nounset = on;
    if (!word.endsWith('o')) continue;
    const option = words[++index];
    if (option === 'pipefail' || option === 'errexit' || option === 'nounset') flags[option] = on;
  }
  return flags;
}
