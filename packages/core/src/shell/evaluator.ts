import {
  parse,
  type AndOr,
  type Command,
  type CommandExpansionPart,
  type CommandNode,
  type CompoundList,
  type ParsedScript,
  type Pipeline,
  type PipelineNode,
  type ProcessSubstitutionPart,
  type Statement,
} from 'unbash';
import { embeddedDocument, type Document, type LanguageId } from '../document/document.ts';
import type { Location } from '../document/offset-map.ts';
import type { Problem } from '../facts/analysis.ts';
import type { Evidence } from '../facts/evidence.ts';
import type { Default, Launch } from '../facts/launch.ts';
import type { Text } from '../text/text.ts';
import type { ShellContext } from './analyse.ts';
import { runSimpleCommand } from './commands/simple-command.ts';
import { runArithmeticFor, runCase, runFor, runIf, runWhile } from './control-flow.ts';
import {
  EITHER,
  lifted,
  negated,
  NOWHERE,
  proceed,
  split,
  splitCondition,
  SUCCESS,
  joinAll,
  together,
  withAssumptions,
  type Exit,
} from './exit.ts';
import type { FunctionDefinition } from './functions.ts';
import { Recorder } from './recorder.ts';
import { withRedirections } from './redirections.ts';
import { mapText, unescapedMap, type Source } from './source.ts';
import { DISCARDED, fork, getVariable, Identities, INPUT, OUTPUT, settled, setVariable, type State } from './state.ts';
import { runTest } from './conditions.ts';
import type { WrittenFile } from './written-files.ts';
import {
  append,
  appended,
  NO_CHOICES,
  scalar,
  shellHole,
  textsOf,
  withoutTrailingNewlines,
  type CommandStatus,
  type Variable,
} from './values.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { numericValue } from './parameters.ts';

/** Where `exit`, `return`, `break` and `continue` lead to. */
export interface Frame {
  readonly kind: 'script' | 'subshell' | 'function' | 'loop';
  readonly ok: State[];
  readonly failed: State[];
  /** Of a loop: states at `continue`. */
  readonly continued: State[];
  /** Of a function: what its `local` variables hid. */
  readonly hidden: Map<string, Variable | undefined>;
}

/** Limits that keep hostile scripts cheap. What lies beyond is said in a problem. */
export const LIMITS = {
  /** Commands evaluated, counted once per evaluation: calls and loops multiply. */
  steps: 20_000,
  /** Calls within calls. */
  calls: 24,
  /** Substitutions within substitutions: each level parses its text again. */
  substitutions: 24,
  /** Strings run as commands within strings run as commands. */
  strings: 8,
  /** Turns of a loop whose end is known. */
  turns: 64,
} as const;

/** Walks a script and keeps what it would do. One per document. */
export class Evaluator {
  readonly document: Document;
  readonly context: ShellContext;
  readonly recorder: Recorder;
  readonly meanings = new Map<string, Evidence>();
  readonly identities = new Identities();
  readonly frames: Frame[] = [];
  readonly problems: Problem[] = [];
  readonly documents: Document[] = [];
  readonly definitions: FunctionDefinition[] = [];
  readonly called = new Set<FunctionDefinition>();
  /** Launches and defaults, by id: a command that is run several ways is one launch. */
  readonly launches = new Map<string, Launch>();
  readonly defaults = new Map<string, Default>();
  /** Images that ask for tokens, by the place of the command that made them so. */
  readonly images = new Map<string, Evidence>();
  /** Files that the script writes, by the name that it gives them. */
  readonly written = new Map<string, WrittenFile[]>();
  /** Functions being run. */
  readonly active: FunctionDefinition[] = [];
  /** Files being read in with `source`. */
  readonly sourcing = new Set<string>();
  readonly interpreter: string;
  /** Set while the value of a plain assignment is expanded: its failure is then the command's. */
  isAssigning = false;
  /** The status of the last substitution. */
  substituted: CommandStatus | undefined;
  hasGivenUp = false;
  /** Whether a script of bash expands aliases. */
  expandsAliases = false;
  /** Commands that were run at least once. */
  readonly visited = new WeakSet<Command>();
  /** Commands run so far. */
  steps = 0;
  /** Whether substitutions inherit errexit, which only shells in POSIX mode do by themselves. */
  inheritsErrexit: boolean;
  /** Whether placeholders of the host language decide which lines there are (`{% if … %}`). */
  readonly hasBlocks: boolean;
  depths = { calls: 0, substitutions: 0, strings: 0 };
  readonly #complaints = new Set<string>();
  #branches = 0;

