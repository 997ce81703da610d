import type { Document } from 'imdsv2-core';
import { posix } from 'node:path';
import { evaluate, type Scope } from '../hcl/evaluate.ts';
import type { HclFile } from '../hcl/syntax.ts';
import { textOf } from '../hcl/value.ts';
import { CONSTANT, type GivenVariable } from './instance.ts';
import type { Module } from './module.ts';
import { givenVariables } from './variable-files.ts';
import { join, normalize, type WorkTree } from './work-tree.ts';

/** A module as a `terragrunt.hcl` calls it. */
export interface TerragruntRoot {
  readonly module: Module;
  readonly given: ReadonlyMap<string, GivenVariable>;
  /** Of the `terragrunt.hcl`: it tells the launches of one from another's. */
  readonly path: string;
}

/**
 * Modules of the work tree that a `terragrunt.hcl` names, each with the `inputs` that are written out there. Included files, dependencies and
 * generated code are not followed: what they would set keeps the module's default.
 */
export function terragruntRoots(tree: WorkTree, documents: readonly Document[]): readonly TerragruntRoot[] {
  return terragruntFiles(tree, documents).flatMap(({ path, file, scope }): TerragruntRoot[] => {
    const source = file.body.blocks.find((block) => block.type === 'terraform')?.body.attributes.get('source');
    const address = source === undefined ? undefined : textOf(evaluate(source.value, scope));
    if (address === undefined || !/^\.\.?(?:\/|$)/.test(address)) return [];
    const directory = join(posix.dirname(path), address.replace('//', '/'));
    const module = tree.module(directory);
    if (module === undefined) return [];
    const given = new Map(givenVariables(tree, directory));
    const inputs = file.body.attributes.get('inputs')?.value;
    if (inputs?.kind === 'object') {
      for (const { key, keyAt, value } of inputs.entries) {
        const name = typeof key === 'string' ? key : textOf(evaluate(key, scope));
        if (name !== undefined) given.set(name, { path, attribute: { name, at: keyAt, value }, scope });
      }
    }
    return [{ module, given, path }];
  });
}

/** Every `terragrunt.hcl`, with what its expressions may refer to. */
export function terragruntFiles(
  tree: WorkTree,
  documents: readonly Document[],
): readonly { readonly path: string; readonly file: HclFile; readonly scope: Scope }[] {
  return documents.flatMap((document) => {
    const path = normalize(document.path);
    const file = posix.basename(path) === 'terragrunt.hcl' ? tree.file(path) : undefined;
    if (file === undefined) return [];
    const outer = CONSTANT({
      instance: path,
      readFile: () => undefined,
      listFiles: () => [],
      parseTemplate: (text) => ({ kind: 'template', at: text.map.range(0, text.text.length), parts: [] }),
    });
    return [{ path, file, scope: withLocals(outer, file) }];
  });
}

/** The file's own `locals`; a call of Terragrunt's own functions in one is not known. */
function withLocals(outer: Scope, file: HclFile): Scope {
  const locals = new Map(
    file.body.blocks.filter((block) => block.type === 'locals').flatMap((block) => [...block.body.attributes]),
  );
  const running = new Set<string>();
  const scope: Scope = {
    functions: outer.functions,
    lookup: (root, [name = ''], at) => {
      const attribute = root === 'local' ? locals.get(name) : undefined;
      if (attribute === undefined || running.has(name)) return outer.lookup(root, [name], at);
      running.add(name);
      const value = evaluate(attribute.value, scope);
      running.delete(name);
      return { value, used: 1 };
    },
  };
  return scope;
}
