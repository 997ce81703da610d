import { NOTHING, type Analysis, type Document } from 'imdsv2-core';
import { syntaxProblems } from '../scripting/problems.ts';
import { EMPTY_CELL } from '../scripting/state.ts';
import { commentSuppressions } from '../scripting/suppressions.ts';
import { childOf, copyTree, namedChildren, nodesOf, type SyntaxNode } from '../scripting/syntax.ts';
import { NO_CHOICES, NULL, unknown, type Values } from '../scripting/values.ts';
import type { GrammarParser } from '../tree-sitter/grammar.ts';
import { evaluate } from './expressions.ts';
import { bindUnknown, callByItself, parametersOf } from './functions.ts';
import { createInterpreter, setVariable, sourceOf, type Definition, type Interpreter } from './interpreter.ts';
import { readableText } from './readable.ts';
import { executeBlock } from './statements.ts';

/** Evaluates a PowerShell script far enough to say which requests it makes and what it launches. Nothing is run. */
export function analysePowerShell(document: Document, parser: GrammarParser): Analysis {
  const parsed = parser.parse(readableText(document.text), (root) => ({
    ...copyTree(root, LADDER),
    broken: root.hasError,
  }));
  if (parsed === undefined) {
    return {
      ...NOTHING,
      problems: [
        {
          location: document.map.range(0, document.text.length),
          reason: 'it takes too long to parse',
          extent: 'whole',
        },
      ],
    };
  }
  const interpreter = createInterpreter(document);
  defineAhead(interpreter, parsed.root);
  bindUnknown(
    interpreter,
    childOf(parsed.root, 'param_block') === undefined ? [] : parametersOf(interpreter, parsed.root),
  );
  executeBlock(interpreter, parsed.root);
  runUncalled(interpreter);
  const { machine } = interpreter;
  return {
    facts: [...machine.log.facts(), ...machine.facts],
    documents: [...machine.documents.values()],
    problems: [...syntaxProblems(document, parsed), ...machine.problems],
    suppressions: commentSuppressions(document, nodesOf(parsed.root, 'comment')),
  };
}

/** Rules of the grammar that only say which rank an operand may have. */
const LADDER: ReadonlySet<string> = new Set([
  'statement_list',
  'pipeline',
  'pipeline_chain',
  'argument_expression',
  ...['logical', 'bitwise', 'comparison', 'additive', 'multiplicative', 'format', 'range'].flatMap((rank) => [
    `${rank}_expression`,
    `${rank}_argument_expression`,
  ]),
  'array_literal_expression',
  'unary_expression',
]);

/** Functions that stand inside others, or after their first use in one, are known all the same. */
function defineAhead(interpreter: Interpreter, root: SyntaxNode): void {
  for (const node of nodesOf(root, 'function_statement')) {
    const name = childOf(node, 'function_name');
    if (name === undefined) continue;
    const key = sourceOf(interpreter, name)
      .toLowerCase()
      .replace(/^(?:global|script|local|private):/, '');
    if (!interpreter.functions.has(key)) interpreter.functions.set(key, node);
    interpreter.definitions.set(node.start, { node, name: key });
  }
}

/** What nothing in the file calls, another file may: it is judged by itself, with parameters that can be anything. */
function runUncalled(interpreter: Interpreter): void {
  const { machine } = interpreter;
  machine.state.alive = true;
  machine.state.path = NO_CHOICES;
  for (const definition of interpreter.definitions.values()) {
    if (machine.called.has(String(definition.node.start))) continue;
    const before = machine.state.fork();
    interpreter.frame = interpreter.scriptFrame;
    callByItself(interpreter, definition.node, () => {
      if (definition.ofClass !== undefined)
        setVariable(interpreter, '$this', objectOf(interpreter, definition, definition.ofClass));
    });
    machine.state = before;
  }
}

/** An object of a class of the script, with what its properties are set to at first; another method may have changed those that are nothing. */
function objectOf(interpreter: Interpreter, definition: Definition, ofClass: SyntaxNode): Values {
  const fields = new Map<string, Values>();
  for (const property of ofClass.children) {
    if (property.type !== 'class_property_definition') continue;
    const variable = childOf(property, 'variable');
    const value = namedChildren(property).find(
      (child) =>
        child !== variable &&
        child.type !== 'type_literal' &&
        child.type !== 'attribute' &&
        child.type !== 'class_attribute',
    );
    if (variable === undefined) continue;
    const name = sourceOf(interpreter, variable);
    const values = value === undefined ? NULL : evaluate(interpreter, value);
    const isText = values.every((one) => one.kind === 'text' && one.pieces.length > 0);
    fields.set(
      name.replace(/^\$/, '').toLowerCase(),
      isText ? values : unknown(`$this.${name.slice(1)}`, `a method other than ${definition.name} may set it`),
    );
  }
  return [interpreter.machine.allocate({ ...EMPTY_CELL, type: 'object', of: 'class', fields })];
}
