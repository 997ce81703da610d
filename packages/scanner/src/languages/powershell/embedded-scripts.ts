import type { LanguageId, Text } from 'imdsv2-core';
import { scriptLanguage, textDocument } from '../scripting/embedded.ts';
import type { SyntaxNode } from '../scripting/syntax.ts';
import { toText, type Values } from '../scripting/values.ts';
import { sourceOf, type Interpreter } from './interpreter.ts';

/** A string that begins like a script is one: boot scripts stand in scripts that launch instances. */
export function embedScript(interpreter: Interpreter, node: SyntaxNode, values: Values): Values {
  // Its first character tells: no look at the rest of long strings is needed.
  if (!/^["'@\s]*[#<C]/.test(sourceOf(interpreter, node).slice(0, 12))) return values;
  for (const value of values) {
    const text = toText(value);
    const language = scriptLanguage(text);
    if (
      language !== undefined &&
      text.pieces.some((piece) => piece.kind === 'literal' && piece.value.trim().includes('\n'))
    ) {
      interpreter.machine.embed(textDocument(interpreter.document, language, text, node, 'a script in a string'));
    }
  }
  return values;
}

const LANGUAGES: readonly (readonly [RegExp, LanguageId])[] = [
  [/\.ps[md]?1$/i, 'powershell'],
  [/\.(?:sh|bash)$/i, 'shell'],
  [/\.py$/i, 'python'],
  [/\.(?:cmd|bat)$/i, 'batch'],
];

/** Text that is written to a file now and run later. The file's name says what it is. */
export function embedFile(
  interpreter: Interpreter,
  path: string,
  contents: Values,
  node: { readonly start: number; readonly end: number },
): void {
  const language = LANGUAGES.find(([pattern]) => pattern.test(path.trim()))?.[1];
  if (language === undefined) return;
  for (const value of contents)
    embedText(interpreter, language, toText(value), node, `the script ${path.trim()} that is written here`);
}

export function embedText(
  interpreter: Interpreter,
  language: LanguageId,
  text: Text,
  node: { readonly start: number; readonly end: number },
  role: string,
): void {
  if (text.pieces.some((piece) => piece.kind === 'literal'))
    interpreter.machine.embed(textDocument(interpreter.document, language, text, node, role));
}
