import type { Analysis, Default, Document, Evidence, Fact, Launch, Location, Problem, Suppression } from 'imdsv2-core';
import { posix } from 'node:path';
import type { ProgramFrontEnd } from '../front-end.ts';
import { loadGrammar } from '../tree-sitter/grammar.ts';
import { carriedScripts } from './carried-scripts.ts';
import { groupOfProvider } from './capacity-provider.ts';
import { defaultOf } from './defaults.ts';
import { ModuleInstance } from './instance.ts';
import { isDormant, launchesOf, launchTypeOf, unreadKeys, updatesDefault, type FoundLaunches } from './launches.ts';
import type { Module, Resource } from './module.ts';
import { Covered, otherScripts, scriptsOfAttributes } from './other-scripts.ts';
import { isPlan, readPlan } from './plan.ts';
import { policiesOf } from './policies.ts';
import { scriptsOfResource } from './provisioner.ts';
import { terragruntFiles, terragruntRoots } from './terragrunt.ts';
import { remoteLaunches } from './remote-module.ts';
import { suppressionsOf } from './suppressions.ts';
import { givenVariables } from './variable-files.ts';
import { normalize, WorkTree } from './work-tree.ts';

/** Terraform and OpenTofu: directories as modules, each judged as its callers use it. */
export const frontEnd: ProgramFrontEnd = {
  scope: 'program',
  languages: ['terraform'],
  load: async () => {
    const parser = await loadGrammar('tree-sitter-terraform');
    return (documents, context) => analyse(documents, new WorkTree(documents, context, parser));
  },
};

/** More instances of modules than this under one root are not read. */
const MAX_INSTANCES = 5_000;

function analyse(documents: readonly Document[], tree: WorkTree): Analysis {
  const directories = [...new Set(documents.map((document) => posix.dirname(normalize(document.path))))].sort();
  const modules = directories.flatMap((directory) => tree.module(directory) ?? []);
  const collector = new Collector(tree);
  const called = calledDirectories(modules);
  for (const document of documents) if (isPlanFile(document)) collector.plan(document);
  for (const root of terragruntRoots(tree, documents)) collector.root(root.module, root.given, root.path);
  for (const module of modules)
    if (!called.has(module.directory) && !collector.seen.has(module.directory)) collector.root(module);
  // Modules that are called only where nothing is launched, or only by themselves, are judged with their own defaults.
  for (const module of modules) if (!collector.seen.has(module.directory)) collector.root(module);
  collector.finish(documents);
  return {
    facts: [...collector.launches(), ...collector.defaults, ...collector.policies],
    documents: collector.documents,
    problems: [...tree.problems, ...collector.problems],
    suppressions: suppressions(modules, documents),
  };
}

function isPlanFile({ path, text }: Document): boolean {
  return path.endsWith('.json') && !/\.(?:tf|tofu|tfvars)\.json$/.test(path) && isPlan(text);
}

/** Directories that some module calls by a local path. */
function calledDirectories(modules: readonly Module[]): ReadonlySet<string> {
  const called = new Set<string>();
  for (const { directory, calls } of modules) {
    for (const call of calls.values()) {
      const source = call.body.attributes.get('source')?.value;
      const [part] = source?.kind === 'template' ? source.parts : [];
      if (part?.kind === 'text' && /^\.\.?(?:\/|$)/.test(part.text.text)) {
        const target = normalize(posix.join(directory, part.text.text));
        if (target !== directory) called.add(target);
      }
    }
  }
  return called;
}

function suppressions(modules: readonly Module[], documents: readonly Document[]): readonly Suppression[] {
  const given = new Set(documents.map((document) => normalize(document.path)));
  return modules.flatMap((module) => module.files.filter((file) => given.has(file.path)).flatMap(suppressionsOf));
}

/** Goes through the instances of modules and gathers what is in them. */
class Collector {
  readonly documents: Document[] = [];
  readonly defaults: Default[] = [];
  readonly policies: Fact[] = [];
  readonly problems: Problem[] = [];
  /** The first instance of every directory that was read. */
  readonly seen = new Map<string, ModuleInstance>();
  readonly #tree: WorkTree;
  readonly #launches: Launch[] = [];
  readonly #templates = new Map<string, { readonly resource: Resource; readonly instance: ModuleInstance }>();
  /** Resources of which some call creates one, and the others with what they would launch. */
  readonly #alive = new Set<string>();
  readonly #dormant = new Map<string, FoundLaunches>();
  /** Groups that a capacity provider of ECS uses, by address, and the address of each launch. */
  readonly #clustered = new Map<string, Evidence>();
  readonly #addresses = new Map<string, string>();
  #left = MAX_INSTANCES;

