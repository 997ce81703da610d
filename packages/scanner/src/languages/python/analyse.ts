import { NOTHING, type Analysis, type Document } from 'imdsv2-core';
import type { Context } from '../front-end.ts';
import { EMPTY_CELL } from '../scripting/state.ts';
import { copyTree, fieldOf, namedChildren, nodesOf, type SyntaxNode } from '../scripting/syntax.ts';
import { commentSuppressions } from '../scripting/suppressions.ts';
import { syntaxProblems } from '../scripting/problems.ts';
import { NO_CHOICES, unknown, type FunctionValue, type RefValue, type Value } from '../scripting/values.ts';
import type { GrammarParser } from '../tree-sitter/grammar.ts';
import { callFunction, construct, type Arguments } from './calls.ts';
import { createInterpreter, sourceOf, type Definition, type Interpreter } from './interpreter.ts';
import type { ModuleConstants } from './own-modules.ts';
import { isRelevant } from './relevance.ts';
import { executeBlock } from './statements.ts';

/** Evaluates a Python program far enough to say which requests it makes. Nothing is run. */
export function analysePython(
  document: Document,
  parser: GrammarParser,
  modules: ModuleConstants,
  context: Context,
): Analysis {
  const own = modules.of(document.path, context);
  if (!isRelevant(document) && !own.importsAddress(document.text)) return NOTHING;
  const parsed = parser.parse(document.text, (root) => ({ ...copyTree(root, NO_LADDER), broken: root.hasError }));
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
  const interpreter = createInterpreter(document, own);
  executeBlock(interpreter, parsed.root);
  runUncalled(interpreter, parsed.root);
  const { machine } = interpreter;
  return {
    facts: [...machine.log.facts(), ...machine.facts],
    documents: [...machine.documents.values()],
    problems: [...syntaxProblems(document, parsed), ...machine.problems],
    suppressions: commentSuppressions(document, nodesOf(parsed.root, 'comment')),
  };
}

const NO_LADDER: ReadonlySet<string> = new Set();

/** What nothing in the file calls, another file may: it is judged by itself, with parameters that can be anything. */
function runUncalled(interpreter: Interpreter, root: SyntaxNode): void {
  const { machine } = interpreter;
  const changed = changedGlobals(interpreter, root);
  machine.state.alive = true;
  machine.state.path = NO_CHOICES;
  for (const name of changed)
    machine.state.set(`${String(interpreter.moduleFrame)}:${name}`, unknown(name, 'functions change it'));
  // Functions that nothing calls may define others; those join the end of the map and are met in turn.
  for (const definition of interpreter.definitions.values()) {
    if (machine.called.has(String(definition.node.start))) continue;
    const before = machine.state.fork();
    interpreter.frame = interpreter.moduleFrame;
    runByItself(interpreter, definition);
    machine.state = before;
  }
}

function runByItself(interpreter: Interpreter, definition: Definition): void {
  const { node, name, frame } = definition;
  const nothing: Arguments = { positional: [], keywords: new Map(), open: 'it is a parameter of the function' };
  const callee: FunctionValue = { kind: 'function', name, node, frame, choices: NO_CHOICES };
  const ofClass = definition.ofClass;
  if (ofClass?.kind !== 'class') {
    callFunction(interpreter, callee, nothing, node);
    return;
  }
  const decorators = interpreter.decorators.get(node.start) ?? [];
  if (decorators.some((decorator) => decorator.startsWith('@staticmethod'))) {
    callFunction(interpreter, callee, nothing, node);
  } else if (decorators.some((decorator) => decorator.startsWith('@classmethod'))) {
    callFunction(interpreter, { ...callee, self: ofClass }, nothing, node);
  } else {
    const self = instanceOf(interpreter, ofClass, nothing, node);
    callFunction(interpreter, { ...callee, self }, nothing, node);
  }
}

/** An object on which any other method may have run before: the attributes that they set can be anything. */
function instanceOf(
  interpreter: Interpreter,
  ofClass: Extract<Value, { kind: 'class' }>,
  args: Arguments,
  method: SyntaxNode,
): RefValue {
  const [made] = construct(interpreter, ofClass, args, method);
  const self = made?.kind === 'ref' ? made : interpreter.machine.allocate(EMPTY_CELL);
  const ways = interpreter.machine.state;
  if (!ways.alive) ways.alive = true;
  for (const field of fieldsOf(interpreter, ofClass.node)) {
    if (field.method !== method.start) ways.setField(self, field.name, unknown(field.source, 'another method sets it'));
  }
  return self;
}

/** An attribute of `self` that a method sets. */
interface SetField {
  readonly method: number;
  readonly name: string;
  readonly source: string;
}

const setFields = new WeakMap<SyntaxNode, readonly SetField[]>();

/** What the methods of a class set, `__init__` left out. */
function fieldsOf(interpreter: Interpreter, ofClass: SyntaxNode): readonly SetField[] {
  const known = setFields.get(ofClass);
  if (known !== undefined) return known;
  const fields: SetField[] = [];
  const body = fieldOf(ofClass, 'body');
  for (const other of body === undefined ? [] : nodesOf(body, 'function_definition')) {
    const name = fieldOf(other, 'name');
    if (name === undefined || sourceOf(interpreter, name) === '__init__') continue;
    for (const assignment of nodesOf(other, 'assignment', 'augmented_assignment')) {
      const left = fieldOf(assignment, 'left');
      for (const target of left === undefined ? [] : left.type === 'pattern_list' ? namedChildren(left) : [left]) {
        const object = target.type === 'attribute' ? fieldOf(target, 'object') : undefined;
        const attribute = fieldOf(target, 'attribute');
        if (object === undefined || attribute === undefined || sourceOf(interpreter, object) !== 'self') continue;
        fields.push({
          method: other.start,
          name: sourceOf(interpreter, attribute),
          source: sourceOf(interpreter, target),
        });
      }
    }
  }
  setFields.set(ofClass, fields);
  return fields;
}

/** Names of the module that a function declares `global` and sets. */
function changedGlobals(interpreter: Interpreter, root: SyntaxNode): ReadonlySet<string> {
  return new Set(
    nodesOf(root, 'global_statement').flatMap((statement) =>
      namedChildren(statement).map((name) => sourceOf(interpreter, name)),
    ),
  );
}
