import type { Location } from 'imdsv2-core';
import { originOf } from '../clients/origin.ts';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { NO_CHOICES, type Value, type Values } from '../evaluation/value.ts';
import type { AspectKind } from '../input.ts';
import { lastName, unwrap, type Call, type Node } from '../syntax/module.ts';
import { cdkName } from './catalogue.ts';
import { ASPECT_NAMES } from './aspect-names.ts';
import type { AppliedAspect } from './aspects.ts';
import { Kind } from '../syntax/kind.ts';

/** The aspects that one file applies. */
export interface FileAspects {
  /** Whether the file makes the app, so that its aspects are all there are. */
  readonly hasApp: boolean;
  /** Where an aspect is applied that covers a construct, for certain or perhaps; undefined: none does. */
  readonly covering: (kind: AspectKind, construct: Call) => Cover | undefined;
}

interface Cover {
  readonly location: Location;
  readonly isCertain: boolean;
}

interface Applied {
  readonly kind: AspectKind;
  /** What it is applied to. */
  readonly scope: Values;
  /** Whether it is applied only if some condition holds. */
  readonly isConditional: boolean;
  readonly location: Location;
}

export function aspectsOf(evaluator: Evaluator): FileAspects {
  const applied = appliedIn(evaluator);
  return {
    hasApp: evaluator.module
      .callsNamed('App')
      .some((call) => call.type === Kind.NewExpression && evaluator.evaluate(call.callee).some(isApp)),
    covering: (kind, construct) => {
      const scope = scopeOf(construct, evaluator);
      const covers = applied
        .filter((one) => one.kind === kind)
        .flatMap((one) => {
          const answer = isUnder(scope, one.scope, construct, evaluator);
          return answer === 'no' ? [] : [{ location: one.location, isCertain: answer === 'yes' && !one.isConditional }];
        });
      return covers.find((cover) => cover.isCertain) ?? inherited(kind, construct, evaluator) ?? covers[0];
    },
  };
}

/** What the aspects of a file are applied to, for the other files of its program. */
export function applicationsOf(evaluator: Evaluator): readonly AppliedAspect[] {
  return appliedIn(evaluator).map(({ kind, scope, isConditional }): AppliedAspect => {
    const [only, ...others] = scope;
    if (only === undefined || others.length > 0 || isConditional) return { kind, scope: 'unknown' };
    if (only.kind === 'instance') return { kind, scope: { path: only.evaluator.module.path } };
    return { kind, scope: isMadeApp(only) || isRoot(only) ? 'app' : 'unknown' };
  });
}

function appliedIn(evaluator: Evaluator): readonly Applied[] {
  return ['add', 'applyAspect'].flatMap((name) =>
    evaluator.module.callsNamed(name).flatMap((call) => appliedBy(call, evaluator)),
  );
}

/** The scope that a construct is made in; that of the aspects' own target where it is a method's (`cluster.addCapacity(…)`). */
function scopeOf(construct: Call, evaluator: Evaluator): Values {
  const first = evaluator.args(construct, ROOT)[0] ?? [];
  if (construct.type === Kind.NewExpression && first.some(({ kind }) => kind !== 'string' && kind !== 'object'))
    return first;
  const callee = unwrap(construct.callee);
  if (construct.type === Kind.CallExpression && callee.type === Kind.MemberExpression) {
    const holder = evaluator.evaluate(callee.object);
    if (holder.some((value) => value.kind === 'instance' || madeBy(value) !== undefined)) return holder;
  }
  const owner = evaluator.module.thisOwner(construct);
  return owner === undefined
    ? first
    : [{ kind: 'instance', owner: owner.owner, evaluator, frame: ROOT, choices: NO_CHOICES }];
}

/** An aspect that a parent class applies to itself covers what its heirs make. */
function inherited(kind: AspectKind, construct: Call, evaluator: Evaluator): Cover | undefined {
  let owner = evaluator.module.thisOwner(construct)?.owner;
  let at = evaluator;
  for (let steps = 0; steps < 4; steps += 1) {
    if ((owner?.type !== Kind.ClassDeclaration && owner?.type !== Kind.ClassExpression) || owner.superClass === null)
      return undefined;
    const parent = at.evaluate(owner.superClass).find((value) => value.kind === 'class');
    if (parent === undefined) return undefined;
    const { evaluator: home, owner: parentOwner } = parent;
    const own = appliedIn(home).find(
      (one) =>
        one.kind === kind &&
        !one.isConditional &&
        one.scope.every((value) => value.kind === 'instance' && value.owner === parentOwner),
    );
    if (own !== undefined) return { location: own.location, isCertain: true };
    [owner, at] = [parentOwner, home];
  }
  return undefined;
}

