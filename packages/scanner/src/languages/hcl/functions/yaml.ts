import { joinStrings } from '../evaluate.ts';
import { replaceNewlines } from './yaml-lines.ts';
import { numberText } from '../type.ts';
import { entriesOf, itemsOf, string, textOf, type Value } from '../value.ts';
import { jsonString } from './json.ts';

/** Terraform's `yamlencode`, with the strings' places in files kept. */
export function yamlEncode(value: Value): Value {
  const parts: Value[] = [];
  if (value.kind === 'list' && value.items.length === 0) parts.push(string('[]\n'));
  else if (value.kind === 'object' && value.entries.size === 0) parts.push(string('{}\n'));
  else if (value.kind === 'list' || value.kind === 'object') writeBlock(value, 0, parts, false);
  else {
    writeScalar(value, 0, parts);
    parts.push(string('\n'));
  }
  return joinStrings(parts, value.at ?? { path: '', start: 0, end: 0 });
}

/** `inline`: the first line continues one that is begun (`- `). */
function writeBlock(
  value: Extract<Value, { kind: 'list' | 'object' }>,
  indent: number,
  parts: Value[],
  inline: boolean,
): void {
  const lines = value.kind === 'list' ? itemsOf(value).map((item) => [undefined, item] as const) : entriesOf(value);
  for (const [index, [key, item]] of lines.entries()) {
    if (!inline || index > 0) parts.push(string(' '.repeat(indent)));
    parts.push(key === undefined ? string('-') : jsonString(string(key)), ...(key === undefined ? [] : [string(':')]));
    if ((item.kind === 'list' && item.items.length > 0) || (item.kind === 'object' && item.entries.size > 0)) {
      if (key === undefined) {
        parts.push(string(' '));
        writeBlock(item, indent + 2, parts, true);
      } else {
        parts.push(string('\n'));
        // A list stands no deeper than its key.
        writeBlock(item, item.kind === 'list' ? indent : indent + 2, parts, false);
      }
      continue;
    }
    parts.push(string(' '));
    writeScalar(item, indent + 2, parts);
    parts.push(string('\n'));
  }
}

function writeScalar(value: Value, indent: number, parts: Value[]): void {
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
    case 'list':
      parts.push(string('[]'));
      return;
    case 'object':
      parts.push(string('{}'));
      return;
    case 'unknown':
      parts.push(value);
      return;
    case 'string': {
      const text = textOf(value);
      if (
        !value.pieces.some((piece) => piece.kind === 'literal' && piece.value.includes('\n')) ||
        (text !== undefined && /^\s|\t/.test(text))
      ) {
        parts.push(jsonString(value));
        return;
      }
      // Several lines become a literal block; its header says what happens to the last newlines.
      const ending = /\n*$/.exec(text ?? 'x\n')?.[0].length ?? 0;
      parts.push(
        string(ending === 0 ? '|-\n' : ending === 1 ? '|\n' : '|+\n'),
        replaceNewlines(value, ' '.repeat(indent)),
      );
    }
  }
}
