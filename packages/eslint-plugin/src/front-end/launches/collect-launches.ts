import { AST_NODE_TYPES as Kind } from '@typescript-eslint/types';
import {
  factId,
  holesOf,
  known,
  knownOnly,
  render,
  UNSET,
  type Default,
  type Document,
  type Evidence,
  type InvalidOption,
  type Launch,
  type Location,
  type Setting,
  type TemplateReference,
  type UserData,
} from 'imdsv2-core';
import { originOf, type Origin } from '../clients/origin.ts';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { toTexts, UNDEFINED, type ReferenceValue, type Value, type Values } from '../evaluation/value.ts';
import type { Aspects } from '../input.ts';
import { calledName, type Call, type Node } from '../syntax/module.ts';
import { aspectsOf, type FileAspects } from './file-aspects.ts';
import { cdkName, isLaunchName, launchFormOf, operationForm, type LaunchForm } from './catalogue.ts';
import { overridesOf, type Override } from './overrides.ts';
import {
  at,
  readFlag,
  readHopLimit,
  readMinimumVersion,
  readSwitch,
  readTokens,
  settingOf,
  type Found,
} from './settings.ts';
import { userDataOf } from './user-data.ts';

export interface Launches {
  readonly launches: readonly Launch[];
  readonly defaults: readonly Default[];
  readonly documents: readonly Document[];
}

/** A call or construction that launches, or describes what is launched. */
interface Place {
  readonly call: Call;
  readonly form: LaunchForm;
  readonly props: Values;
  readonly name: string;
}

/** The launches of one file. `host`: the document that the file is; scripts are nested in it. */
export function collectLaunches(evaluator: Evaluator, host: Document, aspects: Aspects | undefined): Launches {
  const calls = evaluator.module.calls.filter((call) => {
    if (call.callee.type === Kind.Super) return true;
    const { name, init } = calledName(evaluator.module, call.callee);
    return isLaunchName(name ?? '') || (init !== '' && init.split(/\W+/).some(isLaunchName));
  });
  const places = calls.flatMap((call) => placesOf(call, evaluator));
  const defaults = calls.flatMap((call) => defaultsOf(call, evaluator));
  if (places.length === 0) return { launches: [], defaults, documents: [] };
  const overrides = overridesOf(evaluator, new Set(places.map((place) => place.call)));
  const inFile = aspectsOf(evaluator);
  const launches: Launch[] = [];
  const documents: Document[] = [];
  for (const place of places) {
    const launch = launchOf(place, evaluator, overrides.get(place.call) ?? [], inFile, aspects);
    if (launch === undefined) continue;
    const { userData, documents: scripts } = userDataOf(
      place.call,
      place.form,
      place.props,
      evaluator,
      host,
      launch.id,
    );
    launches.push({ ...launch, userData });
    documents.push(...scripts);
  }
  return { launches, defaults, documents };
}

function placesOf(call: Call, evaluator: Evaluator): readonly Place[] {
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
  const holder = isTask ? props : at(props, ['onCreate'], evaluator, call).values;
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
  };
}

function launchOf(
  place: Place,
  evaluator: Evaluator,
  overrides: readonly Override[],
  inFile: FileAspects,
  aspects: Aspects | undefined,
): Launch | undefined {
  const { call, form, props, name } = place;
  const { module } = evaluator;
  const location: Location = { path: module.path, start: call.range[0], end: call.range[1] };
  const header: Location = { path: module.path, start: call.range[0], end: headerEnd(call) };
  const invalid: InvalidOption[] = [];
  const find = (path: readonly string[] | undefined): Found =>
    path === undefined ? { values: [UNDEFINED], location: undefined } : at(props, path, evaluator, call);
  const template =
    overrides.findLast((one) => one.template !== undefined)?.template ?? templateOf(form, props, evaluator, call);
  if (form.onlyWithTemplate === true && template === undefined) return undefined;
  let tokens = tokensOf(form, find, invalid);
  const overridden = overrides.findLast((one) => one.tokens !== undefined)?.tokens;
  if (overridden !== undefined) tokens = overridden;
  // `ModifyInstanceMetadataOptions` without the option leaves it as it is.
  if (form.resource === 'ModifyInstanceMetadataOptions' && tokens.state === 'unset') return undefined;
  const evidence: Evidence[] = [];
  if (form.aspect !== undefined && tokens.state === 'unset' && template === undefined) {
    const covered =
      inFile.covering(form.aspect, call) ?? (aspects?.covered.includes(form.aspect) === true ? {} : undefined);
    if (covered !== undefined)
      tokens = {
        state: 'set',
        value: 'required',
        decidedBy: 'aspect',
        evidence: [{ message: 'An aspect requires tokens of it.', ...covered }],
      };
    else if (aspects?.mayBeElsewhere !== false && !inFile.hasApp)
      tokens = { state: 'unknown', why: 'an aspect of the app, in another file, may require tokens' };
  }
  if (tokens.location === undefined) tokens = { ...tokens, location: header };
  const ami = amiOf(form, find);
  const role = template !== undefined && form.role === 'instance' && tokens.state === 'unset' ? 'consumer' : form.role;
  return {
    kind: 'launch',
    id: factId('launch', location),
    location,
    platform: form.platform,
    resource: form.resource,
    name,
    instance: null,
    role,
    tokens,
    endpoint:
      overrides.findLast((one) => one.endpoint !== undefined)?.endpoint ??
      settingOf(find(form.endpoint), readSwitch, invalid),
    hopLimit: settingOf(find(form.hopLimit), readHopLimit, invalid),
    ipv6: form.ipv6 === undefined ? UNSET : settingOf(find(form.ipv6), readSwitch, invalid),
    identities: form.role === 'template' ? identitiesOf(place, evaluator) : [],
    ...(template === undefined ? {} : { template }),
    ...(ami === undefined ? {} : { ami }),
    userData: { state: 'none' } satisfies UserData,
    evidence,
    ...(invalid.length === 0 ? {} : { invalid }),
  };
}

