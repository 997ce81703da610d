import type { TSESTree } from '@typescript-eslint/types';
import { known, type Edit } from 'imdsv2-core';
import { propertyName, ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import type { Value } from '../evaluation/value.ts';
import { unwrap, type Call, type Node } from '../syntax/module.ts';
import { insert, replace } from './site.ts';
import { Kind } from '../syntax/kind.ts';

/** Member names, outermost first, and the source of the value that the innermost gets. */
export interface Setting {
  readonly path: readonly [string, ...string[]];
  readonly value: string;
}

/** Sets a member of the object that a call takes as one of its arguments; what is there already stays. Undefined where that cannot be done in text. */
export function setInArgument(
  evaluator: Evaluator,
  call: Call,
  index: number,
  setting: Setting,
): readonly Edit[] | undefined {
  const { module } = evaluator;
  const given = call.arguments.slice(0, index + 1);
  if (given.some((argument) => argument.type === Kind.SpreadElement)) return undefined;
  const argument = given[index];
  if (argument !== undefined && !isCallback(argument, evaluator)) return setIn(evaluator, argument, setting);
  const text = sourceOf(setting);
  // A callback stands where the options would.
  if (argument !== undefined) return [insert(module, argument.range[0], `${text}, `)];
  const missing = [...Array.from({ length: index - given.length }, () => 'undefined'), text].join(', ');
  const last = given.at(-1);
  if (last !== undefined) return [insert(module, last.range[1], `, ${missing}`)];
  const open = module.text.indexOf('(', (call.typeArguments ?? call.callee).range[1]);
  return open === -1 ? undefined : [insert(module, open + 1, missing)];
}

/** Sets a member of the object that an expression comes to. */
export function setIn(evaluator: Evaluator, node: Node, setting: Setting): readonly Edit[] | undefined {
  const { module } = evaluator;
  const at = unwrap(node);
  const [name, ...rest] = setting.path;
  const [next, ...others] = rest;
  const inner: Setting | undefined = next === undefined ? undefined : { path: [next, ...others], value: setting.value };
  if (at.type === Kind.ObjectExpression) {
    const property = at.properties.findLast(
      (one): one is TSESTree.Property => one.type === Kind.Property && propertyName(one, evaluator, ROOT) === name,
    );
    if (property === undefined) return [addTo(evaluator, at, setting)];
    if (inner !== undefined) {
      if (!property.shorthand) return setIn(evaluator, property.value, inner);
      const text = spreadOf(evaluator, property.value, inner);
      return text === undefined ? undefined : [replace(module, property, `${name}: ${text}`)];
    }
    if (property.method || property.kind !== 'init') return undefined;
    return [
      property.shorthand
        ? replace(module, property, `${keyOf(name)}: ${setting.value}`)
        : replace(module, property.value, setting.value),
    ];
  }
  const text = spreadOf(evaluator, at, setting);
  return text === undefined ? undefined : [replace(module, node, text)];
}

/** `{ ...options, headers: { ...options.headers, name: value } }`, as far as it is known that objects are spread. */
function spreadOf(evaluator: Evaluator, node: Node, setting: Setting): string | undefined {
  const values = evaluator.evaluate(node);
  const [name, ...rest] = setting.path;
  const text = evaluator.module.textOf(node);
  if (values.every((value) => value.kind === 'primitive' && (value.value === undefined || value.value === null)))
    return sourceOf(setting);
  const [next, ...others] = rest;
  const isKnown = values.every((value) => value.kind === 'object' || isNothing(value));
  // An object that is not known can be spread; what is inside it cannot.
  if (
    !isKnown &&
    (next !== undefined ||
      values.some((value) => value.kind !== 'unknown' && value.kind !== 'object' && !isNothing(value)))
  )
    return undefined;
  const spread = /^[\w$.?!]+$/.test(text) ? text : `(${text})`;
  if (next === undefined) return `{ ...${spread}, ${keyOf(name)}: ${setting.value} }`;
  const before = values.flatMap((value) =>
    value.kind === 'object' ? [value.entries.findLast((entry) => known(entry.name) === name)?.values()] : [],
  );
  const inner: Setting = { path: [next, ...others], value: setting.value };
  if (before.every((entry) => entry === undefined)) return `{ ...${spread}, ${keyOf(name)}: ${sourceOf(inner)} }`;
  if (
    others.length > 0 ||
    !before.every((entry) => entry === undefined || entry.every((one) => one.kind === 'object' || isNothing(one)))
  )
    return undefined;
  const member = /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  return `{ ...${spread}, ${keyOf(name)}: { ...${spread}${member}, ${keyOf(next)}: ${setting.value} } }`;
}

function isNothing(value: Value): boolean {
  return value.kind === 'primitive' && (value.value === undefined || value.value === null);
}

/** `{ headers: { name: value } }`. */
export function sourceOf({ path, value }: Setting): string {
  return path.reduceRight((inner, name) => `{ ${keyOf(name)}: ${inner} }`, value);
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`;
}

/** Adds a member after the last one, on a line of its own where members have lines of their own. */
function addTo(evaluator: Evaluator, object: TSESTree.ObjectExpression, setting: Setting): Edit {
  const { module } = evaluator;
  const [name, ...rest] = setting.path;
  const [next, ...others] = rest;
  const text = `${keyOf(name)}: ${next === undefined ? setting.value : sourceOf({ path: [next, ...others], value: setting.value })}`;
  const last = object.properties.at(-1);
  if (last === undefined) return replace(module, object, `{ ${text} }`);
  const before = module.text.slice(object.range[0], last.range[0]);
  const line = /\n([ \t]*)[^\n]*$/.exec(before);
  const first = object.properties[0];
  const isMultiline = first !== undefined && module.text.slice(object.range[0], first.range[0]).includes('\n');
  return insert(module, last.range[1], isMultiline && line !== null ? `,\n${line[1] ?? ''}${text}` : `, ${text}`);
}

/** Whether an argument is a callback, written there or named. */
export function isCallback(node: Node, evaluator: Evaluator): boolean {
  const at = unwrap(node);
  if (at.type === Kind.ArrowFunctionExpression || at.type === Kind.FunctionExpression) return true;
  if (at.type !== Kind.Identifier) return false;
  return (
    evaluator.evaluate(at).some((value) => value.kind === 'function') ||
    /^(cb|callback|done|next|fn|resolve|reject|handler)$|(Callback|Cb|Handler)$/.test(at.name)
  );
}
