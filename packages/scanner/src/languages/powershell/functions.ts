import { EMPTY_CELL } from '../scripting/state.ts';
import { childOf, namedChildren, nodesOf, type SyntaxNode } from '../scripting/syntax.ts';
import { NULL, unknown, type FunctionValue, type Values } from '../scripting/values.ts';
import { bind, type Signature, type Word } from './arguments.ts';
import { evaluate } from './expressions.ts';
import { setVariable, sourceOf, unknownOf, type Interpreter } from './interpreter.ts';
import { executeBlock } from './statements.ts';

interface Parameter {
  readonly name: string;
  readonly isSwitch: boolean;
  readonly fromPipeline: boolean;
  readonly aliases: readonly string[];
  readonly otherwise: SyntaxNode | undefined;
}

/** Runs a function of the script with the words of a command. */
export function callFunction(
  interpreter: Interpreter,
  node: SyntaxNode,
  words: readonly Word[],
  input: Values | undefined,
  place: SyntaxNode,
): Values {
  const parameters = parametersOf(interpreter, node);
  const bound = bind(interpreter, words, signatureOf(parameters));
  return run(interpreter, node, place, () => {
    for (const parameter of parameters) {
      const given = bound.values.get(parameter.name.toLowerCase()) ?? (parameter.fromPipeline ? input : undefined);
      setVariable(
        interpreter,
        `$${parameter.name}`,
        given ??
          (bound.open === undefined ? defaultOf(interpreter, parameter) : unknown(`$${parameter.name}`, bound.open)),
      );
    }
    setVariable(interpreter, '$args', [
      interpreter.machine.allocate({ ...EMPTY_CELL, type: 'list', items: bound.rest }),
    ]);
    if (input !== undefined) setInput(interpreter, input);
  });
}

/** Runs a script block with values for its parameters. */
export function callBlock(
  interpreter: Interpreter,
  block: FunctionValue,
  args: readonly Values[],
  input: Values | undefined,
  place: SyntaxNode,
): Values {
  const parameters = parametersOf(interpreter, block.node);
  return run(interpreter, block.node, place, () => {
    parameters.forEach((parameter, index) => {
      setVariable(interpreter, `$${parameter.name}`, args[index] ?? defaultOf(interpreter, parameter));
    });
    setVariable(interpreter, '$args', [interpreter.machine.allocate({ ...EMPTY_CELL, type: 'list', items: args })]);
    if (input !== undefined) setInput(interpreter, input);
  });
}

/** Runs a function that nothing in the file calls, with parameters that can be anything. A text given as default is what most calls use. */
export function callByItself(interpreter: Interpreter, node: SyntaxNode, prepare: () => void): void {
  run(interpreter, node, node, () => {
    bindUnknown(interpreter, parametersOf(interpreter, node));
    prepare();
  });
}

/** Gives parameters of the script or of an uncalled function their values. */
export function bindUnknown(interpreter: Interpreter, parameters: readonly Parameter[]): void {
  for (const parameter of parameters) {
    const values = defaultOf(interpreter, parameter);
    const isText =
      parameter.otherwise !== undefined && values.every((value) => value.kind === 'text' && value.pieces.length > 0);
    setVariable(
      interpreter,
      `$${parameter.name}`,
      isText ? values : unknown(`$${parameter.name}`, 'it is a parameter', { mayBeEmpty: false }),
    );
  }
}

function run(interpreter: Interpreter, node: SyntaxNode, place: SyntaxNode, bindParameters: () => void): Values {
  const { machine } = interpreter;
  if (!interpreter.relevance.isWorthRunning(node))
    return unknownOf(interpreter, place, 'it has nothing to do with requests');
  const frame = machine.nextId();
  const outer = interpreter.frame;
  interpreter.callers.set(frame, outer);
  const values = machine.call(String(node.start), frame, () => {
    interpreter.frame = frame;
    bindParameters();
    return executeBlock(interpreter, node);
  });
  interpreter.frame = outer;
  return values ?? unknownOf(interpreter, place, 'the function calls itself');
}

function setInput(interpreter: Interpreter, input: Values): void {
  setVariable(interpreter, '$_', input);
  setVariable(interpreter, '$PSItem', input);
  setVariable(interpreter, '$input', input);
}

const PARAMETERS = new WeakMap<SyntaxNode, readonly Parameter[]>();

/** The parameters of a function, method or script block. */
export function parametersOf(interpreter: Interpreter, node: SyntaxNode): readonly Parameter[] {
  const known = PARAMETERS.get(node);
  if (known !== undefined) return known;
  const parameters = readParameters(interpreter, node);
  PARAMETERS.set(node, parameters);
  return parameters;
}

function readParameters(interpreter: Interpreter, node: SyntaxNode): readonly Parameter[] {
  const holder =
    childOf(node, 'function_parameter_declaration', 'class_method_parameter_list') ??
    nodesOf(node, 'param_block').find((block) => isOwn(node, block));
  if (holder === undefined) return [];
  const list =
    holder.type === 'class_method_parameter_list'
      ? holder.children.filter((child) => child.type === 'class_method_parameter')
      : nodesOf(holder, 'script_parameter');
  return list.flatMap((parameter): Parameter[] => {
    const variable = childOf(parameter, 'variable');
    if (variable === undefined) return [];
    const attributes = sourceOf(interpreter, { start: parameter.start, end: variable.start });
    const otherwise = childOf(parameter, 'script_parameter_default');
    return [
      {
        name: sourceOf(interpreter, variable).replace(/^\$\{?|\}$/g, ''),
        isSwitch: /\[(?:System\.Management\.Automation\.)?switch(?:parameter)?\]/i.test(attributes),
        fromPipeline: /ValueFromPipeline(?!ByPropertyName)/i.test(attributes),
        aliases: [...attributes.matchAll(/\[Alias\(([^)]*)\)/gi)].flatMap((match) =>
          (match[1] ?? '').split(',').map((alias) => alias.replace(/['"\s]/g, '')),
        ),
        otherwise: otherwise === undefined ? undefined : namedChildren(otherwise)[0],
      },
    ];
  });
}

/** A param block inside a nested script block or function belongs to that. */
function isOwn(node: SyntaxNode, block: SyntaxNode): boolean {
  return !nodesOf(node, 'script_block_expression', 'function_statement').some(
    (inner) => inner.start !== node.start && inner.start < block.start && inner.end >= block.end,
  );
}

function signatureOf(parameters: readonly Parameter[]): Signature {
  const valued = parameters.filter((parameter) => !parameter.isSwitch).map((parameter) => parameter.name);
  return {
    parameters: valued,
    switches: parameters.filter((parameter) => parameter.isSwitch).map((parameter) => parameter.name),
    positions: valued,
    aliases: Object.fromEntries(
      parameters.flatMap((parameter) => parameter.aliases.map((alias) => [alias.toLowerCase(), parameter.name])),
    ),
  };
}

function defaultOf(interpreter: Interpreter, parameter: Parameter): Values {
  if (parameter.otherwise !== undefined) return evaluate(interpreter, parameter.otherwise);
  return parameter.isSwitch ? [{ kind: 'boolean', value: false, choices: new Map() }] : NULL;
}
