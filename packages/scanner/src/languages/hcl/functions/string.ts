import { MappedTextBuilder } from 'imdsv2-core';
import { joinStrings } from '../evaluate.ts';
import { fromPartial, rewrite, toPartial } from '../partial-string.ts';
import { toNumber, toStringValue } from '../type.ts';
import { failure, itemsOf, list, NULL, string, textOf, unknown, type StringValue, type Value } from '../value.ts';
import { jsonEncode } from './json.ts';
import type { Call, FunctionTable, HclFunction } from './function.ts';
import { plain } from './plain.ts';
import { patternOf, matchValue } from './regex.ts';

/** A function of a string, perhaps known in part, whose places in files are kept. The rest of the arguments must be known. */
function ofText(apply: (value: StringValue, rest: readonly string[], call: Call) => Value): HclFunction {
  return {
    apply: (args, call) => {
      const [first = NULL, ...rest] = args.map(toStringValue);
      if (first.kind !== 'string') return first.kind === 'unknown' ? first : failure('a string is required', call.at);
      const texts = rest.map(textOf);
      const missing = texts.findIndex((text) => text === undefined);
      if (missing !== -1) return unknown(`${call.name}(…)`, 'an argument is not known', { at: call.at });
      return apply(first, texts as string[], call);
    },
  };
}

/** Keeps `text[start..end]`. */
function cut(value: StringValue, range: (text: string) => readonly [number, number]): StringValue {
  return rewrite(value, (mapped, builder) => builder.copy(mapped, ...range(mapped.text)));
}

/** As HCL's `unicode.IsSpace`. */
const trimmed = (text: string): [number, number] => [text.length - text.trimStart().length, text.trimEnd().length];