function tokensOf(
  form: LaunchForm,
  find: (path: readonly string[] | undefined) => Found,
  invalid: InvalidOption[],
): Setting<'required' | 'optional'> {
  if (form.minimumVersion !== undefined) return settingOf(find(form.minimumVersion), readMinimumVersion, invalid);
  const tokens = settingOf(find(form.tokens), readTokens, invalid);
  if (form.flag === undefined) return tokens;
  const flag = settingOf(find(form.flag), readFlag, invalid);
  if (
    tokens.state === 'set' &&
    flag.state === 'set' &&
    form.resource === 'ec2.Instance' &&
    flag.location !== undefined
  ) {
    invalid.push({
      message: 'requireImdsv2 and httpTokens together make synthesis fail: keep one of them.',
      location: flag.location,
    });
  }
  if (flag.state === 'set') return flag;
  if (tokens.state === 'set') return tokens;
  return tokens.state === 'unknown' ? tokens : flag;
}

/** Ends the header line of a construct: after its class and the opening parenthesis. */
function headerEnd(call: Call): number {
  return call.callee.range[1];
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

function identity(reference: ReferenceValue): string | undefined {
  const { root } = reference;
  if (root.kind !== 'made') return undefined;
  return `code:${root.evaluator.module.path}:${String(root.node.range[0])}`;
}

function identitiesOf({ call, form, props }: Place, evaluator: Evaluator): readonly string[] {
  const { module } = evaluator;
  const own = [`code:${module.path}:${String(call.range[0])}`];
  if (form.name === undefined) return own;
  const names = toTexts(at(props, form.name, evaluator, call).values).filter(
    (text) => text.pieces.some((piece) => piece.kind === 'literal') && render(text) !== 'undefined',
  );
  return [...own, ...names.map((text) => nameIdentity(module.path, text))];
}

/** Names with unknown parts are equal within one file only, where the parts are the same variables. */
function nameIdentity(path: string, text: Parameters<typeof render>[0]): string {
  return known(text) === undefined ? `code-name:${path}:${render(text)}` : `code-name:${render(text)}`;
}

function templateOf(form: LaunchForm, props: Values, evaluator: Evaluator, node: Node): TemplateReference | undefined {
  for (const path of form.templates ?? []) {
    const found = at(props, path, evaluator, node);
    const reference = templateReference(found, evaluator, node);
    if (reference !== undefined) return reference;
  }
  return undefined;
}

/** A template by a construct, an id, or a name; undefined: none is named. */
export function templateReference(found: Found, evaluator: Evaluator, node: Node): TemplateReference | undefined {
  const identities: string[] = [];
  let why: string | undefined;
  let version: TemplateReference['version'] = { kind: 'latest' };
  for (const value of found.values) {
    if (value.kind === 'primitive') continue;
    if (value.kind === 'object') {
      const parts = [
        'launchTemplateId',
        'launchTemplateName',
        'id',
        'name',
        'LaunchTemplateId',
        'LaunchTemplateName',
        'launchTemplate',
      ]
        .map((part) => at([value], [part], evaluator, node).values)
        .filter((values) => values.some((one) => one.kind !== 'primitive' || one.value !== undefined));
      if (
        parts.length === 0 &&
        value.unread.length === 0 &&
        value.entries.some((entry) => known(entry.name) === 'overrides')
      )
        continue;
      for (const part of parts) for (const one of part) collect(one);
      version = versionOf(
        at([value], ['version'], evaluator, node).values,
        at([value], ['Version'], evaluator, node).values,
      );
      if (parts.length === 0) why ??= 'it is not said which one';
      continue;
    }
    collect(value);
  }
  function collect(value: Value): void {
    if (value.kind === 'reference') {
      const own = identity(value);
      if (own !== undefined) {
        identities.push(own);
        return;
      }
    }
    if (value.kind === 'string' || value.kind === 'url') {
      const [text] = toTexts([value]);
      if (text?.pieces.some((piece) => piece.kind === 'literal') === true)
        identities.push(nameIdentity(evaluator.module.path, text));
      else why ??= 'its name is not known';
      return;
    }
    if (value.kind === 'primitive') return;
    why ??= value.kind === 'unknown' ? `${value.name} is not known: ${value.why}` : 'it comes from elsewhere';
  }
  if (identities.length === 0 && why === undefined) return undefined;
  return {
    identities,
    ...(why === undefined ? {} : { why }),
    ...(found.location === undefined ? {} : { location: found.location }),
    version,
  };
}

function versionOf(...candidates: readonly Values[]): TemplateReference['version'] {
  for (const values of candidates) {
    const [value] = values;
    if (value === undefined || (value.kind === 'primitive' && value.value === undefined)) continue;
    if (value.kind === 'reference') {
      const words = JSON.stringify([value.path, value.root.kind === 'made' ? value.root.by.path : []]);
      if (/latest/i.test(words)) return { kind: 'latest' };
      if (/default/i.test(words)) return { kind: 'default' };
      return { kind: 'latest' };
    }
    const text =
      value.kind === 'string' ? known(value.text) : value.kind === 'primitive' ? String(value.value) : undefined;
    if (text === '$Latest') return { kind: 'latest' };
    if (text === '$Default') return { kind: 'default' };
    if (text !== undefined) return { kind: 'literal', value: text };
    return /latest/i.test(value.kind === 'unknown' ? value.name : '')
      ? { kind: 'latest' }
      : { kind: 'unknown', why: value.kind === 'unknown' ? value.why : 'it is computed' };
  }
  return { kind: 'default' };
}

/** Images of Amazon Linux 2023 are registered so that instances require tokens. */
function amiOf(form: LaunchForm, find: (path: readonly string[] | undefined) => Found): Launch['ami'] {
  if (/eks/i.test(form.resource) && !/Cluster\.add(AutoScalingGroup)?Capacity/.test(form.resource))
    return {
      requiresTokens: 'likely',
      evidence: {
        message: 'The image of the node group decides: AL2023 and Bottlerocket require tokens, AL2 does not.',
      },
    };
  const found = find(form.image);
  const isNew = found.values.some((value) => /amazon-?_?linux-?_?2023|al2023/i.test(describe(value)));
  return isNew
    ? {
        requiresTokens: 'likely',
        evidence: {
          message: 'The image is Amazon Linux 2023, whose instances require tokens unless the account says otherwise.',
          ...(found.location === undefined ? {} : { location: found.location }),
        },
      }
    : undefined;
}

function describe(value: Value): string {
  if (value.kind !== 'reference') return '';
  if (value.root.kind === 'made') return value.root.evaluator.module.textOf(value.root.node);
  return value.path.join('.');
}

/** Defaults of an account, set through an API call: `ModifyInstanceMetadataDefaults`, `aws.ec2.InstanceMetadataDefaults`. */
function defaultsOf(call: Call, evaluator: Evaluator): readonly Default[] {
  if (call.type !== Kind.NewExpression || call.callee.type === Kind.Super) return [];
  const [callee] = evaluator.evaluate(call.callee);
  if (callee?.kind !== 'reference') return [];
  const { name, path, kind, made } = originOf(callee);
  if (kind !== 'module' || made.length > 0) return [];
  const isPulumi = name.startsWith('@pulumi/aws') && path.at(-1) === 'InstanceMetadataDefaults';
  const isSdk = name === '@aws-sdk/client-ec2' && path.at(-1) === 'ModifyInstanceMetadataDefaultsCommand';
  if (!isPulumi && !isSdk) return [];
  const props = evaluator.args(call, ROOT)[isPulumi ? 1 : 0] ?? [UNDEFINED];
  const invalid: InvalidOption[] = [];
  const tokens = settingOf(at(props, [isPulumi ? 'httpTokens' : 'HttpTokens'], evaluator, call), readTokens, invalid);
  const location: Location = { path: evaluator.module.path, start: call.range[0], end: call.range[1] };
  return [
    {
      kind: 'default',
      id: factId('default', location),
      location,
      platform: isPulumi ? 'pulumi' : 'aws-sdk',
      resource: isPulumi ? 'ec2.InstanceMetadataDefaults' : 'ModifyInstanceMetadataDefaults',
      name: '',
      instance: null,
      scope: 'account',
      tokens,
      hopLimit: settingOf(
        at(props, [isPulumi ? 'httpPutResponseHopLimit' : 'HttpPutResponseHopLimit'], evaluator, call),
        readHopLimit,
        invalid,
      ),
      evidence: [],
      ...(invalid.length === 0 ? {} : { invalid }),
    },
  ];
}
