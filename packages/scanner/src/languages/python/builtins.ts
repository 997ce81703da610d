import { known, knownPrefix, knownSuffix, type Piece, type Text } from 'imdsv2-core';
import { EMPTY_CELL, type Entry } from '../scripting/state.ts';
import { resolveUrl } from '../scripting/requests.ts';
import type { SyntaxNode } from '../scripting/syntax.ts';
import {
  combine,
  joinTexts,
  knownText,
  NO_CHOICES,
  NULL,
  textOf,
  toText,
  unknown,
  type RefValue,
  type Value,
  type Values,
} from '../scripting/values.ts';
import { attributeOf, classAttribute } from './attributes.ts';
import { setItem } from './assignment.ts';
import { callFunction, callValue, type Arguments } from './calls.ts';
import { environmentVariable, itemOf } from './expressions.ts';
import { formatBraces } from './formatting.ts';
import { lookUp, unknownOf, type Interpreter } from './interpreter.ts';
import { callOnObject } from './libraries/index.ts';

/** Functions of the language and its standard library that make or move values; undefined for any other. */
export function callBuiltin(
  interpreter: Interpreter,
  path: string,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  const { machine } = interpreter;
  const [first = NULL, second] = args.positional;
  switch (path) {
    case 'builtins.str':
    case 'builtins.bytes':
    case 'builtins.unicode':
    case 'builtins.repr':
    case 'yarl.URL':
    case 'urllib.parse.quote':
    case 'json.loads':
    case 'copy.copy':
    case 'builtins.iter':
    case 'builtins.next':
    case 'asyncio.run':
    case 'asyncio.wait_for':
      return first;
    case 'builtins.dict':
    case 'collections.OrderedDict':
    case 'copy.deepcopy':
    case 'requests.structures.CaseInsensitiveDict': {
      const [copied] = first;
      const cell = args.positional.length === 1 && copied?.kind === 'ref' ? machine.state.cellOf(copied) : undefined;
      const keywords: Entry[] = [...args.keywords].map(([name, value]) => ({ key: textOf(name), value }));
      const open =
        args.open ??
        cell?.open ??
        (args.positional.length > 0 && cell === undefined
          ? 'they are copied from something that is not known'
          : undefined);
      return [
        machine.allocate({
          ...EMPTY_CELL,
          type: cell?.type ?? 'dictionary',
          entries: [...(cell?.entries ?? []), ...keywords],
          items: cell?.items ?? [],
          ...(open === undefined ? {} : { open }),
        }),
      ];
    }
    case 'builtins.list':
    case 'builtins.tuple':
    case 'builtins.sorted':
      return first;
    case 'builtins.super': {
      const self = lookUp(interpreter, 'self')?.values[0];
      return self === undefined
        ? undefined
        : [{ kind: 'member', receiver: self, name: '<super>', choices: NO_CHOICES }];
    }
    case 'builtins.getattr': {
      const name = second === undefined ? undefined : knownText(second);
      return name === undefined
        ? undefined
        : first.flatMap((receiver) => attributeOf(interpreter, receiver, name, node));
    }
    case 'builtins.exit':
    case 'builtins.quit':
    case 'sys.exit':
    case 'os._exit':
    case 'os.abort':
      machine.leaveScript();
      return NULL;
    case 'builtins.print':
      return NULL;
    case 'os.path.join':
      return joinTexts(
        args.positional.flatMap((part, index) => (index === 0 ? [withoutEnd(part, /\/$/)] : [textOf('/'), part])),
      );
    case 'urllib.parse.urljoin':
      return second === undefined ? first : resolveUrl(first, second);
    case 'urllib.parse.urlunparse':
    case 'urllib.parse.urlunsplit': {
      const cell = first[0]?.kind === 'ref' ? machine.state.cellOf(first[0]) : undefined;
      const [scheme, host, path_] = cell?.items ?? [];
      return scheme === undefined || host === undefined || path_ === undefined
        ? undefined
        : joinTexts([scheme, textOf('://'), host, path_]);
    }
    case 'os.getenv':
    case 'os.environ.get':
      return environmentVariable(interpreter, first, second ?? args.keywords.get('default') ?? NULL);
    case 'functools.partial': {
      const [target] = first;
      return target === undefined
        ? undefined
        : [
            machine.allocate({
              ...EMPTY_CELL,
              type: 'object',
              of: 'functools.partial',
              fields: new Map([['function', [target]]]),
              items: args.positional.slice(1),
              entries: [...args.keywords].map(([name, value]) => ({ key: textOf(name), value })),
            }),
          ];
    }
    case 'asyncio.gather':
      return [machine.allocate({ ...EMPTY_CELL, type: 'list', items: args.positional })];
    case 'ipaddress.ip_address':
    case 'builtins.range':
    case 'builtins.xrange':
      return unknownOf(interpreter, node, 'it is not followed');
    default:
      return undefined;
  }
}

