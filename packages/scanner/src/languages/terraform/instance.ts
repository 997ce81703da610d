import { type Location, type MappedText } from 'imdsv2-core';
import { posix } from 'node:path';
import { attributeOf, evaluate, type Scope } from '../hcl/evaluate.ts';
import type { Attribute, Block, Expression } from '../hcl/syntax.ts';
import { ANY, convert, elementOfType, readType, toNumber, type Type } from '../hcl/type.ts';
import {
  casesOf,
  entriesOf,
  fromCases,
  itemsOf,
  list,
  number,
  object,
  string,
  textOf,
  unknown,
  via,
  type Step,
  type UnknownValue,
  type Value,
} from '../hcl/value.ts';
import { COMPUTED, computedValue } from './data-source.ts';
import type { Module, Resource } from './module.ts';
import { join, type WorkTree } from './work-tree.ts';

/** The value of a root's variable from a tfvars file. */
export interface GivenVariable {
  readonly attribute: Attribute;
  readonly path: string;
  /** What its value may refer to; undefined: nothing. */
  readonly scope?: Scope;
}

interface Placement {
  readonly tree: WorkTree;
  /** Directory of the root module. */
  readonly root: string;
  /** Set for a root module: what tfvars files say. */
  readonly given?: ReadonlyMap<string, GivenVariable>;
  /** Set for a called module. */
  readonly caller?: {
    readonly instance: ModuleInstance;
    readonly call: Block;
    readonly name: string;
    readonly scope: Scope;
    readonly ancestors: readonly string[];
  };
  /** `module.web["a"].module.asg`; null for a root. */
  readonly path: string | null;
}

/** More instances of one call, and more nested calls, than people read. */
const MAX_KEYS = 100;
const MAX_DEPTH = 12;

/** A module with the values of one way to call it. Everything is evaluated when it is first asked for. */
export class ModuleInstance implements Scope {
  readonly module: Module;
  readonly path: string | null;
  readonly root: string;
  readonly tree: WorkTree;
  readonly #placement: Placement;
  readonly #variables = new Map<string, Value>();
  readonly #locals = new Map<string, Value>();
  readonly #outputs = new Map<string, Value>();
  readonly #keys = new Map<Block, Keys>();
  #children: ReadonlyMap<string, CalledModule> | undefined;
  readonly functions: Scope['functions'];

  constructor(module: Module, placement: Placement) {
    this.module = module;
    this.#placement = placement;
    this.path = placement.path;
    this.root = placement.root;
    this.tree = placement.tree;
    this.functions = {
      instance: `${placement.root}|${placement.path ?? ''}`,
      readFile: (path: string): MappedText | undefined => this.tree.mapped(join(this.root, path)),
      listFiles: (path: string) => this.tree.filesBelow(join(this.root, path)),
      parseTemplate: (text: MappedText) => this.tree.template(text),
    };
  }

  /** The module that calls this one; undefined for a root. */
  get callerInstance(): ModuleInstance | undefined {
    return this.#placement.caller?.instance;
  }

