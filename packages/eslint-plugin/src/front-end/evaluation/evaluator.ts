import { concatAll, literal, MAX_ALTERNATIVES, type Choices, type Text } from 'imdsv2-core';
import type { TSESTree } from '@typescript-eslint/types';
import {
  isFunction,
  isNode,
  nameOfMember,
  unwrap,
  type FunctionNode,
  type Module,
  type Node,
  type Variable,
} from '../syntax/module.ts';
import { callBuiltIn } from './built-ins.ts';
import { branchOf, choicesFor, guardsBetween } from './branches.ts';
import { literalText } from './literals.ts';
import { propertyOf } from './members.ts';
import { returnsOf } from './returns.ts';
import {
  allWithin,
  NO_CHOICES,
  primitive,
  string,
  toTexts,
  truthiness,
  UNDEFINED,
  unite,
  type ArrayValue,
  type Entry,
  type FunctionValue,
  type InstanceValue,
  type ObjectValue,
  type ReferenceValue,
  type UnknownValue,
  type Value,
  type Values,
} from './value.ts';
import { importedValue } from './imports.ts';
import { variableValues } from './variables.ts';
import { Kind } from '../syntax/kind.ts';

/** What the parameters of the functions around are bound to, while a function is looked at for one of its calls. */
export interface Frame {
  readonly bindings: ReadonlyMap<Variable, Values>;
  /** What `this` is in the innermost function that is not an arrow. */
  readonly self?: Value;
  /** What the innermost function that is not an arrow was called with. */
  readonly args?: readonly Values[];
  /** How many calls deep. */
  readonly depth: number;
}

/** Frames with an instance as `this`. */
interface InstanceFrames {
  /** Where it is made: the constructor's parameters are bound. */
  readonly made: Frame;
  /** In its methods. */
  readonly later: Frame;
}

export const ROOT: Frame = { bindings: new Map(), depth: 0 };

/** Calls deeper than this are not followed. */
const MAX_DEPTH = 6;

/** Evaluations inside one another before the rest counts as unknown: the stack is not endless. */
const MAX_NESTING = 250;

/** Expressions evaluated per stage and file before everything else counts as unknown: few files that people write come near it. */
const BUDGET = 30_000;

/**
 * Says what expressions of one file come to, without executing anything: constants, templates, objects and what is later assigned
 * to them, calls of functions of the program, and the few library functions that build URLs and strings.
 */
export class Evaluator {
  readonly module: Module;
  readonly #program: ProgramView;
  readonly #memo = new WeakMap<Frame, Map<Node, Values>>();
  readonly #shallowMemo = new WeakMap<Frame, Map<Node, Values>>();
  readonly #running = new WeakMap<Frame, Set<Node>>();
  readonly #instanceFrames = new WeakMap<Frame, Map<Node, InstanceFrames>>();

  constructor(module: Module, program: ProgramView) {
    this.module = module;
    this.#program = program;
  }

  /** The evaluator of another file of the program, if the specifier leads to one. */
  open(specifier: string): Evaluator | undefined {
    return this.#program.open(specifier, this.module.path);
  }

  typeOf(node: Node): string | number | boolean | undefined {
    return this.#program.typeOf?.(node);
  }

  /** What `read` says when no other file is looked at. */
  shallowly<T>(read: () => T): T {
    const before = this.#program.isShallow;
    this.#program.isShallow = true;
    try {
      return read();
    } finally {
      this.#program.isShallow = before;
    }
  }

  /** Whether the budget of the analysis is used up: what follows is unknown. */
  isExhausted(): boolean {
    return this.#program.steps >= BUDGET;
  }

