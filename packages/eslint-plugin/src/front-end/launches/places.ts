import { holesOf, knownOnly, render } from 'imdsv2-core';
import { originOf, type Origin } from '../clients/origin.ts';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { toTexts, UNDEFINED, type Values } from '../evaluation/value.ts';
import { calledName, type Call } from '../syntax/module.ts';
import { cdkName, isLaunchName, launchFormOf, operationForm, type LaunchForm } from './catalogue.ts';
import { at } from './settings.ts';
import { Kind } from '../syntax/kind.ts';

/** A call or construction that launches, or describes what is launched. */
export interface Place {
  readonly call: Call;
  readonly form: LaunchForm;
  readonly props: Values;
  readonly name: string;
  /** Whether the properties stand inside those of the construct: parameters of a task or of a custom resource. */
  readonly isNested?: boolean;
}

/** Calls that may launch something, by their names. */
export function launchCalls(evaluator: Evaluator): readonly Call[] {
  return evaluator.module.calls.filter((call) => {
    if (call.callee.type === Kind.Super) return true;
    const { name, init } = calledName(evaluator.module, call.callee);
    return isLaunchName(name ?? '') || (init !== '' && init.split(/\W+/).some(isLaunchName));
  });
}

/** What a call launches. */
export function placesOf(call: Call, evaluator: Evaluator): readonly Place[] {
  if (call.callee.type === Kind.Super) return subclassOf(call, evaluator);
  for (const callee of evaluator.evaluate(call.callee)) {
    if (callee.kind !== 'reference') continue;
    const origin = originOf(callee);
    if (origin.kind === 'global' && !(origin.name === 'aws' && isSst(evaluator))) continue;
    const nested = nestedOperation(origin, call, evaluator);
    if (nested !== undefined) return [nested];
    const form = launchFormOf(origin, call.type === Kind.NewExpression);
    if (form === undefined) continue;
    const args = evaluator.args(call, ROOT);
    return [{ call, form, props: args[form.props] ?? [UNDEFINED], name: nameOf(call, evaluator, form) }];
  }
  return [];
}

/** `super(scope, id, {…props, requireImdsv2: true})` in a class that extends a construct: the class is the launch. */
function subclassOf(call: Call, evaluator: Evaluator): readonly Place[] {
  const owner = evaluator.module.thisOwner(call)?.owner;
  if ((owner?.type !== Kind.ClassDeclaration && owner?.type !== Kind.ClassExpression) || owner.superClass === null)
    return [];
  const [parent] = evaluator.evaluate(owner.superClass);
  const form = parent?.kind === 'reference' ? launchFormOf(originOf(parent), true) : undefined;
  if (form === undefined) return [];
  return [{ call, form, props: evaluator.args(call, ROOT)[form.props] ?? [UNDEFINED], name: owner.id?.name ?? '' }];
}

function isSst(evaluator: Evaluator): boolean {
  return (
    /(^|\/)sst\.config\.ts$/.test(evaluator.module.path) || /\.sst\/platform|\$config\(/.test(evaluator.module.text)
  );
}

/** `new tasks.CallAwsService(…, {service: 'ec2', action: 'runInstances', parameters})`, `new AwsCustomResource(…, {onCreate: {service, action, parameters}})`. */
function nestedOperation(origin: Origin, call: Call, evaluator: Evaluator): Place | undefined {
  const own = cdkName(origin.name, origin.path);
  const cls = own?.join('.');
  if (
    cls !== 'stepfunctions-tasks.CallAwsService' &&
    cls !== 'stepfunctions_tasks.CallAwsService' &&
    !/custom-?_?resources\.AwsCustomResource$/.test(cls ?? '')
  )
    return undefined;
  const args = evaluator.args(call, ROOT);
  const props = args[2] ?? [UNDEFINED];
  const isTask = cls?.endsWith('CallAwsService') === true;
  const [create = [], update = []] = isTask
    ? [props]
    : ['onCreate', 'onUpdate'].map((event) => at(props, [event], evaluator, call).values);
  // Without a call of its own, creation makes that of an update.
  const holder = create.every((value) => value.kind === 'primitive') ? update : create;
  const service = knownOnly(toTexts(at(holder, ['service'], evaluator, call).values))?.toLowerCase();
  const action = knownOnly(toTexts(at(holder, ['action'], evaluator, call).values));
  if ((service !== 'ec2' && service !== '@aws-sdk/client-ec2' && service !== 'autoscaling') || action === undefined)
    return undefined;
  const form = operationForm(action.replace(/Command$/, ''));
  if (form === undefined) return undefined;
  return {
    call,
    form: { ...form, platform: 'cdk' },
    props: at(holder, ['parameters'], evaluator, call).values,
    name: nameOf(call, evaluator, form),
    isNested: true,
  };
}

/** The id that the author gave, else the variable. */
function nameOf(call: Call, evaluator: Evaluator, form: LaunchForm): string {
  const index = form.platform === 'cdk' || form.platform === 'cdktf' ? Math.max(0, form.props - 1) : 0;
  const argument = form.props === 0 ? undefined : call.arguments[index];
  const [id] =
    argument === undefined || argument.type === Kind.SpreadElement ? [] : toTexts(evaluator.evaluate(argument));
  if (id !== undefined && holesOf(id).length < id.pieces.length) return render(id);
  const parent = evaluator.module.parentOf(call);
  return parent?.type === Kind.VariableDeclarator && parent.id.type === Kind.Identifier ? parent.id.name : '';
}
