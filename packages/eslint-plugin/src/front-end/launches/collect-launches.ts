import {
  factId,
  UNSET,
  type Default,
  type Document,
  type Evidence,
  type InvalidOption,
  type Launch,
  type Location,
  type Setting,
  type UserData,
} from 'imdsv2-core';
import type { Evaluator } from '../evaluation/evaluator.ts';
import { UNDEFINED, type Value } from '../evaluation/value.ts';
import type { Aspects } from '../input.ts';
import type { Call } from '../syntax/module.ts';
import { defaultsOf } from './account-defaults.ts';
import { framesOfCallers } from './callers.ts';
import type { LaunchForm } from './catalogue.ts';
import { aspectsOf, type FileAspects } from './file-aspects.ts';
import { overridesOf, type Override } from './overrides.ts';
import { launchCalls, placesOf, type Place } from './places.ts';
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
import { identitiesOf, templateOf } from './template-reference.ts';
import { userDataOf } from './user-data.ts';

export interface Launches {
  readonly launches: readonly Launch[];
  readonly defaults: readonly Default[];
  readonly documents: readonly Document[];
}

/** The launches of one file. `host`: the document that the file is; scripts are nested in it. */
export function collectLaunches(
  evaluator: Evaluator,
  host: Document,
  aspects: Aspects | undefined,
  importers: () => readonly Evaluator[],
): Launches {
  const calls = launchCalls(evaluator);
  const places = calls.flatMap((call) => placesOf(call, evaluator));
  const defaults = calls.flatMap((call) => defaultsOf(call, evaluator));
  if (places.length === 0) return { launches: [], defaults, documents: [] };
  const overrides = overridesOf(evaluator, new Set(places.map((place) => place.call)));
  const inFile = aspectsOf(evaluator);
  const launches: Launch[] = [];
  const documents: Document[] = [];
  for (const place of places) {
    const launch = launchOf(place, evaluator, overrides.get(place.call) ?? [], inFile, aspects, importers);
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

function launchOf(
  place: Place,
  evaluator: Evaluator,
  overrides: readonly Override[],
  inFile: FileAspects,
  aspects: Aspects | undefined,
  importers: () => readonly Evaluator[],
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
  checkFlagBesideTemplate(form, template, find, invalid);
  let tokens = tokensOf(form, find, invalid);
  if (tokens.state === 'set' && tokens.decidedBy === 'variable-default')
    tokens = againstCallers(tokens, place, evaluator, importers());
  const overridden = overrides.findLast((one) => one.tokens !== undefined)?.tokens;
  if (overridden !== undefined) tokens = overridden;
  // `ModifyInstanceMetadataOptions` without the option leaves it as it is.
  if (form.resource === 'ModifyInstanceMetadataOptions' && tokens.state === 'unset') return undefined;
  const evidence: Evidence[] = [];
  if (form.aspect !== undefined && tokens.state === 'unset' && template === undefined) {
    const cover = inFile.covering(form.aspect, call);
    const place = cover === undefined ? {} : { location: cover.location };
    if (cover?.isCertain === true || aspects?.covered.includes(form.aspect) === true)
      tokens = {
        state: 'set',
        value: 'required',
        decidedBy: 'aspect',
        evidence: [{ message: 'An aspect requires tokens of it.', ...place }],
      };
    else if (cover !== undefined || aspects?.maybeCovered?.includes(form.aspect) === true)
      tokens = { state: 'unknown', why: 'an aspect requires tokens in a part of the app that may hold it', ...place };
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

/** A default is the value only as long as nobody passes another. */
function againstCallers(
  tokens: Setting<'required' | 'optional'>,
  { call, form }: Place,
  evaluator: Evaluator,
  importers: readonly Evaluator[],
): Setting<'required' | 'optional'> {
  if (tokens.state !== 'set' || form.onlyWithTemplate === true) return tokens;
  const others = framesOfCallers(call, evaluator, importers).filter((frame) => {
    const props = evaluator.args(call, frame)[form.props] ?? [UNDEFINED];
    const passed = tokensOf(
      form,
      (path) => (path === undefined ? { values: [UNDEFINED], location: undefined } : at(props, path, evaluator, call)),
      [],
    );
    return passed.state === 'unset' || (passed.state === 'set' && passed.value !== tokens.value);
  });
  return others.length === 0
    ? tokens
    : {
        state: 'unknown',
        why: `its default is ${tokens.value}, but a caller passes another value`,
        ...(tokens.location === undefined ? {} : { location: tokens.location }),
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

/** A group with a template of its own makes no configuration that the flag could be put into. Source: facts/requests.md, *TypeScript infrastructure code*. */
function checkFlagBesideTemplate(
  form: LaunchForm,
  template: Launch['template'],
  find: (path: readonly string[] | undefined) => Found,
  invalid: InvalidOption[],
): void {
  if (form.resource !== 'autoscaling.AutoScalingGroup' || template === undefined || template.identities.length === 0)
    return;
  const flag = settingOf(find(form.flag), readFlag, []);
  if (flag.state !== 'set' || flag.location === undefined) return;
  invalid.push({
    message: 'requireImdsv2 of a group that has a launch template makes synthesis fail.',
    help: 'Say requireImdsv2: true on the launch template instead.',
    location: flag.location,
  });
}

/** Ends the header line of a construct: after its class and the opening parenthesis. */
function headerEnd(call: Call): number {
  return call.callee.range[1];
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