  evaluate(node: Node, frame: Frame = ROOT): Values {
    const memo = this.#program.isShallow ? this.#shallowMemo : this.#memo;
    let known = memo.get(frame);
    if (known === undefined) memo.set(frame, (known = new Map<Node, Values>()));
    const before = known.get(node);
    if (before !== undefined) return before;
    let running = this.#running.get(frame);
    if (running === undefined) this.#running.set(frame, (running = new Set()));
    this.#program.steps += 1;
    if (running.has(node)) return [this.unknown(node, 'it refers to itself')];
    if (this.isExhausted()) return [this.unknown(node, 'the file is too large to follow it')];
    if (this.#program.depth >= MAX_NESTING) return [this.unknown(node, 'it is nested too deep')];
    running.add(node);
    this.#program.depth += 1;
    const values = this.#evaluate(unwrap(node), frame);
    this.#program.depth -= 1;
    running.delete(node);
    // What was cut short here may be known to the next file that asks.
    if (!this.isExhausted()) known.set(node, values);
    return values;
  }

  unknown(node: Node, why: string, more: Partial<Pick<UnknownValue, 'parameter' | 'mayBeEmpty'>> = {}): UnknownValue {
    const text = this.module.textOf(node).replace(/\s+/g, ' ');
    return {
      kind: 'unknown',
      name: text.length > 60 ? `${text.slice(0, 57)}…` : text,
      why,
      node,
      choices: NO_CHOICES,
      ...more,
    };
  }

  /** Whether a condition holds; undefined: it depends. */
  test(node: Node, frame: Frame): boolean | undefined {
    const at = unwrap(node);
    if (at.type === Kind.UnaryExpression && at.operator === '!') return negate(this.test(at.argument, frame));
    if (at.type === Kind.LogicalExpression && at.operator !== '??') {
      const left = this.test(at.left, frame);
      const right = this.test(at.right, frame);
      if (at.operator === '&&')
        return left === false || right === false ? false : left === true && right === true ? true : undefined;
      return left === true || right === true ? true : left === false && right === false ? false : undefined;
    }
    if (at.type === Kind.BinaryExpression && /^[!=]==?$/.test(at.operator)) return this.#equality(at, frame);
    return agree(this.evaluate(at, frame).map(truthiness));
  }

  #equality(node: TSESTree.BinaryExpression, frame: Frame): boolean | undefined {
    const isNegated = node.operator.startsWith('!');
    const isLoose = node.operator.length === 2;
    const left = unwrap(node.left);
    if (left.type === Kind.UnaryExpression && left.operator === 'typeof') {
      const wanted = node.right.type === Kind.Literal ? node.right.value : undefined;
      const answer = agree(
        this.evaluate(left.argument, frame)
          .map((value) => typeName(value))
          .map((name) => (name === undefined ? undefined : name === wanted)),
      );
      return isNegated ? negate(answer) : answer;
    }
    const answers: (boolean | undefined)[] = [];
    for (const a of this.evaluate(node.left, frame))
      for (const b of this.evaluate(node.right, frame)) answers.push(isEqual(a, b, isLoose));
    const answer = agree(answers);
    return isNegated ? negate(answer) : answer;
  }

  /** What calling a function gives, its parameters bound to the arguments. */
  call(fn: FunctionValue, args: readonly Values[], frame: Frame): Values {
    if (frame.depth >= MAX_DEPTH) return [this.unknown(fn.node, 'the calls go too deep')];
    return returnsOf(fn, fn.evaluator.bind(fn, args, frame));
  }

  /** The frame of a call. `args` may be shorter than the parameters: the rest takes its defaults. */
  bind(fn: FunctionValue, args: readonly Values[], frame: Frame): Frame {
    const bindings = new Map([...frame.bindings, ...fn.frame.bindings]);
    const bound: Frame = {
      bindings,
      depth: frame.depth + 1,
      ...(fn.node.type === Kind.ArrowFunctionExpression
        ? fn.frame.self === undefined
          ? {}
          : { self: fn.frame.self }
        : fn.self === undefined
          ? {}
          : { self: fn.self }),
      ...(fn.node.type === Kind.ArrowFunctionExpression
        ? fn.frame.args === undefined
          ? {}
          : { args: fn.frame.args }
        : { args }),
    };
    fn.node.params.forEach((parameter, index) => {
      if (parameter.type === Kind.RestElement) {
        this.bindPattern(
          parameter.argument,
          [{ kind: 'array', items: args.slice(index), unread: [], choices: NO_CHOICES }],
          bound,
          bindings,
        );
        return;
      }
      const target = parameter.type === Kind.TSParameterProperty ? parameter.parameter : parameter;
      this.bindPattern(target, args[index] ?? [UNDEFINED], bound, bindings);
    });
    return bound;
  }