/** https://developer.hashicorp.com/terraform/language/functions, "String functions". */
export const STRING_FUNCTIONS: FunctionTable = {
  lower: ofText((value) => changeCase(value, (text) => text.toLowerCase())),
  upper: ofText((value) => changeCase(value, (text) => text.toUpperCase())),
  title: ofText((value) =>
    changeCase(value, (text) =>
      text.replace(/(^|[^\p{L}\p{N}_])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase()),
    ),
  ),
  trimspace: ofText((value) => cut(value, trimmed)),
  chomp: ofText((value) => cut(value, (text) => [0, text.replace(/(?:\r?\n)+$/, '').length])),
  trim: ofText((value, [set = '']) =>
    cut(value, (text) => {
      const characters = new Set(set);
      // Code points, as Go's `strings.Trim` sees them.
      const all = Array.from(text);
      let start = 0;
      let end = text.length;
      for (const character of all) {
        if (!characters.has(character)) break;
        start += character.length;
      }
      for (const character of all.reverse()) {
        if (end <= start || !characters.has(character)) break;
        end -= character.length;
      }
      return [start, Math.max(start, end)];
    }),
  ),
  trimprefix: ofText((value, [prefix = '']) =>
    cut(value, (text) => [text.startsWith(prefix) ? prefix.length : 0, text.length]),
  ),
  trimsuffix: ofText((value, [suffix = '']) =>
    cut(value, (text) => [0, text.endsWith(suffix) ? text.length - suffix.length : text.length]),
  ),
  replace: {
    apply: (args, call) => {
      const [value = NULL, search = NULL, replacement = NULL] = args.map(toStringValue);
      const wanted = textOf(search);
      if (value.kind !== 'string' || wanted === undefined)
        return unknown('replace(…)', 'an argument is not known', { at: call.at });
      if (replacement.kind !== 'string') return replacement;
      const isPattern = wanted.length > 1 && wanted.startsWith('/') && wanted.endsWith('/');
      const pattern = isPattern
        ? patternOf(wanted.slice(1, -1), 'g')
        : new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'g');
      if (pattern === undefined)
        return unknown('replace(…)', 'its regular expression is not understood', { at: call.at });
      return replaceAll(value, pattern, replacement, isPattern);
    },
  },
  split: {
    apply: (args, call) => {
      const [separator = NULL, value = NULL] = args.map(toStringValue);
      const text = textOf(separator);
      if (text === undefined || value.kind !== 'string')
        return unknown('split(…)', 'an argument is not known', { at: call.at });
      const { mapped, holes } = toPartial(value);
      if (text === '') {
        // Code points, as Go's `strings.Split` gives them.
        const letters = Array.from(mapped.text);
        let at = 0;
        return list(
          letters.map((letter) => {
            at += letter.length;
            return fromPartial(
              { mapped: { text: letter, map: mapped.map.slice(at - letter.length, at) }, holes },
              value.at,
            );
          }),
          'list',
        );
      }
      const items: Value[] = [];
      for (let from = 0; ;) {
        const next = mapped.text.indexOf(text, from);
        const end = next === -1 ? mapped.text.length : next;
        items.push(
          fromPartial(
            { mapped: { text: mapped.text.slice(from, end), map: mapped.map.slice(from, end) }, holes },
            value.at,
          ),
        );
        if (next === -1) break;
        from = next + text.length;
      }
      return list(items, 'list');
    },
  },
  join: {
    apply: ([separator = NULL, ...lists], call) => {
      const between = toStringValue(separator);
      const parts: Value[] = [];
      for (const value of lists) {
        if (value.kind !== 'list') return value.kind === 'unknown' ? value : failure('join takes lists', call.at);
        for (const item of itemsOf(value)) {
          const text = toStringValue(item);
          if (text.kind === 'null' || (text.kind === 'unknown' && text.error === true))
            return failure('join takes strings', call.at);
          // An unknown list in a list of lists.
          if (parts.length > 0) parts.push(between);
          parts.push(text);
        }
      }
      const [only] = parts;
      return parts.length === 1 && only?.kind === 'unknown' ? only : joinStrings(parts, call.at);
    },
  },
  indent: {
    apply: ([spaces = NULL, value = NULL], call) => {
      const count = toNumber(spaces);
      const text = toStringValue(value);
      if (count.kind !== 'number' || text.kind !== 'string')
        return unknown('indent(…)', 'an argument is not known', { at: call.at });
      return replaceAll(text, /\n/g, string(`\n${' '.repeat(Math.max(0, count.value))}`), false, true);
    },
  },
  format: {
    takesNull: true,
    takesUnknown: true,
    apply: ([spec = NULL, ...args], call) => format(toStringValue(spec), args, call),
  },
  formatlist: {
    takesNull: true,
    apply: ([spec = NULL, ...args], call) => {
      const length = Math.max(...args.map((arg) => (arg.kind === 'list' ? arg.items.length : 1)));
      if (args.some((arg) => arg.kind === 'list' && arg.items.length === 0)) return list([], 'list');
      if (args.some((arg) => arg.kind === 'list' && arg.items.length !== length))
        return failure('lists of different lengths', call.at);
      return list(
        Array.from({ length }, (_, index) =>
          format(
            toStringValue(spec),
            args.map((arg) => (arg.kind === 'list' ? (itemsOf(arg)[index] ?? NULL) : arg)),
            call,
          ),
        ),
        'list',
      );
    },
  },
  substr: plain(['string', 'number', 'number'], (text, offset, length) => {
    const graphemes = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(
      ({ segment }) => segment,
    );
    const start = offset < 0 ? Math.max(0, graphemes.length + offset) : offset;
    return graphemes.slice(start, length < 0 ? undefined : start + length).join('');
  }),
  strrev: plain(['string'], (text) =>
    [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)]
      .map(({ segment }) => segment)
      .reverse()
      .join(''),
  ),
  startswith: {
    apply: (args, call) =>
      prefixTest(
        args,
        call,
        (text, part) => text.startsWith(part),
        (known, part) => (part.startsWith(known) ? undefined : false),
      ),
  },
  endswith: plain(['string', 'string'], (text, part) => text.endsWith(part)),
  strcontains: plain(['string', 'string'], (text, part) => text.includes(part)),
  regex: plain(['string', 'string'], (pattern, text) => {
    const match = compile(pattern, '').exec(text);
    if (match === null) throw new Error('the pattern does not match');
    return matchValue(match);
  }),
  regexall: plain(['string', 'string'], (pattern, text) => [...text.matchAll(compile(pattern, 'g'))].map(matchValue)),
  templatestring: {
    takesUnknown: true,
    apply: ([value = NULL], call) =>
      unknown('templatestring(…)', value.kind === 'unknown' ? value.why : 'templatestring is not evaluated', {
        at: call.at,
      }),
  },
};