/** Methods of values that the script did not define: strings, dictionaries, lists, responses, objects of libraries; undefined for any other. */
export function callMember(
  interpreter: Interpreter,
  callee: Extract<Value, { kind: 'member' }>,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  const { receiver, name } = callee;
  if (receiver.kind === 'member' && receiver.name === '<super>')
    return callSuper(interpreter, receiver.receiver, name, args, node);
  switch (receiver.kind) {
    case 'text':
      return callOnText(interpreter, [receiver], name, args, node);
    case 'response':
      if (/^(?:raise_for_status|close|release_conn|release|__enter__|begin)$/.test(name)) return [receiver];
      if (/^(?:getcode|getheader|info|geturl)$/.test(name))
        return unknown(
          `${receiver.name}.${name}()`,
          'the answer decides it',
          receiver.token ? { fromTokenRequest: true } : {},
        );
      return [receiver];
    case 'ref':
      return callOnRef(interpreter, receiver, name, args, node);
    case 'unknown':
      // Text methods of what is not known: the value stays what it is.
      if (/^(?:strip|rstrip|lstrip|decode|encode|lower|upper|text|read|json)$/.test(name)) return [receiver];
      return undefined;
    default:
      return undefined;
  }
}

function callSuper(
  interpreter: Interpreter,
  self: Value,
  name: string,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  const ofClass = self.kind === 'ref' ? interpreter.machine.state.field(self, '<class>')?.[0] : undefined;
  if (ofClass?.kind !== 'class') return undefined;
  for (const base of interpreter.bases.get(ofClass.id) ?? []) {
    const [method] = classAttribute(interpreter, base, name, self) ?? [];
    if (method?.kind === 'function') return callFunction(interpreter, method, args, node);
  }
  return NULL;
}

