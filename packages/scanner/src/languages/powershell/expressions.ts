import { EMPTY_CELL, type Entry } from '../scripting/state.ts';
import { childOf, fieldOf, namedChildren, type SyntaxNode } from '../scripting/syntax.ts';
import {
  booleanOf,
  joinTexts,
  knownText,
  limit,
  namedOf,
  NO_CHOICES,
  NULL,
  numberOf,
  textOf,
  toText,
  type RefValue,
  type Value,
  type Values,
} from '../scripting/values.ts';
import { runCommand, runPipeline } from './commands.ts';
import { readCondition } from './conditions.ts';
import { embedScript } from './embedded-scripts.ts';
import { readVariable, setVariable, sourceOf, unknownOf, type Interpreter } from './interpreter.ts';
import { callMethod, readMember, setMember, typePath } from './members.ts';
import { add, applyFormat, compare } from './operators.ts';
import { execute, executeAll } from './statements.ts';
import { stringValues } from './strings.ts';

/** The values that an expression may have, with everything done that evaluating it does. */
export function evaluate(interpreter: Interpreter, node: SyntaxNode): Values {
  const { machine, document } = interpreter;
  if (!machine.step()) return unknownOf(interpreter, node, 'there is too much to follow');
  switch (node.type) {
    case 'variable':
    case 'braced_variable':
      return readVariable(interpreter, sourceOf(interpreter, node));
    case 'string_literal': {
      const inner = namedChildren(node)[0] ?? node;
      return embedScript(
        interpreter,
        node,
        stringValues(inner, document, (child) => evaluate(interpreter, child)),
      );
    }
    case 'expandable_string_literal':
    case 'expandable_here_string_literal':
    case 'verbatim_string_characters':
    case 'verbatim_here_string_characters':
      return embedScript(
        interpreter,
        node,
        stringValues(node, document, (child) => evaluate(interpreter, child)),
      );
    case 'integer_literal':
    case 'real_literal':
    case 'decimal_integer_literal': {
      const number = Number(sourceOf(interpreter, node).trim());
      return Number.isNaN(number) ? unknownOf(interpreter, node, 'it is not followed') : numberOf(number);
    }
    case 'hash_literal_expression':
      return evaluateDictionary(interpreter, node);
    case 'array_literal_expression':
      return [
        machine.allocate({
          ...EMPTY_CELL,
          type: 'list',
          items: namedChildren(node).map((child) => evaluate(interpreter, child)),
        }),
      ];
    case 'array_expression':
      return evaluateArray(interpreter, node);
    case 'parenthesized_expression':
    case 'sub_expression':
      return executeAll(interpreter, namedChildren(node));
    case 'statement_list':
    case 'pipeline':
      return node.type === 'pipeline' && node.children.some((child) => child.type === 'pipeline_chain_tail')
        ? executeAll(
            interpreter,
            namedChildren(node).filter((child) => child.type !== 'pipeline_chain_tail'),
          )
        : executeAll(interpreter, namedChildren(node));
    case 'pipeline_chain':
      return runPipeline(interpreter, node);
    case 'command':
      return runCommand(interpreter, node, undefined);
    case 'assignment_expression':
      return evaluateAssignment(interpreter, node);
    case 'script_block_expression':
      return [{ kind: 'function', name: 'script block', node, frame: interpreter.frame, choices: NO_CHOICES }];
    case 'type_literal':
      return namedOf(typePath(sourceOf(interpreter, node)));
    case 'member_access':
      return evaluateMember(interpreter, node);
    case 'invokation_expression':
    case 'invokation_foreach_expression':
      return evaluateInvocation(interpreter, node);
    case 'element_access':
      return evaluateElement(interpreter, node);
    case 'cast_expression':
    case 'expression_with_unary_operator':
      return evaluateUnary(interpreter, node);
    case 'additive_expression':
    case 'additive_argument_expression': {
      const [left, right] = namedChildren(node);
      if (left === undefined || right === undefined) return unknownOf(interpreter, node, 'it is not followed');
      return add(interpreter, node, evaluate(interpreter, left), evaluate(interpreter, right));
    }
    case 'format_expression':
    case 'format_argument_expression': {
      const [template, argument] = namedChildren(node).filter((child) => child.type !== 'format_operator');
      if (template === undefined || argument === undefined) return unknownOf(interpreter, node, 'it is not followed');
      return applyFormat(interpreter, evaluate(interpreter, template), evaluate(interpreter, argument));
    }
    case 'comparison_expression':
    case 'comparison_argument_expression':
      return compare(interpreter, node);
    case 'logical_expression':
    case 'logical_argument_expression': {
      const condition = readCondition(interpreter, node);
      return condition.mayBeTrue && condition.mayBeFalse
        ? unknownOf(interpreter, node, 'it is not decided here')
        : booleanOf(condition.mayBeTrue);
    }
    case 'if_statement':
    case 'switch_statement':
    case 'try_statement':
    case 'foreach_statement':
    case 'for_statement':
    case 'while_statement':
    case 'do_statement':
    case 'flow_control_statement':
      return execute(interpreter, node) ?? NULL;
    case 'command_name':
    case 'generic_token':
      return textOf(sourceOf(interpreter, node));
    default:
      for (const child of namedChildren(node)) evaluate(interpreter, child);
      return unknownOf(interpreter, node, 'it is not followed');
  }
}

