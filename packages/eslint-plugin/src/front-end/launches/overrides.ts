import { knownOnly, type Location, type Setting, type TemplateReference } from 'imdsv2-core';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { toTexts, UNDEFINED, type ReferenceValue, type Values } from '../evaluation/value.ts';
import { nameOfMember, unwrap, type Call, type Node } from '../syntax/module.ts';
import { at, readFlag, readSwitch, readTokens, settingOf } from './settings.ts';
import { templateReference } from './template-reference.ts';
import { Kind } from '../syntax/kind.ts';

/** What is set on a construct after it was made. */
export interface Override {
  readonly tokens?: Setting<'required' | 'optional'>;
  readonly endpoint?: Setting<'enabled' | 'disabled'>;
  readonly template?: TemplateReference;
}

/** Escape hatches and later assignments, by the construct that they change: `addPropertyOverride(…)`, `cfn.metadataOptions = …`. */
export function overridesOf(
  evaluator: Evaluator,
  constructs: ReadonlySet<Node>,
): ReadonlyMap<Node, readonly Override[]> {
  const overrides = new Map<Node, Override[]>();
  const add = (node: Node | undefined, override: Override | undefined): void => {
    if (node === undefined || override === undefined) return;
    overrides.set(node, [...(overrides.get(node) ?? []), override]);
  };
  for (const name of ['addPropertyOverride', 'addOverride']) {
    for (const call of evaluator.module.callsNamed(name)) {
      const callee = unwrap(call.callee);
      if (callee.type !== Kind.MemberExpression || callee.object.type === Kind.Super) continue;
      const target = constructOf(evaluator.evaluate(callee.object), constructs);
      if (target !== undefined) add(target, fromPath(call, evaluator));
    }
  }
  for (const assignment of evaluator.module.memberAssignments) {
    const left = unwrap(assignment.left);
    if (left.type !== Kind.MemberExpression || left.object.type === Kind.Super) continue;
    const target = constructOf(evaluator.evaluate(left.object), constructs);
    if (target === undefined) continue;
    add(target, fromAssignment(nameOfMember(left), evaluator.evaluate(assignment.right), assignment, evaluator));
  }
  return overrides;
}

/** The construct that a value is, or is a part of: `instance.node.defaultChild`, `template.node.findChild('Resource')`. */
function constructOf(values: Values, constructs: ReadonlySet<Node>): Node | undefined {
  for (const value of values) {
    let at: ReferenceValue | undefined = value.kind === 'reference' ? value : undefined;
    while (at?.root.kind === 'made') {
      if (constructs.has(at.root.node)) return at.root.node;
      at = at.root.by;
    }
  }
  return undefined;
}

/** `addPropertyOverride('MetadataOptions.HttpTokens', 'required')`. */
function fromPath(call: Call, evaluator: Evaluator): Override | undefined {
  const [paths, value = [UNDEFINED]] = evaluator.args(call, ROOT);
  const path = paths === undefined ? undefined : knownOnly(toTexts(paths))?.replace(/^Properties\./, '');
  if (path === undefined) return undefined;
  const location = placeOf(call, evaluator);
  const last = path.split('.').slice(-2).join('.').toLowerCase();
  if (last === 'metadataoptions.httptokens' || last === 'instancemetadataoptions.httptokens')
    return { tokens: settingOf({ values: value, location }, readTokens, []) };
  if (last === 'metadataoptions.httpendpoint')
    return { endpoint: settingOf({ values: value, location }, readSwitch, []) };
  if (/(^|\.)metadataoptions$/i.test(path)) return fromOptions(value, call, evaluator, location);
  if (/^disableimdsv1$/i.test(path)) return { tokens: settingOf({ values: value, location }, readFlag, []) };
  if (/^launchtemplate$/i.test(path)) {
    const template = templateReference({ values: value, location }, evaluator, call);
    return template === undefined ? undefined : { template };
  }
  return undefined;
}

function fromAssignment(
  name: string | undefined,
  values: Values,
  node: Node,
  evaluator: Evaluator,
): Override | undefined {
  const location = placeOf(node, evaluator);
  switch (name) {
    case 'metadataOptions':
    case 'instanceMetadataOptions':
      return fromOptions(values, node, evaluator, location);
    case 'launchTemplateData':
      return fromOptions(at(values, ['metadataOptions'], evaluator, node).values, node, evaluator, location);
    case 'launchTemplate': {
      const template = templateReference({ values, location }, evaluator, node);
      return template === undefined ? undefined : { template };
    }
    case 'disableImdsv1':
      return { tokens: settingOf({ values, location }, readFlag, []) };
    default:
      return undefined;
  }
}

function fromOptions(values: Values, node: Node, evaluator: Evaluator, location: Location): Override {
  const tokens = (['httpTokens', 'HttpTokens'] as const)
    .map((name) => at(values, [name], evaluator, node))
    .find((found) => found.values.some((value) => value.kind !== 'primitive'));
  return { tokens: settingOf({ values: tokens?.values ?? [UNDEFINED], location }, readTokens, []) };
}

function placeOf(node: Node, evaluator: Evaluator): Location {
  return { path: evaluator.module.path, start: node.range[0], end: node.range[1] };
}
