import type { Location } from 'imdsv2-core';
import type { Attribute, Block, Body, HclFile } from '../hcl/syntax.ts';

/** A directory of Terraform files: one module. */
export interface Module {
  readonly directory: string;
  readonly files: readonly HclFile[];
  readonly variables: ReadonlyMap<string, Block>;
  readonly locals: ReadonlyMap<string, Attribute>;
  readonly outputs: ReadonlyMap<string, Block>;
  /** By address: `aws_instance.web`, `data.aws_ami.this`. */
  readonly resources: ReadonlyMap<string, Resource>;
  readonly calls: ReadonlyMap<string, Block>;
  /** Lower bound of hashicorp/aws that `required_providers` asks for, as written. */
  readonly providerConstraint: { readonly text: string; readonly at: Location } | undefined;
}

export interface Resource {
  readonly mode: 'resource' | 'data';
  readonly type: string;
  readonly name: string;
  readonly address: string;
  readonly block: Block;
  readonly file: HclFile;
}

/** Puts the files of a directory together; `*_override.tf` files change what the others say. */
export function readModule(directory: string, files: readonly HclFile[]): Module {
  const inOrder = [...files].sort(
    (a, b) => Number(isOverride(a.path)) - Number(isOverride(b.path)) || (a.path < b.path ? -1 : 1),
  );
  const variables = new Map<string, Block>();
  const locals = new Map<string, Attribute>();
  const outputs = new Map<string, Block>();
  const resources = new Map<string, Resource>();
  const calls = new Map<string, Block>();
  let providerConstraint: Module['providerConstraint'];
  const put = (map: Map<string, Block>, name: string, block: Block, overrides: boolean): void => {
    const before = map.get(name);
    map.set(
      name,
      overrides && before !== undefined
        ? { ...before, body: overrideBody(before.body, block.body) }
        : (before ?? block),
    );
  };
  for (const file of inOrder) {
    const overrides = isOverride(file.path);
    for (const block of file.body.blocks) {
      const [first = '', second = ''] = block.labels;
      switch (block.type) {
        case 'variable':
          put(variables, first, block, overrides);
          break;
        case 'output':
          put(outputs, first, block, overrides);
          break;
        case 'module':
          put(calls, first, block, overrides);
          break;
        case 'locals':
          for (const [name, attribute] of block.body.attributes)
            if (overrides || !locals.has(name)) locals.set(name, attribute);
          break;
        case 'resource':
        case 'data': {
          const address = block.type === 'data' ? `data.${first}.${second}` : `${first}.${second}`;
          const before = resources.get(address);
          if (before === undefined)
            resources.set(address, { mode: block.type, type: first, name: second, address, block, file });
          else if (overrides)
            resources.set(address, {
              ...before,
              block: { ...before.block, body: overrideBody(before.block.body, block.body) },
            });
          break;
        }
        case 'terraform':
          providerConstraint ??= constraintOf(block);
          break;
      }
    }
  }
  return { directory, files: inOrder, variables, locals, outputs, resources, calls, providerConstraint };
}

function isOverride(path: string): boolean {
  return /(?:^|\/|_)override\.(?:tf|tofu)(?:\.json)?$/.test(path);
}

/** Attributes replace attributes; the blocks of a type replace all blocks of that type, dynamic ones included. */
function overrideBody(before: Body, after: Body): Body {
  const typeOf = (block: Block): string => (block.type === 'dynamic' ? (block.labels[0] ?? '') : block.type);
  const replaced = new Set(after.blocks.map(typeOf));
  return {
    attributes: new Map([...before.attributes, ...after.attributes].filter(([name]) => !replaced.has(name))),
    blocks: [
      ...before.blocks.filter((block) => !replaced.has(typeOf(block)) && !after.attributes.has(typeOf(block))),
      ...after.blocks,
    ],
  };
}

function constraintOf(terraform: Block): Module['providerConstraint'] {
  const aws = terraform.body.blocks
    .find((block) => block.type === 'required_providers')
    ?.body.attributes.get('aws')?.value;
  const version = aws?.kind === 'object' ? aws.entries.find((entry) => entry.key === 'version')?.value : aws;
  const [part] = version?.kind === 'template' ? version.parts : [];
  return part?.kind === 'text' && version !== undefined ? { text: part.text.text, at: version.at } : undefined;
}