  constructor(document: Document, context: ShellContext, interpreter: string) {
    this.document = document;
    this.context = context;
    this.interpreter = interpreter;
    this.inheritsErrexit = interpreter !== '' && interpreter !== 'bash';
    this.hasBlocks = document.holes.some(({ hole }) =>
      /^(?:\{%|<%|%\{|\{\{-?\s*(?:if|range|with|else|end))/.test(hole.name),
    );
    this.recorder = new Recorder(this);
  }

  newBranch(): string {
    this.#branches += 1;
    return `b${String(this.#branches)}`;
  }

  /** Whether the budget is used up; says so once. */
  isExhausted(source: Source, pos: number): boolean {
    if (this.steps <= LIMITS.steps) return false;
    this.hasGivenUp = true;
    this.complain(
      source,
      pos,
      'the script does too much to be followed to its end: the rest of its commands were only read one by one',
    );
    return true;
  }

  /** Notes that a part was not read, once per reason. */
  complain(source: Source, pos: number, reason: string): void {
    if (this.#complaints.has(reason)) return;
    this.#complaints.add(reason);
    this.problems.push({ location: source.map.range(pos, pos), reason, extent: 'part' });
  }

  /** Runs statements one after the other. `isBody`: they are all of a subshell, which ends with the last of them whether errexit looks at it or not. */
  runStatements(statements: readonly Statement[], source: Source, state: State, isBody = false): Exit {
    let here = state;
    let last: Exit = together(here, SUCCESS);
    for (const [index, statement] of statements.entries()) {
      last = this.runStatement(statement, source, here);
      if (index === statements.length - 1 && (isBody || !isWatched(last))) return last;
      const { state: next, aborted } = proceed(last, this);
      if (aborted !== undefined) this.leave('exit', aborted, false);
      if (next === undefined) return NOWHERE;
      here = next;
      last = together(here, here.status ?? EITHER);
    }
    return last;
  }

  runList(list: CompoundList, source: Source, state: State): Exit {
    return this.runStatements(list.commands, source, state);
  }

  runStatement(statement: Statement, source: Source, state: State): Exit {
    if (this.isExhausted(source, statement.pos)) return together(state);
    if (statement.background === true) {
      this.runSubshell(fork(state), (inner) => this.runPipelineNode(statement.command, source, inner));
      return together(state, SUCCESS);
    }
    return this.runPipelineNode(statement.command, source, state);
  }

  runPipelineNode(node: PipelineNode | AndOr, source: Source, state: State): Exit {
    if (node.type === 'AndOr') return this.#runAndOr(node, source, state);
    if (node.type === 'Pipeline') return this.#runPipeline(node, source, state);
    return this.runCommand(node, source, state);
  }

  /** Runs a node where errexit is not looked at. */
  runCondition(
    state: State,
    run: (state: State) => Exit,
  ): { readonly ok: State | undefined; readonly failed: State | undefined } {
    const before = state.isSuspended;
    state.isSuspended = true;
    const { ok, failed } = splitCondition(run(state), this);
    if (ok !== undefined) ok.isSuspended = before;
    if (failed !== undefined) failed.isSuspended = before;
    return { ok, failed };
  }

  #runAndOr(node: AndOr, source: Source, state: State): Exit {
    const [first, ...rest] = node.commands;
    if (first === undefined) return together(state, SUCCESS);
    const abortsElse = (state.errexit && !state.isSuspended) || state.wouldAbort;
    let tolerated: State | undefined;
    let ok: State | undefined;
    let failed: State | undefined;
    const isOnly = rest.length === 0;
    if (isOnly) return this.runPipelineNode(first, source, state);
    const wouldAbort = state.wouldAbort;
    state.wouldAbort = false;
    ({ ok, failed } = this.runCondition(state, (inner) => this.runPipelineNode(first, source, inner)));
    for (const [index, command] of rest.entries()) {
      const operator = node.operators[index];
      const taken = operator === '&&' ? ok : failed;
      const isLast = index === rest.length - 1;
      if (taken === undefined) continue;
      if (operator === '||' && abortsElse) this.#noteOverriding(taken, source.map.range(command.pos, command.end));
      let next: { readonly ok: State | undefined; readonly failed: State | undefined };
      if (isLast) {
        const exit = this.runPipelineNode(command, source, taken);
        next = split(exit);
        if (exit.kind === 'apart') tolerated = exit.tolerated;
      } else next = this.runCondition(taken, (inner) => this.runPipelineNode(command, source, inner));
      if (operator === '&&') {
        // A failure left of `&&` does not end the script.
        if (isLast) tolerated = joinAll([tolerated, failed], this);
        failed = isLast ? next.failed : joinAll([failed, next.failed], this);
        ok = next.ok;
      } else {
        ok = this.#joinArms(ok, next.ok);
        failed = next.failed;
      }
    }
    for (const each of [ok, failed, tolerated]) if (each !== undefined) each.wouldAbort = wouldAbort;
    return { kind: 'apart', ok, failed, tolerated };
  }

  #joinArms(a: State | undefined, b: State | undefined): State | undefined {
    return joinAll([a, b], this);
  }

  /** A handler takes over where errexit would have ended the script: requests that failed there were swallowed. */
  #noteOverriding(state: State, location: Location): void {
    for (const [id, result] of state.origins) {
      const origin = this.recorder.origin(id);
      if (result !== 'failed' || origin?.kind !== 'token' || state.swallowed.has(id)) continue;
      state.swallowed = new Map([
        ...state.swallowed,
        [
          id,
          {
            message:
              'The script would end when the token request fails, but this handler lets it go on without a token.',
            location,
          },
        ],
      ]);
    }
  }

  #runPipeline(node: Pipeline, source: Source, state: State): Exit {
    const isNegated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
    const [first, ...rest] = node.commands;
    if (first === undefined) return together(state, SUCCESS);
    if (rest.length === 0) {
      if (!isNegated) return this.runCommand(first, source, state);
      const before = state.isSuspended;
      state.isSuspended = true;
      const exit = negated(this.runCommand(first, source, state));
      for (const each of exit.kind === 'together' ? [exit.state] : [exit.ok, exit.failed, exit.tolerated])
        if (each !== undefined) each.isSuspended = before;
      // errexit does not look at a negated command.
      return exit.kind === 'together' && exit.status.known !== true
        ? { kind: 'apart', ...tolerate(split(exit)) }
        : exit;
    }
    let input: readonly Text[] | undefined;
    const statuses: CommandStatus[] = [];
    for (const [index, command] of node.commands.entries()) {
      const isLast = index === node.commands.length - 1;
      const inner = fork(state);
      if (input !== undefined) setVariable(inner, INPUT, scalar(input));
      if (!isLast) setVariable(inner, OUTPUT, scalar([{ pieces: [], choices: NO_CHOICES }]));
      const { after, status } = this.runSubshell(inner, (own) => this.runCommand(command, source, own));
      statuses.push(status);
      if (after === undefined) input = undefined;
      else {
        const output = getVariable(after, OUTPUT);
        if (!isLast) input = output === undefined ? undefined : textsOf(output).map((text) => settled(after, text));
        this.absorb(state, after, isLast);
      }
    }
    const last = statuses.at(-1) ?? EITHER;
    const status = state.pipefail
      ? withAssumptions(
          undefined,
          { origins: statuses.flatMap(({ ok }) => ok?.origins ?? []) },
          statuses.length === 1 ? last.failed : pipeFailure(statuses),
        )
      : last;
    const exit = together(state, status);
    return isNegated ? negated(exit) : exit;
  }

  /** Runs something in a process of its own. The state after it, and its status as seen from outside. */
  runSubshell(
    state: State,
    run: (state: State) => Exit,
  ): { readonly after: State | undefined; readonly status: CommandStatus } {
    const frame = this.pushFrame('subshell');
    const exit = run(state);
    this.frames.pop();
    if (frame.ok.length === 0 && frame.failed.length === 0 && exit.kind === 'together')
      return { after: exit.state, status: lifted(exit.status) };
    const parts = split(exit);
    const ok = joinAll([parts.ok, ...frame.ok], this);
    const failed = joinAll([parts.failed, parts.tolerated, ...frame.failed], this);
    if (ok === undefined || failed === undefined)
      return {
        after: ok ?? failed,
        status:
          ok === undefined ? (failed === undefined ? EITHER : withAssumptions(false, undefined, undefined)) : SUCCESS,
      };
    const { state: after } = proceed({ kind: 'apart', ok, failed: undefined, tolerated: failed }, this);
    return { after, status: after?.status ?? EITHER };
  }

  /** Takes over from a subshell what outlives it: its output, the files it wrote. */
  absorb(state: State, after: State, takesOutput: boolean): void {
    for (const [name] of [...state.variables.differences(after.variables)]) {
      if (!name.startsWith('\0') || name === INPUT || (name === OUTPUT && !takesOutput)) continue;
      const variable = after.variables.get(name);
      if (variable !== undefined && name !== '\0arguments') setVariable(state, name, variable);
    }
    if (after.swallowed !== state.swallowed) state.swallowed = new Map([...state.swallowed, ...after.swallowed]);
  }

  runCommand(node: CommandNode, source: Source, state: State): Exit {
    switch (node.type) {
      case 'Command':
        return runSimpleCommand(this, node, source, state);
      case 'Redirected':
        return withRedirections(this, node.redirects, source, state, (inner) =>
          this.runCommand(node.command, source, inner),
        );
      case 'BraceGroup':
        return this.runList(node.body, source, state);
      case 'Subshell': {
        const { after, status } = this.runSubshell(fork(state), (inner) =>
          this.runStatements(node.body.commands, source, inner, true),
        );
        if (after !== undefined) this.absorb(state, after, true);
        return together(state, status);
      }
      case 'If':
        return runIf(this, node, source, state);
      case 'While':
        return runWhile(this, node, source, state);
      case 'For':
      case 'Select':
        return runFor(this, node, source, state);
      case 'ArithmeticFor':
        return runArithmeticFor(this, node, source, state);
      case 'Case':
        return runCase(this, node, source, state);
      case 'TestCommand':
        return runTest(this, node.expression, source, state);
      case 'ArithmeticCommand': {
        const value =
          node.expression === undefined
            ? undefined
            : evaluateArithmetic(node.expression, (name) => numericValue(state, name));
        forgetAssigned(node.body, state);
        return together(state, value === undefined ? EITHER : withAssumptions(value !== 0, undefined, undefined));
      }
      case 'Function': {
        const definition: FunctionDefinition = { name: node.name.value, body: node.body, source, pos: node.pos };
        const known =
          this.definitions.find((other) => other.pos === node.pos && other.source.text === source.text) ?? definition;
        if (known === definition) this.definitions.push(definition);
        state.functions = state.functions.set(known.name, [known]);
        return together(state, SUCCESS);
      }
      case 'Coproc':
        if (node.body.type !== 'CompoundList') {
          const { body } = node;
          this.runSubshell(fork(state), (inner) => this.runCommand(body, source, inner));
        }
        return together(state, SUCCESS);
    }
  }

  /** The output of `$(…)`. */
  substitute(part: CommandExpansionPart, source: Source, state: State): readonly Text[] {
    const location = source.map.range(part.pos, part.end);
    const unknown = (why: string): readonly Text[] => [shellHole(part.text, why, { mayBeEmpty: true, location })];
    if (this.depths.substitutions >= LIMITS.substitutions) {
      this.complain(
        source,
        part.pos,
        `command substitutions are nested deeper than ${String(LIMITS.substitutions)} levels`,
      );
      return unknown('it is nested too deep');
    }
    const { script } = part;
    if (script === undefined) return unknown('it could not be read');
    const isAssigning = this.isAssigning;
    this.isAssigning = false;
    this.depths.substitutions += 1;
    const inner = fork(state);
    setVariable(inner, OUTPUT, scalar([{ pieces: [], choices: NO_CHOICES }]));
    const abortsOutside = state.errexit && !state.isSuspended;
    inner.wouldAbort = isAssigning && abortsOutside;
    if (!this.inheritsErrexit) inner.errexit = false;
    const innerSource = script.source === undefined ? source : backtickSource(source, part, script.source);
    this.noteErrors(script, innerSource);
    const { after, status } = this.runSubshell(inner, (own) =>
      this.runStatements(script.commands, innerSource, own, true),
    );
    this.depths.substitutions -= 1;
    this.isAssigning = isAssigning;
    this.substituted = status;
    if (after === undefined) return unknown('the command never ends');
    this.absorb(state, after, false);
    const output = getVariable(after, OUTPUT);
    if (output === undefined) return unknown('it is the output of a command');
    return textsOf(output).map((text) => withoutTrailingNewlines(settled(after, text)));
  }

  /** `<(…)`: a file name that only a running shell knows; its content is kept as that of the name. */
  substituteProcess(part: ProcessSubstitutionPart, source: Source, state: State): Text {
    const { script } = part;
    if (script !== undefined && this.depths.substitutions < LIMITS.substitutions) {
      this.depths.substitutions += 1;
      const inner = fork(state);
      if (part.operator === '<') setVariable(inner, OUTPUT, scalar([{ pieces: [], choices: NO_CHOICES }]));
      const { after } = this.runSubshell(inner, (own) => this.runStatements(script.commands, source, own));
      this.depths.substitutions -= 1;
      const output = after === undefined ? undefined : getVariable(after, OUTPUT);
      if (part.operator === '<' && output !== undefined) setVariable(state, `\0file ${processName(part)}`, output);
    }
    return { pieces: [{ kind: 'literal', value: processName(part) }], choices: NO_CHOICES };
  }

  /** Adds to what the command writes on its standard output. */
  write(state: State, texts: readonly Text[]): void {
    const output = state.variables.get(OUTPUT);
    if (output === undefined || output === DISCARDED) return;
    const [text, ...others] = texts;
    if (text !== undefined && others.length === 0) {
      setVariable(state, OUTPUT, appended(output, text));
      return;
    }
    const written: Text[] = [];
    for (const before of textsOf(output)) {
      for (const each of texts) {
        const both = append(before, each);
        if (both !== undefined) written.push(both);
      }
    }
    setVariable(state, OUTPUT, scalar(written.length === 0 ? texts : written));
  }

  /** Ends the paths that end here. */
  leave(how: 'exit' | 'return' | 'break' | 'continue', state: State, isOk: boolean | undefined, levels = 1): Exit {
    let left = levels;
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const frame = this.frames[i];
      if (frame === undefined) break;
      if (how === 'break' || how === 'continue') {
        if (frame.kind !== 'loop') break;
        left -= 1;
        if (left > 0) continue;
        (how === 'break' ? frame.ok : frame.continued).push(state);
        return NOWHERE;
      }
      const takes =
        frame.kind === 'script' || frame.kind === 'subshell' || (how === 'return' && frame.kind === 'function');
      if (!takes) continue;
      if (isOk !== false) frame.ok.push(isOk === undefined ? fork(state) : state);
      if (isOk !== true) frame.failed.push(state);
      return NOWHERE;
    }
    return NOWHERE;
  }

