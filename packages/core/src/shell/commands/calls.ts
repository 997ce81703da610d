import { EITHER, joinAll, split, together, type Exit } from '../exit.ts';
import { LIMITS, type Evaluator } from '../evaluator.ts';
import type { FunctionDefinition } from '../functions.ts';
import type { Source } from '../source.ts';
import { ARGUMENTS, fork, setVariable, type State } from '../state.ts';
import { NO_CHOICES, passedThrough, scalar, shellHole, type Variable } from '../values.ts';
import { writeUnknown } from './dispatch.ts';
import type { Invocation } from './simple-command.ts';

/** Runs what a function's name stands for: one definition, or several where branches define it differently. */
export function callFunctions(functions: readonly FunctionDefinition[], invocation: Invocation, state: State): Exit {
  const { shell, source, pos, end, words } = invocation;
  const location = source.map.range(pos, end);
  const elements = words.map(({ text }) => passedThrough(text, location));
  const given: Variable = { values: [{ elements, choices: NO_CHOICES }], isArray: true, isExported: false };
  const [only, ...others] = functions;
  if (only === undefined) return together(state);
  if (others.length === 0) return call(shell, only, given, state, invocation);
  const ok: (State | undefined)[] = [];
  const failed: (State | undefined)[] = [];
  for (const definition of functions) {
    const parts = split(call(shell, definition, given, fork(state), invocation));
    ok.push(parts.ok);
    failed.push(parts.failed);
  }
  return { kind: 'apart', ok: joinAll(ok, shell), failed: joinAll(failed, shell) };
}

function call(
  shell: Evaluator,
  definition: FunctionDefinition,
  given: Variable,
  state: State,
  invocation: Invocation,
): Exit {
  shell.called.add(definition);
  const isRecursive = shell.active.filter((active) => active === definition).length >= 2;
  if (shell.depths.calls >= LIMITS.calls || isRecursive) {
    if (!isRecursive)
      shell.complain(
        invocation.source,
        invocation.pos,
        `functions call each other deeper than ${String(LIMITS.calls)} levels`,
      );
    writeUnknown(invocation, state);
    return together(state, EITHER);
  }
  return runBody(shell, definition, given, state);
}

/** Runs a function's body with the given arguments. */
export function runBody(shell: Evaluator, definition: FunctionDefinition, given: Variable, state: State): Exit {
  const before = state.variables.get(ARGUMENTS);
  setVariable(state, ARGUMENTS, given);
  const frame = shell.pushFrame('function');
  shell.depths.calls += 1;
  shell.active.push(definition);
  const exit = runFunctionBody(shell, definition, definition.source, state);
  shell.active.pop();
  shell.depths.calls -= 1;
  shell.frames.pop();
  const restore = (after: State | undefined): State | undefined => {
    if (after === undefined) return undefined;
    for (const [name, value] of frame.hidden)
      setVariable(
        after,
        name,
        value ?? scalar([shellHole(`$${name}`, 'it is not set in this script', { mayBeEmpty: true })]),
      );
    setVariable(after, ARGUMENTS, before ?? UNKNOWN_ARGUMENTS);
    return after;
  };
  if (frame.ok.length === 0 && frame.failed.length === 0 && exit.kind === 'together') {
    restore(exit.state);
    return exit;
  }
  const parts = split(exit);
  return {
    kind: 'apart',
    ok: restore(joinAll([parts.ok, ...frame.ok], shell)),
    failed: restore(joinAll([parts.failed, parts.tolerated, ...frame.failed], shell)),
  };
}

/** Any arguments. */
export const UNKNOWN_ARGUMENTS: Variable = {
  values: [
    {
      elements: [shellHole('$@', 'these are the arguments of the script', { mayBeEmpty: true, isMany: true })],
      choices: NO_CHOICES,
    },
  ],
  isArray: true,
  isExported: false,
};

function runFunctionBody(shell: Evaluator, { body }: FunctionDefinition, source: Source, state: State): Exit {
  return body.type === 'CompoundList' ? shell.runList(body, source, state) : shell.runCommand(body, source, state);
}
