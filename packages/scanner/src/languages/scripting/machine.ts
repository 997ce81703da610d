import { mergeChoices, type Choices, type Document, type Evidence, type Fact, type Problem } from 'imdsv2-core';
import { type Call, RequestLog } from './requests.ts';
import { State, type Cell } from './state.ts';
import { NO_CHOICES, unknown, withChoices, type RefValue, type Value, type Values } from './values.ts';

/** One way a branching may go. */
export interface Arm {
  readonly name: string;
  /** Choices that go with it, beside the branching's own: those of the condition's values that lead here. */
  readonly choices?: Choices;
  /** Set when the arm cannot be taken. */
  readonly impossible?: boolean;
  readonly run: () => void;
}

/** A function that runs. */
export interface Activation {
  readonly frame: number;
  /** Key that is equal for two runs of the same function. */
  readonly key: string;
  /** States at the points where it returned. */
  readonly exits: State[];
  /** What was set while it ran, in its own frame: gone when it returns. */
  readonly locals: Set<string>;
}

interface Loop {
  readonly breaks: State[];
  readonly continues: State[];
}

interface Attempt {
  /** The state before the first request inside: a failure leaves it behind. */
  snapshot?: State;
  /** Whether its handlers take every failure of a request: then none gets further out. */
  readonly catchesAll: boolean;
}

const MAX_CALL_DEPTH = 14;

/**
 * What evaluating a script needs in any language: the state at the present point, branchings, loops, calls, failures, and what was found.
 * Nothing is executed; every construct is followed once on each way through it, within a budget of steps.
 */
export class Machine {
  readonly document: Document;
  readonly log: RequestLog;
  readonly facts: Fact[] = [];
  readonly documents = new Map<string, Document>();
  readonly problems: Problem[] = [];
  readonly activations: Activation[] = [];
  /** Functions that were run because something called them. */
  readonly called = new Set<string>();
  state: State = new State();
  /** What a variable holds on the ways that did not set it; undefined: such ways end. */
  readonly absent: Values | undefined;

  #ids = 0;
  #steps: number;
  #exhausted = false;
  readonly #loops: Loop[] = [];
  readonly #attempts: Attempt[] = [];
  readonly #keptFrames = new Set<number>();

  constructor(document: Document, options: { readonly absent: Values | undefined; readonly steps?: number }) {
    this.document = document;
    this.log = new RequestLog(document);
    this.absent = options.absent;
    this.#steps = options.steps ?? 250_000;
  }