function compile(pattern: string, flags: string): RegExp {
  const compiled = patternOf(pattern, flags);
  if (compiled === undefined) throw new Error('the pattern is not understood');
  return compiled;
}

function prefixTest(
  [value = NULL, part = NULL]: readonly Value[],
  call: Call,
  whole: (text: string, part: string) => boolean,
  partly: (known: string, part: string) => false | undefined,
): Value {
  const wanted = textOf(toStringValue(part));
  const given = toStringValue(value);
  const text = textOf(given);
  if (wanted === undefined || given.kind !== 'string')
    return unknown(`${call.name}(…)`, 'an argument is not known', { at: call.at });
  if (text !== undefined) return { kind: 'bool', value: whole(text, wanted) };
  const [first] = given.pieces;
  const known = first?.kind === 'literal' ? first.value : '';
  if (known.length >= wanted.length) return { kind: 'bool', value: known.startsWith(wanted) };
  return partly(known, wanted) === false
    ? { kind: 'bool', value: false }
    : unknown(`${call.name}(…)`, 'its argument is known in part only', { at: call.at });
}

/** Changes letters; the places are kept where no length changes. */
function changeCase(value: StringValue, change: (text: string) => string): StringValue {
  return {
    ...value,
    pieces: value.pieces.map((piece) => {
      if (piece.kind === 'hole') return piece;
      const changed = change(piece.value);
      return piece.map === undefined || changed.length !== piece.value.length
        ? { kind: 'literal', value: changed }
        : { ...piece, value: changed };
    }),
  };
}

function replaceAll(
  value: StringValue,
  pattern: RegExp,
  replacement: StringValue,
  groups: boolean,
  keepMatch = false,
): Value {
  const { mapped, holes } = toPartial(value);
  const inserted = toPartial(replacement, holes);
  const builder = new MappedTextBuilder();
  let from = 0;
  for (const match of mapped.text.matchAll(pattern)) {
    builder.copy(mapped, from, match.index);
    from = match.index + match[0].length;
    if (keepMatch) {
      builder.copy(mapped, match.index, from).synthetic(inserted.mapped.text.slice(match[0].length), mapped, from);
    } else if (groups) {
      builder.decoded(expand(inserted.mapped.text, match), mapped, match.index, from);
    } else {
      builder.append(inserted.mapped);
    }
  }
  builder.copy(mapped, from, mapped.text.length);
  return {
    ...fromPartial({ mapped: builder.build(), holes: inserted.holes }, value.at),
    ...(value.trail === undefined ? {} : { trail: value.trail }),
  };
}

/** Go's `$1`, `${1}`, `${name}` and `$$` in a replacement. */
function expand(replacement: string, match: RegExpMatchArray): string {
  return replacement.replace(
    /\$(?:\$|\{(\w+)\}|(\w+))/g,
    (whole, braced: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare;
      if (name === undefined) return whole === '$$' ? '$' : whole;
      return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? '';
    },
  );
}

