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
import { childOf, namedChildren, nodesOf, type SyntaxNode } from '../scripting/syntax.ts';
import { knownText, type RefValue } from '../scripting/values.ts';
import { evaluate } from './expressions.ts';
import { lookUp, sourceOf, type Interpreter } from './interpreter.ts';

/** What a test says about the values in it. Evaluates them, with what that does. */
export function readCondition(interpreter: Interpreter, node: SyntaxNode): Condition {
  switch (node.type) {
    case 'parenthesized_expression':
    case 'pipeline':
    case 'while_condition': {
      const [inner] = namedChildren(node);
      return inner === undefined ? plainCondition(undefined) : readCondition(interpreter, inner);
    }
    case 'expression_with_unary_operator': {
      const operand = namedChildren(node).at(-1);
      if (operand !== undefined && /^(?:!|-not\b)/i.test(sourceOf(interpreter, node)))
        return not(readCondition(interpreter, operand));
      break;
    }
    case 'logical_expression':
    case 'logical_argument_expression': {
      const [left, right] = namedChildren(node);
      if (left === undefined || right === undefined) return plainCondition(undefined);
      const first = readCondition(interpreter, left);
      const second = readCondition(interpreter, right);
      return /^\s*-or/i.test(interpreter.document.text.slice(left.end, right.start))
        ? or(first, second)
        : and(first, second);
    }
    case 'comparison_expression':
    case 'comparison_argument_expression':
      return readComparison(interpreter, node);
    case 'invokation_expression': {
      const condition = readStringTest(interpreter, node);
      if (condition !== undefined) return condition;
      break;
    }
  }
  const values = evaluate(interpreter, node);
  const name = node.type === 'variable' ? sourceOf(interpreter, node) : '';
  return truthCondition(values, placeOf(interpreter, node), speaksOfToken(name, values));
}

function readComparison(interpreter: Interpreter, node: SyntaxNode): Condition {
  const operatorNode = childOf(node, 'comparison_operator');
  const [left, right] = namedChildren(node).filter((child) => child !== operatorNode);
  const operator =
    operatorNode === undefined
      ? ''
      : sourceOf(interpreter, operatorNode)
          .toLowerCase()
          .replace(/^-[ci]?(?=eq|ne)/, '-');
  if (left === undefined || right === undefined) return plainCondition(undefined);
  const leftValues = evaluate(interpreter, left);
  const rightValues = evaluate(interpreter, right);
  const about = speaksOfToken(
    nodesOf(node, 'variable')
      .map((child) => sourceOf(interpreter, child))
      .join(' '),
    [...leftValues, ...rightValues],
  );
  if (operator === '-eq' || operator === '-ne') {
    const [tested, values, other] = isConstant(interpreter, left)
      ? [right, rightValues, left]
      : [left, leftValues, right];
    const against = sourceOf(interpreter, other).toLowerCase();
    const negative = operator === '-ne';
    const place = placeOf(interpreter, tested);
    if (against === '$null') return maybeNot(nullCondition(values, place, about), negative);
    if (/^(?:""|''|\$false)$|^\[string\]::empty$/.test(against))
      return maybeNot(not(truthCondition(values, place, about)), negative);
    if (against === '$true') return maybeNot(truthCondition(values, place, about), negative);
    const [a, b] = [knownText(leftValues), knownText(rightValues)];
    if (a !== undefined && b !== undefined)
      return maybeNot(plainCondition(a.toLowerCase() === b.toLowerCase()), negative);
  }
  return plainCondition(undefined, about ? 'either' : undefined);
}

/** `[string]::IsNullOrEmpty($token)`. */
function readStringTest(interpreter: Interpreter, node: SyntaxNode): Condition | undefined {
  if (!/^\[(?:system\.)?string\]::IsNullOr(?:Empty|WhiteSpace)\(/i.test(sourceOf(interpreter, node))) return undefined;
  const list = nodesOf(node, 'argument_expression_list')[0] ?? nodesOf(node, 'argument_list')[0];
  const argument = list === undefined ? undefined : namedChildren(list)[0];
  const [inner] =
    argument === undefined ? [] : argument.type === 'argument_expression_list' ? namedChildren(argument) : [argument];
  if (inner === undefined) return undefined;
  const values = evaluate(interpreter, inner);
  return not(truthCondition(values, placeOf(interpreter, inner), speaksOfToken(sourceOf(interpreter, inner), values)));
}

function isConstant(interpreter: Interpreter, node: SyntaxNode): boolean {
  return (
    node.type === 'string_literal' ||
    node.type === 'integer_literal' ||
    /^\$(?:null|true|false)$/i.test(sourceOf(interpreter, node))
  );
}

function maybeNot(condition: Condition, negative: boolean): Condition {
  return negative ? not(condition) : condition;
}

/** The variable or property that is tested; undefined for what is no place. */
function placeOf(interpreter: Interpreter, node: SyntaxNode): Place | undefined {
  const { machine } = interpreter;
  if (node.type === 'variable') {
    const found = lookUp(interpreter, sourceOf(interpreter, node));
    return found === undefined || found.key === ''
      ? undefined
      : {
          read: () => machine.state.get(found.key),
          write: (values) => {
            machine.state.set(found.key, values);
          },
        };
  }
  if (node.type === 'parenthesized_expression') {
    const [inner] = namedChildren(node);
    return inner === undefined ? undefined : placeOf(interpreter, inner);
  }
  if (node.type === 'assignment_expression') {
    const left = nodesOf(childOf(node, 'left_assignment_expression') ?? node, 'variable')[0];
    return left === undefined ? undefined : placeOf(interpreter, left);
  }
  if (node.type === 'member_access') {
    const [object, member] = namedChildren(node);
    const values = object?.type === 'variable' ? lookUp(interpreter, sourceOf(interpreter, object))?.values : undefined;
    const [only] = values?.filter((value): value is RefValue => value.kind === 'ref') ?? [];
    if (only === undefined || member === undefined || values?.length !== 1) return undefined;
    const property = sourceOf(interpreter, member).toLowerCase();
    return {
      read: () => machine.state.field(only, property),
      write: (narrowed) => {
        machine.state.setField(only, property, narrowed);
      },
    };
  }
  return undefined;
}
