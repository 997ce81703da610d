import type { Piece } from 'imdsv2-core';
import { replaceIn } from '../scripting/replace.ts';
import { combine, toText, unknown, type Values } from '../scripting/values.ts';
import type { Interpreter } from './interpreter.ts';

/** `template % values`: with a tuple, a dictionary or one value. */
export function formatPercent(interpreter: Interpreter, template: Values, argument: Values): Values {
  const [only] = argument;
  const cell = argument.length === 1 && only?.kind === 'ref' ? interpreter.machine.state.cellOf(only) : undefined;
  const positional = cell?.type === 'list' ? cell.items : cell === undefined ? [argument] : [];
  const named = new Map(
    (cell?.type === 'dictionary' ? cell.entries : []).map((entry) => [textKey(entry.key), entry.value]),
  );
  const names = [...named.keys()];
  return combine([template, ...positional, ...named.values()], ([first, ...values], choices) => {
    let next = 0;
    return [
      {
        kind: 'text',
        pieces: replaceIn(
          first,
          /%(?:\((\w+)\))?[-#0 +]*(?:\d+|\*)?(?:\.\d+)?[hlL]?([diouxXeEfFgGcrsa%])/g,
          ([, name, conversion]) => {
            if (conversion === '%') return [{ kind: 'literal', value: '%' }];
            const value = name === undefined ? values[next++] : values[positional.length + names.indexOf(name)];
            return value === undefined ? [lost(name)] : toText(value).pieces;
          },
        ),
        choices,
      },
    ];
  });
}

/** `template.format(…)`. */
export function formatBraces(
  template: Values,
  positional: readonly Values[],
  keywords: ReadonlyMap<string, Values>,
): Values {
  const names = [...keywords.keys()];
  return combine([template, ...positional, ...keywords.values()], ([first, ...values], choices) => {
    let next = 0;
    return [
      {
        kind: 'text',
        pieces: replaceIn(first, /\{\{|\}\}|\{([^{}!:]*)(?:![rsa])?(?::[^{}]*)?\}/g, ([whole, field]) => {
          if (whole === '{{' || whole === '}}') return [{ kind: 'literal', value: whole.slice(1) }];
          const name = field ?? '';
          const plain = /^\w*$/.test(name);
          const value = !plain
            ? undefined
            : name === ''
              ? values[next++]
              : /^\d+$/.test(name)
                ? values[Number(name)]
                : names.includes(name)
                  ? values[positional.length + names.indexOf(name)]
                  : undefined;
          return value === undefined ? [lost(name)] : toText(value).pieces;
        }),
        choices,
      },
    ];
  });
}

function textKey(values: Values): string {
  const [only] = values;
  return only === undefined
    ? ''
    : toText(only)
        .pieces.map((piece) => (piece.kind === 'literal' ? piece.value : '?'))
        .join('');
}

function lost(name: string | undefined): Piece {
  const [value] = unknown(name === undefined || name === '' ? '…' : name, 'what is put in there is not known');
  return value?.kind === 'unknown' ? value.hole : { kind: 'hole', name: '…', why: 'what is put in there is not known' };
}
