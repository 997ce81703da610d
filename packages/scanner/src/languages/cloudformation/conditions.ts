import { textOf, type Node } from '../structured/index.ts';
import type { Evaluator } from './evaluate.ts';
import { intrinsicOf } from './intrinsic.ts';
import type { Scope } from './scope.ts';

/** Conditions of a template as booleans of one world. What cannot be decided from names and constants is a variable of its own. */
export class ConditionEvaluator {
  readonly #evaluator: Evaluator;
  readonly #running = new Set<Node>();

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  /** Whether a condition holds: a name, `Condition: NAME`, or one of the boolean functions. */
  holds(node: Node, scope: Scope): boolean {
    const call = intrinsicOf(node);
    if (call === undefined) {
      const name = textOf(node);
      return name !== undefined && this.named(name, node, scope);
    }
    const operands = call.argument.kind === 'sequence' ? call.argument.items : [call.argument];
    switch (call.name) {
      case 'Condition':
        return this.named(textOf(call.argument) ?? '', node, scope);
      case 'Fn::And':
        return operands.every((operand) => this.holds(operand, scope));
      case 'Fn::Or':
        return operands.some((operand) => this.holds(operand, scope));
      case 'Fn::Not':
        return operands[0] !== undefined && !this.holds(operands[0], scope);
      case 'Fn::Equals':
        return this.#equals(operands, scope);
      default:
        return this.#open(`${call.name} of ${node.start}`, scope);
    }
  }

  /** Whether the condition of that name holds. */
  named(name: string, at: Node, scope: Scope): boolean {
    const condition = scope.template.conditions.get(name);
    if (condition === undefined || this.#running.has(condition)) {
      const word = name.toLowerCase();
      return word === 'true'
        ? true
        : word === 'false'
          ? false
          : this.#open(`condition ${name === '' ? String(at.start) : name}`, scope);
    }
    this.#running.add(condition);
    try {
      return this.holds(condition, scope);
    } finally {
      this.#running.delete(condition);
    }
  }

  #equals(operands: readonly Node[], scope: Scope): boolean {
    const [first, second] = operands.map((operand) =>
      this.#evaluator.operand(this.#evaluator.evaluate(operand, scope)),
    );
    if (first === undefined || second === undefined) return false;
    if (first.kind === 'value' && second.kind === 'value') return first.value === second.value;
    if (first.kind === 'opaque' || second.kind === 'opaque') {
      const keys = [first, second]
        .map((operand) =>
          operand.kind === 'opaque'
            ? operand.key
            : operand.kind === 'value'
              ? `"${operand.value}"`
              : `other ${operand.of}`,
        )
        .sort();
      return keys[0] === keys[1] || this.#open(`${keys[0] ?? ''} equals ${keys[1] ?? ''}`, scope);
    }
    return first.kind === 'other' && second.kind === 'other' && first.of === second.of;
  }

  /** A boolean that nothing in the template decides. */
  #open(name: string, scope: Scope): boolean {
    const { document, root } = scope.template;
    const choice = this.#evaluator.world.ask({
      id: `${document.path}:${String(root.start)}:${scope.instance ?? ''}:?${name}`,
      name,
      domain: [
        { kind: 'value', value: 'true' },
        { kind: 'value', value: 'false' },
      ],
    });
    return choice.kind === 'value' && choice.value === 'true';
  }
}