function evaluateDictionary(interpreter: Interpreter, node: SyntaxNode): Values {
  const entries: Entry[] = [];
  for (const entry of childOf(node, 'hash_literal_body')?.children ?? []) {
    if (entry.type !== 'hash_entry') continue;
    const keyNode = childOf(entry, 'key_expression');
    const valueNode = namedChildren(entry).find((child) => child !== keyNode);
    if (keyNode === undefined || valueNode === undefined) continue;
    const [inner] = namedChildren(keyNode);
    const key =
      inner === undefined || inner.type === 'simple_name'
        ? textOf(sourceOf(interpreter, keyNode).trim())
        : evaluate(interpreter, inner);
    entries.push({
      key,
      value: execute(interpreter, valueNode) ?? NULL,
      start: entry.start,
      end: trimmedEnd(interpreter, entry),
    });
  }
  return [interpreter.machine.allocate({ ...EMPTY_CELL, type: 'dictionary', of: 'collections.hashtable', entries })];
}

function trimmedEnd(interpreter: Interpreter, node: SyntaxNode): number {
  return node.start + sourceOf(interpreter, node).replace(/[\s;]+$/, '').length;
}

function evaluateArray(interpreter: Interpreter, node: SyntaxNode): Values {
  const list = fieldOf(node, 'statements');
  const statements = list === undefined ? [] : list.type === 'statement_list' ? namedChildren(list) : [list];
  const items: Values[] = [];
  let open: string | undefined;
  for (const statement of statements) {
    const values = execute(interpreter, statement);
    if (values === undefined) continue;
    const [only] = values;
    const cell = values.length === 1 && only?.kind === 'ref' ? interpreter.machine.state.cellOf(only) : undefined;
    if (cell?.type === 'list') {
      items.push(...cell.items);
      open ??= cell.open;
    } else {
      items.push(values);
    }
  }
  return [
    interpreter.machine.allocate({ ...EMPTY_CELL, type: 'list', items, ...(open === undefined ? {} : { open }) }),
  ];
}

function evaluateAssignment(interpreter: Interpreter, node: SyntaxNode): Values {
  const target = childOf(node, 'left_assignment_expression');
  const valueNode = fieldOf(node, 'value');
  const operator = childOf(node, 'assignement_operator');
  const left = target === undefined ? undefined : unwrapTarget(namedChildren(target)[0]);
  if (left === undefined || valueNode === undefined) return NULL;
  let values = execute(interpreter, valueNode) ?? NULL;
  if (!interpreter.machine.state.alive) return values;
  const sign = operator === undefined ? '=' : sourceOf(interpreter, operator);
  if (sign === '+=') values = add(interpreter, node, evaluate(interpreter, left), values);
  else if (sign !== '=') values = unknownOf(interpreter, left, 'it is not followed');
  assign(interpreter, left, values);
  return values;
}

/** `[string]$name` is `$name`. */
function unwrapTarget(node: SyntaxNode | undefined): SyntaxNode | undefined {
  if (node?.type !== 'cast_expression' && node?.type !== 'expression_with_unary_operator') return node;
  return unwrapTarget(namedChildren(node).at(-1));
}

function assign(interpreter: Interpreter, left: SyntaxNode, values: Values): void {
  switch (left.type) {
    case 'variable':
      setVariable(interpreter, sourceOf(interpreter, left), values);
      return;
    case 'member_access': {
      const [object, member] = namedChildren(left);
      if (object === undefined || member === undefined) return;
      for (const receiver of evaluate(interpreter, object))
        setMember(interpreter, receiver, memberName(interpreter, member), values, left);
      return;
    }
    case 'element_access': {
      const [object, key] = namedChildren(left);
      if (object === undefined || key === undefined) return;
      const keys = evaluate(interpreter, key);
      for (const receiver of evaluate(interpreter, object))
        if (receiver.kind === 'ref') setEntry(interpreter, receiver, keys, values, left);
      return;
    }
    case 'array_literal_expression': {
      const [only] = values;
      const cell = values.length === 1 && only?.kind === 'ref' ? interpreter.machine.state.cellOf(only) : undefined;
      namedChildren(left).forEach((target, index) => {
        assign(
          interpreter,
          target,
          (cell?.type === 'list' ? cell.items[index] : undefined) ??
            unknownOf(interpreter, target, 'it is part of a value that is not known'),
        );
      });
      return;
    }
    default:
      return;
  }
}

