import type { LanguageId, ShellHost } from 'imdsv2-core';
import { joinLines, trimMapped } from '../embedded/command-line.ts';
import type { Script } from '../embedded/script.ts';
import { get, textOf, type Node } from '../structured/node.ts';
import type { Found } from './format.ts';

/** Several nodes as the lines of one shell script. */
export function list(
  found: Found,
  nodes: readonly (Node | undefined)[],
  role: string,
  shell: ShellHost,
): readonly Script[] {
  const texts = nodes.flatMap((node) => (node === undefined || node.kind === 'map' ? [] : found.texts(node)));
  return texts.length === 0
    ? []
    : [found.script({ language: 'shell', text: joinLines(texts), role, shell }, shell.variables)];
}

/** Each scalar as a shell script of its own. */
export function each(
  found: Found,
  nodes: readonly (Node | undefined)[],
  role: string,
  shell: ShellHost = { interpreter: 'sh' },
): readonly Script[] {
  return nodes.flatMap((node) => {
    const text = found.text(node);
    return text === undefined ? [] : [found.script({ language: 'shell', text: trimMapped(text), role, shell })];
  });
}

/** A scalar that is user data, perhaps as base64. */
export function userData(found: Found, role = 'user data'): readonly Script[] {
  const text = found.text(found.node);
  return text === undefined ? [] : [found.script({ language: 'user-data', text, role, runner: 'host' })];
}

/** A script under a key of the found map, that runs on the node itself. */
export function nodeText(found: Found, key: string, language: LanguageId, role: string): readonly Script[] {
  const text = found.text(get(found.node, key));
  return text === undefined ? [] : [found.script({ language, text, role: role.trim(), runner: 'host' })];
}

/** Kind and name of the manifest. */
export function rootName(found: Found): string {
  const [root] = found.ancestors;
  return `${textOf(get(root, 'kind')) ?? ''} ${textOf(get(get(root, 'metadata'), 'name')) ?? ''}`.trim();
}
