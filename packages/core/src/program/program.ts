import type { Fact, Problem } from '../facts/analysis.ts';
import type { Evidence } from '../facts/evidence.ts';
import type { Dependency, FallbackSwitch } from '../facts/dependency.ts';
import type { Default, Launch } from '../facts/launch.ts';
import type { PolicyStatement } from '../facts/policy.ts';
import type { Request } from '../facts/request.ts';
import { judgeLaunch, type LaunchJudgement } from '../verdicts/launch.ts';
import { judgeReadiness, type JudgedRequest, type ReadinessJudgement } from '../verdicts/readiness.ts';
import { judgePolicyStatement, type PolicyJudgement } from '../verdicts/policy/judge.ts';
import { judgeRequest, type RequestJudgement } from '../verdicts/request.ts';
import { mergeRequests } from './merge-requests.ts';

/** The facts of everything that was read, joined. Read-only; judgements are made once and kept. */
export class Program {
  readonly requests: readonly Request[];
  readonly launches: readonly Launch[];
  readonly defaults: readonly Default[];
  readonly dependencies: readonly Dependency[];
  readonly fallbackSwitches: readonly FallbackSwitch[];
  readonly policyStatements: readonly PolicyStatement[];

  readonly #launchesByIdentity = new Map<string, Launch[]>();
  readonly #launchesById = new Map<string, Launch>();
  readonly #consumers = new Map<Launch, Launch[]>();
  readonly #statementsByDocument = new Map<string, PolicyStatement[]>();
  readonly #bootRequests = new Map<string, Request[]>();
  /** What could not be read of the boot scripts of a launch, by its id. */
  readonly #unread = new Map<string, Problem[]>();
  readonly #requestJudgements = new Map<Request, RequestJudgement | undefined>();
  readonly #launchJudgements = new Map<Launch, LaunchJudgement>();
  readonly #readiness = new Map<Launch, ReadinessJudgement>();

  /** `problems`: what could not be read. */
  constructor(facts: readonly Fact[], problems: readonly Problem[] = []) {
    this.requests = mergeRequests(facts.filter((fact) => fact.kind === 'request')).filter(
      (request) => this.judgementOf(request) !== undefined,
    );
    this.launches = uniqueById(facts.filter((fact) => fact.kind === 'launch'));
    this.defaults = uniqueById(facts.filter((fact) => fact.kind === 'default'));
    this.dependencies = uniqueById(facts.filter((fact) => fact.kind === 'dependency'));
    this.fallbackSwitches = uniqueById(facts.filter((fact) => fact.kind === 'fallback-switch'));
    this.policyStatements = uniqueById(facts.filter((fact) => fact.kind === 'policy-statement'));
    for (const statement of this.policyStatements) {
      const { document } = statement;
      this.#statementsByDocument.set(document, [...(this.#statementsByDocument.get(document) ?? []), statement]);
    }
    for (const launch of this.launches) {
      this.#launchesById.set(launch.id, launch);
      for (const identity of launch.identities) {
        this.#launchesByIdentity.set(identity, [...(this.#launchesByIdentity.get(identity) ?? []), launch]);
      }
    }
    for (const launch of this.launches) {
      const template = this.templateOf(launch);
      if (template !== undefined) this.#consumers.set(template, [...(this.#consumers.get(template) ?? []), launch]);
    }
    for (const problem of problems) {
      for (const id of problem.launches ?? []) this.#unread.set(id, [...(this.#unread.get(id) ?? []), problem]);
    }
    for (const request of this.requests) {
      for (const id of request.launches) this.#bootRequests.set(id, [...(this.#bootRequests.get(id) ?? []), request]);
    }
  }