/** Puts an entry into a dictionary, replacing the one with the same key. */
export function setEntry(
  interpreter: Interpreter,
  receiver: RefValue,
  keys: Values,
  values: Values,
  place: { readonly start: number; readonly end: number },
): void {
  const key = knownText(keys)?.toLowerCase();
  interpreter.machine.state.update(receiver, (cell) => {
    if (cell.type === 'list') return { ...cell, open: 'items of it are replaced' };
    return {
      ...cell,
      entries: [
        ...cell.entries.filter((entry) => key === undefined || knownText(entry.key)?.toLowerCase() !== key),
        { key: keys, value: values, start: place.start, end: place.end },
      ],
    };
  });
}

function evaluateMember(interpreter: Interpreter, node: SyntaxNode): Values {
  const [object, member] = namedChildren(node).filter((child) => child.type !== 'ERROR');
  if (object === undefined || member === undefined) return unknownOf(interpreter, node, 'it is not followed');
  const name = memberName(interpreter, member);
  return limit(
    evaluate(interpreter, object).flatMap((receiver) => guard(receiver, readMember(interpreter, receiver, name, node))),
  );
}

function evaluateInvocation(interpreter: Interpreter, node: SyntaxNode): Values {
  const [object, member, list] = namedChildren(node).filter((child) => child.type !== 'ERROR');
  if (object === undefined || member === undefined) return unknownOf(interpreter, node, 'it is not followed');
  const receivers = evaluate(interpreter, object);
  const name = memberName(interpreter, member);
  const expressions = list === undefined ? [] : argumentsOf(list);
  const args = expressions.map((expression) => evaluate(interpreter, expression));
  return limit(receivers.flatMap((receiver) => guard(receiver, callMethod(interpreter, receiver, name, args, node))));
}

/** `(a, b)`: the grammar has a list inside the list when there are arguments. */
function argumentsOf(list: SyntaxNode): readonly SyntaxNode[] {
  const inner = childOf(list, 'argument_expression_list');
  return inner === undefined ? namedChildren(list) : namedChildren(inner);
}

function memberName(interpreter: Interpreter, member: SyntaxNode): string {
  const [inner] = namedChildren(member);
  if (inner?.type === 'string_literal') return knownText(evaluate(interpreter, inner)) ?? '';
  return sourceOf(interpreter, member).trim();
}

function guard(receiver: Value, values: Values): Values {
  return receiver.choices.size === 0
    ? values
    : values.map((value) => ({ ...value, choices: new Map([...value.choices, ...receiver.choices]) }));
}

function evaluateElement(interpreter: Interpreter, node: SyntaxNode): Values {
  const [object, key] = namedChildren(node);
  if (object === undefined || key === undefined) return unknownOf(interpreter, node, 'it is not followed');
  const receivers = evaluate(interpreter, object);
  const name = knownText(evaluate(interpreter, key))?.toLowerCase();
  return limit(
    receivers.flatMap((receiver): Values => {
      if (receiver.kind === 'response' || receiver.kind === 'text') return [receiver];
      if (receiver.kind !== 'ref')
        return guard(receiver, unknownOf(interpreter, node, 'it is part of a value that is not known'));
      return interpreter.machine.state.cells(receiver).flatMap(({ cell, choices }): Values => {
        const item =
          cell.type === 'list'
            ? cell.items.at(Number(name))
            : cell.entries.findLast((entry) => knownText(entry.key)?.toLowerCase() === name)?.value;
        const values =
          item ??
          (cell.open === undefined && name !== undefined
            ? NULL
            : unknownOf(interpreter, node, 'it is part of a value that is not known'));
        return values.map((value) => ({
          ...value,
          choices: new Map([...value.choices, ...choices, ...receiver.choices]),
        }));
      });
    }),
  );
}

function evaluateUnary(interpreter: Interpreter, node: SyntaxNode): Values {
  const source = sourceOf(interpreter, node);
  const operand = namedChildren(node).at(-1);
  if (operand === undefined) return unknownOf(interpreter, node, 'it is not followed');
  if (/^(?:!|-not\b)/i.test(source)) {
    const condition = readCondition(interpreter, node);
    return condition.mayBeTrue && condition.mayBeFalse
      ? unknownOf(interpreter, node, 'it is not decided here')
      : booleanOf(condition.mayBeTrue);
  }
  const values = evaluate(interpreter, operand);
  const type = childOf(node, 'type_literal');
  if (type !== undefined) {
    const path = typePath(sourceOf(interpreter, type));
    if (path === 'string')
      return values.map((value) =>
        value.kind === 'response' || value.kind === 'unknown' || value.kind === 'ref'
          ? value
          : { kind: 'text' as const, ...toText(value) },
      );
    return values;
  }
  if (/^-join\b/i.test(source)) {
    const [only] = values;
    const cell = values.length === 1 && only?.kind === 'ref' ? interpreter.machine.state.cellOf(only) : undefined;
    return cell?.type === 'list' && cell.open === undefined ? joinTexts(cell.items) : values;
  }
  return node.type === 'cast_expression' || /^[,[]/.test(source)
    ? values
    : unknownOf(interpreter, node, 'it is not followed');
}
