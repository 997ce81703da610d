import type { TSESTree } from '@typescript-eslint/types';
import type { ParsedFile, Resolution } from '../input.ts';
import { Kind } from './kind.ts';

export type Node = TSESTree.Node;
export type Call = TSESTree.CallExpression | TSESTree.NewExpression;
export type FunctionNode =
  TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;
export type ClassNode = TSESTree.ClassDeclaration | TSESTree.ClassExpression;

/** A variable as scope managers of ESLint and of typescript-eslint both give it. */
export interface Variable {
  readonly name: string;
  readonly defs: readonly Definition[];
  readonly references: readonly Reference[];
  readonly identifiers: readonly Node[];
}

interface Definition {
  readonly type: string;
  readonly node: Node;
  readonly name: Node;
  readonly parent?: Node | null;
}

interface Reference {
  readonly identifier: Node;
  readonly resolved: Variable | null;
  isWrite: () => boolean;
}

interface Scope {
  readonly block: Node;
  readonly variables: readonly Variable[];
  readonly references: readonly Reference[];
}

interface ScopeManager {
  readonly scopes: readonly Scope[];
}

/** One step of a member chain: `a.b`, `a['b']`, `a[c]`. */
export type Step = string | TSESTree.Expression;

/** Something is assigned to a member of a variable or of `this`: `options.headers[name] = token`. */
export interface Mutation {
  /** The whole assignment or call. */
  readonly node: Node;
  readonly path: readonly Step[];
  readonly value: TSESTree.Expression;
  /** `assign`: an `Object.assign` or `.set`-like merge of `value` at the path. */
  readonly kind: 'set' | 'assign';
}

/** A variable gets a value after its declaration. */
export interface Write {
  readonly node: TSESTree.AssignmentExpression;
  readonly value: TSESTree.Expression;
}

/**
 * One parsed file with the look-ups that evaluation needs: where a name is declared, what is assigned to it and to its members,
 * which calls there are. Everything is collected in one walk.
 */
export class Module {
  readonly path: string;
  readonly text: string;
  readonly ast: TSESTree.Program;
  readonly calls: Call[] = [];
  readonly templates: TSESTree.TaggedTemplateExpression[] = [];
  readonly classes: ClassNode[] = [];
  /** Assignments to members: `instance.instance.launchTemplate = …`. */
  readonly memberAssignments: TSESTree.AssignmentExpression[] = [];
  /** How many nodes the walk met. */
  readonly visited: number;

  readonly #scopes: readonly Scope[];
  readonly #parents = new Map<Node, Node>();
  readonly #variables = new Map<Node, Variable>();
  readonly #mutations = new Map<Variable, Mutation[]>();
  readonly #thisMutations = new Map<Node, Mutation[]>();
  readonly #writes = new Map<Variable, Write[]>();
  readonly #callsByName = new Map<string, Call[]>();
  readonly #globals = new Map<string, Mutation[]>();
  readonly #resolve: ((specifier: string) => Resolution) | undefined;

  constructor(file: ParsedFile, resolve?: (specifier: string) => Resolution) {
    this.path = file.path;
    this.text = file.text;
    this.ast = file.ast as TSESTree.Program;
    this.#resolve = resolve;
    this.#scopes = (file.scopeManager as ScopeManager).scopes;
    for (const scope of this.#scopes) {
      for (const variable of scope.variables)
        for (const identifier of variable.identifiers) this.#variables.set(identifier, variable);
      for (const reference of scope.references)
        if (reference.resolved !== null) this.#variables.set(reference.identifier, reference.resolved);
    }
    this.visited = this.#walk(file.visitorKeys);
    this.#settleThis();
  }

  parentOf(node: Node): Node | undefined {
    return this.#parents.get(node);
  }

  /** The variable that an identifier declares or refers to; undefined for undeclared globals. */
  variableOf(identifier: Node): Variable | undefined {
    return this.#variables.get(identifier);
  }