  /** Binds the variables of a pattern (a parameter, the left side of a declaration) to what they take from `values`. */
  bindPattern(pattern: Node, values: Values, frame: Frame, into: Map<Variable, Values>): void {
    switch (pattern.type) {
      case Kind.Identifier: {
        const variable = this.module.variableOf(pattern);
        if (variable !== undefined) into.set(variable, values);
        return;
      }
      case Kind.AssignmentPattern:
        this.bindPattern(
          pattern.left,
          unite(
            values.flatMap((value) =>
              isUndefined(value) ? allWithin(this.evaluate(pattern.right, frame), value.choices) : [value],
            ),
          ),
          frame,
          into,
        );
        return;
      case Kind.ObjectPattern:
        for (const property of pattern.properties) {
          if (property.type === Kind.RestElement) {
            this.bindPattern(property.argument, values, frame, into);
            continue;
          }
          const name = propertyName(property, this, frame);
          this.bindPattern(
            property.value,
            name === undefined
              ? [this.unknown(property, 'its name is computed')]
              : unite(values.flatMap((value) => propertyOf(value, name, this, property))),
            frame,
            into,
          );
        }
        return;
      case Kind.ArrayPattern:
        pattern.elements.forEach((element, index) => {
          if (element === null) return;
          const item = (value: Value): Values =>
            value.kind === 'array'
              ? (value.items[index] ?? [UNDEFINED])
              : [this.unknown(element, 'the list is not known')];
          this.bindPattern(
            element.type === Kind.RestElement ? element.argument : element,
            element.type === Kind.RestElement
              ? [this.unknown(element, 'it is the rest of a list')]
              : unite(values.flatMap(item)),
            frame,
            into,
          );
        });
        return;
      default:
    }
  }

  functionValue(node: FunctionNode, frame: Frame, self?: Value): FunctionValue {
    return {
      kind: 'function',
      node,
      evaluator: this,
      frame,
      choices: NO_CHOICES,
      ...(self === undefined ? {} : { self }),
    };
  }

  /** What `this` is at a node. */
  self(node: Node, frame: Frame): Values {
    if (frame.self !== undefined) return [frame.self];
    const owner = this.module.thisOwner(node);
    if (owner === undefined) return [this.unknown(node, 'it depends on the caller')];
    if (owner.isStatic) return [{ kind: 'class', owner: owner.owner, evaluator: this, choices: NO_CHOICES }];
    return [{ kind: 'instance', owner: owner.owner, evaluator: this, frame: ROOT, choices: NO_CHOICES }];
  }

  /** The frames in which members of an instance are evaluated: one pair per instance, so that what was found in them is kept. */
  framesOfInstance(value: InstanceValue): InstanceFrames {
    let frames = this.#instanceFrames.get(value.frame);
    if (frames === undefined) this.#instanceFrames.set(value.frame, (frames = new Map<Node, InstanceFrames>()));
    let own = frames.get(value.owner);
    if (own === undefined) {
      own = { made: { ...value.frame, self: value }, later: { ...ROOT, self: value } };
      frames.set(value.owner, own);
    }
    return own;
  }

  /** The arguments of a call; after a spread of something unknown, none is known. */
  args(node: TSESTree.CallExpression | TSESTree.NewExpression, frame: Frame): Values[] {
    const args: Values[] = [];
    for (const argument of node.arguments) {
      if (argument.type !== Kind.SpreadElement) {
        args.push(this.evaluate(argument, frame));
        continue;
      }
      const [list] = this.evaluate(argument.argument, frame);
      if (list?.kind !== 'array') {
        args.push([this.unknown(argument, 'a list is spread here')]);
        continue;
      }
      args.push(...list.items);
    }
    return args;
  }

