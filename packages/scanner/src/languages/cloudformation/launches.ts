import {
  CLOUDFORMATION_LAUNCHES,
  factId,
  NO_USER_DATA,
  type CloudFormationLaunch,
  type Document,
  type Evidence,
  type Launch,
  type LaunchPlace,
  type Location,
  type TemplatePath,
  type TemplateReference,
} from 'imdsv2-core';
import { get, textOf } from '../structured/index.ts';
import { combine, type Reading } from './combine.ts';
import { containersOf } from './container-evidence.ts';
import { Evaluator, type Surroundings } from './evaluate.ts';
import { intrinsicOf } from './intrinsic.ts';
import { misplacedOptions } from './misplaced-options.ts';
import { parametersOf, type Resource, type Scope } from './scope.ts';
import { userDataOf } from './user-data.ts';
import { defaultEvidence, readOptions, split } from './setting.ts';
import { locationOf } from './template.ts';
import { isReference, render, type Value } from './value.ts';
import { explore, type Outcome, type World } from './world.ts';

const TYPES: ReadonlyMap<string, CloudFormationLaunch> = new Map(
  CLOUDFORMATION_LAUNCHES.map((type) => [type.resource, type]),
);

/** The launches that a resource describes, with their boot scripts as documents. */
export function launchesOf(
  resource: Resource,
  surroundings: Surroundings,
): { readonly launches: readonly Launch[]; readonly documents: readonly Document[] } {
  const type = TYPES.get(resource.type);
  if (type === undefined) return { launches: [], documents: [] };
  const read = new LaunchReader(resource, type, surroundings).read();
  const misplaced = misplacedOptions(resource, type);
  const [first, ...others] = read.launches;
  if (first === undefined || misplaced.length === 0) return read;
  return { ...read, launches: [{ ...first, invalid: [...(first.invalid ?? []), ...misplaced] }, ...others] };
}

/** One place of a resource where a launch is described, in one world. */
interface Found {
  /** The same place in every world. */
  readonly key: string;
  readonly place: LaunchPlace;
  readonly value: Value;
  /** The value around it, for `^` paths. */
  readonly above: Value;
  readonly reading: Reading;
}

class LaunchReader {
  readonly #resource: Resource;
  readonly #type: CloudFormationLaunch;
  readonly #surroundings: Surroundings;
  readonly #location: Location;
  readonly #header: Location;
  #scope: Scope;
  /** Set when its condition never holds, and it is judged all the same. */
  #isUnconditional = false;

  constructor(resource: Resource, type: CloudFormationLaunch, surroundings: Surroundings) {
    this.#resource = resource;
    this.#type = type;
    this.#surroundings = surroundings;
    this.#scope = resource.scope;
    const { document } = resource.scope.template;
    const { key, value } = resource.entry;
    this.#location = locationOf(document, { start: key.start, end: value.end });
    this.#header = locationOf(document, key);
  }

