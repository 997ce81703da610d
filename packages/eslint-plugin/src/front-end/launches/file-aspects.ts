import type { Location } from 'imdsv2-core';
import { originOf } from '../clients/origin.ts';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import type { Value, Values } from '../evaluation/value.ts';
import type { AspectKind } from '../input.ts';
import { lastName, unwrap, type Call, type Node } from '../syntax/module.ts';
import { cdkName } from './catalogue.ts';
import { ASPECTS } from './aspects.ts';
import { Kind } from '../syntax/kind.ts';

/** The aspects that one file applies. */
export interface FileAspects {
  /** Whether the file makes the app, so that its aspects are all there are. */
  readonly hasApp: boolean;
  /** Where an aspect is applied that covers a construct; undefined: none does. */
  readonly covering: (kind: AspectKind, construct: Call) => { readonly location: Location } | undefined;
}

interface Applied {
  readonly kind: AspectKind;
  /** What it is applied to. */
  readonly scope: Values;
  readonly location: Location;
}

export function aspectsOf(evaluator: Evaluator): FileAspects {
  const applied = [...evaluator.module.callsNamed('add'), ...evaluator.module.callsNamed('applyAspect')].flatMap(
    (call) => appliedBy(call, evaluator),
  );
  return {
    hasApp: evaluator.module
      .callsNamed('App')
      .some((call) => call.type === Kind.NewExpression && evaluator.evaluate(call.callee).some(isApp)),
    covering: (kind, construct) => {
      const scope = evaluator.args(construct, ROOT)[0] ?? [];
      const found = applied.find((one) => one.kind === kind && isUnder(scope, one.scope, construct, evaluator));
      return found === undefined ? undefined : { location: found.location };
    },
  };
}

function isApp(value: Value): boolean {
  if (value.kind !== 'reference') return false;
  const { kind, name, path } = originOf(value);
  return kind === 'module' && /^(aws-cdk-lib|@aws-cdk\/core|monocdk)$/.test(name) && path.join('.') === 'App';
}

/** `Aspects.of(scope).add(new ec2.InstanceRequireImdsv2Aspect())`, `scope.node.applyAspect(…)`. */
function appliedBy(call: Call, evaluator: Evaluator): readonly Applied[] {
  const [aspect] = evaluator.args(call, ROOT);
  const callee = unwrap(call.callee);
  if (aspect === undefined || callee.type !== Kind.MemberExpression) return [];
  const kind = aspect.flatMap((value) => kindOf(value) ?? [])[0];
  if (kind === undefined) return [];
  const holder = unwrap(callee.object);
  const isOf = holder.type === Kind.CallExpression && lastName(holder.callee) === 'of';
  const scopeNode: Node | undefined = isOf
    ? holder.arguments[0]
    : holder.type === Kind.MemberExpression
      ? holder.object
      : undefined;
  if (scopeNode === undefined) return [];
  return [
    {
      kind,
      scope: evaluator.evaluate(scopeNode),
      location: { path: evaluator.module.path, start: call.range[0], end: call.range[1] },
    },
  ];
}

function kindOf(value: Value): AspectKind | undefined {
  if (value.kind !== 'reference' || value.root.kind !== 'made') return undefined;
  const origin = originOf(value);
  const name = cdkName(origin.name, origin.made.at(-1)?.path ?? [])?.[1];
  return ASPECTS.find(([aspect]) => aspect === name)?.[1];
}

/** Whether a construct made in `scope` stands below the scope of an aspect. What is not known is taken to be above. */
function isUnder(scope: Values, aspectScope: Values, construct: Call, evaluator: Evaluator): boolean {
  const roots = aspectScope.flatMap((value) => madeBy(value) ?? []);
  // `this`, a parameter, the app: everything of the file is below.
  if (roots.length === 0) return true;
  if (roots.includes(construct)) return true;
  if (aspectScope.some((value) => value.kind === 'reference' && value.root.kind === 'made' && isApp(value.root.by)))
    return true;
  let current: Values = scope;
  for (let steps = 0; steps < 8; steps += 1) {
    const makers = current.flatMap((value) => madeBy(value) ?? []);
    if (makers.some((maker) => roots.includes(maker))) return true;
    const [maker] = makers;
    if (maker === undefined || (maker.type !== Kind.NewExpression && maker.type !== Kind.CallExpression)) break;
    current = evaluator.args(maker, ROOT)[0] ?? [];
  }
  // In a class of the file that is instantiated under the scope: not followed, and likely.
  return (
    scope.every((value) => value.kind === 'instance' || value.kind === 'unknown') &&
    !roots.some((root) => isLaunchLike(root))
  );
}

function isLaunchLike(node: Node): boolean {
  return node.type === Kind.NewExpression && /Instance|Template|Group/.test(lastName(node.callee) ?? '');
}

function madeBy(value: Value): Node | undefined {
  return value.kind === 'reference' && value.root.kind === 'made' ? value.root.node : undefined;
}