  #evaluate(node: Node, frame: Frame): Values {
    switch (node.type) {
      case Kind.Literal:
        return this.#literal(node);
      case Kind.TemplateLiteral:
        return this.#template(node, frame);
      case Kind.Identifier:
        return variableValues(this, node, frame);
      case Kind.ThisExpression:
        return this.self(node, frame);
      case Kind.MemberExpression:
        return this.#member(node, frame);
      case Kind.ObjectExpression:
        return this.#object(node, frame);
      case Kind.ArrayExpression:
        return [this.#array(node, frame)];
      case Kind.FunctionExpression:
      case Kind.ArrowFunctionExpression:
      case Kind.FunctionDeclaration:
        return [
          this.functionValue(
            node,
            frame,
            node.type === Kind.FunctionExpression ? this.#selfOfMethod(node, frame) : undefined,
          ),
        ];
      case Kind.ClassExpression:
      case Kind.ClassDeclaration:
        return [{ kind: 'class', owner: node, evaluator: this, choices: NO_CHOICES }];
      case Kind.BinaryExpression:
        return this.#binary(node, frame);
      case Kind.ConditionalExpression:
        return this.branches(node.test, [node.consequent, node.alternate], frame);
      case Kind.LogicalExpression:
        return this.#logical(node, frame);
      case Kind.AwaitExpression:
        return this.evaluate(node.argument, frame);
      case Kind.SequenceExpression:
        return this.evaluate(node.expressions.at(-1) ?? node, frame);
      case Kind.AssignmentExpression:
        return node.operator === '=' ? this.evaluate(node.right, frame) : [this.unknown(node, 'it is computed')];
      case Kind.UnaryExpression:
        return this.#unary(node, frame);
      case Kind.TaggedTemplateExpression:
        return this.#tagged(node, frame);
      case Kind.ImportExpression: {
        const [source] = this.evaluate(node.source, frame);
        const specifier =
          source?.kind === 'string'
            ? source.text.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : '\0')).join('')
            : '\0';
        return specifier.includes('\0')
          ? [this.unknown(node, 'the module is computed')]
          : importedValue(this, specifier, [], node);
      }
      case Kind.CallExpression:
      case Kind.NewExpression:
        return this.#call(node, frame);
      case Kind.YieldExpression:
        return isNode(node.argument) ? this.evaluate(node.argument, frame) : [UNDEFINED];
      default:
        return [this.unknown(node, 'it is computed')];
    }
  }

  /** A method taken as a value knows what it belongs to. */
  #selfOfMethod(node: TSESTree.FunctionExpression, frame: Frame): Value | undefined {
    const holder = this.module.parentOf(node);
    if (holder?.type !== Kind.Property && holder?.type !== Kind.MethodDefinition) return undefined;
    const owner = this.module.thisOwner(node.body);
    return owner === undefined || owner.isStatic
      ? undefined
      : { kind: 'instance', owner: owner.owner, evaluator: this, frame, choices: NO_CHOICES };
  }

  #literal(node: TSESTree.Literal): Values {
    if (typeof node.value === 'string') return [string(literalText(this.module, node))];
    if (typeof node.value === 'number' || typeof node.value === 'boolean') return [primitive(node.value)];
    if (node.value === null && node.raw === 'null') return [primitive(null)];
    return [this.unknown(node, 'it is a pattern')];
  }

  #template(node: TSESTree.TemplateLiteral, frame: Frame): Values {
    const parts: (readonly Text[])[] = [];
    node.quasis.forEach((quasi, index) => {
      parts.push([literalText(this.module, quasi)]);
      const expression = node.expressions[index];
      if (expression !== undefined) parts.push(toTexts(this.evaluate(expression, frame)));
    });
    return concatAll(parts).map(string);
  }

  #tagged(node: TSESTree.TaggedTemplateExpression, frame: Frame): Values {
    const tag = unwrap(node.tag);
    const name =
      tag.type === Kind.MemberExpression ? nameOfMember(tag) : tag.type === Kind.Identifier ? tag.name : undefined;
    // Tags that give the text back, without its indentation or as it stands (`pulumi.interpolate`, `String.raw`, `dedent`).
    if (
      name !== undefined &&
      /^(raw|interpolate|dedent|stripIndents?|outdent|codeBlock|html|sh|bash|commaLists)$/i.test(name)
    )
      return this.evaluate(node.quasi, frame);
    return [this.unknown(node, 'a template tag makes it')];
  }

  #member(node: TSESTree.MemberExpression, frame: Frame): Values {
    if (node.object.type === Kind.Super) return [this.unknown(node, 'it belongs to the parent class')];
    const typed = this.typeOf(node);
    const objects = this.evaluate(node.object, frame);
    const name = nameOfMember(node);
    if (name !== undefined)
      return withType(unite(objects.flatMap((object) => propertyOf(object, name, this, node))), typed);
    const names = this.evaluate(node.property, frame);
    return withType(
      unite(
        objects.flatMap((object) =>
          names.flatMap((property): Values => {
            if (object.kind === 'array' && property.kind === 'primitive' && typeof property.value === 'number')
              return object.items[property.value] ?? [UNDEFINED];
            const [piece, ...others] = property.kind === 'string' ? property.text.pieces : [];
            if (piece?.kind === 'literal' && others.length === 0)
              return allWithin(propertyOf(object, piece.value, this, node), property.choices);
            return [
              this.unknown(
                node,
                'its name is computed',
                property.kind === 'unknown' && property.parameter !== undefined
                  ? { parameter: property.parameter }
                  : {},
              ),
            ];
          }),
        ),
      ),
      typed,
    );
  }

  #object(node: TSESTree.ObjectExpression, frame: Frame): Values {
    let objects: { entries: Entry[]; unread: UnknownValue[]; choices: Choices }[] = [
      { entries: [], unread: [], choices: NO_CHOICES },
    ];
    for (const property of node.properties) {
      if (property.type === Kind.SpreadElement) {
        const spread = this.evaluate(property.argument, frame);
        objects = objects
          .flatMap((object) =>
            spread.flatMap((value) => {
              const choices = mergeOrNothing(object.choices, value.choices);
              if (choices === undefined) return [];
              return [{ ...this.merge(object, value, property.argument), choices }];
            }),
          )
          .slice(0, MAX_ALTERNATIVES);
        continue;
      }
      const values = lazily(() => this.evaluate(property.value, frame));
      for (const name of this.#names(property, frame))
        for (const object of objects) object.entries.push({ name, values, node: property, evaluator: this });
    }
    return objects.map(({ entries, unread, choices }): ObjectValue => ({
      kind: 'object',
      entries,
      unread,
      node,
      evaluator: this,
      choices,
    }));
  }

  /** An object's entries followed by those of `value`, as a spread or `Object.assign` puts them. */
  merge(
    object: { readonly entries: readonly Entry[]; readonly unread: readonly UnknownValue[] },
    value: Value,
    node: Node,
  ): { entries: Entry[]; unread: UnknownValue[] } {
    switch (value.kind) {
      case 'object':
        return { entries: [...object.entries, ...value.entries], unread: [...object.unread, ...value.unread] };
      case 'url': {
        // `url.parse(…)` and friends: what clients read of it.
        const entries = ['protocol', 'hostname', 'port', 'path', 'pathname', 'href'].map((name): Entry => ({
          name: literal(name),
          values: () => propertyOf(value, name, this, node),
          node,
          evaluator: this,
        }));
        return { entries: [...object.entries, ...entries], unread: [...object.unread] };
      }
      case 'unknown':
        return { entries: [...object.entries], unread: [...object.unread, value] };
      case 'reference':
      case 'instance':
        return {
          entries: [...object.entries],
          unread: [...object.unread, this.unknown(node, 'what is spread here is not known')],
        };
      default:
        return { entries: [...object.entries], unread: [...object.unread] };
    }
  }

  #names(property: TSESTree.Property, frame: Frame): readonly Text[] {
    if (!property.computed) {
      const { key } = property;
      return [key.type === Kind.Identifier ? literal(key.name) : literal(String(key.value))];
    }
    return toTexts(this.evaluate(property.key, frame));
  }

  #array(node: TSESTree.ArrayExpression, frame: Frame): ArrayValue {
    const items: Values[] = [];
    const unread: UnknownValue[] = [];
    for (const element of node.elements) {
      if (element === null) continue;
      if (element.type !== Kind.SpreadElement) {
        items.push(this.evaluate(element, frame));
        continue;
      }
      const [list] = this.evaluate(element.argument, frame);
      if (list?.kind === 'array') {
        items.push(...list.items);
        unread.push(...list.unread);
      } else unread.push(this.unknown(element, 'a list is spread here'));
    }
    return { kind: 'array', items, unread, choices: NO_CHOICES };
  }

  #binary(node: TSESTree.BinaryExpression, frame: Frame): Values {
    if (node.operator === '+') {
      const [left, right] = [this.evaluate(node.left, frame), this.evaluate(node.right, frame)];
      const [a, b] = [left[0], right[0]];
      if (
        left.length === 1 &&
        right.length === 1 &&
        a?.kind === 'primitive' &&
        b?.kind === 'primitive' &&
        typeof a.value === 'number' &&
        typeof b.value === 'number'
      )
        return [primitive(a.value + b.value)];
      return concatAll([toTexts(left), toTexts(right)]).map(string);
    }
    const numbers = [node.left, node.right].map((side) => {
      const values = this.evaluate(side, frame);
      const [only] = values;
      return values.length === 1 && only?.kind === 'primitive' && typeof only.value === 'number'
        ? only.value
        : undefined;
    });
    const [a, b] = numbers;
    if (a !== undefined && b !== undefined) {
      if (node.operator === '*') return [primitive(a * b)];
      if (node.operator === '-') return [primitive(a - b)];
      if (node.operator === '/') return [primitive(a / b)];
    }
    const answer = this.test(node, frame);
    return answer === undefined ? [this.unknown(node, 'it is computed')] : [primitive(answer)];
  }

  #unary(node: TSESTree.UnaryExpression, frame: Frame): Values {
    if (node.operator === 'void') return [UNDEFINED];
    if (node.operator === '!') {
      const answer = this.test(node.argument, frame);
      return [answer === undefined ? this.unknown(node, 'it is computed') : primitive(!answer)];
    }
    const [only, ...others] = this.evaluate(node.argument, frame);
    if (others.length === 0 && only?.kind === 'primitive' && typeof only.value === 'number') {
      if (node.operator === '-') return [primitive(-only.value)];
      if (node.operator === '+') return [only];
    }
    return [this.unknown(node, 'it is computed')];
  }

  /** One of two expressions, by a condition. */
  branches(test: Node, [yes, no]: readonly [Node, Node], frame: Frame): Values {
    const decided = this.test(test, frame);
    if (decided !== undefined) return this.evaluate(decided ? yes : no, frame);
    const branch = branchOf(this.module, test);
    return unite(
      allWithin(this.evaluate(yes, frame), choicesFor(branch, true)),
      allWithin(this.evaluate(no, frame), choicesFor(branch, false)),
    );
  }

  #logical(node: TSESTree.LogicalExpression, frame: Frame): Values {
    const left = this.evaluate(node.left, frame);
    const branch = branchOf(this.module, node.left);
    const groups: Value[][] = [];
    for (const value of left) {
      const answer = node.operator === '??' ? isPresent(value) : truthiness(value);
      const takesLeft = node.operator === '&&' ? negate(answer) : answer;
      if (takesLeft !== false)
        groups.push(
          takesLeft === undefined
            ? allWithin(
                [node.operator === '&&' ? { ...UNDEFINED, choices: value.choices } : value],
                choicesFor(branch, node.operator !== '&&'),
              )
            : [value],
        );
      if (takesLeft !== true)
        groups.push(
          asDefaults(
            allWithin(
              allWithin(this.evaluate(node.right, frame), value.choices),
              takesLeft === undefined ? choicesFor(branch, node.operator === '&&') : NO_CHOICES,
            ),
            takesLeft === undefined && node.operator !== '&&',
          ),
        );
    }
    return unite(...groups);
  }

  #call(node: TSESTree.CallExpression | TSESTree.NewExpression, frame: Frame): Values {
    const builtIn = callBuiltIn(this, node, frame);
    if (builtIn !== undefined) return builtIn;
    if (node.callee.type === Kind.Super) return [this.unknown(node, 'it is computed')];
    return unite(
      this.evaluate(node.callee, frame).flatMap((callee): Values => {
        if (callee.kind === 'function' && node.type === Kind.CallExpression)
          return allWithin(this.call(callee, this.args(node, frame), frame), callee.choices);
        if (callee.kind === 'class' || callee.kind === 'function') {
          const constructor = callee.kind === 'class' ? constructorOf(callee.owner) : callee.node;
          const owner = callee.kind === 'class' ? callee.owner : callee.node;
          const bound =
            constructor === undefined
              ? ROOT
              : callee.evaluator.bind(
                  {
                    kind: 'function',
                    node: constructor,
                    evaluator: callee.evaluator,
                    frame: ROOT,
                    choices: NO_CHOICES,
                  },
                  this.args(node, frame),
                  ROOT,
                );
          return [{ kind: 'instance', owner, evaluator: callee.evaluator, frame: bound, choices: callee.choices }];
        }
        if (callee.kind === 'reference') {
          const made: ReferenceValue = {
            kind: 'reference',
            root: {
              kind: 'made',
              by: callee,
              node,
              isNew: node.type === Kind.NewExpression,
              args: this.args(node, frame),
              evaluator: this,
            },
            path: [],
            choices: callee.choices,
          };
          return [made];
        }
        return [this.unknown(node, 'a function gives it that is not known')];
      }),
    );
  }

  /** The conditions under which a node is reached, seen from `from`: those around both do not count. */
  guards(node: Node, from: Node | undefined, frame: Frame): ReturnType<typeof guardsBetween> {
    return guardsBetween(this, node, from, frame);
  }
}

