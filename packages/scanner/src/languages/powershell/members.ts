import { known, type Piece } from 'imdsv2-core';
import type { SyntaxNode } from '../scripting/syntax.ts';
import {
  joinTexts,
  knownText,
  namedOf,
  NULL,
  textOf,
  toText,
  unknown,
  type RefValue,
  type Value,
  type Values,
} from '../scripting/values.ts';
import { callDotNet, constructDotNet, readDotNet, setDotNetStatic } from './dotnet.ts';
import { embedFile } from './embedded-scripts.ts';
import { setEntry } from './expressions.ts';
import { callBlock } from './functions.ts';
import { shown, unknownOf, type Interpreter } from './interpreter.ts';
import { formatPlaces } from './operators.ts';

/** `[System.Net.WebClient]` as the tables know it: lower case, without `System.` before it. */
export function typePath(source: string): string {
  return source
    .replace(/^\[|\]$/g, '')
    .trim()
    .toLowerCase()
    .replace(/^system\./, '');
}

/** A property of a value. */
export function readMember(interpreter: Interpreter, receiver: Value, name: string, node: SyntaxNode): Values {
  const lower = name.toLowerCase();
  const { state } = interpreter.machine;
  switch (receiver.kind) {
    case 'response':
      if (/^(?:statuscode|statusdescription|status|issuccessstatuscode)$/.test(lower))
        return unknown(
          shown(interpreter, node),
          'the answer decides it',
          receiver.token ? { fromTokenRequest: true } : {},
        );
      return [receiver];
    case 'named':
      return readDotNet(receiver.path, lower) ?? namedOf(`${receiver.path}.${lower}`);
    case 'ref': {
      const field = state.field(receiver, lower);
      if (field !== undefined) return field;
      const cell = state.cellOf(receiver);
      if (cell?.type === 'dictionary') {
        return state.cells(receiver).flatMap(({ cell: one, choices }): Values => {
          const entry = one.entries.findLast((candidate) => knownText(candidate.key)?.toLowerCase() === lower);
          const values =
            entry?.value ??
            (one.open === undefined ? NULL : unknownOf(interpreter, node, 'it is part of a value that is not known'));
          return values.map((value) => ({ ...value, choices: new Map([...value.choices, ...choices]) }));
        });
      }
      return unknownOf(interpreter, node, 'it is not set in this file');
    }
    case 'null':
      return NULL;
    case 'text':
      return lower === 'length'
        ? unknownOf(interpreter, node, 'it is not followed')
        : unknownOf(interpreter, node, 'it is part of a text');
    default:
      return unknownOf(interpreter, node, 'it is part of a value that is not known');
  }
}

export function setMember(
  interpreter: Interpreter,
  receiver: Value,
  name: string,
  values: Values,
  node: SyntaxNode,
): void {
  const lower = name.toLowerCase();
  if (receiver.kind === 'named') {
    setDotNetStatic(interpreter, receiver.path, lower, values);
    return;
  }
  if (receiver.kind !== 'ref') return;
  const cell = interpreter.machine.state.cellOf(receiver);
  if (cell?.type === 'dictionary') setEntry(interpreter, receiver, textOf(name), values, node);
  else interpreter.machine.state.setField(receiver, lower, values);
}

/** Calls a method. */
export function callMethod(
  interpreter: Interpreter,
  receiver: Value,
  name: string,
  args: readonly Values[],
  node: SyntaxNode,
): Values {
  const lower = name.toLowerCase();
  switch (receiver.kind) {
    case 'named':
      return callStatic(interpreter, receiver.path, lower, args, node);
    case 'text':
    case 'number':
      return callOnText(interpreter, receiver, lower, args, node);
    case 'response':
      return [receiver];
    case 'function':
      if (lower === 'invoke' || lower === 'invokereturnasis')
        return callBlock(interpreter, receiver, args, undefined, node);
      return unknownOf(interpreter, node, 'it is not followed');
    case 'ref':
      return callOnRef(interpreter, receiver, lower, args, node);
    default:
      return unknownOf(interpreter, node, 'it is what something outside this file gives');
  }
}

function callStatic(
  interpreter: Interpreter,
  path: string,
  name: string,
  args: readonly Values[],
  node: SyntaxNode,
): Values {
  const [first = NULL, ...others] = args;
  if (name === 'new')
    return constructDotNet(interpreter, path, args) ?? unknownOf(interpreter, node, 'it is not followed');
  if (path === 'string' && name === 'format') return formatPlaces(first, others);
  if (path === 'string' && name === 'concat') return joinTexts(args);
  if (path === 'string' && name === 'join' && others[0] !== undefined) {
    const [only] = others[0];
    const cell = others.length === 1 && only?.kind === 'ref' ? interpreter.machine.state.cellOf(only) : undefined;
    const items = cell?.type === 'list' ? cell.items : others;
    return joinTexts(items.flatMap((item, index) => (index === 0 ? [item] : [first, item])));
  }
  if (path === 'io.file' && /^(?:writealltext|appendalltext|writealllines)$/.test(name) && others[0] !== undefined) {
    embedFile(interpreter, knownText(first) ?? '', others[0], node);
    return NULL;
  }
  if (path === 'io.path' && name === 'combine')
    return joinTexts(args.flatMap((part, index) => (index === 0 ? [part] : [textOf('/'), part])));
  if (/^(?:uri|convert)$/.test(path) && /^(?:tostring|escapeuristring)$/.test(name)) return first;
  return (
    callDotNet(interpreter, { kind: 'named', path, choices: new Map() }, name, args, node) ??
    unknownOf(interpreter, node, 'it is not followed')
  );
}