  pushFrame(kind: Frame['kind']): Frame {
    const frame: Frame = { kind, ok: [], failed: [], continued: [], hidden: new Map() };
    this.frames.push(frame);
    return frame;
  }

  /** Runs a text as commands of this shell. */
  runSource(source: Source, state: State): Exit {
    if (this.depths.strings >= LIMITS.strings) {
      this.complain(source, 0, `commands in strings are nested deeper than ${String(LIMITS.strings)} levels`);
      return together(state);
    }
    const script = parse(source.text);
    this.noteErrors(script, source);
    this.depths.strings += 1;
    const exit = this.runStatements(script.commands, source, state);
    this.depths.strings -= 1;
    return exit;
  }

  /** Notes what the parser could not read, once per reason. */
  noteErrors(script: ParsedScript, source: Source): void {
    const [first] = script.errors ?? [];
    if (first === undefined) return;
    const reason = `syntax error: ${first.message}`;
    if (this.#complaints.has(reason)) return;
    this.#complaints.add(reason);
    const at = Math.min(first.pos, source.text.length);
    this.problems.push({ location: source.map.range(at, at), reason, isSyntaxError: true, extent: 'part' });
  }

  /** Hands a text in another language, or for another reader, to the next analysis. */
  embed(
    language: LanguageId,
    text: Text,
    role: string,
    location: Location,
    source: Source,
    more: Partial<Pick<Document, 'launches' | 'runner' | 'shell'>> = {},
  ): void {
    const { mapped, holes } = mapText(text, location, source);
    if (mapped.text.trim() === '' || !this.recorder.isRecording) return;
    const key = `${language} ${mapped.map.at(0).path}:${String(mapped.map.at(0).offset)}:${String(mapped.text.length)}:${(more.launches ?? []).join()}`;
    if (this.#complaints.has(key)) return;
    this.#complaints.add(key);
    this.documents.push(embeddedDocument(this.document, language, mapped, role, { holes, ...more }));
  }

  /** Notes a launch. Where the ways to one command differ in whether tokens are required, it is not known. */
  noteLaunch(launch: Launch): void {
    if (!this.recorder.isRecording) return;
    const before = this.launches.get(launch.id);
    if (before === undefined || before.tokens.state === 'unknown') this.launches.set(launch.id, before ?? launch);
    else if (!isSameSetting(before.tokens, launch.tokens)) {
      const why = 'it depends on the way that the script takes';
      this.launches.set(launch.id, {
        ...before,
        tokens: {
          state: 'unknown',
          why,
          ...(launch.tokens.location === undefined ? {} : { location: launch.tokens.location }),
        },
      });
    }
  }

  noteDefault(fact: Default): void {
    if (this.recorder.isRecording) this.defaults.set(fact.id, fact);
  }
}

function isSameSetting(a: Launch['tokens'], b: Launch['tokens']): boolean {
  const isWeak = (setting: Launch['tokens']): boolean =>
    setting.state === 'unset' || (setting.state === 'set' && setting.value === 'optional');
  return (
    (a.state === b.state && (a.state !== 'set' || b.state !== 'set' || a.value === b.value)) || (isWeak(a) && isWeak(b))
  );
}

/** Whether errexit looks at how this ended. */
function isWatched(exit: Exit): boolean {
  const state = exit.kind === 'together' ? exit.state : exit.failed;
  return state !== undefined && state.errexit && !state.isSuspended;
}

function tolerate({ ok, failed }: { readonly ok: State | undefined; readonly failed: State | undefined }): {
  readonly ok: State | undefined;
  readonly failed: undefined;
  readonly tolerated: State | undefined;
} {
  return { ok, failed: undefined, tolerated: failed };
}

function pipeFailure(statuses: readonly CommandStatus[]): CommandStatus['failed'] {
  const withFailure = statuses.filter(({ failed }) => failed?.origins !== undefined);
  return withFailure.length === 1 ? withFailure[0]?.failed : undefined;
}

function processName(part: ProcessSubstitutionPart): string {
  return `/dev/fd/${String(part.pos)}`;
}

/** Names that `(( … ))` changes are not followed. */
function forgetAssigned(body: string, state: State): void {
  for (const match of body.matchAll(/([A-Za-z_]\w*)\s*(\+\+|--|[-+*/%]?=(?!=))|(\+\+|--)\s*([A-Za-z_]\w*)/g)) {
    const name = match[1] ?? match[4] ?? '';
    const step = match[2] === '++' || match[3] === '++' ? 1 : match[2] === '--' || match[3] === '--' ? -1 : undefined;
    const before = numericValue(state, name);
    const value = step !== undefined && before !== undefined ? String(before + step) : undefined;
    setVariable(
      state,
      name,
      scalar([
        value === undefined
          ? shellHole(`$${name}`, 'it is calculated', { mayBeEmpty: false })
          : { pieces: [{ kind: 'literal', value }], choices: NO_CHOICES },
      ]),
    );
  }
}

/** The text inside backticks, whose own escapes are undone before it is read. */
function backtickSource(source: Source, part: CommandExpansionPart, decoded: string): Source {
  const mapped = unescapedMap(source, part.pos + 1, part.end - 1, decoded);
  return {
    text: decoded,
    map: mapped.map,
    holes: source.holes,
    ...(source.runBy === undefined ? {} : { runBy: source.runBy }),
  };
}
