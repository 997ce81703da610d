import { forEachChild, type Command, type ParsedScript, type SyntaxNode } from 'unbash';
import { known } from '../text/text.ts';
import { runBody, UNKNOWN_ARGUMENTS } from './commands/calls.ts';
import { runSimpleCommand } from './commands/simple-command.ts';
import { LIMITS, type Evaluator, type Frame } from './evaluator.ts';
import { joinAll, split, type Exit } from './exit.ts';
import type { FunctionDefinition } from './functions.ts';
import type { Source } from './source.ts';
import { fork, initialState, setVariable, type State } from './state.ts';
import { textsOf } from './values.ts';

/** Runs what the script defines and never calls: somebody else may, with any arguments, after the script's own commands and in any order. */
export function finish(shell: Evaluator, script: ParsedScript, source: Source, exit: Exit, frame: Frame): void {
  runLibrary(shell, exit, frame);
  if (shell.hasGivenUp) sweep(shell, script, source);
}

/** Clients are read wherever they stand, without what the script would know there: better than not at all. */
function sweep(shell: Evaluator, script: ParsedScript, source: Source): void {
  const commands: Command[] = [];
  collectCommands(script, source, commands, 0);
  shell.steps = 0;
  for (const command of commands) {
    if (shell.visited.has(command)) continue;
    if (shell.steps > LIMITS.steps) return;
    const frame = shell.pushFrame('script');
    runSimpleCommand(shell, command, source, initialState(shell.identities));
    shell.frames.pop();
    frame.ok.length = 0;
  }
}

const CLIENT =
  /\b(?:curl|wget|http|https|xh|aria2c|GET|HEAD|fetch|lynx|w3m|nc|aws|ec2-?metadata|python3?|eval|sh|bash)\b/;

/** More commands of clients than these are not looked for. */
const MAX_SWEPT = 20_000;

function collectCommands(node: SyntaxNode, source: Source, commands: Command[], depth: number): void {
  if (depth > 150 || commands.length >= MAX_SWEPT) return;
  // A text with an offset of its own (backticks with escapes) cannot be told by the offsets of the script.
  if (node.type === 'Script' && node.source !== undefined) return;
  if (node.type === 'Command') {
    if (CLIENT.test(source.text.slice(node.pos, node.end))) commands.push(node);
    // Nor is there one in what is substituted in it; here-documents stand after it.
    else if (node.redirects.length === 0) return;
  }
  forEachChild(node, (child) => collectCommands(child, source, commands, depth + 1));
}

function runLibrary(shell: Evaluator, exit: Exit, frame: Frame): void {
  const parts = split(exit);
  const end =
    joinAll([parts.ok, parts.failed, parts.tolerated, ...frame.ok, ...frame.failed], shell) ??
    initialState(shell.identities);
  end.isSuspended = false;
  const roots = uncalled(shell);
  if (roots.length === 0) return;
  // First for what they leave in global variables, then for what they do.
  shell.recorder.isRecording = false;
  const left = [end, ...roots.map((definition) => runUncalled(shell, definition, fork(end)))];
  shell.recorder.isRecording = true;
  const base = joinMany(shell, left) ?? end;
  dropInitialEmptiness(base, end);
  for (const definition of roots) runUncalled(shell, definition, fork(base));
  for (const definition of shell.definitions) {
    if (shell.called.has(definition) || roots.includes(definition)) continue;
    runUncalled(shell, definition, fork(base));
  }
}

/** States as one. Of very many some are joined first: each variable that one of them changed is looked up in all that are joined at once. */
function joinMany(shell: Evaluator, states: readonly (State | undefined)[]): State | undefined {
  let left = states;
  while (left.length > JOINED_AT_ONCE) {
    const groups: (State | undefined)[] = [];
    for (let i = 0; i < left.length; i += JOINED_AT_ONCE)
      groups.push(joinAll(left.slice(i, i + JOINED_AT_ONCE), shell));
    left = groups;
  }
  return joinAll(left, shell);
}

const JOINED_AT_ONCE = 64;

/** Functions that nobody called, those first that no other function mentions. */
function uncalled(shell: Evaluator): readonly FunctionDefinition[] {
  const never = shell.definitions.filter((definition) => !shell.called.has(definition));
  if (never.length < 2) return never;
  const mentioned = new Set<string>();
  for (const definition of never)
    for (const name of commandNames(definition.body)) if (name !== definition.name) mentioned.add(name);
  const roots = never.filter(({ name }) => !mentioned.has(name));
  return roots.length === 0 ? never : roots;
}

function commandNames(node: SyntaxNode, names = new Set<string>(), depth = 0): ReadonlySet<string> {
  if (depth > 200) return names;
  if (node.type === 'Command' && node.name !== undefined) {
    names.add(node.name.value);
    // Wrappers of the script's own take commands as arguments.
    for (const argument of node.args)
      if (argument.type === 'Word' && argument.parts === undefined) names.add(argument.value);
  }
  forEachChild(node, (child) => void commandNames(child, names, depth + 1));
  return names;
}

function runUncalled(shell: Evaluator, definition: FunctionDefinition, state: State): State | undefined {
  const frame = shell.pushFrame('script');
  state.choices = new Map();
  state.withoutToken = undefined;
  const parts = split(runBody(shell, definition, UNKNOWN_ARGUMENTS, state));
  shell.frames.pop();
  shell.recorder.flush();
  return joinAll([parts.ok, parts.failed, parts.tolerated, ...frame.ok, ...frame.failed], shell);
}

/** A global that starts empty and that some function sets was set by the time that another one reads it. */
function dropInitialEmptiness(base: State, end: State): void {
  for (const [name, variable] of [...base.variables.differences(end.variables)]) {
    if (variable === undefined || variable.isArray || variable.values.length < 2) continue;
    const values = variable.values
      .filter((value) => known(value.elements[0] ?? textsOf(variable)[0] ?? { pieces: [], choices: new Map() }) !== '')
      .map((value) => ({ ...value, choices: new Map<string, string>() }));
    if (values.length > 0) setVariable(base, name, { ...variable, values });
  }
}
