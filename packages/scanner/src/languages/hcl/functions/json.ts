import type { MappedTextBuilder } from 'imdsv2-core';
import { joinStrings } from '../evaluate.ts';
import { rewrite } from '../partial-string.ts';
import { numberText } from '../type.ts';
import { entriesOf, itemsOf, string, type StringValue, type Value } from '../value.ts';

/** Terraform's `jsonencode`, with the strings' places in files kept. Unknown parts stand in the text as they are. */
export function jsonEncode(value: Value): Value {
  const parts: Value[] = [];
  write(value, parts);
  return joinStrings(parts, value.at ?? { path: '', start: 0, end: 0 });
}

function write(value: Value, parts: Value[]): void {
  switch (value.kind) {
    case 'null':
      parts.push(string('null'));
      return;
    case 'bool':
      parts.push(string(String(value.value)));
      return;
    case 'number':
      parts.push(string(numberText(value.value)));
      return;
    case 'string':
      parts.push(jsonString(value));
      return;
    case 'unknown':
      // What an unknown value is written as depends on its type; most are strings.
      parts.push(value.error === true ? value : string('"'), ...(value.error === true ? [] : [value, string('"')]));
      return;
    case 'list': {
      parts.push(string('['));
      for (const [index, item] of itemsOf(value).entries()) {
        if (index > 0) parts.push(string(','));
        write(item, parts);
      }
      parts.push(string(']'));
      return;
    }
    case 'object': {
      parts.push(string('{'));
      for (const [index, [key, entry]] of entriesOf(value).entries()) {
        if (index > 0) parts.push(string(','));
        parts.push(jsonString(string(key)), string(':'));
        write(entry, parts);
      }
      parts.push(string('}'));
    }
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** A quoted string of JSON. Go writes `<`, `>` and `&` as escapes too. */
export function jsonString(value: StringValue): StringValue {
  return rewrite(value, (mapped, builder: MappedTextBuilder) => {
    builder.synthetic('"', mapped, 0);
    let from = 0;
    // eslint-disable-next-line no-control-regex -- JSON escapes exactly these.
    for (const match of mapped.text.matchAll(/["\\\u0000-\u001f<>&\u2028\u2029]/g)) {
      builder.copy(mapped, from, match.index);
      from = match.index + 1;
      builder.decoded(
        ESCAPES[match[0]] ?? `\\u${match[0].charCodeAt(0).toString(16).padStart(4, '0')}`,
        mapped,
        match.index,
        from,
      );
    }
    builder.copy(mapped, from, mapped.text.length).synthetic('"', mapped, mapped.text.length);
  });
}