/** What evaluators share. */
export interface ProgramView {
  readonly open: (specifier: string, from: string) => Evaluator | undefined;
  readonly typeOf: ((node: object) => string | number | boolean | undefined) | undefined;
  steps: number;
  /** Evaluations under way, one inside the other. */
  depth: number;
  /** While set, no other file is opened. What is found so is kept apart. */
  isShallow: boolean;
}

/** The constructor of a class, if it has one of its own. */
export function constructorOf(owner: Node): FunctionNode | undefined {
  if (owner.type !== Kind.ClassDeclaration && owner.type !== Kind.ClassExpression)
    return isFunction(owner) ? owner : undefined;
  for (const member of owner.body.body) {
    if (
      member.type === Kind.MethodDefinition &&
      member.kind === 'constructor' &&
      member.value.type === Kind.FunctionExpression
    )
      return member.value;
  }
  return undefined;
}

/** The name of a property in an object or a pattern, if it is known. */
export function propertyName(
  property: { readonly computed: boolean; readonly key: Node },
  evaluator: Evaluator,
  frame: Frame,
): string | undefined {
  const { key } = property;
  if (!property.computed)
    return key.type === Kind.Identifier
      ? key.name
      : key.type === Kind.Literal
        ? String(key.value)
        : key.type === Kind.PrivateIdentifier
          ? `#${key.name}`
          : undefined;
  const [only, ...others] = evaluator.evaluate(key, frame);
  if (others.length > 0 || only?.kind !== 'string') return undefined;
  return only.text.pieces.every((piece) => piece.kind === 'literal')
    ? only.text.pieces.map((piece) => piece.value).join('')
    : undefined;
}

