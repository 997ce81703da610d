import type { Evaluator, Frame } from '../evaluation/evaluator.ts';
import { constructorOf, ROOT } from '../evaluation/evaluator.ts';
import { Kind } from '../syntax/kind.ts';
import type { Call, FunctionNode } from '../syntax/module.ts';

/** Calls that are looked at; more are too many to matter. */
const MAX_CALLERS = 24;

/**
 * What the parameters around a launch are bound to by those who call the function, or make the class, that it stands in.
 *
 * @param importers the files that import the launch's
 */
export function framesOfCallers(call: Call, evaluator: Evaluator, importers: readonly Evaluator[]): readonly Frame[] {
  const fn = evaluator.module.functionsAround(call).at(-1);
  if (fn === undefined) return [];
  const name = nameOf(fn, evaluator);
  if (name === undefined) return [];
  return [evaluator, ...importers].flatMap((from) =>
    from.module
      .callsNamed(name)
      .filter((caller) => isCallOf(caller, fn, from))
      .slice(0, MAX_CALLERS)
      .map((caller) => evaluator.bind(evaluator.functionValue(fn, ROOT), from.args(caller, ROOT), ROOT)),
  );
}

function isCallOf(caller: Call, fn: FunctionNode, from: Evaluator): boolean {
  return from
    .evaluate(caller.callee)
    .some(
      (value) =>
        (value.kind === 'function' && value.node === fn) ||
        (value.kind === 'class' && constructorOf(value.owner) === fn),
    );
}

/** The name of a function, or of the class that it constructs. */
function nameOf(fn: FunctionNode, { module }: Evaluator): string | undefined {
  const holder = module.parentOf(fn);
  if (fn.type === Kind.FunctionDeclaration) return fn.id?.name;
  if (holder?.type === Kind.VariableDeclarator && holder.id.type === Kind.Identifier) return holder.id.name;
  if (holder?.type !== Kind.MethodDefinition || holder.kind !== 'constructor') return undefined;
  const owner = module.parentOf(module.parentOf(holder) ?? holder);
  return owner?.type === Kind.ClassDeclaration ? owner.id?.name : undefined;
}
