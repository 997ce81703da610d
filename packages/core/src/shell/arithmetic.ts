import type { ArithmeticExpression } from 'unbash';

/** The value of an arithmetic expression whose names `valueOf` knows; undefined when it cannot be told. Whole numbers, as the shell has them. */
export function evaluateArithmetic(
  expression: ArithmeticExpression,
  valueOf: (name: string) => number | undefined,
): number | undefined {
  switch (expression.type) {
    case 'ArithmeticWord':
      return numberOf(expression.value, valueOf);
    case 'ArithmeticGroup':
      return evaluateArithmetic(expression.expression, valueOf);
    case 'ArithmeticUnary': {
      const operand = evaluateArithmetic(expression.operand, valueOf);
      if (operand === undefined) return undefined;
      if (expression.operator === '-') return -operand;
      if (expression.operator === '+') return operand;
      if (expression.operator === '!') return operand === 0 ? 1 : 0;
      return undefined;
    }
    case 'ArithmeticTernary': {
      const test = evaluateArithmetic(expression.test, valueOf);
      if (test === undefined) return undefined;
      return evaluateArithmetic(test === 0 ? expression.alternate : expression.consequent, valueOf);
    }
    case 'ArithmeticBinary': {
      const left = evaluateArithmetic(expression.left, valueOf);
      const right = evaluateArithmetic(expression.right, valueOf);
      if (left === undefined || right === undefined) return undefined;
      return OPERATORS.get(expression.operator)?.(left, right);
    }
    case 'ArithmeticCommandExpansion':
      return undefined;
  }
}

/** A number in the spelling of the shell (`0x1f`, `017`), or a name. */
export function numberOf(
  text: string,
  valueOf: (name: string) => number | undefined = () => undefined,
): number | undefined {
  const plain = text.trim();
  if (/^[-+]?0[xX][\da-fA-F]+$/.test(plain)) return Number(plain);
  if (/^[-+]?0[0-7]+$/.test(plain)) return parseInt(plain, 8);
  if (/^[-+]?\d{1,15}$/.test(plain)) return Number(plain);
  const name = /^\$?\{?([A-Za-z_]\w*|\d+)\}?$/.exec(plain)?.[1];
  return name === undefined ? undefined : valueOf(name);
}

const bit = (condition: boolean): number => (condition ? 1 : 0);

const OPERATORS: ReadonlyMap<string, (a: number, b: number) => number | undefined> = new Map<
  string,
  (a: number, b: number) => number | undefined
>([
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => (b === 0 ? undefined : Math.trunc(a / b))],
  ['%', (a, b) => (b === 0 ? undefined : a % b)],
  ['**', (a, b) => a ** b],
  ['<', (a, b) => bit(a < b)],
  ['<=', (a, b) => bit(a <= b)],
  ['>', (a, b) => bit(a > b)],
  ['>=', (a, b) => bit(a >= b)],
  ['==', (a, b) => bit(a === b)],
  ['!=', (a, b) => bit(a !== b)],
  ['&&', (a, b) => bit(a !== 0 && b !== 0)],
  ['||', (a, b) => bit(a !== 0 || b !== 0)],
]);
