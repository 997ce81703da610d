import { OffsetMap, type Location } from 'imdsv2-core';
import { posix } from 'node:path';
import { evaluate, type Scope } from '../hcl/evaluate.ts';
import { parseTemplate } from '../hcl/parse.ts';
import type { Attribute, Block, HclFile } from '../hcl/syntax.ts';
import { ANY, convert, readType } from '../hcl/type.ts';
import { string, unknown, via, type Value } from '../hcl/value.ts';
import type { GrammarParser } from '../tree-sitter/grammar.ts';

/** What `var` and `local` are in a directory of Packer files. */
export class PackerScope implements Scope {
  readonly functions: Scope['functions'];
  readonly #variables = new Map<string, Block>();
  readonly #given = new Map<string, Attribute>();
  readonly #locals = new Map<string, Attribute>();
  readonly #values = new Map<string, Value>();

  constructor(
    files: readonly HclFile[],
    directory: string,
    parser: GrammarParser,
    read: (path: string) => string | undefined,
    list: (path: string) => readonly string[],
  ) {
    for (const file of files) {
      if (/\.pkrvars\.(?:hcl|json)$/.test(file.path)) {
        for (const attribute of file.body.attributes.values()) this.#given.set(attribute.name, attribute);
        continue;
      }
      for (const block of file.body.blocks) {
        const [name = ''] = block.labels;
        if (block.type === 'variable') this.#variables.set(name, block);
        else if (block.type === 'locals')
          for (const attribute of block.body.attributes.values()) this.#locals.set(attribute.name, attribute);
        else if (block.type === 'local') {
          const expression = block.body.attributes.get('expression');
          if (expression !== undefined) this.#locals.set(name, expression);
        }
      }
    }
    this.functions = {
      instance: `packer:${directory}`,
      readFile: (path) => {
        const full = posix.join(directory, path);
        const text = read(full);
        return text === undefined ? undefined : { text, map: OffsetMap.identity(full, text.length) };
      },
      listFiles: (path) => list(posix.join(directory, path)).filter((name) => !name.endsWith('/')),
      parseTemplate: (text) => parseTemplate(parser, text),
    };
  }

  lookup(
    root: string,
    names: readonly string[],
    at: Location,
  ): { readonly value: Value; readonly used: number } | undefined {
    const [name = ''] = names;
    const used = Math.min(1, names.length);
    if (root === 'path')
      return {
        value: name === 'root' || name === 'cwd' ? string('.') : unknown(`path.${name}`, 'only a run knows it', { at }),
        used,
      };
    if (root === 'var' || root === 'local')
      return {
        value: this.#value(`${root}.${name}`, () =>
          root === 'var' ? this.#variable(name, at) : this.#local(name, at),
        ),
        used,
      };
    return { value: unknown([root, ...names].join('.'), 'only a run knows it', { at }), used: names.length };
  }

  #value(key: string, make: () => Value): Value {
    const kept = this.#values.get(key);
    if (kept !== undefined) return kept;
    this.#values.set(key, unknown(key, 'it refers to itself'));
    const value = make();
    this.#values.set(key, value);
    return value;
  }

  #variable(name: string, at: Location): Value {
    const block = this.#variables.get(name);
    if (block === undefined) return unknown(`var.${name}`, 'there is no such variable', { at });
    const constant: Scope = { functions: this.functions, lookup: () => undefined };
    const written = block.body.attributes.get('type');
    const type = written === undefined ? ANY : readType(written.value, (expression) => evaluate(expression, constant));
    const given = this.#given.get(name);
    if (given !== undefined)
      return via(convert(evaluate(given.value, constant), type), {
        kind: 'variables-file',
        message: `${given.at.path} sets var.${name}.`,
        location: given.at,
      });
    const fallback = block.body.attributes.get('default');
    if (fallback === undefined)
      return unknown(`var.${name}`, 'it has no default, and nothing that was read sets it', { at: block.header, type });
    return via(convert(evaluate(fallback.value, constant), type), {
      kind: 'variable-default',
      message: `var.${name} has a default.`,
      location: fallback.at,
    });
  }

  #local(name: string, at: Location): Value {
    const attribute = this.#locals.get(name);
    return attribute === undefined
      ? unknown(`local.${name}`, 'there is no such local', { at })
      : evaluate(attribute.value, this);
  }
}
