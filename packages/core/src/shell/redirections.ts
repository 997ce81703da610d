import type { HereDoc, Redirect, Redirection } from 'unbash';
import { known, render, type Text } from '../text/text.ts';
import { openSocket, sendThroughSocket, socketUrl } from './commands/sockets.ts';
import type { Evaluator } from './evaluator.ts';
import type { Exit } from './exit.ts';
import { expandParts, expandText, literalTexts } from './expansion.ts';
import type { Source } from './source.ts';
import {
  descriptorVariable,
  DISCARDED,
  fileVariable,
  getVariable,
  INPUT,
  OUTPUT,
  settled,
  setVariable,
  type State,
} from './state.ts';
import { append, NO_CHOICES, scalar, shellHole, textsOf, type Variable } from './values.ts';
import { noteWritten } from './written-files.ts';

type Run = (state: State) => Exit;

/** Runs something with its input and output led elsewhere. */
export function withRedirections(
  shell: Evaluator,
  redirections: readonly Redirection[],
  source: Source,
  state: State,
  run: Run,
): Exit {
  if (redirections.length === 0) return run(state);
  const input = inputOf(shell, redirections, source, state);
  const output = outputOf(shell, redirections, source, state);
  const inputBefore = state.variables.get(INPUT);
  const outputBefore = state.variables.get(OUTPUT);
  if (input !== undefined) setVariable(state, INPUT, scalar(input));
  if (output !== undefined)
    setVariable(state, OUTPUT, output === 'nowhere' ? DISCARDED : scalar([{ pieces: [], choices: NO_CHOICES }]));
  const exit = run(state);
  for (const after of exit.kind === 'together' ? [exit.state] : [exit.ok, exit.failed, exit.tolerated]) {
    if (after === undefined) continue;
    const written = getVariable(after, OUTPUT);
    if (input !== undefined) setVariable(after, INPUT, inputBefore ?? UNKNOWN_INPUT);
    if (output === undefined) continue;
    setVariable(after, OUTPUT, outputBefore ?? DISCARDED);
    if (written === undefined || output === 'nowhere') continue;
    const contents = textsOf(written).map((text) => settled(after, text));
    writeTo(shell, output, contents, source, after);
  }
  return exit;
}

const UNKNOWN_INPUT: Variable = scalar([shellHole('input', 'it is the standard input', { mayBeEmpty: true })]);

type Output = 'nowhere' | { readonly redirect: Redirect; readonly targets: readonly Text[]; readonly appends: boolean };

function outputOf(
  shell: Evaluator,
  redirections: readonly Redirection[],
  source: Source,
  state: State,
): Output | undefined {
  let output: Output | undefined;
  for (const redirect of redirections) {
    if (
      redirect.type !== 'Redirect' ||
      redirect.operator === '<' ||
      redirect.operator === '<&' ||
      redirect.target === undefined
    )
      continue;
    const targets = expandText(shell, source, redirect.target, state);
    const [target] = targets;
    const name = target === undefined ? '' : (known(target) ?? '');
    const descriptor =
      redirect.descriptor?.type === 'FileDescriptor'
        ? redirect.descriptor.value
        : redirect.descriptor === undefined
          ? 1
          : undefined;
    if (
      target !== undefined &&
      redirect.descriptor !== undefined &&
      descriptor !== 1 &&
      descriptor !== 2 &&
      render(target).startsWith('/dev/tcp/')
    ) {
      openSocket(
        state,
        redirect.descriptor.type === 'FileDescriptor' ? String(redirect.descriptor.value) : redirect.descriptor.name,
        target,
      );
      continue;
    }
    if (redirect.operator === '<>' || descriptor !== 1) continue;
    if (redirect.operator === '>&') {
      if (name === '1' || name === '-') continue;
      output = name === '2' ? 'nowhere' : { redirect, targets, appends: true };
    } else
      output =
        name === '/dev/null' || name === '/dev/stderr'
          ? 'nowhere'
          : name === '/dev/stdout'
            ? undefined
            : { redirect, targets, appends: redirect.operator.endsWith('>>') };
  }
  return output;
}