const VERB = /%(?:%|([-+ #0]*)(?:\[(\d+)\])?(\d+)?(?:\.(\d+))?(?:\[(\d+)\])?([a-zA-Z]))/g;

function format(spec: Value, args: readonly Value[], call: Call): Value {
  const text = textOf(spec);
  if (spec.kind !== 'string' || text === undefined)
    return spec.kind === 'unknown' ? spec : unknown('format(…)', 'its pattern is known in part only', { at: call.at });
  const { mapped } = toPartial(spec);
  const parts: Value[] = [];
  let from = 0;
  let next = 0;
  const literal = (end: number): void => {
    if (end > from)
      parts.push(
        fromPartial(
          { mapped: { text: mapped.text.slice(from, end), map: mapped.map.slice(from, end) }, holes: [] },
          call.at,
        ),
      );
  };
  for (const match of text.matchAll(VERB)) {
    literal(match.index);
    from = match.index + match[0].length;
    const [whole, flags = '', index, width, precision, laterIndex, verb = ''] = match;
    if (whole === '%%') {
      parts.push(string('%'));
      continue;
    }
    const explicit = index ?? laterIndex;
    if (explicit !== undefined) next = Number(explicit) - 1;
    const arg = args[next];
    next += 1;
    if (arg === undefined) return failure('format has too few arguments', call.at);
    const shown = formatOne(
      arg,
      verb,
      flags,
      width === undefined ? undefined : Number(width),
      precision === undefined ? undefined : Number(precision),
      call,
    );
    if (shown.kind === 'unknown' && shown.error === true) return shown;
    parts.push(shown);
  }
  literal(text.length);
  return joinStrings(parts, call.at);
}

function formatOne(
  arg: Value,
  verb: string,
  flags: string,
  width: number | undefined,
  precision: number | undefined,
  call: Call,
): Value {
  if (arg.kind === 'unknown') return arg;
  const pad = (shown: string): string => {
    if (width === undefined || shown.length >= width) return shown;
    if (flags.includes('-')) return shown.padEnd(width);
    if (!flags.includes('0')) return shown.padStart(width);
    const sign = /^[-+]/.exec(shown)?.[0] ?? '';
    return sign + shown.slice(sign.length).padStart(width - sign.length, '0');
  };
  const signed = (shown: string): string => (flags.includes('+') && !shown.startsWith('-') ? `+${shown}` : shown);
  switch (verb) {
    case 's':
    case 'v': {
      if (verb === 'v' && (arg.kind === 'null' || arg.kind === 'list' || arg.kind === 'object' || flags.includes('#')))
        return jsonEncode(arg);
      const value = toStringValue(arg);
      if (value.kind !== 'string') return failure('format takes no such value', call.at);
      const text = textOf(value);
      if (text === undefined || (width === undefined && precision === undefined)) return value;
      return string(pad(precision === undefined ? text : text.slice(0, precision)));
    }
    case 'q': {
      const value = toStringValue(arg);
      return value.kind === 'string' ? jsonEncode(value) : failure('format takes no such value', call.at);
    }
    case 't': {
      const value = toStringValue(arg);
      return textOf(value) === 'true' || textOf(value) === 'false'
        ? value
        : failure('format takes no such value', call.at);
    }
    case 'd':
    case 'b':
    case 'o':
    case 'x':
    case 'X': {
      if (verb.toLowerCase() === 'x' && arg.kind === 'string') {
        const hex = [...new TextEncoder().encode(textOf(arg) ?? '')]
          .map((byte) => byte.toString(16).padStart(2, '0'))
          .join('');
        return string(verb === 'X' ? hex.toUpperCase() : hex);
      }
      const value = toNumber(arg);
      if (value.kind !== 'number') return failure('format takes no such value', call.at);
      const radix = { d: 10, b: 2, o: 8, x: 16, X: 16 }[verb];
      const shown = Math.trunc(value.value).toString(radix);
      return string(pad(signed(verb === 'X' ? shown.toUpperCase() : shown)));
    }
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G': {
      const value = toNumber(arg);
      if (value.kind !== 'number') return failure('format takes no such value', call.at);
      if (verb.toLowerCase() === 'f') return string(pad(signed(value.value.toFixed(precision ?? 6))));
      if (verb.toLowerCase() === 'e')
        return string(pad(signed(value.value.toExponential(precision ?? 6).replace(/e([-+])(\d)$/, 'e$10$2'))));
      return string(
        pad(
          signed(
            String(precision === undefined ? value.value : Number(value.value.toPrecision(Math.max(1, precision)))),
          ),
        ),
      );
    }
    default:
      return failure(`format knows no %${verb}`, call.at);
  }
}
