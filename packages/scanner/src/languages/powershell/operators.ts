import { known } from 'imdsv2-core';
import { childOf, namedChildren, type SyntaxNode } from '../scripting/syntax.ts';
import { booleanOf, combine, joinTexts, knownText, textOf, toText, unknown, type Values } from '../scripting/values.ts';
import { replaceIn } from '../scripting/replace.ts';
import { readCondition } from './conditions.ts';
import { evaluate } from './expressions.ts';
import { sourceOf, unknownOf, type Interpreter } from './interpreter.ts';

/** `a + b`: of texts, numbers, lists and dictionaries. */
export function add(interpreter: Interpreter, node: SyntaxNode, left: Values, right: Values): Values {
  const { machine } = interpreter;
  const [a, b] = [left, right].map((values) =>
    values.length === 1 && values[0]?.kind === 'ref' ? machine.state.cellOf(values[0]) : undefined,
  );
  if (a?.type === 'list')
    return [machine.allocate({ ...a, items: [...a.items, ...(b?.type === 'list' ? b.items : [right])] })];
  if (a?.type === 'dictionary' && b?.type === 'dictionary') {
    const open = a.open ?? b.open;
    return [machine.allocate({ ...a, entries: [...a.entries, ...b.entries], ...(open === undefined ? {} : { open }) })];
  }
  return combine([left, right], ([x, y], choices) => {
    if (x === undefined || y === undefined) return [];
    if (x.kind === 'number' && y.kind === 'number') return [{ kind: 'number', value: x.value + y.value, choices }];
    if (x.kind === 'ref' || y.kind === 'ref')
      return unknownOf(interpreter, node, 'it is not followed').map((value) => ({ ...value, choices }));
    return [{ kind: 'text', pieces: [...toText(x).pieces, ...toText(y).pieces], choices }];
  });
}

/** `'{0}/latest' -f $base`. */
export function applyFormat(interpreter: Interpreter, template: Values, argument: Values): Values {
  const [only] = argument;
  const cell = argument.length === 1 && only?.kind === 'ref' ? interpreter.machine.state.cellOf(only) : undefined;
  return formatPlaces(template, cell?.type === 'list' ? cell.items : [argument]);
}

/** `{0}`, `{1,-5}`, `{0:d}` replaced by the arguments; `{{` and `}}` are braces. */
export function formatPlaces(template: Values, args: readonly Values[]): Values {
  return combine([template, ...args], ([first, ...values], choices) => [
    {
      kind: 'text',
      pieces: replaceIn(first, /\{\{|\}\}|\{(\d+)(?:,[^{}:]*)?(?::[^{}]*)?\}/g, ([whole, index]) => {
        if (index === undefined) return [{ kind: 'literal', value: whole.slice(1) }];
        const value = values[Number(index)];
        return value === undefined
          ? [{ kind: 'hole', name: whole, why: 'what is put in there is not known' }]
          : toText(value).pieces;
      }),
      choices,
    },
  ]);
}

/** Comparisons and the operators that share their rank: `-join`, `-replace`, `-split`, `-as`. */
export function compare(interpreter: Interpreter, node: SyntaxNode): Values {
  const operatorNode = childOf(node, 'comparison_operator');
  const [left, right] = namedChildren(node).filter((child) => child !== operatorNode);
  const operator =
    operatorNode === undefined
      ? ''
      : sourceOf(interpreter, operatorNode)
          .toLowerCase()
          .replace(/^-[ci](?=replace|split|join|eq|ne|match|like)/, '-');
  if (left === undefined || right === undefined) return unknownOf(interpreter, node, 'it is not followed');
  if (operator === '-join') {
    const separator = evaluate(interpreter, right);
    const values = evaluate(interpreter, left);
    const [only] = values;
    const cell = values.length === 1 && only?.kind === 'ref' ? interpreter.machine.state.cellOf(only) : undefined;
    if (cell?.type !== 'list') return values;
    if (cell.open !== undefined) return unknownOf(interpreter, node, 'what is joined is not known');
    return joinTexts(cell.items.flatMap((item, index) => (index === 0 ? [item] : [separator, item])));
  }
  if (operator === '-replace') return replace(interpreter, node, left, right);
  if (operator === '-as') return evaluate(interpreter, left);
  if (operator === '-split') {
    const values = evaluate(interpreter, left);
    evaluate(interpreter, right);
    return values.every((value) => value.kind === 'response')
      ? values
      : unknownOf(interpreter, node, 'it is taken apart');
  }
  const condition = readCondition(interpreter, node);
  return condition.mayBeTrue && condition.mayBeFalse
    ? unknown(
        sourceOf(interpreter, node),
        'it is not decided here',
        condition.withoutToken === undefined ? {} : { fromTokenRequest: true },
      )
    : booleanOf(condition.mayBeTrue);
}

/** A replacement of plain characters in a known text; what is a pattern is not followed. */
function replace(interpreter: Interpreter, node: SyntaxNode, left: SyntaxNode, right: SyntaxNode): Values {
  const values = evaluate(interpreter, left);
  const [only] = evaluate(interpreter, right);
  if (values.every((value) => value.kind === 'response')) return values;
  const cell = only?.kind === 'ref' ? interpreter.machine.state.cellOf(only) : undefined;
  const [from, to] = cell?.type === 'list' ? cell.items.map(knownText) : [undefined, undefined];
  return values.flatMap((value): Values => {
    const text = known(toText(value));
    if (
      text === undefined ||
      from === undefined ||
      to === undefined ||
      /[\\^$.|?*+()[\]{}]/.test(from.replaceAll('\\.', '').replaceAll('.', ''))
    ) {
      return unknownOf(interpreter, node, 'it is changed in a way that is not followed').map((one) => ({
        ...one,
        choices: value.choices,
      }));
    }
    return textOf(text.replaceAll(from.replaceAll('\\.', '.'), to)).map((one) => ({ ...one, choices: value.choices }));
  });
}