function callOnText(
  interpreter: Interpreter,
  receiver: Value,
  name: string,
  args: readonly Values[],
  node: SyntaxNode,
): Values {
  const [first, second] = args;
  switch (name) {
    case 'tostring':
    case 'trim':
    case 'trimstart':
      return [receiver];
    case 'trimend': {
      const characters = first === undefined ? ' \t\r\n' : knownText(first);
      const text = toText(receiver);
      const last = text.pieces.at(-1);
      if (characters === undefined || last?.kind !== 'literal') return [receiver];
      let end = last.value.length;
      while (end > 0 && characters.includes(last.value[end - 1] ?? '')) end -= 1;
      const value = last.value.slice(0, end);
      const piece: Piece =
        last.map === undefined ? { kind: 'literal', value } : { kind: 'literal', value, map: last.map.slice(0, end) };
      return [
        {
          kind: 'text',
          pieces: [...text.pieces.slice(0, -1), ...(value === '' ? [] : [piece])],
          choices: receiver.choices,
        },
      ];
    }
    case 'tolower':
    case 'toupper':
    case 'replace': {
      const text = known(toText(receiver));
      const [from, to] = [first, second].map((values) => (values === undefined ? undefined : knownText(values)));
      if (text === undefined || (name === 'replace' && (from === undefined || to === undefined)))
        return unknownOf(interpreter, node, 'it is changed in a way that is not followed');
      const changed =
        name === 'tolower'
          ? text.toLowerCase()
          : name === 'toupper'
            ? text.toUpperCase()
            : from === ''
              ? text
              : text.replaceAll(from ?? '', to ?? '');
      return textOf(changed).map((value) => ({ ...value, choices: receiver.choices }));
    }
    default:
      return unknownOf(interpreter, node, 'it is not followed');
  }
}

function callOnRef(
  interpreter: Interpreter,
  receiver: RefValue,
  name: string,
  args: readonly Values[],
  node: SyntaxNode,
): Values {
  const { state } = interpreter.machine;
  const cell = state.cellOf(receiver);
  const [first, second] = args;
  const found = callDotNet(interpreter, receiver, name, args, node);
  if (found !== undefined) return found;
  if (cell?.type === 'dictionary') {
    if (/^(?:add|set|set_item|tryadd|tryaddwithoutvalidation|append)$/.test(name) && first !== undefined) {
      if (second !== undefined) setEntry(interpreter, receiver, first, second, node);
      else setHeaderLine(interpreter, receiver, first, node);
      return NULL;
    }
    if (name === 'remove' && first !== undefined) {
      const key = knownText(first)?.toLowerCase();
      state.update(receiver, (before) => ({
        ...before,
        entries: before.entries.filter((entry) => knownText(entry.key)?.toLowerCase() !== key),
      }));
      return NULL;
    }
    if (name === 'clear') {
      state.update(receiver, (before) => ({ ...before, entries: [] }));
      return NULL;
    }
    if (name === 'clone') return [interpreter.machine.allocate(cell)];
    if (/^(?:get_item|get|item)$/.test(name) && first !== undefined)
      return readMember(interpreter, receiver, knownText(first) ?? '', node);
  }
  if (cell?.type === 'list' && name === 'add' && first !== undefined) {
    state.update(receiver, (before) => ({ ...before, items: [...before.items, first] }));
    return NULL;
  }
  const method = state.field(receiver, name)?.[0];
  if (method?.kind === 'function') return callBlock(interpreter, method, args, undefined, node);
  return unknownOf(interpreter, node, 'it is not followed');
}

/** `.Headers.Add('name: value')`. */
function setHeaderLine(interpreter: Interpreter, receiver: RefValue, line: Values, node: SyntaxNode): void {
  for (const value of line) {
    const text = toText(value);
    const [head, ...rest] = text.pieces;
    const colon = head?.kind === 'literal' ? head.value.indexOf(':') : -1;
    if (head?.kind !== 'literal' || colon === -1) {
      interpreter.machine.state.update(receiver, (cell) => ({ ...cell, open: 'a header that is not known is added' }));
      continue;
    }
    const after = head.value.slice(colon + 1).trimStart();
    const pieces: readonly Piece[] = [...(after === '' ? [] : [{ kind: 'literal' as const, value: after }]), ...rest];
    setEntry(
      interpreter,
      receiver,
      textOf(head.value.slice(0, colon).trim()),
      [{ kind: 'text', pieces, choices: value.choices }],
      node,
    );
  }
}