  /** Counts one step. False when the budget is used up: the caller gives back something unknown. */
  step(): boolean {
    this.#steps -= 1;
    if (this.#steps >= 0) return true;
    if (!this.#exhausted) {
      this.#exhausted = true;
      const location = this.document.map.range(0, this.document.text.length);
      this.problems.push({
        location,
        reason: 'its functions call each other in too many ways to follow',
        extent: 'part',
      });
    }
    return false;
  }

  nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  allocate(cell: Cell): RefValue {
    return this.state.allocate(this.nextId(), cell);
  }

  /** Whether a failure here is caught, so that what follows the failing statement is not run. */
  get attempting(): boolean {
    return this.#attempts.length > 0;
  }

  request(call: Call): boolean {
    if (!this.state.alive) return false;
    this.mayFail();
    return this.log.add(call, this.state.path);
  }

  /** Says that what comes next may fail. */
  mayFail(): void {
    for (let i = this.#attempts.length - 1; i >= 0; i -= 1) {
      const attempt = this.#attempts[i];
      if (attempt === undefined) return;
      attempt.snapshot ??= this.state.fork();
      if (attempt.catchesAll) return;
    }
  }

  embed(document: Document): void {
    if (!this.state.alive || this.log.muted > 0) return;
    this.documents.set(
      `${document.language} ${document.text} ${JSON.stringify(document.map.segments[0] ?? '')}`,
      document,
    );
  }

  /** Runs every arm that can be taken from here, and joins what they leave behind. */
  branch(id: string, arms: readonly Arm[]): void {
    const before = this.state;
    const after: State[] = [];
    for (const arm of arms) {
      if (arm.impossible === true) continue;
      const choices = mergeChoices(new Map([[id, arm.name]]), arm.choices ?? NO_CHOICES);
      if (choices === undefined) continue;
      this.state = before.fork(choices);
      if (this.state.alive) arm.run();
      after.push(this.state);
    }
    this.state = State.join(before, after, this.absent);
  }

  /** As `branch`, with a value per arm: the values of all arms, each on its way. */
  branchValues(id: string, arms: readonly (Omit<Arm, 'run'> & { readonly run: () => Values })[]): Values {
    const found: Value[] = [];
    const base = this.state.path;
    this.branch(
      id,
      arms.map((arm) => ({
        ...arm,
        run: () => {
          const values = arm.run();
          if (!this.state.alive) return;
          const taken = new Map([...this.state.path].filter(([branch]) => !base.has(branch)));
          for (const value of values)
            found.push(...[withChoices(value, taken)].filter((guarded) => guarded !== undefined));
        },
      })),
    );
    return found.length === 0 ? unknown('…', 'nothing leads here') : found;
  }

  /**
   * A body and what runs when something in it fails. `catchesAll`: no failure of a request gets past the handlers. `decides`: called when a token request was among what may fail, to say why a request without a token in the handlers is a decision.
   */
  attempt(
    id: string,
    body: () => void,
    handlers: readonly (() => void)[],
    decides: (arm: string) => Evidence,
    catchesAll: boolean,
  ): void {
    const before = this.state;
    const asked = this.log.tokenRequests;
    const attempt: Attempt = { catchesAll };
    this.#attempts.push(attempt);
    this.state = before.fork(new Map([[id, 'done']]));
    body();
    this.#attempts.pop();
    const after = [this.state];
    const failed = attempt.snapshot ?? before;
    handlers.forEach((handler, index) => {
      const arm = `failed${index === 0 ? '' : String(index)}`;
      if (this.log.tokenRequests > asked) this.log.decidesWithoutToken(id, arm, decides(arm));
      const path = mergeChoices(before.path, new Map([[id, arm]]));
      if (path === undefined) return;
      this.state = failed.withPath(path);
      this.state.alive = before.alive;
      handler();
      // Handlers around a token request of which every failure is dealt with inside are there for something else.
      if (attempt.snapshot !== undefined || this.log.tokenRequests === asked) after.push(this.state);
    });
    this.state = State.join(before, after, this.absent);
  }

  /** A body that runs any number of times: followed once. `atLeastOnce`: it is known to run. `leave`: run where the loop ends by its condition; `endless`: it never does. */
  loop(
    id: string,
    body: () => void,
    options: { readonly atLeastOnce: boolean; readonly endless?: boolean; readonly leave?: () => void },
  ): void {
    const before = this.state;
    const loop: Loop = { breaks: [], continues: [] };
    this.#loops.push(loop);
    this.state = before.fork(new Map([[id, 'once']]));
    body();
    this.#loops.pop();
    const ends: State[] = [];
    if (options.endless !== true) {
      for (const state of [this.state, ...loop.continues]) {
        this.state = state;
        if (state.alive) options.leave?.();
        ends.push(this.state);
      }
      if (!options.atLeastOnce) {
        this.state = before.fork(new Map([[id, 'never']]));
        options.leave?.();
        ends.push(this.state);
      }
    }
    this.state = State.join(before, [...ends, ...loop.breaks], this.absent);
  }

  breakLoop(): void {
    this.#loops.at(-1)?.breaks.push(this.state.fork());
    this.state.alive = false;
  }

  continueLoop(): void {
    this.#loops.at(-1)?.continues.push(this.state.fork());
    this.state.alive = false;
  }

  /** Runs a function's body in a new frame and gives what it returned. Undefined: it calls itself, or calls are nested too deeply. */
  call(key: string, frame: number, body: () => Values): Values | undefined {
    this.called.add(key);
    if (this.activations.length >= MAX_CALL_DEPTH || this.activations.some((activation) => activation.key === key))
      return undefined;
    const before = this.state;
    const activation: Activation = { frame, key, exits: [], locals: new Set() };
    const loops = this.#loops.splice(0);
    this.activations.push(activation);
    this.state = before.fork();
    const values = body();
    if (this.state.alive) {
      this.state.set(returnKey(frame), values);
      activation.exits.push(this.state);
    }
    this.activations.pop();
    this.#loops.push(...loops);
    this.state = State.join(before, activation.exits, this.absent);
    const returned = this.state.get(returnKey(frame)) ?? unknown('…', 'the function does not return');
    this.state.delete(returnKey(frame));
    if (!this.#keptFrames.has(frame)) for (const local of activation.locals) this.state.delete(local);
    return returned;
  }

  /** Ends the script: nothing after this is run, whoever called. */
  leaveScript(): void {
    this.state.alive = false;
  }

  /** Sets a variable; one of the running function's own frame is forgotten when that returns. */
  setLocal(key: string, values: Values): void {
    const activation = this.activations.at(-1);
    if (activation !== undefined && key.startsWith(`${String(activation.frame)}:`)) activation.locals.add(key);
    this.state.set(key, values);
  }

  /** Keeps the variables of a frame: a function that was defined in it may still run. */
  keepFrame(frame: number): void {
    this.#keptFrames.add(frame);
  }

  /** Leaves the running function with a value; outside of one, the script. */
  leave(values: Values): void {
    const activation = this.activations.at(-1);
    if (activation !== undefined && this.state.alive) {
      this.state.set(returnKey(activation.frame), values);
      activation.exits.push(this.state.fork());
    }
    this.state.alive = false;
  }
}

function returnKey(frame: number): string {
  return `${String(frame)}:<return>`;
}
