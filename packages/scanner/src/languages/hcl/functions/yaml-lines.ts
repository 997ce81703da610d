import { rewrite } from '../partial-string.ts';
import type { StringValue } from '../value.ts';

/** Indents every line that is not empty; a last newline is left to who writes the block. */
export function replaceNewlines(value: StringValue, indent: string): StringValue {
  return rewrite(value, (mapped, builder) => {
    const end = mapped.text.endsWith('\n') ? mapped.text.length - 1 : mapped.text.length;
    for (let from = 0; from < end || from === 0;) {
      const newline = mapped.text.indexOf('\n', from);
      const stop = newline === -1 || newline >= end ? end : newline + 1;
      if (stop > from && mapped.text[from] !== '\n') builder.synthetic(indent, mapped, from);
      builder.copy(mapped, from, stop);
      if (stop <= from) break;
      from = stop;
    }
  });
}
