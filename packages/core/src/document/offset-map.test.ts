import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinMapped, MappedTextBuilder, sliceMapped, type MappedText } from './mapped-text.ts';
import { OffsetMap } from './offset-map.ts';

/** How a host writes one character of the inner text, as several hosts do: as it is, doubled, or as a named escape. */
const WRITINGS: readonly ((character: string) => string)[] = [
  (character) => character,
  (character) => (character === '$' ? '$$' : character),
  (character) => (character === '"' ? '\\"' : character === '\\' ? '\\\\' : character === '\n' ? '\\n' : character),
  (character) => (character === '&' ? '&amp;' : character === '<' ? '&lt;' : character),
  (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
];

interface Nested {
  readonly outer: string;
  readonly mapped: MappedText;
  /** Offset in the outermost text of the first character that stands for each inner one. */
  readonly expected: readonly number[];
}

/** Writes `inner` into a host text, and reads it back out of it, level by level. */
function nest(
  inner: string,
  levels: readonly { readonly writing: number; readonly before: string; readonly after: string }[],
): Nested {
  let text = inner;
  let expected = [...Array(inner.length).keys()];
  const readers: ((host: MappedText) => MappedText)[] = [];
  for (const { writing, before, after } of levels) {
    const write = WRITINGS[writing];
    if (write === undefined) throw new Error('no such writing');
    const starts: number[] = [];
    let outer = before;
    for (let at = 0; at < text.length; at += 1) {
      starts.push(outer.length);
      outer += write(text.charAt(at));
    }
    outer += after;
    const [content, end] = [text, outer.length - after.length];
    readers.unshift((host) => {
      const builder = new MappedTextBuilder();
      for (let at = 0; at < content.length; at += 1) {
        const from = starts[at] ?? 0;
        const to = starts[at + 1] ?? end;
        if (host.text.slice(from, to) === content.charAt(at)) builder.copy(host, from, to);
        else builder.decoded(content.charAt(at), host, from, to);
      }
      return builder.build();
    });
    expected = expected.map((offset) => starts[offset] ?? -1);
    text = outer;
  }
  let mapped: MappedText = { text, map: OffsetMap.identity('host', text.length) };
  for (const read of readers) mapped = read(mapped);
  return { outer: text, mapped, expected };
}

const characters = fc.string({
  unit: fc.constantFrom('a', 'Z', '$', '"', '\\', '\n', '&', '<', ' ', 'é', '\uD83D', '\uDE00'),
  maxLength: 40,
});
const levels = fc.array(
  fc.record({ writing: fc.nat({ max: WRITINGS.length - 1 }), before: characters, after: characters }),
  { minLength: 2, maxLength: 4 },
);

describe('OffsetMap', () => {
  it('maps every offset of an inner text to the outer character that it came from, through levels of nesting and escaping', () => {
    fc.assert(
      fc.property(characters, levels, (inner, hosts) => {
        const { mapped, expected } = nest(inner, hosts);
        expect(mapped.text).toBe(inner);
        expect([...Array(inner.length).keys()].map((offset) => mapped.map.at(offset).offset)).toEqual(expected);
      }),
    );
  });

  it('gives ranges that hold every outer character of the inner range', () => {
    fc.assert(
      fc.property(characters, levels, fc.nat(), fc.nat(), (inner, hosts, a, b) => {
        fc.pre(inner.length > 0);
        const { mapped, expected, outer } = nest(inner, hosts);
        const start = a % inner.length;
        const end = start + 1 + (b % (inner.length - start));
        const range = mapped.map.range(start, end);
        expect(range.start).toBe(expected[start]);
        expect(range.end).toBe(end === inner.length ? mapped.map.at(end).offset : expected[end]);
        expect(range.end).toBeLessThanOrEqual(outer.length);
      }),
    );
  });

  it('keeps places through slices, joins and composition', () => {
    fc.assert(
      fc.property(characters, levels, fc.nat(), (inner, hosts, a) => {
        const { mapped, expected } = nest(inner, hosts);
        const cut = inner.length === 0 ? 0 : a % inner.length;
        const joined = joinMapped([sliceMapped(mapped, 0, cut), sliceMapped(mapped, cut, inner.length)]);
        expect(joined.text).toBe(inner);
        expect([...Array(inner.length).keys()].map((offset) => joined.map.at(offset).offset)).toEqual(expected);
        const relative = OffsetMap.copy('inner', cut, inner.length - cut).through(mapped.map);
        expect([...Array(inner.length - cut).keys()].map((offset) => relative.at(offset).offset)).toEqual(
          expected.slice(cut),
        );
      }),
    );
  });

  it('ends a range before a run of another file', () => {
    const one = { text: 'abc', map: OffsetMap.copy('one.sh', 10, 3) };
    const two = { text: 'def', map: OffsetMap.copy('two.sh', 0, 3) };
    expect(joinMapped([one, two]).map.range(1, 6)).toEqual({ path: 'one.sh', start: 11, end: 13 });
    expect(joinMapped([one, two]).map.range(3, 6)).toEqual({ path: 'two.sh', start: 0, end: 3 });
  });
});
