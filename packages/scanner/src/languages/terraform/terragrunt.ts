import type { Document } from 'imdsv2-core';
import { posix } from 'node:path';
import { evaluate } from '../hcl/evaluate.ts';
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
  return documents.flatMap((document): TerragruntRoot[] => {
    const path = normalize(document.path);
    if (posix.basename(path) !== 'terragrunt.hcl') return [];
    const file = tree.file(path);
    const source = file?.body.blocks.find((block) => block.type === 'terraform')?.body.attributes.get('source');
    const constant = CONSTANT({
      instance: path,
      readFile: () => undefined,
      listFiles: () => [],
      parseTemplate: (text) => ({ kind: 'template', at: text.map.range(0, text.text.length), parts: [] }),
    });
    const address = source === undefined ? undefined : textOf(evaluate(source.value, constant));
    if (address === undefined || !/^\.\.?(?:\/|$)/.test(address)) return [];
    const directory = join(posix.dirname(path), address.replace('//', '/'));
    const module = tree.module(directory);
    if (module === undefined) return [];
    const given = new Map(givenVariables(tree, directory));
    const inputs = file?.body.attributes.get('inputs')?.value;
    if (inputs?.kind === 'object') {
      for (const { key, keyAt, value } of inputs.entries) {
        const name = typeof key === 'string' ? key : textOf(evaluate(key, constant));
        if (name !== undefined) given.set(name, { path, attribute: { name, at: keyAt, value } });
      }
    }
    return [{ module, given, path }];
  });
}