  /** The variable that a name means at a node; undefined where it means nothing, or something of the platform. */
  visible(name: string, node: Node): Variable | undefined {
    const around = this.#scopes.filter(
      ({ block, variables }) =>
        block.range[0] <= node.range[0] &&
        node.range[1] <= block.range[1] &&
        variables.some((variable) => variable.name === name && variable.defs.length > 0),
    );
    const [innermost] = around.toSorted((a, b) => size(a.block) - size(b.block));
    return innermost?.variables.find((variable) => variable.name === name && variable.defs.length > 0);
  }

  mutationsOf(variable: Variable): readonly Mutation[] {
    return this.#mutations.get(variable) ?? [];
  }

  /** Assignments to members of `this`, by the node that `this` belongs to (see `thisOwner`). */
  thisMutationsOf(owner: Node): readonly Mutation[] {
    return this.#thisMutations.get(owner) ?? [];
  }

  /** Assignments to members of a name that is not declared in the file: `exports.x = …`, `module.exports = …`. */
  globalMutationsOf(name: string): readonly Mutation[] {
    return this.#globals.get(name) ?? [];
  }

  writesOf(variable: Variable): readonly Write[] {
    return this.#writes.get(variable) ?? [];
  }

  /** Calls whose callee ends in `name`: `name(…)`, `x.name(…)`. */
  callsNamed(name: string): readonly Call[] {
    return this.#callsByName.get(name) ?? [];
  }

  /** Calls inside a node. */
  callsWithin(node: Node): readonly Call[] {
    let low = 0;
    let high = this.calls.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.calls[middle]?.range[0] ?? 0) < node.range[0]) low = middle + 1;
      else high = middle;
    }
    const within: Call[] = [];
    for (let index = low; index < this.calls.length; index += 1) {
      const call = this.calls[index];
      if (call === undefined || call.range[0] >= node.range[1]) break;
      within.push(call);
    }
    return within;
  }

  /** The nodes that reach exactly from one place to another, outermost first. */
  nodesAt(start: number, end: number): readonly Node[] {
    return [...this.#parents.keys()].filter(({ range }) => range[0] === start && range[1] === end);
  }

  textOf(node: Node): string {
    return this.text.slice(node.range[0], node.range[1]);
  }

  /** What a module specifier leads to. */
  resolve(specifier: string): Resolution {
    return this.#resolve?.(specifier);
  }

  /** The functions around a node, innermost first. */
  functionsAround(node: Node): FunctionNode[] {
    const functions: FunctionNode[] = [];
    for (let at = this.parentOf(node); at !== undefined; at = this.parentOf(at)) if (isFunction(at)) functions.push(at);
    return functions;
  }

  functionOf(node: Node): FunctionNode | undefined {
    for (let at = this.parentOf(node); at !== undefined; at = this.parentOf(at)) if (isFunction(at)) return at;
    return undefined;
  }

  /**
   * What `this` belongs to at a node: a class, an object literal whose method it is in, or a function that is used as a constructor.
   */
  thisOwner(node: Node): { readonly owner: Node; readonly isStatic: boolean } | undefined {
    let from = node;
    for (let at = this.parentOf(node); at !== undefined; from = at, at = this.parentOf(at)) {
      if (at.type === Kind.PropertyDefinition && from === at.value) {
        const owner = this.parentOf(at)?.type === Kind.ClassBody ? this.parentOf(this.parentOf(at) ?? at) : undefined;
        return owner === undefined ? undefined : { owner, isStatic: at.static };
      }
      if (at.type === Kind.FunctionDeclaration) return { owner: at, isStatic: false };
      if (at.type !== Kind.FunctionExpression) continue;
      const holder = this.parentOf(at);
      if (holder?.type === Kind.MethodDefinition) {
        const owner = this.parentOf(this.parentOf(holder) ?? holder);
        return owner === undefined ? undefined : { owner, isStatic: holder.static };
      }
      if (holder?.type === Kind.Property) {
        const owner = this.parentOf(holder);
        return owner === undefined ? undefined : { owner, isStatic: false };
      }
      if (holder?.type === Kind.AssignmentExpression && holder.left.type === Kind.MemberExpression) {
        const { object } = holder.left;
        if (object.type === Kind.MemberExpression && nameOfMember(object) === 'prototype') {
          const constructor = this.constructorOf(object.object);
          return constructor === undefined ? undefined : { owner: constructor, isStatic: false };
        }
        const constructor = object.type === Kind.Identifier ? this.constructorOf(object) : undefined;
        return constructor === undefined ? undefined : { owner: constructor, isStatic: true };
      }
      return { owner: at, isStatic: false };
    }
    return undefined;
  }

  /** The class or function that a name stands for, or the object literal that it was made as. */
  constructorOf(node: Node): Node | undefined {
    if (node.type !== Kind.Identifier) return undefined;
    const definition = this.variableOf(node)?.defs[0];
    if (definition === undefined) return undefined;
    if (definition.node.type === Kind.FunctionDeclaration || definition.node.type === Kind.ClassDeclaration)
      return definition.node;
    const init = definition.node.type === Kind.VariableDeclarator ? definition.node.init : null;
    if (
      init?.type === Kind.FunctionExpression ||
      init?.type === Kind.ClassExpression ||
      init?.type === Kind.ObjectExpression
    )
      return init;
    return undefined;
  }

  #walk(visitorKeys: Readonly<Record<string, readonly string[] | undefined>>): number {
    let visited = 0;
    const stack: Node[] = [this.ast];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      visited += 1;
      this.#collect(node);
      for (const key of visitorKeys[node.type] ?? []) {
        const child = (node as unknown as Record<string, unknown>)[key];
        for (const item of Array.isArray(child) ? child : [child]) {
          if (!isNode(item)) continue;
          this.#parents.set(item, node);
          stack.push(item);
        }
      }
    }
    // A stack reverses the order of siblings; readers expect the order of the text.
    const byPlace = (a: { readonly range: [number, number] }, b: { readonly range: [number, number] }): number =>
      a.range[0] - b.range[0];
    this.calls.sort(byPlace);
    for (const list of this.#mutations.values()) list.sort((a, b) => byPlace(a.node, b.node));
    for (const list of this.#thisMutations.values()) list.sort((a, b) => byPlace(a.node, b.node));
    for (const list of this.#writes.values()) list.sort((a, b) => byPlace(a.node, b.node));
    for (const list of this.#globals.values()) list.sort((a, b) => byPlace(a.node, b.node));
    return visited;
  }

  #collect(node: Node): void {
    switch (node.type) {
      case Kind.NewExpression:
      case Kind.CallExpression: {
        this.calls.push(node);
        const name = lastName(node.callee);
        if (name !== undefined) push(this.#callsByName, name, node);
        this.#collectMergingCall(node);
        return;
      }
      case Kind.TaggedTemplateExpression:
        this.templates.push(node);
        return;
      case Kind.ClassDeclaration:
      case Kind.ClassExpression:
        this.classes.push(node);
        return;
      case Kind.AssignmentExpression:
        if (node.operator === '=' || node.operator === '+=' || node.operator === '||=' || node.operator === '??=')
          this.#collectAssignment(node);
        return;
      default:
    }
  }

  #collectAssignment(node: TSESTree.AssignmentExpression): void {
    const left = unwrap(node.left);
    if (left.type === Kind.Identifier) {
      const variable = this.variableOf(left);
      if (variable !== undefined) push(this.#writes, variable, { node, value: node.right });
      return;
    }
    if (left.type === Kind.MemberExpression) this.memberAssignments.push(node);
    if (left.type === Kind.MemberExpression) this.#addMutation(left, { node, value: node.right, kind: 'set' });
  }

  /** `Object.assign(target, …)`, `headers.set(name, value)`. */
  #collectMergingCall(node: Call): void {
    const callee = unwrap(node.callee);
    if (callee.type !== Kind.MemberExpression) return;
    const name = nameOfMember(callee);
    const [first, second] = node.arguments;
    if ((name === 'assign' || name === 'extend') && first !== undefined && first.type !== Kind.SpreadElement) {
      for (const value of node.arguments.slice(1)) {
        if (value.type !== Kind.SpreadElement) this.#addMutation(unwrap(first), { node, value, kind: 'assign' });
      }
    }
    if (
      (name === 'set' || name === 'append') &&
      node.arguments.length === 2 &&
      first !== undefined &&
      second !== undefined
    ) {
      if (first.type === Kind.SpreadElement || second.type === Kind.SpreadElement) return;
      this.#addMutation(unwrap(callee.object), { node, value: second, kind: 'set' }, [
        first.type === Kind.Literal && typeof first.value === 'string' ? first.value : first,
      ]);
    }
  }

  #addMutation(target: Node, mutation: Omit<Mutation, 'path'>, more: readonly Step[] = []): void {
    const path: Step[] = [...more];
    let at = target;
    while (at.type === Kind.MemberExpression) {
      path.unshift(nameOfMember(at) ?? (at.property as TSESTree.Expression));
      at = unwrap(at.object);
    }
    if (path.length === 0 && mutation.kind === 'set') return;
    if (at.type === Kind.Identifier) {
      const variable = this.variableOf(at);
      if (variable === undefined || (variable.defs.length === 0 && (at.name === 'exports' || at.name === 'module')))
        push(this.#globals, at.name, { ...mutation, path });
      else push(this.#mutations, variable, { ...mutation, path });
      const self = variable?.defs[0]?.node;
      if (self?.type === Kind.VariableDeclarator && self.init?.type === Kind.ThisExpression)
        this.#pending.push([self.init, { ...mutation, path }]);
    } else if (at.type === Kind.ThisExpression) {
      this.#pending.push([at, { ...mutation, path }]);
    }
  }

  readonly #pending: [Node, Mutation][] = [];

  /** Parents are known only after the walk, so `this` is looked up then. */
  #settleThis(): void {
    for (const [node, mutation] of this.#pending) {
      const owner = this.thisOwner(node)?.owner;
      if (owner !== undefined) push(this.#thisMutations, owner, mutation);
    }
    this.#pending.length = 0;
  }
}