function callOnText(
  interpreter: Interpreter,
  receiver: Values,
  name: string,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  const [first] = args.positional;
  switch (name) {
    case 'format':
      return formatBraces(receiver, args.positional, args.keywords);
    case 'encode':
    case 'decode':
    case 'strip':
    case 'lstrip':
    case 'expandtabs':
    case '__str__':
      return name.endsWith('strip') ? withoutEnd(receiver, /^\s+|\s+$/g) : receiver;
    case 'rstrip': {
      const characters = first === undefined ? undefined : knownText(first);
      if (first !== undefined && characters === undefined) return receiver;
      return withoutEnd(
        receiver,
        characters === undefined ? /\s+$/ : new RegExp(`[${characters.replace(/[\\\]^-]/g, '\\$&')}]+$`),
      );
    }
    case 'join': {
      const [list] = first ?? [];
      const cell = list?.kind === 'ref' && first?.length === 1 ? interpreter.machine.state.cellOf(list) : undefined;
      if (cell?.type !== 'list' || cell.open !== undefined)
        return unknownOf(interpreter, node, 'what is joined is not known');
      return joinTexts(cell.items.flatMap((item, index) => (index === 0 ? [item] : [receiver, item])));
    }
    case 'replace':
    case 'upper':
    case 'lower': {
      const [from, to] = args.positional.map(knownText);
      return combine([receiver], ([value], choices) => {
        const text = value === undefined ? undefined : known(toText(value));
        if (text === undefined || (name === 'replace' && (from === undefined || to === undefined)))
          return unknownOf(interpreter, node, 'it is changed in a way that is not followed');
        const changed =
          name === 'upper'
            ? text.toUpperCase()
            : name === 'lower'
              ? text.toLowerCase()
              : text.replaceAll(from ?? '', to ?? '');
        return [{ kind: 'text', pieces: changed === '' ? [] : [{ kind: 'literal', value: changed }], choices }];
      });
    }
    case 'startswith':
    case 'endswith': {
      const wanted = first === undefined ? undefined : knownText(first);
      return combine([receiver], ([value], choices) => {
        const found =
          value === undefined || wanted === undefined
            ? undefined
            : hasEnd(toText(value), wanted, name === 'startswith');
        return found === undefined
          ? unknownOf(interpreter, node, 'it is not decided here').map((one) => ({ ...one, choices }))
          : [{ kind: 'boolean', value: found, choices }];
      });
    }
    case 'split':
    case 'splitlines': {
      const separator = first === undefined ? undefined : knownText(first);
      const text = knownText(receiver);
      if (text === undefined || (first !== undefined && separator === undefined)) return undefined;
      const parts = separator === undefined || separator === '' ? text.trim().split(/\s+/) : text.split(separator);
      return [interpreter.machine.allocate({ ...EMPTY_CELL, type: 'list', items: parts.map(textOf) })];
    }
    default:
      return undefined;
  }
}

/** Whether a text begins (or ends) with another; undefined when too little of it is known. */
function hasEnd(text: Text, wanted: string, atStart: boolean): boolean | undefined {
  const end = atStart ? knownPrefix(text) : knownSuffix(text);
  if (atStart ? end.startsWith(wanted) : end.endsWith(wanted)) return true;
  const agrees = atStart ? wanted.startsWith(end) : wanted.endsWith(end);
  return agrees && known(text) === undefined ? undefined : false;
}

/** Takes from the ends of a text what a pattern matches there, if those ends are known. */
function withoutEnd(values: Values, pattern: RegExp): Values {
  return values.map((value) => {
    if (value.kind !== 'text') return value;
    const last = value.pieces.at(-1);
    if (last?.kind !== 'literal') return value;
    const kept = last.value.replace(pattern, '');
    if (kept === last.value || !last.value.startsWith(kept)) return value;
    const piece: Piece =
      last.map === undefined
        ? { kind: 'literal', value: kept }
        : { kind: 'literal', value: kept, map: last.map.slice(0, kept.length) };
    return { ...value, pieces: [...value.pieces.slice(0, -1), ...(kept === '' ? [] : [piece])] };
  });
}

