import {
  and,
  not,
  nullCondition,
  or,
  plainCondition,
  truthCondition,
  type Condition,
  type Place,
} from '../scripting/conditions.ts';
import { speaksOfToken } from '../scripting/requests.ts';
import { fieldOf, namedChildren, type SyntaxNode } from '../scripting/syntax.ts';
import { knownText, type RefValue } from '../scripting/values.ts';
import { evaluate } from './expressions.ts';
import { lookUp, sourceOf, type Interpreter } from './interpreter.ts';

/** What a test says about the values in it. Evaluates them, with what that does. */
export function readCondition(interpreter: Interpreter, node: SyntaxNode): Condition {
  switch (node.type) {
    case 'parenthesized_expression': {
      const [inner] = namedChildren(node);
      return inner === undefined ? plainCondition(undefined) : readCondition(interpreter, inner);
    }
    case 'not_operator': {
      const argument = fieldOf(node, 'argument');
      return argument === undefined ? plainCondition(undefined) : not(readCondition(interpreter, argument));
    }
    case 'boolean_operator': {
      const [left, right] = [fieldOf(node, 'left'), fieldOf(node, 'right')];
      if (left === undefined || right === undefined) return plainCondition(undefined);
      const first = readCondition(interpreter, left);
      const second = readCondition(interpreter, right);
      return node.children.some((child) => child.type === 'or') ? or(first, second) : and(first, second);
    }
    case 'comparison_operator':
      return readComparison(interpreter, node);
    default: {
      const values = evaluate(interpreter, node);
      const place = placeOf(interpreter, node);
      return truthCondition(
        values,
        place,
        speaksOfToken(place === undefined ? '' : sourceOf(interpreter, node), values),
      );
    }
  }
}

function readComparison(interpreter: Interpreter, node: SyntaxNode): Condition {
  const operands = namedChildren(node);
  const [left, right] = operands;
  const operator = node.children
    .filter((child) => !operands.includes(child))
    .map((child) => sourceOf(interpreter, child))
    .join(' ')
    .replace(/\s+/g, ' ');
  if (left === undefined || right === undefined || operands.length !== 2) {
    for (const operand of operands) evaluate(interpreter, operand);
    return plainCondition(undefined);
  }
  const leftValues = evaluate(interpreter, left);
  const rightValues = evaluate(interpreter, right);
  const about = speaksOfToken(
    left.type === 'identifier' || left.type === 'attribute' ? sourceOf(interpreter, left) : '',
    leftValues,
  );
  const place = placeOf(interpreter, left);
  const negative =
    operator === '!=' ||
    operator === 'is not' ||
    operator === '<>' ||
    operator === 'not in' ||
    operator === 'is not not';
  if (/^(?:is|is not|==|!=|<>)$/.test(operator)) {
    if (right.type === 'none') return maybeNot(nullCondition(leftValues, place, about), negative);
    const text = knownText(rightValues);
    if (text === '') return maybeNot(not(truthCondition(leftValues, place, about)), negative);
    if (right.type === 'true') return maybeNot(truthCondition(leftValues, place, about), negative);
    if (right.type === 'false') return maybeNot(not(truthCondition(leftValues, place, about)), negative);
    const known = knownText(leftValues);
    if (text !== undefined && known !== undefined) return maybeNot(plainCondition(known === text), negative);
    if (leftValues.length === 1 && rightValues.length === 1 && isMainGuard(interpreter, left, text))
      return maybeNot(plainCondition(true), negative);
  }
  return plainCondition(undefined, about || speaksOfToken('', rightValues) ? 'either' : undefined);
}

/** `__name__ == '__main__'`: what the file does when it is run is what counts. */
function isMainGuard(interpreter: Interpreter, left: SyntaxNode, right: string | undefined): boolean {
  return right === '__main__' && sourceOf(interpreter, left) === '__name__';
}

function maybeNot(condition: Condition, negative: boolean): Condition {
  return negative ? not(condition) : condition;
}

/** The name or attribute that is tested; undefined for what is no place. */
function placeOf(interpreter: Interpreter, node: SyntaxNode): Place | undefined {
  const { machine } = interpreter;
  if (node.type === 'named_expression') {
    const name = fieldOf(node, 'name');
    return name === undefined ? undefined : placeOf(interpreter, name);
  }
  if (node.type === 'parenthesized_expression') {
    const [inner] = namedChildren(node);
    return inner === undefined ? undefined : placeOf(interpreter, inner);
  }
  if (node.type === 'identifier') {
    const found = lookUp(interpreter, sourceOf(interpreter, node));
    return found === undefined
      ? undefined
      : {
          read: () => machine.state.get(found.key),
          write: (values) => {
            machine.state.set(found.key, values);
          },
        };
  }
  if (node.type === 'attribute') {
    const object = fieldOf(node, 'object');
    const name = fieldOf(node, 'attribute');
    if (object?.type !== 'identifier' || name === undefined) return undefined;
    const values = lookUp(interpreter, sourceOf(interpreter, object))?.values ?? [];
    const refs = values.filter((value): value is RefValue => value.kind === 'ref');
    const [only] = refs;
    if (refs.length !== 1 || only === undefined) return undefined;
    const attribute = sourceOf(interpreter, name);
    return {
      read: () => machine.state.field(only, attribute),
      write: (narrowed) => {
        machine.state.setField(only, attribute, narrowed);
      },
    };
  }
  return undefined;
}