  lookup(
    root: string,
    names: readonly string[],
    at: Location,
  ): { readonly value: Value; readonly used: number } | undefined {
    const [first = '', second = ''] = names;
    switch (root) {
      case 'var':
        return { value: this.variable(first, at), used: 1 };
      case 'local':
        return { value: this.local(first, at), used: 1 };
      case 'path':
        return { value: this.#pathValue(first), used: 1 };
      case 'module':
        return this.#moduleValue(first, second, names.length, at);
      case 'data':
        return names.length < 2 ? undefined : this.#resourceValue(`data.${first}.${second}`, names.slice(2), 2, at);
      case 'terraform':
        return { value: unknown(`terraform.${first}`, 'only a run knows it', { at }), used: 1 };
      case 'each':
      case 'count':
      case 'self':
        return {
          value: unknown(`${root}.${first}`, `it differs from instance to instance`, { at }),
          used: Math.min(1, names.length),
        };
      default:
        return names.length === 0 ? undefined : this.#resourceValue(`${root}.${first}`, names.slice(1), 1, at);
    }
  }

  // --- variables, locals, outputs ---

  variable(name: string, at?: Location): Value {
    const kept = this.#variables.get(name);
    if (kept !== undefined) return kept;
    this.#variables.set(name, unknown(`var.${name}`, 'it refers to itself'));
    const value = this.#evaluateVariable(name, at);
    this.#variables.set(name, value);
    return value;
  }

  #evaluateVariable(name: string, at: Location | undefined): Value {
    const block = this.module.variables.get(name);
    const { caller, given } = this.#placement;
    if (block === undefined) return unknown(`var.${name}`, 'there is no such variable', at === undefined ? {} : { at });
    const type = this.typeOf(block);
    const fallback = block.body.attributes.get('default');
    const argument = caller?.call.body.attributes.get(name);
    let value: Value | undefined;
    if (caller !== undefined && argument !== undefined) {
      const step: Step = {
        kind: 'argument',
        message: `module.${caller.name} passes var.${name}.`,
        location: argument.at,
      };
      value = via(convert(evaluate(argument.value, caller.scope), type), step);
    } else {
      const assignment = given?.get(name);
      if (assignment !== undefined) {
        const step: Step = {
          kind: 'variables-file',
          message: `${assignment.path} sets var.${name}.`,
          location: assignment.attribute.at,
        };
        value = via(
          convert(evaluate(assignment.attribute.value, assignment.scope ?? CONSTANT(this.functions)), type),
          step,
        );
      }
    }
    const nullable = block.body.attributes.get('nullable')?.value;
    const refusesNull = nullable?.kind === 'literal' && nullable.value === false;
    const defaultValue = (): Value =>
      fallback === undefined
        ? unknown(`var.${name}`, 'it has no default, and nothing that was read sets it', { at: block.header, type })
        : via(convert(evaluate(fallback.value, CONSTANT(this.functions)), type), {
            kind: 'variable-default',
            message: `var.${name} has a default.`,
            location: fallback.at,
            inModule: caller !== undefined,
          });
    if (value === undefined) return defaultValue();
    if (!refusesNull) return value;
    return fromCases(
      casesOf(value).map((one) => ({ ...one, value: one.value.kind === 'null' ? defaultValue() : one.value })),
      `var.${name}`,
    );
  }

  typeOf(variable: Block): Type {
    const type = variable.body.attributes.get('type');
    return type === undefined
      ? ANY
      : readType(
          type.value,
          (expression) => evaluate(expression, CONSTANT(this.functions)),
          this.#placement.caller !== undefined,
        );
  }

  local(name: string, at?: Location): Value {
    const kept = this.#locals.get(name);
    if (kept !== undefined) return kept;
    const attribute = this.module.locals.get(name);
    if (attribute === undefined)
      return unknown(`local.${name}`, 'there is no such local', at === undefined ? {} : { at });
    this.#locals.set(name, unknown(`local.${name}`, 'it refers to itself', { at: attribute.at }));
    const value = via(evaluate(attribute.value, this), {
      kind: 'local',
      message: `local.${name} is this.`,
      location: attribute.at,
    });
    this.#locals.set(name, value);
    return value;
  }

  output(name: string, at?: Location): Value {
    const kept = this.#outputs.get(name);
    if (kept !== undefined) return kept;
    const expression = this.module.outputs.get(name)?.body.attributes.get('value');
    if (expression === undefined)
      return unknown(`output.${name}`, 'the module has no such output', at === undefined ? {} : { at });
    this.#outputs.set(name, unknown(`output.${name}`, 'it refers to itself', { at: expression.at }));
    const value = evaluate(expression.value, this);
    this.#outputs.set(name, value);
    return value;
  }