  constructor(tree: WorkTree) {
    this.#tree = tree;
  }

  plan(document: Document): void {
    this.#add(readPlan(normalize(document.path), document.text));
  }

  root(module: Module, given = givenVariables(this.#tree, module.directory), path: string | null = null): void {
    this.#left = MAX_INSTANCES;
    this.#visit(
      new ModuleInstance(module, {
        tree: this.#tree,
        root: module.directory,
        given,
        path,
      }),
    );
  }

  #visit(instance: ModuleInstance): void {
    if (this.#left <= 0) return;
    this.#left -= 1;
    const { module } = instance;
    if (!this.seen.has(module.directory)) this.seen.set(module.directory, instance);
    for (const resource of module.resources.values()) this.#resource(resource, instance);
    for (const called of instance.children.values()) {
      this.#tellUnread(called.call.header, called.keys.unread ?? 0);
      for (const { instance: child } of called.instances) this.#visit(child);
      if (called.directory === undefined) this.#add(remoteLaunches(called, instance));
    }
    if (this.#left === 0) {
      this.#left = -1;
      const [file] = module.files;
      this.problems.push({
        location: { path: file?.path ?? module.directory, start: 0, end: 0 },
        reason: `More than ${String(MAX_INSTANCES)} instances of modules; the others were not read.`,
        extent: 'part',
      });
    }
  }

  #resource(resource: Resource, instance: ModuleInstance): void {
    const fact = defaultOf(resource, instance);
    if (fact !== undefined) this.defaults.push(fact);
    this.policies.push(...policiesOf(resource, instance));
    if (resource.mode === 'resource') this.documents.push(...scriptsOfResource(resource, instance));
    this.documents.push(...carriedScripts(resource, instance));
    const group = groupOfProvider(resource, instance);
    if (group !== undefined)
      this.#clustered.set(group, {
        message: `The ECS capacity provider ${resource.name} runs containers in it.`,
        location: resource.block.header,
      });
    const type = resource.mode === 'resource' ? launchTypeOf(resource.type) : undefined;
    if (type === undefined) return;
    const found = launchesOf(resource, type, instance);
    this.#tellUnread(resource.block.header, unreadKeys(resource, instance));
    for (const { id } of found.launches) this.#addresses.set(id, instance.identity(resource.address));
    const key = `${instance.module.directory}:${resource.address}`;
    if (!isDormant(resource, instance)) {
      this.#alive.add(key);
      this.#add(found);
    } else if (!this.#dormant.has(key)) {
      this.#dormant.set(key, found);
    }
    if (type.role === 'template') this.#templates.set(instance.identity(resource.address), { resource, instance });
  }

  #tellUnread(location: Location, count: number): void {
    if (count > 0)
      this.problems.push({
        location,
        reason: `It has many keys; ${String(count)} of them were not read.`,
        extent: 'part',
      });
  }

  #add({ launches, documents }: FoundLaunches): void {
    this.#launches.push(...launches);
    this.documents.push(...documents);
  }

  /** What no call creates is judged once, as it would be launched. */
  finish(documents: readonly Document[]): void {
    for (const [key, found] of this.#dormant) if (!this.#alive.has(key)) this.#add(found);
    this.#dormant.clear();
    const covered = new Covered(this.documents);
    for (const instance of this.seen.values()) this.documents.push(...otherScripts(instance, covered));
    for (const { file, scope } of terragruntFiles(this.#tree, documents))
      this.documents.push(...scriptsOfAttributes(file, scope, covered));
  }

  /** All launches; a reference to the default version of a template that always moves it is one to the latest. */
  launches(): readonly Launch[] {
    const byName = new Map(
      this.#launches.flatMap((launch) =>
        launch.identities.map((identity) => [identity, launch.identities[0] ?? ''] as const),
      ),
    );
    return this.#launches.map((found) => {
      const containers = found.containers ?? this.#clustered.get(this.#addresses.get(found.id) ?? '');
      const launch = containers === undefined ? found : { ...found, containers };
      const { template } = launch;
      if (template?.version.kind !== 'default') return launch;
      const [identity = ''] = template.identities;
      const named = this.#templates.get(byName.get(identity) ?? identity);
      return named !== undefined && updatesDefault(named.resource, named.instance)
        ? { ...launch, template: { ...template, version: { kind: 'latest' } } }
        : launch;
    });
  }
}
