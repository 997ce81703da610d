import { parse } from 'unbash';
import { OffsetMap } from '../../document/offset-map.ts';
import { known, knownSuffix, render, type Text } from '../../text/text.ts';
import { joinAll, split, together, EITHER, type Exit } from '../exit.ts';
import { sourceOfText, type Source } from '../source.ts';
import { ARGUMENTS, fileVariable, getVariable, setVariable, type State } from '../state.ts';
import { NO_CHOICES, shellHole, textsOf } from '../values.ts';
import type { Invocation } from './simple-command.ts';

/** `source file`: its commands run here. Only files of the tree are known, and what the script itself wrote. */
export function readIn(invocation: Invocation, state: State): Exit {
  const { shell, words, source, pos, end } = invocation;
  const [file, ...rest] = words;
  if (file === undefined) return together(state, EITHER);
  const name = render(file.text);
  const written = getVariable(state, fileVariable(name));
  const text = written === undefined ? undefined : textsOf(written)[0];
  const location = source.map.range(pos, end);
  const found =
    text !== undefined && !text.pieces.some((piece) => piece.kind === 'hole')
      ? { source: sourceOfText(text, location, source, location), path: name }
      : findFile(invocation, file.text);
  if (found === undefined || shell.sourcing.has(found.path) || shell.sourcing.size >= MAX_FILES)
    return together(state, EITHER);
  const before = state.variables.get(ARGUMENTS);
  if (rest.length > 0)
    setVariable(state, ARGUMENTS, {
      values: [{ elements: rest.map((word) => word.text), choices: NO_CHOICES }],
      isArray: true,
      isExported: false,
    });
  shell.sourcing.add(found.path);
  const frame = shell.pushFrame('function');
  const script = parse(found.source.text);
  const exit = shell.runStatements(script.commands, found.source, state);
  shell.frames.pop();
  shell.sourcing.delete(found.path);
  const restore = (after: State | undefined): State | undefined => {
    if (after !== undefined && rest.length > 0) setVariable(after, ARGUMENTS, before ?? ANY_ARGUMENTS);
    return after;
  };
  if (exit.kind === 'together' && frame.ok.length + frame.failed.length === 0) {
    restore(exit.state);
    return exit;
  }
  const parts = split(exit);
  return {
    kind: 'apart',
    ok: restore(joinAll([parts.ok, ...frame.ok], shell)),
    failed: restore(joinAll([parts.failed, parts.tolerated, ...frame.failed], shell)),
  };
}

const ANY_ARGUMENTS = {
  values: [
    { elements: [shellHole('$@', 'these are the arguments', { mayBeEmpty: true, isMany: true })], choices: NO_CHOICES },
  ],
  isArray: true,
  isExported: false,
} as const;

/** Files read in while others are being read in. */
const MAX_FILES = 12;

/** The file of the tree that a path means: as it is written, beside the script, or beside it after an unknown folder (`$DIR/lib.sh`). */
function findFile({ shell }: Invocation, file: Text): { readonly source: Source; readonly path: string } | undefined {
  const { readFile } = shell.context;
  if (readFile === undefined) return undefined;
  const folder = shell.document.path.includes('/')
    ? shell.document.path.slice(0, shell.document.path.lastIndexOf('/'))
    : '';
  const whole = known(file);
  const relative = (whole ?? knownSuffix(file)).replace(/^\/+/, whole?.startsWith('/') === true ? '/' : '');
  if (relative === '' || relative.startsWith('/') || !/[\w.-]$/.test(relative)) return undefined;
  const candidates = [
    join(folder, relative),
    join('', relative),
    join(folder, relative.replace(/^(?:\.\.?\/)+/, '')),
    join(parent(folder), relative),
  ];
  for (const path of new Set(candidates)) {
    if (path === undefined || path === shell.document.path) continue;
    const text = readFile(path);
    if (text !== undefined) return { source: { text, map: OffsetMap.identity(path, text.length), holes: [] }, path };
  }
  return undefined;
}

function parent(folder: string): string {
  return folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : '';
}

/** A path with its dots resolved; undefined above the tree. */
function join(folder: string, path: string): string | undefined {
  const parts: string[] = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else parts.push(part);
  }
  return parts.join('/');
}
