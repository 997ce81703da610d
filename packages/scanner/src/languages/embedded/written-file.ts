import type { MappedText } from 'imdsv2-core';
import { interpreterOf } from '../interpreters.ts';
import { get, textOf, type Node } from '../structured/node.ts';
import { decodeBase64 } from '../user-data/encodings.ts';
import { languageOfWrittenFile } from './file-language.ts';
import type { Script } from './script.ts';

/** A file with its content that a configuration format writes: a map with `path` and `content` (cloud-init's `write_files`, kubeadm's `files`). */
export function writtenFile(file: Node, role: string): readonly Script[] {
  const content = get(file, 'content') ?? get(file, 'contents');
  const path = textOf(get(file, 'path')) ?? textOf(get(file, 'dest')) ?? '';
  if (content?.kind !== 'scalar') return [];
  const isEncoded = /b64|base64|gz/i.test(textOf(get(file, 'encoding')) ?? '') || content.tag === '!!binary';
  const text = isEncoded ? decodeBase64(content.mapped) : content.mapped;
  return text === undefined ? [] : scriptInFile(path, text, `${role} ${path}`.trim());
}

/** The script that a written file is; none when it is none. */
export function scriptInFile(path: string, text: MappedText, role: string): readonly Script[] {
  const language = languageOfWrittenFile(path, text.text);
  if (language === undefined) return [];
  const shell = language === 'shell' ? interpreterOf(text.text)?.shell : undefined;
  return [{ language, text, role, ...(shell === undefined ? {} : { shell }) }];
}
