import { known } from 'imdsv2-core';
import type { TSESTree } from '@typescript-eslint/types';
import { isFunction, type Mutation, type Node } from '../syntax/module.ts';
import { choicesFor } from './branches.ts';
import { constructorOf, propertyName, ROOT, type Evaluator } from './evaluator.ts';
import { exportOf, wholeOf } from './imports.ts';
import { urlMember } from './urls.ts';
import {
  allWithin,
  NO_CHOICES,
  UNDEFINED,
  unite,
  type InstanceValue,
  type ObjectValue,
  type Value,
  type Values,
} from './value.ts';
import { applyMutations, parameterValues, typedValue } from './variables.ts';
import { Kind } from '../syntax/kind.ts';

/** What `value.name` is. `node` is the place that asks. */
export function propertyOf(value: Value, name: string, evaluator: Evaluator, node: Node): Values {
  switch (value.kind) {
    case 'object':
      return ofObject(value, name, evaluator, node);
    case 'instance':
      return ofInstance(value, name, node);
    case 'class':
      return (
        staticMember(value.evaluator, value.owner, name) ?? [value.evaluator.unknown(node, 'the class does not say it')]
      );
    case 'url':
      return [urlMember(value, name, evaluator, node)];
    case 'array':
      return name === 'length'
        ? [{ kind: 'primitive', value: value.items.length, choices: value.choices }]
        : (value.items[Number(name)] ?? [evaluator.unknown(node, 'it is a list')]);
    case 'reference': {
      if (value.file !== undefined && value.path.length === 0) {
        const exported = exportOf(value.file, name);
        if (exported !== undefined) return allWithin(exported, value.choices);
        const whole = wholeOf(value.file);
        if (whole !== undefined)
          return unite(whole.flatMap((one) => (name === 'default' ? [one] : propertyOf(one, name, evaluator, node))));
      }
      const step = name === 'default' ? [] : [name];
      return [
        {
          kind: 'reference',
          root: value.root,
          path: [...value.path, ...step],
          choices: value.choices,
          ...(value.overlay === undefined ? {} : { overlay: value.overlay }),
        },
      ];
    }
    case 'unknown':
      return [
        {
          ...evaluator.unknown(node, value.why, {
            ...(value.parameter === undefined ? {} : { parameter: value.parameter }),
            mayBeEmpty: true,
          }),
          choices: value.choices,
        },
      ];
    case 'function':
      return ofFunction(value.evaluator, value.node, name) ?? [evaluator.unknown(node, 'a function does not say it')];
    case 'primitive':
      return value.value === undefined || value.value === null
        ? [{ ...UNDEFINED, choices: value.choices }]
        : [evaluator.unknown(node, 'it is computed')];
    default:
      return [evaluator.unknown(node, 'it is computed')];
  }
}

function ofObject(object: ObjectValue, name: string, evaluator: Evaluator, node: Node): Values {
  for (const entry of object.entries.toReversed()) {
    if (known(entry.name) !== name) continue;
    return allWithin(
      entry
        .values()
        .map((value) => (value.kind === 'function' && value.self === undefined ? { ...value, self: object } : value)),
      object.choices,
    );
  }
  const [unread] = object.unread;
  if (unread !== undefined)
    return [
      {
        ...evaluator.unknown(node, unread.why, {
          ...(unread.parameter === undefined ? {} : { parameter: unread.parameter }),
          mayBeEmpty: true,
        }),
        choices: object.choices,
      },
    ];
  if (object.entries.some((entry) => known(entry.name) === undefined))
    return [evaluator.unknown(node, 'a computed name may be meant', { mayBeEmpty: true })];
  return [{ ...UNDEFINED, choices: object.choices }];
}