function writeTo(
  shell: Evaluator,
  { redirect, targets, appends }: Exclude<Output, 'nowhere'>,
  contents: readonly Text[],
  source: Source,
  state: State,
): void {
  const location = source.map.range(redirect.pos, redirect.end);
  for (const target of targets) {
    const url = socketUrl(
      state,
      redirect.operator === '>&' ? descriptorVariable(known(target) ?? '') : undefined,
      target,
    );
    if (url !== undefined) {
      for (const content of contents) sendThroughSocket(shell, url, content, location, state);
      shell.recorder.flush();
      return;
    }
  }
  if (redirect.operator === '>&') return;
  for (const target of targets) writeFile(shell, state, target, contents, appends, source, location);
}

/** Remembers what a file holds after it was written. */
export function writeFile(
  shell: Evaluator,
  state: State,
  target: Text,
  contents: readonly Text[],
  appends: boolean,
  source: Source,
  location: ReturnType<Source['map']['range']>,
): void {
  const name = fileVariable(render(target));
  const before = appends ? state.variables.get(name) : undefined;
  const whole =
    before === undefined
      ? contents
      : textsOf(before).flatMap((start) =>
          contents.map((end) => append({ ...start, choices: NO_CHOICES }, { ...end, choices: NO_CHOICES }) ?? start),
        );
  setVariable(state, name, scalar(whole));
  noteWritten(shell, target, whole, source, location);
}

function inputOf(
  shell: Evaluator,
  redirections: readonly Redirection[],
  source: Source,
  state: State,
): readonly Text[] | undefined {
  let input: readonly Text[] | undefined;
  for (const redirection of redirections) {
    if (redirection.type === 'HereDoc') input = heredocTexts(shell, redirection, source, state);
    else if (redirection.type === 'HereString') {
      if (redirection.target !== undefined)
        input = expandText(shell, source, redirection.target, state).map((text) => ({
          pieces: [...text.pieces, LINE_BREAK],
          choices: text.choices,
        }));
    } else if (redirection.operator === '<' && redirection.target !== undefined) {
      input = expandText(shell, source, redirection.target, state).flatMap((target) => contentOf(state, target));
    }
  }
  return input;
}

const LINE_BREAK = { kind: 'literal', value: '\n' } as const;

/** What is known of a file's content. */
export function contentOf(state: State, target: Text): readonly Text[] {
  const variable = getVariable(state, fileVariable(render(target)));
  if (variable !== undefined) return textsOf(variable);
  return [shellHole(`content of ${render(target)}`, 'the file is not known', { mayBeEmpty: true })];
}

/** The lines of a here-document. Where its delimiter is quoted nothing in it is expanded. */
function heredocTexts(shell: Evaluator, heredoc: HereDoc, source: Source, state: State): readonly Text[] {
  const { body } = heredoc;
  const isQuoted = heredoc.delimiter?.quoted === true;
  const plain = isQuoted ? body.text : body.text.replace(/\\([$`\\])|\\\n/g, '$1');
  const texts =
    body.parts === undefined || isQuoted
      ? literalTexts(source, body.pos, body.end, plain)
      : expandParts(shell, source, body.parts, state);
  return heredoc.operator === '<<-' ? texts.map(withoutTabs) : texts;
}

/** `<<-` drops the tabs at the start of each line. */
function withoutTabs(text: Text): Text {
  const pieces: Text['pieces'][number][] = [];
  let isLineStart = true;
  for (const piece of text.pieces) {
    if (piece.kind === 'hole') {
      pieces.push(piece);
      isLineStart = false;
      continue;
    }
    for (const match of piece.value.matchAll(/[^\n]*\n|[^\n]+$/g)) {
      const tabs = isLineStart ? (/^\t+/.exec(match[0])?.[0].length ?? 0) : 0;
      const start = match.index + tabs;
      const end = match.index + match[0].length;
      if (start < end)
        pieces.push({
          kind: 'literal',
          value: piece.value.slice(start, end),
          ...(piece.map === undefined ? {} : { map: piece.map.slice(start, end) }),
        });
      isLineStart = match[0].endsWith('\n');
    }
  }
  return { pieces, choices: text.choices };
}