export function isUndefined(value: Value): boolean {
  return value.kind === 'primitive' && value.value === undefined;
}

function isPresent(value: Value): boolean | undefined {
  if (value.kind === 'primitive') return value.value !== undefined && value.value !== null;
  return value.kind === 'unknown' || (value.kind === 'reference' && value.path.length > 0) ? undefined : true;
}

function isEqual(a: Value, b: Value, isLoose: boolean): boolean | undefined {
  if (a.kind === 'unknown' || b.kind === 'unknown' || a.kind === 'reference' || b.kind === 'reference')
    return undefined;
  if (a.kind === 'primitive' && b.kind === 'primitive')
    return a.value === b.value || (isLoose && isPresent(a) === false && isPresent(b) === false);
  if (a.kind === 'string' && b.kind === 'string') {
    const [x, y] = [a, b].map((value) =>
      value.text.pieces.every((piece) => piece.kind === 'literal')
        ? value.text.pieces.map((piece) => piece.value).join('')
        : undefined,
    );
    return x === undefined || y === undefined ? undefined : x === y;
  }
  return a.kind === 'primitive' || b.kind === 'primitive' ? false : undefined;
}

function typeName(value: Value): string | undefined {
  switch (value.kind) {
    case 'string':
      return 'string';
    case 'primitive':
      return value.value === null ? 'object' : typeof value.value;
    case 'function':
    case 'class':
      return 'function';
    case 'object':
    case 'array':
    case 'url':
    case 'instance':
      return 'object';
    default:
      return undefined;
  }
}

function asDefaults(values: Value[], areDefaults: boolean): Value[] {
  return areDefaults ? values.map((value) => ({ ...value, isDefault: true })) : values;
}

function agree(answers: readonly (boolean | undefined)[]): boolean | undefined {
  const [first, ...others] = answers;
  return first !== undefined && others.every((other) => other === first) ? first : undefined;
}

function negate(answer: boolean | undefined): boolean | undefined {
  return answer === undefined ? undefined : !answer;
}

function withType(values: Values, typed: string | number | boolean | undefined): Values {
  if (typed === undefined || values.some((value) => value.kind !== 'unknown' && value.kind !== 'reference'))
    return values;
  return [typeof typed === 'string' ? string(literal(typed)) : primitive(typed)];
}

function mergeOrNothing(a: Choices, b: Choices): Choices | undefined {
  const merged = new Map(a);
  for (const [branch, arm] of b) {
    const taken = merged.get(branch);
    if (taken !== undefined && taken !== arm) return undefined;
    merged.set(branch, arm);
  }
  return merged;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