  read(): { readonly launches: readonly Launch[]; readonly documents: readonly Document[] } {
    const evidence: Evidence[] = [];
    let outcomes = explore((world) => this.#found(world));
    if (outcomes?.every((outcome) => outcome.result === undefined) === true) {
      // With the defaults the resource is not made; it is judged as it is when it is made.
      this.#scope = { ...this.#scope, opened: parametersOf(this.#scope, get(this.#resource.entry.value, 'Condition')) };
      evidence.push({
        message: 'With the defaults of the template it is not made; it is judged as it is when it is made.',
        location: this.#header,
      });
      outcomes = explore((world) => this.#found(world));
      // What the stack around passes may leave no way at all.
      if (outcomes?.every((outcome) => outcome.result === undefined) === true) {
        this.#isUnconditional = true;
        outcomes = explore((world) => this.#found(world));
      }
    }
    if (outcomes === undefined || outcomes.every((outcome) => outcome.result === undefined))
      return this.#unread(outcomes === undefined);
    const byKey = new Map<string, Outcome<Found>[]>();
    for (const { world, result } of outcomes) {
      for (const found of result ?? [])
        byKey.set(found.key, [...(byKey.get(found.key) ?? []), { world, result: found }]);
    }
    const launches: Launch[] = [];
    const documents: Document[] = [];
    for (const group of byKey.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const reading = combine(group.map(({ world, result }) => ({ world, result: result.reading })));
      const launch = this.#launch(first.result, reading, launches.length === 0, evidence);
      const boot = this.#userData(launch, first.result.place);
      const containers = boot.containers ?? containersOf(this.#resource, this.#surroundings);
      launches.push({ ...launch, userData: boot.userData, ...(containers === undefined ? {} : { containers }) });
      documents.push(...boot.documents);
    }
    return { launches: launches.filter((launch) => !this.#isBeanstalks(launch)), documents };
  }

  /**
   * Whether Elastic Beanstalk makes the resource, and the template (`Resources` of an `.ebextensions` file) only adds to it: options of the environment decide, unless
   * it sets tokens itself. Source: Elastic Beanstalk Developer Guide, *Modifying the resources that Elastic Beanstalk creates for your environment*.
   */
  #isBeanstalks(launch: Launch): boolean {
    return /^AWSEB[A-Z]/.test(this.#resource.id) && launch.tokens.state === 'unset';
  }

  /** What the resource describes in a world; undefined where its condition does not hold. */
  #found(world: World): readonly Found[] | undefined {
    const evaluator = new Evaluator(world, this.#surroundings);
    const node = this.#resource.entry.value;
    const condition = get(node, 'Condition');
    if (condition !== undefined && !this.#isUnconditional && !evaluator.conditions.holds(condition, this.#scope))
      return undefined;
    const properties = evaluator.evaluate(
      get(node, 'Properties') ?? { kind: 'map', start: node.start, end: node.start, entries: [] },
      this.#scope,
    );
    return this.#type.places.flatMap((place, index) => {
      return this.#places(evaluator, properties, place.at).flatMap(({ value, above, key }): Found[] => {
        if (isExcluded(evaluator, place, value)) return [];
        const reading = this.#reading(evaluator, place, value, above);
        if (
          place.when === 'own-options' &&
          reading.tokens.state === 'unset' &&
          reading.endpoint.state === 'unset' &&
          reading.hopLimit.state === 'unset'
        )
          return [];
        if (place.when === 'own-template' && reading.template === undefined) return [];
        return [{ key: `${index}${key}`, place, value, above, reading }];
      });
    });
  }

  /** The values at a path that may lead through lists. */
  #places(
    evaluator: Evaluator,
    properties: Value,
    path: string,
  ): readonly { readonly value: Value; readonly above: Value; readonly key: string }[] {
    let places: { value: Value; above: Value; key: string }[] = [{ value: properties, above: properties, key: '' }];
    for (const step of split(path)) {
      places = places.flatMap(({ value, above, key }) => {
        const isList = step.endsWith('[]');
        const next = evaluator.at(value, [isList ? step.slice(0, -2) : step]);
        if (next.kind === 'none') return [];
        if (!isList) return [{ value: next, above, key }];
        return evaluator.items(next).map((item, index) => ({ value: item, above: value, key: `${key}.${index}` }));
      });
    }
    return places;
  }

  #reading(evaluator: Evaluator, place: LaunchPlace, value: Value, above: Value): Reading {
    const { world } = evaluator;
    world.defaults.clear();
    const header = value.kind === 'map' && place.at !== '' && !isBlockOfResource(place) ? value.location : this.#header;
    const options = readOptions(evaluator, value, place.options, header);
    // Defaults on the way to the options: of conditions, and of the values themselves.
    const said = new Set((options.tokens.evidence ?? []).map(({ location }) => location?.start));
    const evidence = [...world.defaults]
      .flatMap(([parameter, scope]) => defaultEvidence(parameter, scope))
      .filter(({ location }) => !said.has(location?.start));
    const isDecidedByDefault = options.tokens.state === 'set' && evidence.length > 0;
    const tokens: Reading['tokens'] = isDecidedByDefault
      ? { ...options.tokens, decidedBy: 'variable-default' }
      : options.tokens;
    const template = place.templates
      ?.map((path) => this.#template(evaluator, path, value, above))
      .find((found) => found !== undefined);
    return { ...options, tokens, evidence, ...(template === undefined ? {} : { template }) };
  }

  #template(
    evaluator: Evaluator,
    { path, ...how }: TemplatePath,
    value: Value,
    above: Value,
  ): TemplateReference | undefined {
    const start = path.startsWith('^') ? above : value;
    const named = evaluator.at(start, split(path.replace('^', '')));
    if (named.kind === 'none') return undefined;
    if (how.kind === 'reference')
      return { ...this.#identify(evaluator, named), version: { kind: 'latest' }, location: named.location };
    if (named.kind !== 'map')
      return {
        identities: [],
        why: evaluator.whyUnknown(named),
        version: { kind: 'latest' },
        location: named.location,
      };
    const keys = ['LaunchTemplateId', 'LaunchTemplateName', 'TemplateId', 'Id', 'Name'] as const;
    const id = keys.map((key) => evaluator.get(named, key)).find((found) => found.kind !== 'none');
    if (id === undefined) return undefined;
    return {
      ...this.#identify(evaluator, id),
      version: versionOf(evaluator, evaluator.get(named, 'Version'), how.version),
      location: named.location,
    };
  }

  /** Who a reference to a template means: the resource, or whoever has the name. */
  #identify(evaluator: Evaluator, value: Value): Pick<TemplateReference, 'identities' | 'why'> {
    if (value.kind !== 'text') return { identities: [], why: evaluator.whyUnknown(value) };
    const [only] = value.parts;
    if (value.parts.length === 1 && only !== undefined && isReference(only) && only.resource !== undefined)
      return { identities: [identityOf(only.resource.scope, only.resource.id)] };
    const known = evaluator.known(value);
    if (known !== undefined)
      return { identities: [`cloudformation:name:${known}`], why: `"${known}" is not in the files that were read` };
    return { identities: [nameIdentity(this.#scope, render(value))], why: evaluator.whyUnknown(value) };
  }

  #launch(found: Found, reading: Reading, isFirst: boolean, evidence: readonly Evidence[]): Launch {
    const { scope, id, type, entry } = this.#resource;
    const location = isFirst ? this.#location : found.value.location;
    const ami = this.#ami(found);
    const { standard, notConfigurable } = found.place;
    return {
      kind: 'launch',
      id: factId(
        'launch',
        location,
        scope.instance,
        ...[...scope.loops.values()].map((item) => (item.kind === 'text' ? render(item) : item.kind)),
        isFirst ? null : found.key,
      ),
      location,
      platform: 'cloudformation',
      resource: type,
      name: textOf(get(get(entry.value, 'Metadata'), 'aws:cdk:path')) ?? id,
      instance: scope.instance,
      role: isFirst ? this.#type.role : 'consumer',
      tokens: reading.tokens,
      endpoint: reading.endpoint,
      hopLimit: reading.hopLimit,
      ipv6: reading.ipv6,
      ...(standard === undefined
        ? {}
        : { toolDefault: { tokens: standard.tokens, evidence: { message: standard.why } } }),
      ...this.#beanstalkDefault(),
      ...(notConfigurable === undefined || reading.template !== undefined ? {} : { notConfigurable }),
      identities: isFirst ? [identityOf(scope, id), ...this.#nameIdentities()] : [],
      ...(reading.template === undefined ? {} : { template: reading.template }),
      ...(ami === undefined ? {} : { ami }),
      userData: NO_USER_DATA,
      evidence: [...evidence, ...reading.evidence],
      ...(reading.invalid.length > 0 ? { invalid: reading.invalid } : {}),
    };
  }

  /** Names that other templates may use for this one. */
  #nameIdentities(): readonly string[] {
    const properties = get(this.#resource.entry.value, 'Properties');
    const outcome = explore((world) => {
      const evaluator = new Evaluator(world, this.#surroundings, 'script');
      return ['LaunchTemplateName', 'LaunchConfigurationName', 'Name', 'TemplateName'].flatMap((key) => {
        const node = get(properties, key);
        if (node === undefined || this.#type.role !== 'template') return [];
        const value = evaluator.evaluate(node, this.#scope);
        if (value.kind !== 'text') return [];
        const known = evaluator.known(value);
        return [known === undefined ? nameIdentity(this.#scope, render(value)) : `cloudformation:name:${known}`];
      });
    }, 8);
    return [...new Set(outcome?.flatMap(({ result }) => result) ?? [])];
  }

  /** An image of Amazon Linux 2023 asks for tokens by itself, unless the account says otherwise (facts/aws.md §4.3). */
  #ami(found: Found): Launch['ami'] | undefined {
    const { image } = found.place;
    const node =
      image === undefined ? undefined : found.value.kind === 'map' ? get(found.value.node, image) : undefined;
    if (node === undefined) return undefined;
    const call = intrinsicOf(node);
    const parameter =
      call?.name === 'Ref' && call.argument.kind === 'scalar'
        ? this.#scope.template.parameters.get(call.argument.text)
        : undefined;
    const said = textOf(parameter?.default) ?? textOf(node) ?? '';
    if (!/al2023|amazon-linux-2023/i.test(said)) return undefined;
    const place = parameter?.default ?? node;
    return {
      requiresTokens: 'likely',
      evidence: {
        message: 'Images of Amazon Linux 2023 require session tokens where the account does not say otherwise.',
        location: locationOf(this.#scope.template.document, place),
      },
    };
  }

  /** What a platform of Elastic Beanstalk does when nothing is said (facts/aws.md §1.1). */
  #beanstalkDefault(): Pick<Launch, 'toolDefault'> {
    if (!this.#resource.type.startsWith('AWS::ElasticBeanstalk::')) return {};
    const properties = get(this.#resource.entry.value, 'Properties');
    const node = get(properties, 'SolutionStackName') ?? get(properties, 'PlatformArn');
    const platform = textOf(node) ?? '';
    const location = node === undefined ? {} : { location: locationOf(this.#scope.template.document, node) };
    if (/Amazon Linux 2023|Windows Server 20(?:22|25)/.test(platform)) {
      return {
        toolDefault: {
          tokens: 'required',
          evidence: { message: 'This platform of Elastic Beanstalk switches version 1 off.', ...location },
        },
      };
    }
    if (/Amazon Linux|Windows Server/.test(platform)) {
      return {
        toolDefault: {
          tokens: 'optional',
          evidence: { message: 'This platform of Elastic Beanstalk leaves version 1 on.', ...location },
        },
      };
    }
    return {};
  }

  #userData(launch: Launch, place: LaunchPlace): ReturnType<typeof userDataOf> {
    const properties = get(this.#resource.entry.value, 'Properties');
    return userDataOf({
      resource: this.#resource,
      scope: this.#scope,
      surroundings: this.#surroundings,
      launch,
      value: (evaluator, scope) => {
        if (place.userData === undefined || properties === undefined) return undefined;
        const [at] = this.#places(evaluator, evaluator.evaluate(properties, scope), place.at);
        return at === undefined ? undefined : evaluator.at(at.value, split(place.userData));
      },
    });
  }

  /** A launch of which nothing can be said. */
  #unread(isTooMany: boolean): { readonly launches: readonly Launch[]; readonly documents: readonly Document[] } {
    const unset = { state: 'unset', location: this.#header } as const;
    const why = isTooMany
      ? 'it depends on more combinations than can be looked at'
      : 'no combination was found in which it is made';
    const reading: Reading = {
      tokens: { state: 'unknown', why, location: this.#header },
      endpoint: unset,
      hopLimit: unset,
      ipv6: unset,
      invalid: [],
      evidence: [],
    };
    const [place] = this.#type.places;
    if (place === undefined) return { launches: [], documents: [] };
    const none: Value = { kind: 'none', location: this.#header };
    return {
      launches: [this.#launch({ key: '', place, value: none, above: none, reading }, reading, true, [])],
      documents: [],
    };
  }
}

/** Whether what stands there launches no EC2 instances. */
function isExcluded(evaluator: Evaluator, { unless }: LaunchPlace, value: Value): boolean {
  return unless?.matches.test(evaluator.known(evaluator.at(value, split(unless.path))) ?? '') === true;
}

/** The one block of its resource (`LaunchTemplateData`): what it does not say is missing from the resource. */
function isBlockOfResource(place: LaunchPlace): boolean {
  return !place.at.includes('[]');
}

function identityOf(scope: Scope, id: string): string {
  return `cloudformation:${stackOf(scope)}:${id}`;
}

/** A name that is known in part is the same only within its stack. */
function nameIdentity(scope: Scope, rendered: string): string {
  return `cloudformation:name:${stackOf(scope)}:${rendered}`;
}

function stackOf(scope: Scope): string {
  const { document, root } = scope.template;
  return `${document.path}:${document.map.at(root.start).offset}:${scope.instance ?? ''}`;
}

function versionOf(evaluator: Evaluator, value: Value, missing: 'default' | 'latest'): TemplateReference['version'] {
  if (value.kind === 'none') return { kind: missing };
  if (value.kind === 'text') {
    const [only] = value.parts;
    const attribute =
      value.parts.length === 1 && only !== undefined && isReference(only) ? only.resource?.attribute : undefined;
    if (attribute === 'LatestVersionNumber') return { kind: 'latest' };
    if (attribute === 'DefaultVersionNumber') return { kind: 'default' };
    const known = evaluator.known(value);
    if (known?.toLowerCase() === '$latest') return { kind: 'latest' };
    if (known?.toLowerCase() === '$default') return { kind: 'default' };
    if (known !== undefined) return { kind: 'literal', value: known };
  }
  return { kind: 'unknown', why: evaluator.whyUnknown(value) };
}
