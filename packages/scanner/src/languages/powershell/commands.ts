import { childOf, namedChildren, type SyntaxNode } from '../scripting/syntax.ts';
import { joinTexts, knownText, NULL, toText, unknown, type FunctionValue, type Values } from '../scripting/values.ts';
import { bind, readWords, type Word } from './arguments.ts';
import { constructCom, constructDotNet } from './dotnet.ts';
import { embedFile, embedText } from './embedded-scripts.ts';
import { evaluate } from './expressions.ts';
import { callBlock, callFunction } from './functions.ts';
import { shown, sourceOf, unknownOf, type Interpreter } from './interpreter.ts';
import { runLaunch } from './launches.ts';
import { setMember, typePath } from './members.ts';
import { isNativeProgram, runNative } from './native.ts';
import { execute } from './statements.ts';
import { runWebCmdlet } from './web-cmdlets.ts';

/** Runs commands that hand their output on to the next. */
export function runPipeline(interpreter: Interpreter, node: SyntaxNode): Values {
  let input: Values | undefined;
  for (const element of namedChildren(node)) {
    if (element.type === 'redirection') continue;
    input =
      element.type === 'command' ? runCommand(interpreter, element, input) : (execute(interpreter, element) ?? NULL);
  }
  return input ?? NULL;
}

/** Runs one command. `input`: what the pipeline gives it. */
export function runCommand(interpreter: Interpreter, node: SyntaxNode, input: Values | undefined): Values {
  const nameNode = childOf(node, 'command_name', 'command_name_expr', 'foreach_command');
  if (nameNode === undefined) return unknownOf(interpreter, node, 'it is not followed');
  const callee = nameOf(interpreter, nameNode);
  const words = readWords(interpreter, node);
  const place = { start: node.start, end: words.at(-1)?.end ?? nameNode.end };
  if (callee.block !== undefined)
    return callBlock(
      interpreter,
      callee.block,
      words.filter((word) => word.parameter === undefined).map((word) => word.values),
      input,
      node,
    );
  const written = callee.name ?? '';
  const name = (interpreter.aliases.get(written.toLowerCase()) ?? written).toLowerCase();
  const own = interpreter.functions.get(name);
  if (own !== undefined) return callFunction(interpreter, own, words, input, node);
  return (
    runWebCmdlet(interpreter, name, words, place) ??
    runLaunch(interpreter, name, words, place, nameNode) ??
    runBuiltin(interpreter, name, words, input, node) ??
    (isNativeProgram(name) ? runNative(interpreter, name, nameNode, words, node) : undefined) ??
    runUnknown(interpreter, words, input, node)
  );
}

/** The name of a command as far as it is known; a script block that is called in its place. */
function nameOf(
  interpreter: Interpreter,
  node: SyntaxNode,
): { readonly name?: string; readonly block?: FunctionValue } {
  if (node.type === 'command_name') return { name: sourceOf(interpreter, node) };
  const [inner] = namedChildren(node);
  if (inner === undefined) return { name: sourceOf(interpreter, node) };
  if (inner.type === 'command_name') return { name: sourceOf(interpreter, inner) };
  const values = inner.type === 'path_command_name' ? pathValues(interpreter, inner) : evaluate(interpreter, inner);
  const block = values.find((value): value is FunctionValue => value.kind === 'function');
  if (block !== undefined) return { block };
  // `& "$dir\curl.exe"`: the end of the path is enough.
  const [only] = values;
  const text =
    only === undefined
      ? undefined
      : toText(only)
          .pieces.map((piece) => (piece.kind === 'literal' ? piece.value : '?'))
          .join('');
  return text === undefined ? {} : { name: text.replace(/^.*[\\/]/, '') };
}

function pathValues(interpreter: Interpreter, node: SyntaxNode): Values {
  const children = namedChildren(node);
  return children.length === 1 && children[0] !== undefined
    ? evaluate(interpreter, children[0])
    : joinTexts(children.map((child) => evaluate(interpreter, child)));
}

/** Cmdlets that hand on what they get, whole or in part. */
const PASS_ON = new Set([
  'convertfrom-json',
  'select-object',
  'select',
  'out-string',
  'where-object',
  'where',
  '?',
  'sort-object',
  'sort',
  'tee-object',
  'get-unique',
  'convertto-json',
  'out-default',
  'write-output',
  'echo',
  'get-content',
  'select-string',
  'select-xml',
  'convertfrom-stringdata',
  'format-list',
  'fl',
  'format-table',
  'ft',
]);
/** Cmdlets that put nothing out. */
const SILENT = new Set([
  'out-null',
  'write-host',
  'write-verbose',
  'write-warning',
  'write-debug',
  'write-error',
  'write-information',
  'write-progress',
  'start-sleep',
  'sleep',
  'set-strictmode',
  'set-executionpolicy',
  'import-module',
  'add-type',
  'remove-item',
  'remove-variable',
  'start-transcript',
  'stop-transcript',
]);

