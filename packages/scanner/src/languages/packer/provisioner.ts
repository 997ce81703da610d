import type { Document, LanguageId } from 'imdsv2-core';
import { joinStrings } from '../hcl/evaluate.ts';
import { casesOf, itemsOf, string, textOf, type Value } from '../hcl/value.ts';
import { scriptDocument } from '../terraform/user-data.ts';

/** Provisioners that run scripts, and in which language. `shell-local` runs where Packer runs. */
const LANGUAGES: Readonly<Record<string, { readonly language: LanguageId; readonly runner: 'host' | 'unknown' }>> = {
  shell: { language: 'shell', runner: 'host' },
  'shell-local': { language: 'shell', runner: 'unknown' },
  powershell: { language: 'powershell', runner: 'host' },
  'windows-shell': { language: 'batch', runner: 'host' },
};

/**
 * The scripts of a provisioner. They run on the instance that the image is built on, so they belong to its launch: when
 * tokens are required there, a script that asks without one fails the build.
 */
export function provisionerScripts(
  kind: string,
  argument: (name: string) => Value,
  launches: readonly string[],
  readFile: (path: string) => Value | undefined,
): readonly Document[] {
  const how = LANGUAGES[kind];
  if (how === undefined) return [];
  const role = `${kind} provisioner of Packer`;
  const document = (value: Value, isFile: boolean): Document[] =>
    casesOf(value).flatMap(({ value: one }) => {
      if (one.kind !== 'string' || one.pieces.length === 0) return [];
      const found = scriptDocument(
        { content: one, language: isFile && how.language === 'shell' ? 'user-data' : how.language },
        { role, launch: undefined, runner: how.runner },
      );
      return [{ ...found, launches: how.runner === 'host' ? launches : [] }];
    });
  const inline = argument('inline');
  const command = argument('command');
  const scripts = argument('scripts');
  const paths = [argument('script'), ...(scripts.kind === 'list' ? itemsOf(scripts) : [])];
  return [
    ...(inline.kind === 'list' && inline.items.length > 0
      ? document(
          joinStrings(
            itemsOf(inline).flatMap((line, index) => (index === 0 ? [line] : [string('\n'), line])),
            inline.at ?? { path: '', start: 0, end: 0 },
          ),
          false,
        )
      : []),
    ...document(command, false),
    ...paths.flatMap((path) => {
      const name = textOf(path);
      const content = name === undefined ? undefined : readFile(name);
      return content === undefined ? [] : document(content, true);
    }),
  ];
}