function ofInstance(value: InstanceValue, name: string, node: Node): Values {
  const { evaluator, owner } = value;
  if (owner.type === Kind.ObjectExpression) return ofObjectAsThis(value, owner, name, node);
  const self: InstanceValue = value;
  const { made: inner, later: method } = evaluator.framesOfInstance(value);
  const declared =
    owner.type === Kind.ClassDeclaration || owner.type === Kind.ClassExpression
      ? classMember(evaluator, owner, name, inner)
      : prototypeMember(evaluator, owner, name, self);
  const assigned = evaluator.module
    .thisMutationsOf(owner)
    .filter((mutation) => mutation.path.length === 1 && mutation.path[0] === name && mutation.kind === 'set');
  const constructor = constructorOf(owner);
  const [early, late] = partition(
    assigned,
    (mutation) =>
      evaluator.module.functionsAround(mutation.node).at(-1) === constructor ||
      evaluator.module.functionOf(mutation.node) === constructor,
  );
  let values: Values | undefined = declared;
  for (const mutation of early) {
    const guards = evaluator
      .guards(mutation.node, undefined, inner)
      .filter((guard) => guard.decided === undefined || guard.decided !== guard.holds);
    if (guards.some((guard) => guard.decided !== undefined)) continue;
    let now: Value[] = [...evaluator.evaluate(mutation.value, inner)];
    for (const guard of guards) now = allWithin(now, choicesFor(guard.branch, guard.holds));
    values = guards.length === 0 ? now : unite(values ?? [], now);
  }
  const later = late.flatMap((mutation) =>
    inside(mutation.node, node) ? [] : evaluator.evaluate(mutation.value, method),
  );
  if (values === undefined && later.length === 0) {
    const parent = parentMember(value, name, node);
    return parent ?? [evaluator.unknown(node, 'the class does not say it')];
  }
  const deeper = evaluator.module
    .thisMutationsOf(owner)
    .filter((mutation) => mutation.path.length > 1 && mutation.path[0] === name)
    .map((mutation) => ({ ...mutation, path: mutation.path.slice(1) }));
  const merged = unite(isNothing(values) ? [] : (values ?? []), later);
  return applyMutations(evaluator, merged.length === 0 ? [UNDEFINED] : merged, deeper, node, inner);
}

function isNothing(values: Values | undefined): boolean {
  return (
    values?.every((value) => value.kind === 'primitive' && (value.value === undefined || value.value === null)) ?? true
  );
}

/** `this` in a method of an object literal: the literal and what is assigned to it. */
function ofObjectAsThis(value: InstanceValue, owner: TSESTree.ObjectExpression, name: string, node: Node): Values {
  const { evaluator } = value;
  const [object] = evaluator.evaluate(owner, ROOT);
  const mutations = evaluator.module.thisMutationsOf(owner);
  const whole =
    object === undefined
      ? []
      : applyMutations(evaluator, [object], mutations, node, evaluator.framesOfInstance(value).later);
  return unite(whole.flatMap((one) => propertyOf(one, name, evaluator, node)));
}

/** A member that a class declares: field, method, getter, parameter property. */
function classMember(
  evaluator: Evaluator,
  owner: TSESTree.ClassDeclaration | TSESTree.ClassExpression,
  name: string,
  frame: typeof ROOT,
): Values | undefined {
  for (const member of owner.body.body) {
    if ((member.type !== Kind.PropertyDefinition && member.type !== Kind.MethodDefinition) || member.static) continue;
    if (propertyName(member, evaluator, ROOT) !== name) continue;
    if (member.type === Kind.MethodDefinition) {
      if (member.value.type !== Kind.FunctionExpression) continue;
      if (member.kind === 'get')
        return evaluator.call(evaluator.functionValue(member.value, frame, frame.self), [], frame);
      if (member.kind === 'method') return [evaluator.functionValue(member.value, frame, frame.self)];
      continue;
    }
    if (member.value !== null) return evaluator.evaluate(member.value, frame);
    const typed = typedValue(evaluator, member.typeAnnotation, member);
    if (typed !== undefined) return [typed];
    return undefined;
  }
  for (const parameter of constructorOf(owner)?.params ?? []) {
    if (parameter.type !== Kind.TSParameterProperty) continue;
    const target = parameter.parameter.type === Kind.AssignmentPattern ? parameter.parameter.left : parameter.parameter;
    if (target.name !== name) continue;
    return parameterValues(evaluator, target, frame);
  }
  return undefined;
}