function isMadeApp(value: Value): boolean {
  return value.kind === 'reference' && value.root.kind === 'made' && value.path.length === 0 && isApp(value.root.by);
}

/** `this.node.root`: the app. */
function isRoot(value: Value): boolean {
  return (
    (value.kind === 'unknown' && value.name.endsWith('.node.root')) ||
    (value.kind === 'reference' && value.path.slice(-2).join('.') === 'node.root')
  );
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
      isConditional: evaluator.guards(call, undefined, ROOT).some(({ decided, holds }) => decided !== holds),
      location: { path: evaluator.module.path, start: call.range[0], end: call.range[1] },
    },
  ];
}

function kindOf(value: Value): AspectKind | undefined {
  if (value.kind !== 'reference' || value.root.kind !== 'made') return undefined;
  const origin = originOf(value);
  const name = cdkName(origin.name, origin.made.at(-1)?.path ?? [])?.[1];
  return ASPECT_NAMES.find(([aspect]) => aspect === name)?.[1];
}

/** Whether a construct made in `scope` stands below the scope of an aspect. */
function isUnder(scope: Values, aspectScope: Values, construct: Call, evaluator: Evaluator): 'yes' | 'no' | 'perhaps' {
  if (aspectScope.length > 0 && aspectScope.every((value) => isMadeApp(value) || isRoot(value))) return 'yes';
  const roots = aspectScope.flatMap((value) => madeBy(value) ?? []);
  if (roots.includes(construct)) return 'yes';
  const owners = aspectScope.flatMap((value) => (value.kind === 'instance' ? [value.owner] : []));
  if (roots.length === 0 && owners.length === 0) return 'perhaps';
  let current: Values = scope;
  for (let steps = 0; steps < 8; steps += 1) {
    for (const value of current) {
      if (value.kind !== 'instance') continue;
      if (owners.includes(value.owner)) return 'yes';
      const makers = makersOf(value.owner, evaluator);
      // Made by a class below the aspect, or under something that it is applied to.
      if (makers.length > 0 && makers.every((maker) => isMadeUnder(maker, owners, roots, evaluator))) return 'yes';
      if (makers.some((maker) => isMadeUnder(maker, owners, roots, evaluator))) return 'perhaps';
    }
    const makers = current.flatMap((value) => madeBy(value) ?? []);
    if (makers.some((maker) => roots.includes(maker))) return 'yes';
    const [maker] = makers;
    if (maker === undefined || (maker.type !== Kind.NewExpression && maker.type !== Kind.CallExpression)) break;
    current = evaluator.args(maker, ROOT)[0] ?? [];
  }
  return current.some((value) => value.kind === 'unknown') && !roots.some((root) => isLaunchLike(root))
    ? 'perhaps'
    : 'no';
}

/** Where the file makes instances of a class of its own. */
function makersOf(owner: Node, evaluator: Evaluator): readonly Call[] {
  const name = owner.type === Kind.ClassDeclaration || owner.type === Kind.ClassExpression ? owner.id?.name : undefined;
  return name === undefined ? [] : evaluator.module.callsNamed(name).filter((call) => call.type === Kind.NewExpression);
}

function isMadeUnder(maker: Call, owners: readonly Node[], roots: readonly Node[], evaluator: Evaluator): boolean {
  const inside = owners.some((owner) => owner.range[0] < maker.range[0] && maker.range[1] < owner.range[1]);
  const scope = evaluator.args(maker, ROOT)[0] ?? [];
  return (
    inside ||
    scope.some(
      (value) => roots.includes(madeBy(value) ?? maker) || (value.kind === 'instance' && owners.includes(value.owner)),
    )
  );
}

function isLaunchLike(node: Node): boolean {
  return node.type === Kind.NewExpression && /Instance|Template|Group/.test(lastName(node.callee) ?? '');
}

function madeBy(value: Value): Node | undefined {
  return value.kind === 'reference' && value.root.kind === 'made' ? value.root.node : undefined;
}