  #pathValue(name: string): Value {
    const relative = posix.relative(this.root, this.module.directory);
    if (name === 'module') return string(relative === '' ? '.' : relative);
    if (name === 'root') return string('.');
    return unknown(`path.${name}`, 'only a run knows it');
  }

  // --- modules that are called ---

  /** The modules that this one calls, each with its instances. */
  get children(): ReadonlyMap<string, CalledModule> {
    if (this.#children !== undefined) return this.#children;
    const children = new Map<string, CalledModule>();
    this.#children = children;
    for (const [name, call] of this.module.calls) children.set(name, this.#callModule(name, call));
    return children;
  }

  #callModule(name: string, call: Block): CalledModule {
    const written = call.body.attributes.get('source');
    const source = written === undefined ? undefined : textOf(evaluate(written.value, this));
    const keys = this.keysOf(call);
    const scopes = keys.scopes.map((one) => ({
      ...one,
      path: `${this.path === null ? '' : `${this.path}.`}module.${name}${one.suffix}`,
    }));
    const directory = this.#directoryOf(name, source);
    const ancestors = [...(this.#placement.caller?.ancestors ?? []), this.module.directory];
    const module =
      directory === undefined || ancestors.length >= MAX_DEPTH || ancestors.includes(directory)
        ? undefined
        : this.tree.module(directory);
    const instances =
      module === undefined
        ? []
        : scopes.map(({ scope, path, suffix }) => ({
            suffix,
            instance: new ModuleInstance(module, {
              tree: this.tree,
              root: this.root,
              path,
              caller: { instance: this, call, name, scope, ancestors },
            }),
          }));
    return {
      call,
      name,
      source,
      keys,
      directory: module === undefined ? undefined : directory,
      instances,
      remotes: module === undefined ? scopes.map(({ scope, path }) => ({ scope, path })) : [],
    };
  }

  #directoryOf(name: string, source: string | undefined): string | undefined {
    if (source === undefined) return undefined;
    if (/^\.\.?(?:\/|$)/.test(source)) return join(this.module.directory, source);
    const key = [
      ...(this.path === null
        ? []
        : this.path.split('.').flatMap((part) => (part === 'module' ? [] : [part.replace(/\[.*\]$/, '')]))),
      name,
    ].join('.');
    return this.tree.installedModules(this.root).get(key);
  }

  #moduleValue(name: string, output: string, count: number, at: Location): { value: Value; used: number } {
    const called = this.children.get(name);
    const missing = (why: string): { value: Value; used: number } => ({
      value: unknown(['module', name, ...(count > 1 ? [output] : [])].join('.'), why, { at }),
      used: Math.min(2, count),
    });
    if (called === undefined) return missing('there is no such module call');
    if (called.directory === undefined)
      return missing(`the module ${called.source ?? name} is not in the files that can be read`);
    if (called.keys.kind === 'single') {
      const [only] = called.instances;
      if (only === undefined) return missing('the module calls itself');
      if (count < 2) return { value: objectOf(only.instance), used: 1 };
      return {
        value: via(only.instance.output(output, at), {
          kind: 'output',
          message: `module.${name} gives its output ${output}.`,
          location: at,
        }),
        used: 2,
      };
    }
    if (called.keys.kind === 'unknown') {
      // Every instance says the same as far as it can be known.
      const [only] = called.instances;
      return only === undefined
        ? missing('the module calls itself')
        : { value: list([objectOf(only.instance)]), used: 1 };
    }
    const values = called.instances.map(({ instance }) => objectOf(instance));
    if (called.keys.kind === 'count') return { value: list(values), used: 1 };
    return {
      value: object(called.keys.scopes.map(({ key }, index) => [key, values[index] ?? object([])] as const)),
      used: 1,
    };
  }

  // --- resources ---

  /** Address of a resource, unique among all roots. */
  identity(address: string): string {
    return `terraform:${this.root}:${this.path ?? ''}:${address}`;
  }

  #resourceValue(
    address: string,
    names: readonly string[],
    used: number,
    at: Location,
  ): { value: Value; used: number } | undefined {
    const resource = this.module.resources.get(address);
    if (resource === undefined) return { value: unknown(address, 'there is no such resource', { at }), used };
    const reference: UnknownValue = unknown(address, 'only a run knows it', {
      at,
      reference: { address: this.identity(address), path: [] },
    });
    const keys = this.keysOf(resource.block);
    const one = (scope: Scope): Value => ({ ...reference, ...this.#computedBy(resource, scope) });
    if (keys.kind === 'count') {
      if (keys.scopes.length > MAX_KEYS) return { value: reference, used };
      return { value: { ...list(keys.scopes.map(({ scope }) => one(scope))), anyItem: one(this) }, used };
    }
    if (keys.kind === 'each')
      return { value: object(keys.scopes.map(({ key, scope }) => [key, one(scope)] as const)), used };
    const [name] = names;
    if (keys.kind === 'single' && name !== undefined) {
      const own = this.#ownAttribute(resource, name);
      if (own !== undefined) return { value: own, used: used + 1 };
    }
    return { value: keys.kind === 'unknown' ? one(this) : reference, used };
  }

  /** What an instance of a data source computes from its arguments. */
  #computedBy(resource: Resource, scope: Scope): Pick<UnknownValue, 'computed'> {
    const name = COMPUTED.get(resource.type);
    if (resource.mode !== 'data' || name === undefined) return {};
    const value = this.#computedValue(resource, scope);
    return value === undefined ? {} : { computed: new Map([[name, value]]) };
  }

  /** Computed once for each instance, however often it is referred to; nothing for what refers to itself. */
  #computedValue(resource: Resource, scope: Scope): Value | undefined {
    const values = this.#computed.get(resource) ?? new Map<Scope, Value | undefined>();
    this.#computed.set(resource, values);
    if (values.has(scope)) return values.get(scope);
    values.set(scope, undefined);
    const value = computedValue(resource, this, scope);
    values.set(scope, value);
    return value;
  }
  readonly #computed = new Map<Resource, Map<Scope, Value | undefined>>();

  /** What a resource says of itself. Templates stay references, so that what refers to them finds them. */
  #ownAttribute(resource: Resource, name: string): Value | undefined {
    if (resource.mode === 'data')
      return COMPUTED.get(resource.type) === name ? this.#computedValue(resource, this) : undefined;
    if (REFERRED_TO.has(resource.type)) return undefined;
    const attribute = resource.block.body.attributes.get(name);
    if (attribute === undefined || this.#resolving.has(attribute)) return undefined;
    this.#resolving.add(attribute);
    const value = evaluate(attribute.value, this);
    this.#resolving.delete(attribute);
    return value.kind === 'unknown' ? undefined : value;
  }
  readonly #resolving = new Set<Attribute>();

  /** How many of a resource or module call there are, and what `each` and `count` are in each. */
  keysOf(block: Block): Keys {
    const kept = this.#keys.get(block);
    if (kept !== undefined) return kept;
    this.#keys.set(block, {
      kind: 'unknown',
      scopes: [{ key: '', suffix: '', scope: this }],
      why: 'it refers to itself',
    });
    const keys = this.#evaluateKeys(block);
    this.#keys.set(block, keys);
    return keys;
  }

  #evaluateKeys(block: Block): Keys {
    const count = block.body.attributes.get('count');
    const forEach = block.body.attributes.get('for_each');
    if (count !== undefined) {
      const value = toNumber(evaluate(count.value, this));
      if (value.kind !== 'number')
        return {
          kind: 'unknown',
          scopes: [{ key: '', suffix: '', scope: this }],
          why: value.kind === 'unknown' ? value.why : 'count is no number',
        };
      const many = Math.max(0, Math.min(value.value, MAX_KEYS));
      return {
        kind: 'count',
        scopes: Array.from({ length: many }, (_, index) => ({
          key: String(index),
          suffix: `[${index}]`,
          scope: withNames(this, { count: object([['index', number(index)]]) }),
        })),
        at: count.at,
        ...(value.value > MAX_KEYS ? { unread: value.value - MAX_KEYS } : {}),
      };
    }
    if (forEach === undefined) return { kind: 'single', scopes: [{ key: '', suffix: '', scope: this }] };
    const value = evaluate(forEach.value, this);
    if (value.kind === 'unknown') {
      const each = object([
        ['key', unknown('each.key', value.why, { at: forEach.at })],
        ['value', elementOfType(value, 'each.value')],
      ]);
      return { kind: 'unknown', scopes: [{ key: '', suffix: '', scope: withNames(this, { each }) }], why: value.why };
    }
    const elements =
      value.kind === 'object'
        ? entriesOf(value)
        : value.kind === 'list'
          ? itemsOf(value).map((item) => [textOf(item) ?? '', item] as const)
          : [];
    return {
      kind: 'each',
      at: forEach.at,
      ...(elements.length > MAX_KEYS ? { unread: elements.length - MAX_KEYS } : {}),
      scopes: elements.slice(0, MAX_KEYS).map(([key, element]) => ({
        key,
        suffix: `[${JSON.stringify(key)}]`,
        scope: withNames(this, {
          each: object([
            ['key', string(key)],
            ['value', element],
          ]),
        }),
      })),
    };
  }

  /** The header of the module block that this instance comes from. */
  get calledAt(): Location | undefined {
    return this.#placement.caller?.call.header;
  }

  /** Alias of the provider that a resource or a call of this module uses, as the root names it; undefined for the default one. */
  providerOf(block: Block): string | undefined {
    const written = block.body.attributes.get('provider')?.value;
    const local = written === undefined ? 'aws' : providerName(written);
    return this.#providerInRoot(local);
  }

  #providerInRoot(local: string | undefined): string | undefined {
    const { caller } = this.#placement;
    if (local === undefined) return undefined;
    if (caller === undefined) return local === 'aws' ? undefined : local;
    const providers = caller.call.body.attributes.get('providers')?.value;
    const entry =
      providers?.kind === 'object'
        ? providers.entries.find((one) => (typeof one.key === 'string' ? one.key : providerName(one.key)) === local)
        : undefined;
    if (entry !== undefined) return caller.instance.#providerInRoot(providerName(entry.value));
    return local === 'aws' ? caller.instance.#providerInRoot('aws') : local;
  }
}