/** `X.prototype.name = …`, for functions used as constructors. */
function prototypeMember(evaluator: Evaluator, owner: Node, name: string, self: Value): Values | undefined {
  for (const mutation of mutationsOfFunction(evaluator, owner)) {
    const [first, second, ...rest] = mutation.path;
    if (first !== 'prototype') continue;
    if (second === name && rest.length === 0) return withSelf(evaluator.evaluate(mutation.value, ROOT), self);
    if (second === undefined) {
      const found = unite(
        evaluator
          .evaluate(mutation.value, ROOT)
          .flatMap((value) =>
            value.kind === 'object' && value.entries.some((entry) => known(entry.name) === name)
              ? propertyOf(value, name, evaluator, mutation.node)
              : [],
          ),
      );
      if (found.length > 0) return withSelf(found, self);
    }
  }
  return undefined;
}

function withSelf(values: Values, self: Value): Values {
  return values.map((value) => (value.kind === 'function' ? { ...value, self } : value));
}

function mutationsOfFunction(evaluator: Evaluator, owner: Node): readonly Mutation[] {
  if (!isFunction(owner)) return [];
  const parent = evaluator.module.parentOf(owner);
  const id =
    owner.type === Kind.FunctionDeclaration
      ? owner.id
      : parent?.type === Kind.VariableDeclarator
        ? parent.id
        : undefined;
  const variable = id === null || id === undefined ? undefined : evaluator.module.variableOf(id);
  return variable === undefined ? [] : evaluator.module.mutationsOf(variable);
}

function ofFunction(evaluator: Evaluator, owner: Node, name: string): Values | undefined {
  const mutation = mutationsOfFunction(evaluator, owner).find(({ path }) => path.length === 1 && path[0] === name);
  return mutation === undefined ? undefined : evaluator.evaluate(mutation.value, ROOT);
}

function staticMember(evaluator: Evaluator, owner: Node, name: string): Values | undefined {
  if (owner.type !== Kind.ClassDeclaration && owner.type !== Kind.ClassExpression)
    return ofFunction(evaluator, owner, name);
  const self: Value = { kind: 'class', owner, evaluator, choices: NO_CHOICES };
  for (const member of owner.body.body) {
    if ((member.type !== Kind.PropertyDefinition && member.type !== Kind.MethodDefinition) || !member.static) continue;
    if (propertyName(member, evaluator, ROOT) !== name) continue;
    if (member.type === Kind.MethodDefinition && member.value.type === Kind.FunctionExpression)
      return [evaluator.functionValue(member.value, ROOT, self)];
    if (member.type === Kind.PropertyDefinition && member.value !== null)
      return evaluator.evaluate(member.value, { ...ROOT, self });
  }
  const id = owner.id;
  const variable = id === null ? undefined : evaluator.module.variableOf(id);
  const mutation =
    variable === undefined
      ? undefined
      : evaluator.module.mutationsOf(variable).find(({ path }) => path.length === 1 && path[0] === name);
  return mutation === undefined ? undefined : evaluator.evaluate(mutation.value, ROOT);
}

/** A member that the parent class declares, if that is a class of the program. */
function parentMember(value: InstanceValue, name: string, node: Node): Values | undefined {
  const { owner, evaluator } = value;
  if ((owner.type !== Kind.ClassDeclaration && owner.type !== Kind.ClassExpression) || owner.superClass === null)
    return undefined;
  for (const parent of evaluator.evaluate(owner.superClass, ROOT)) {
    if (parent.kind === 'class' && parent.owner !== owner)
      return propertyOf(
        { kind: 'instance', owner: parent.owner, evaluator: parent.evaluator, frame: ROOT, choices: NO_CHOICES },
        name,
        evaluator,
        node,
      );
  }
  return undefined;
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}

function inside(outer: Node, inner: Node): boolean {
  return inner.range[0] >= outer.range[0] && inner.range[1] <= outer.range[1];
}

/** An object without entries. */
export function emptyObject(evaluator: Evaluator, node: Node): ObjectValue {
  return { kind: 'object', entries: [], unread: [], node, evaluator, choices: NO_CHOICES };
}