function size(node: Node): number {
  return node.range[1] - node.range[0];
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

export function isFunction(node: Node): node is FunctionNode {
  return (
    node.type === Kind.FunctionDeclaration ||
    node.type === Kind.FunctionExpression ||
    node.type === Kind.ArrowFunctionExpression
  );
}

/** The expression inside type assertions, non-null assertions, `satisfies`, optional chains and parentheses. */
export function unwrap(node: Node): Node {
  let at: Node = node;
  for (;;) {
    switch (at.type) {
      case Kind.TSAsExpression:
      case Kind.TSTypeAssertion:
      case Kind.TSNonNullExpression:
      case Kind.TSSatisfiesExpression:
      case Kind.TSInstantiationExpression:
      case Kind.ChainExpression:
        at = at.expression;
        continue;
      default:
        // Trees of other parsers keep parentheses as nodes.
        if ((at.type as string) === 'ParenthesizedExpression') {
          at = (at as unknown as { expression: Node }).expression;
          continue;
        }
        return at;
    }
  }
}

/** `b` of `a.b` and `a['b']`; undefined for computed names. */
export function nameOfMember(node: TSESTree.MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === Kind.Identifier ? node.property.name : `#${node.property.name}`;
  return node.property.type === Kind.Literal && typeof node.property.value === 'string'
    ? node.property.value
    : undefined;
}

/** The name by which what is called is known where it comes from, and how it came into the file: `Instance` of `import { Instance as X }`. */
export function calledName(module: Module, callee: Node): { readonly name: string | undefined; readonly init: string } {
  const at = unwrap(callee);
  const name = lastName(at);
  if (at.type !== Kind.Identifier) return { name, init: '' };
  const definition = module.variableOf(at)?.defs[0];
  if (definition?.node.type === Kind.ImportSpecifier)
    return {
      name:
        definition.node.imported.type === Kind.Identifier
          ? definition.node.imported.name
          : definition.node.imported.value,
      init: '',
    };
  const init = definition?.node.type === Kind.VariableDeclarator ? definition.node.init : undefined;
  return {
    name,
    init:
      init === null || init === undefined
        ? ''
        : module.text.slice(init.range[0], Math.min(init.range[1], init.range[0] + 200)),
  };
}

/** The last name of a callee: `c` of `a.b.c` and `c`. */
export function lastName(callee: Node): string | undefined {
  const at = unwrap(callee);
  if (at.type === Kind.Identifier) return at.name;
  if (at.type === Kind.MemberExpression) return nameOfMember(at);
  if (at.type === Kind.SequenceExpression) {
    const last = at.expressions.at(-1);
    return last === undefined ? undefined : lastName(last);
  }
  return undefined;
}