function runBuiltin(
  interpreter: Interpreter,
  name: string,
  words: readonly Word[],
  input: Values | undefined,
  node: SyntaxNode,
): Values | undefined {
  switch (name) {
    case 'new-object':
      return newObject(interpreter, words, node);
    case 'set-variable':
    case 'new-variable':
    case 'sv':
    case 'nv': {
      const bound = bind(interpreter, words, {
        parameters: ['Name', 'Value', 'Scope', 'Option', 'Visibility', 'Description'],
        switches: ['Force', 'PassThru'],
        positions: ['Name', 'Value'],
      });
      const variable = knownText(bound.values.get('name') ?? NULL);
      if (variable !== undefined)
        interpreter.machine.state.set(
          `${String(/^(?:script|global)$/i.test(knownText(bound.values.get('scope') ?? NULL) ?? '') ? interpreter.scriptFrame : interpreter.frame)}:${variable.toLowerCase()}`,
          bound.values.get('value') ?? input ?? NULL,
        );
      return NULL;
    }
    case 'get-variable':
    case 'gv':
      return undefined;
    case 'set-alias':
    case 'new-alias':
    case 'sal':
    case 'nal': {
      const bound = bind(interpreter, words, {
        parameters: ['Name', 'Value', 'Scope', 'Option', 'Description'],
        switches: ['Force', 'PassThru'],
        positions: ['Name', 'Value'],
      });
      const [alias, command] = ['name', 'value'].map((key) => knownText(bound.values.get(key) ?? NULL));
      if (alias !== undefined && command !== undefined) interpreter.aliases.set(alias.toLowerCase(), command);
      return NULL;
    }
    case 'set-content':
    case 'add-content':
    case 'out-file':
    case 'sc':
    case 'ac':
    case 'tee': {
      const bound = bind(interpreter, words, {
        parameters: ['Path', 'FilePath', 'LiteralPath', 'Value', 'InputObject', 'Encoding', 'Width', 'ErrorAction'],
        switches: ['Force', 'NoNewline', 'Append', 'NoClobber', 'PassThru', 'AsByteStream'],
        positions: name === 'out-file' || name === 'tee' ? ['FilePath'] : ['Path', 'Value'],
      });
      const path = bound.values.get('path') ?? bound.values.get('filepath') ?? bound.values.get('literalpath') ?? NULL;
      const contents = bound.values.get('value') ?? bound.values.get('inputobject') ?? input;
      const [only] = path;
      const shownPath =
        only === undefined
          ? ''
          : toText(only)
              .pieces.map((piece) => (piece.kind === 'literal' ? piece.value : '*'))
              .join('');
      if (contents !== undefined) embedFile(interpreter, shownPath, contents, node);
      return name === 'tee' ? (input ?? NULL) : NULL;
    }
    case 'invoke-expression':
    case 'iex': {
      const script = words.find((word) => word.parameter === undefined)?.values ?? input ?? NULL;
      for (const value of script)
        if (value.kind === 'text')
          embedText(interpreter, 'powershell', toText(value), node, 'a command that Invoke-Expression runs');
      return unknown(shown(interpreter, node), 'it is what another script gives', { mayBeEmpty: true });
    }
    case 'foreach-object':
    case '%':
    case 'foreach': {
      const blocks = blocksOf(words);
      if (blocks.length === 0) return input ?? NULL;
      let output: Values = NULL;
      interpreter.machine.loop(
        `each ${String(interpreter.frame)}:${String(node.start)}`,
        () => {
          for (const block of blocks)
            output = callBlock(interpreter, block, [], input ?? unknown('$_', 'it comes from the pipeline'), node);
        },
        { atLeastOnce: true },
      );
      return output;
    }
    case 'join-path':
    case 'split-path':
    case 'get-date':
    case 'test-path':
      return undefined;
    default:
      if (SILENT.has(name)) return NULL;
      if (PASS_ON.has(name)) {
        for (const block of blocksOf(words))
          callBlock(interpreter, block, [], input ?? unknown('$_', 'it comes from the pipeline'), node);
        if (input !== undefined) return input;
        return name === 'write-output' || name === 'echo'
          ? (words.find((word) => word.parameter === undefined)?.values ?? NULL)
          : words.find((word) => word.parameter === undefined && word.values.some((value) => value.kind === 'response'))
              ?.values;
      }
      return undefined;
  }
}

function newObject(interpreter: Interpreter, words: readonly Word[], node: SyntaxNode): Values {
  const bound = bind(interpreter, words, {
    parameters: ['TypeName', 'ArgumentList', 'Property', 'ComObject'],
    switches: ['Strict'],
    positions: ['TypeName', 'ArgumentList'],
    aliases: { args: 'ArgumentList' },
  });
  const com = knownText(bound.values.get('comobject') ?? NULL);
  if (com !== undefined && com !== '')
    return constructCom(interpreter, com) ?? unknownOf(interpreter, node, 'it is not followed');
  const type = knownText(bound.values.get('typename') ?? NULL) ?? '';
  const given = bound.values.get('argumentlist');
  const [only] = given ?? [];
  const cell = given?.length === 1 && only?.kind === 'ref' ? interpreter.machine.state.cellOf(only) : undefined;
  const args = given === undefined ? [] : cell?.type === 'list' ? cell.items : [given];
  const made = constructDotNet(interpreter, typePath(type), args) ?? unknownOf(interpreter, node, 'it is not followed');
  const [properties] = bound.values.get('property') ?? [];
  const entries = properties?.kind === 'ref' ? (interpreter.machine.state.cellOf(properties)?.entries ?? []) : [];
  for (const entry of entries)
    for (const value of made) setMember(interpreter, value, knownText(entry.key) ?? '', entry.value, node);
  return made;
}

/** Script blocks among the words: what is given one runs it, sooner or later. */
function blocksOf(words: readonly Word[]): readonly FunctionValue[] {
  return words.flatMap((word) => word.values.filter((value): value is FunctionValue => value.kind === 'function'));
}

function runUnknown(
  interpreter: Interpreter,
  words: readonly Word[],
  input: Values | undefined,
  node: SyntaxNode,
): Values {
  interpreter.machine.mayFail();
  for (const block of blocksOf(words)) callBlock(interpreter, block, [], input, node);
  return unknown(shown(interpreter, node), 'it is what another command gives', { mayBeEmpty: true });
}