  /** The template that a launch starts from, when it is in the program. */
  templateOf(launch: Launch): Launch | undefined {
    for (const identity of launch.template?.identities ?? []) {
      const candidates = (this.#launchesByIdentity.get(identity) ?? []).filter((candidate) => candidate !== launch);
      const template = nearest(candidates, launch);
      if (template !== undefined) return template;
    }
    return undefined;
  }

  /** The launches that start from a template. */
  consumersOf(template: Launch): readonly Launch[] {
    return this.#consumers.get(template) ?? [];
  }

  /** What shows that containers run in a launch, or in one that starts from it. */
  containersOf(launch: Launch): Evidence | undefined {
    return (
      launch.containers ?? this.consumersOf(launch).find((consumer) => consumer.containers !== undefined)?.containers
    );
  }

  launchById(id: string): Launch | undefined {
    return this.#launchesById.get(id);
  }

  /** The requests that run at boot, those of the template included (user data of the launch itself replaces the template's). */
  bootRequestsOf(launch: Launch): readonly Request[] {
    const own = this.#bootRequests.get(launch.id) ?? [];
    if (launch.userData.state !== 'none') return own;
    // Templates do not start from templates: one step is all, and circles cannot be.
    const template = this.templateOf(launch);
    return template === undefined ? own : [...own, ...(this.#bootRequests.get(template.id) ?? [])];
  }

  /** The launches that run a request at boot, consumers of its template included. */
  launchesOf(request: Request): readonly Launch[] {
    const direct = request.launches.flatMap((id) => this.#launchesById.get(id) ?? []);
    const consumers = direct.flatMap((launch) =>
      this.consumersOf(launch).filter((consumer) => consumer.userData.state === 'none'),
    );
    return [...new Set([...direct, ...consumers])];
  }

  /** What a request amounts to; undefined when it has nothing to do with instance metadata. */
  judgementOf(request: Request): RequestJudgement | undefined {
    if (!this.#requestJudgements.has(request)) this.#requestJudgements.set(request, judgeRequest(request));
    return this.#requestJudgements.get(request);
  }

  launchJudgementOf(launch: Launch): LaunchJudgement {
    const kept = this.#launchJudgements.get(launch);
    if (kept !== undefined) return kept;
    const judgement = judgeLaunch(launch, {
      templateOf: (of) => this.templateOf(of),
      accountDefault: (of) => this.#accountDefaultFor(of),
    });
    this.#launchJudgements.set(launch, judgement);
    return judgement;
  }

  readinessOf(launch: Launch): ReadinessJudgement {
    const kept = this.#readiness.get(launch);
    if (kept !== undefined) return kept;
    const boot = this.bootRequestsOf(launch).flatMap((request): JudgedRequest[] => {
      const judgement = this.judgementOf(request);
      return judgement === undefined ? [] : [{ request, judgement }];
    });
    const template = launch.userData.state === 'none' ? this.templateOf(launch) : undefined;
    const userData =
      template?.userData ??
      (launch.userData.state === 'none' && launch.template !== undefined ? unknownTemplate(launch) : launch.userData);
    const unread = [launch, ...(template === undefined ? [] : [template])].flatMap(
      ({ id }) => this.#unread.get(id) ?? [],
    );
    const readiness = judgeReadiness(launch, this.launchJudgementOf(launch), boot, userData, unread);
    this.#readiness.set(launch, readiness);
    return readiness;
  }

  /** What a policy statement amounts to, together with the others of its document. */
  policyJudgementOf(statement: PolicyStatement): PolicyJudgement {
    return judgePolicyStatement(statement, this.#statementsByDocument.get(statement.document));
  }

  /** Whether a default of an account or organisation is one for the launch, as far as the files that were read say. */
  isDefaultFor(fact: Default, launch: Launch): boolean {
    if (fact.scope === 'organisation') return true;
    return fact.platform === launch.platform && fact.region === launch.region && sharesRoot(fact, launch);
  }

  /** The account default of the launch's Region that stands in the same program and instance tree, if it decides. */
  #accountDefaultFor(
    launch: Launch,
  ): { readonly tokens: 'required' | 'optional'; readonly evidence: Evidence } | undefined {
    for (const candidate of this.defaults) {
      if (candidate.scope !== 'account' || !this.isDefaultFor(candidate, launch)) continue;
      if (candidate.tokens.state !== 'set' || candidate.tokens.value === 'no-preference') continue;
      return {
        tokens: candidate.tokens.value,
        evidence: {
          message: `The account's default of this Region, set by ${candidate.resource} ${candidate.name}, decides.`,
          location: candidate.location,
        },
      };
    }
    return undefined;
  }
}

/** The launch whose file is nearest in the tree: names are unique in an account, not in a repository that describes several. */
function nearest(candidates: readonly Launch[], to: Launch): Launch | undefined {
  const [first, ...others] = candidates;
  return others.reduce(
    (best, candidate) => (best !== undefined && shared(best, to) >= shared(candidate, to) ? best : candidate),
    first,
  );
}

/** How many leading directories two launches' files have in common. */
function shared(a: Launch, b: Launch): number {
  const [one, two] = [a, b].map((launch) => launch.location.path.split('/').slice(0, -1));
  const end = one?.findIndex((directory, index) => directory !== two?.[index]) ?? 0;
  // All of the shorter path agrees, or they part at `end`.
  return end === -1 ? (one?.length ?? 0) : end;
}

function unknownTemplate(launch: Launch): Launch['userData'] {
  return { state: 'unknown', why: launch.template?.why ?? 'the launch template is not in the files that were read' };
}

/** An account default holds for the configuration that it stands in, and for the modules that this one calls. */
function sharesRoot(candidate: Default, launch: Launch): boolean {
  const root = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
  return launch.instance !== null || root(candidate.location.path) === root(launch.location.path);
}

function uniqueById<T extends { readonly id: string }>(facts: readonly T[]): readonly T[] {
  return [...new Map(facts.map((fact) => [fact.id, fact])).values()];
}
