import type { TSESTree } from '@typescript-eslint/types';
import type { Mutation, Node } from '../syntax/module.ts';
import { ROOT, type Evaluator } from './evaluator.ts';
import { propertyOf } from './members.ts';
import { NO_CHOICES, unite, type Values } from './value.ts';
import { Kind } from '../syntax/kind.ts';

/** Modules that re-exports are followed through. */
const MAX_HOPS = 6;

/** What `path` of a module is: a value of another file of the program, or a reference to something a package provides. */
export function importedValue(
  evaluator: Evaluator,
  specifier: string,
  path: readonly string[],
  node: Node,
  hops = 0,
): Values {
  const other = hops < MAX_HOPS ? evaluator.open(specifier) : undefined;
  if (other !== undefined) {
    const [name, ...rest] = path;
    if (name === undefined)
      return [
        { kind: 'reference', root: { kind: 'module', name: specifier }, path: [], choices: NO_CHOICES, file: other },
      ];
    const exported = exportOf(other, name, hops + 1);
    if (exported !== undefined)
      return rest.reduce<Values>(
        (values, step) => unite(values.flatMap((value) => propertyOf(value, step, other, node))),
        exported,
      );
  }
  return [
    {
      kind: 'reference',
      root: { kind: 'module', name: specifier.replace(/^node:/, '') },
      path: path.filter((step) => step !== 'default'),
      choices: NO_CHOICES,
    },
  ];
}

/** The value that a file exports under a name; undefined when it exports none, or in a way that is not followed. */
export function exportOf(evaluator: Evaluator, name: string, hops = 0): Values | undefined {
  const { module } = evaluator;
  for (const statement of module.ast.body) {
    const found = exportedBy(evaluator, statement, name, hops);
    if (found !== undefined) return found;
  }
  return commonExport(evaluator, name);
}

function exportedBy(
  evaluator: Evaluator,
  statement: TSESTree.ProgramStatement,
  name: string,
  hops: number,
): Values | undefined {
  switch (statement.type) {
    case Kind.ExportDefaultDeclaration:
      return name === 'default' ? evaluator.evaluate(statement.declaration) : undefined;
    case Kind.ExportAllDeclaration: {
      if (statement.exported !== null)
        return statement.exported.name === name
          ? importedValue(evaluator, statement.source.value, [], statement, hops)
          : undefined;
      const other = hops < MAX_HOPS && name !== 'default' ? evaluator.open(statement.source.value) : undefined;
      return other === undefined ? undefined : exportOf(other, name, hops + 1);
    }
    case Kind.ExportNamedDeclaration: {
      const specifier = statement.specifiers.find((one) => nameOf(one.exported) === name);
      if (specifier !== undefined) {
        if (statement.source !== null)
          return importedValue(evaluator, statement.source.value, [nameOf(specifier.local)], statement, hops);
        return evaluator.evaluate(specifier.local);
      }
      const { declaration } = statement;
      if (declaration === null) return undefined;
      if (declaration.type === Kind.VariableDeclaration) {
        const declared = declaration.declarations.find(
          (one) => one.id.type === Kind.Identifier && one.id.name === name,
        );
        return declared === undefined ? undefined : evaluator.evaluate(declared.id);
      }
      return 'id' in declaration && declaration.id?.type === Kind.Identifier && declaration.id.name === name
        ? evaluator.evaluate(declaration.id)
        : undefined;
    }
    default:
      return undefined;
  }
}

/** `exports.x = …`, `module.exports = {…}`, `module.exports.x = …`. */
function commonExport(evaluator: Evaluator, name: string): Values | undefined {
  const { module } = evaluator;
  const sets: { readonly path: readonly unknown[]; readonly mutation: Mutation }[] = [
    ...module.globalMutationsOf('exports').map((mutation) => ({ path: mutation.path, mutation })),
    ...module
      .globalMutationsOf('module')
      .flatMap((mutation) => (mutation.path[0] === 'exports' ? [{ path: mutation.path.slice(1), mutation }] : [])),
  ];
  const direct = sets
    .filter(({ path, mutation }) => path.length === 1 && path[0] === name && mutation.kind === 'set')
    .at(-1);
  if (direct !== undefined && !isVoid(direct.mutation.value)) return evaluator.evaluate(direct.mutation.value);
  const whole = sets.filter(({ path }) => path.length === 0).at(-1);
  if (whole === undefined) return undefined;
  const value = evaluator.evaluate(whole.mutation.value);
  if (name === 'default') return value;
  return unite(value.flatMap((one) => propertyOf(one, name, evaluator, whole.mutation.node)));
}

/** What a file is as a whole, for `require('./file')`: `module.exports` if it sets that. */
export function wholeOf(evaluator: Evaluator): Values | undefined {
  const whole = evaluator.module
    .globalMutationsOf('module')
    .filter((mutation) => mutation.path.length === 1 && mutation.path[0] === 'exports')
    .at(-1);
  return whole === undefined ? undefined : evaluator.evaluate(whole.value, ROOT);
}

function nameOf(node: TSESTree.Identifier | TSESTree.StringLiteral): string {
  return node.type === Kind.Identifier ? node.name : node.value;
}

/** `exports.x = void 0;`, which compilers write ahead of the real one. */
function isVoid(node: Node): boolean {
  return node.type === Kind.UnaryExpression && node.operator === 'void';
}