function callOnRef(
  interpreter: Interpreter,
  receiver: RefValue,
  name: string,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  const { machine } = interpreter;
  const cell = machine.state.cellOf(receiver);
  const [first, second] = args.positional;
  if (cell === undefined) return undefined;
  if (cell.type === 'object') {
    if (cell.of === 'functools.partial' && name === '__call__') return undefined;
    return callOnObject(interpreter, receiver, cell, name, args, node);
  }
  if (cell.type === 'list') {
    if (name === 'append' && first !== undefined)
      machine.state.update(receiver, (before) => ({ ...before, items: [...before.items, first] }));
    else if (name === 'extend' && first?.[0]?.kind === 'ref') {
      const more = machine.state.cellOf(first[0]);
      machine.state.update(receiver, (before) => ({
        ...before,
        items: [...before.items, ...(more?.items ?? [])],
        ...(more?.type === 'list' ? {} : { open: 'something is added to it' }),
      }));
    } else if (/^(?:extend|insert|pop|remove|sort|reverse|clear)$/.test(name)) {
      machine.state.update(receiver, (before) => ({ ...before, open: 'it is changed' }));
    }
    return NULL;
  }
  switch (name) {
    case 'update': {
      for (const [key, value] of args.keywords) setItem(interpreter, receiver, textOf(key), value, node);
      if (args.positional.length > 0 && first !== undefined) mergeInto(interpreter, receiver, first);
      return NULL;
    }
    case 'setdefault':
      if (first !== undefined) setItem(interpreter, receiver, first, second ?? NULL, node);
      return second ?? NULL;
    case 'get':
    case 'pop': {
      if (first === undefined) return undefined;
      const found = itemOf(interpreter, receiver, first, node, second ?? NULL);
      const key = knownText(first);
      if (name === 'pop')
        machine.state.update(receiver, (before) => ({
          ...before,
          entries: before.entries.filter((entry) => key === undefined || knownText(entry.key) !== key),
        }));
      return found;
    }
    case 'copy':
      return [machine.allocate(cell)];
    case 'clear':
      machine.state.update(receiver, (before) => ({ ...before, entries: [] }));
      return NULL;
    case 'items':
    case 'keys':
    case 'values':
      return unknownOf(interpreter, node, 'it is gone through entry by entry');
    default:
      return undefined;
  }
}

/** `a.update(b)`: the entries of every way to build `b`. */
function mergeInto(interpreter: Interpreter, receiver: RefValue, values: Values): void {
  for (const value of values) {
    const cells = value.kind === 'ref' ? interpreter.machine.state.cells(value) : [];
    if (cells.length === 0 && value.kind !== 'null') {
      interpreter.machine.state.update(receiver, (cell) => ({
        ...cell,
        open: 'entries that are not known are put into them',
      }));
    }
    for (const { cell, choices } of cells) {
      for (const entry of cell.entries) {
        const guarded = entry.value.map((one) => ({
          ...one,
          choices: new Map([...one.choices, ...choices, ...value.choices]),
        }));
        const absent: Values =
          choices.size === 0 && value.choices.size === 0 ? [] : othersAbsent(interpreter, values, entry);
        setItem(interpreter, receiver, entry.key, [...guarded, ...absent], {
          start: entry.start ?? 0,
          end: entry.end ?? 0,
        });
      }
      if (cell.open !== undefined) {
        const { open } = cell;
        interpreter.machine.state.update(receiver, (before) => ({ ...before, open }));
      }
    }
  }
}

/** The ways on which an entry is not there. */
function othersAbsent(interpreter: Interpreter, values: Values, entry: Entry): Values {
  const key = knownText(entry.key);
  return values.flatMap((value): Values => {
    if (value.kind !== 'ref') return [{ kind: 'null', absent: true, choices: value.choices }];
    return interpreter.machine.state
      .cells(value)
      .flatMap(({ cell, choices }): Values =>
        cell.entries.some((other) => knownText(other.key) === key)
          ? []
          : [{ kind: 'null', absent: true, choices: new Map([...choices, ...value.choices]) }],
      );
  });
}

/** Calls what `functools.partial` made. */
export function callPartial(
  interpreter: Interpreter,
  receiver: RefValue,
  args: Arguments,
  node: SyntaxNode,
): Values | undefined {
  const cell = interpreter.machine.state.cellOf(receiver);
  const [target] = cell?.fields.get('function') ?? [];
  if (cell?.of !== 'functools.partial' || target === undefined) return undefined;
  const keywords = new Map<string, Values>([
    ...cell.entries.flatMap((entry): [string, Values][] => [[knownText(entry.key) ?? '', entry.value]]),
    ...args.keywords,
  ]);
  return callValue(interpreter, target, { ...args, positional: [...cell.items, ...args.positional], keywords }, node);
}