export interface CalledModule {
  readonly call: Block;
  readonly name: string;
  readonly source: string | undefined;
  readonly keys: Keys;
  /** Undefined when the module is not in the files that can be read. */
  readonly directory: string | undefined;
  readonly instances: readonly { readonly suffix: string; readonly instance: ModuleInstance }[];
  /** For a module that cannot be read: where it would be. */
  readonly remotes: readonly { readonly scope: Scope; readonly path: string }[];
}

export interface Keys {
  /** `unknown`: there is one scope, which stands for all. */
  readonly kind: 'single' | 'count' | 'each' | 'unknown';
  readonly scopes: readonly { readonly key: string; readonly suffix: string; readonly scope: Scope }[];
  readonly why?: string;
  readonly at?: Location;
  /** How many more there are than are looked at. */
  readonly unread?: number;
}

/** Resources that launches name as their template. */
const REFERRED_TO: ReadonlySet<string> = new Set([
  'aws_launch_template',
  'aws_launch_configuration',
  'aws_emr_security_configuration',
  'awscc_ec2_launch_template',
  'awscc_autoscaling_launch_configuration',
]);

/** A scope with some names of its own: `each`, `count`, the iterator of a dynamic block. */
export function withNames(outer: Scope, names: Readonly<Record<string, Value>>): Scope {
  return {
    functions: outer.functions,
    lookup: (root, path, at) => {
      const own = names[root];
      if (own === undefined) return outer.lookup(root, path, at);
      const [name] = path;
      return name === undefined ? { value: own, used: 0 } : { value: attributeOf(own, name, at), used: 1 };
    },
  };
}

/** A scope without names: defaults of variables, tfvars files. */
export const CONSTANT = (functions: Scope['functions']): Scope => ({ functions, lookup: () => undefined });

function objectOf(instance: ModuleInstance): Value {
  return object([...instance.module.outputs.keys()].map((name) => [name, instance.output(name)] as const));
}

function providerName(expression: Expression): string | undefined {
  if (expression.kind === 'variable') return expression.name;
  if (expression.kind === 'attribute' && expression.of.kind === 'variable')
    return `${expression.of.name}.${expression.name}`;
  const [part] = expression.kind === 'template' ? expression.parts : [];
  return part?.kind === 'text' ? part.text.text : undefined;
}
