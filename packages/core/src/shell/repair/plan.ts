import { parse, type AndOr, type Assignment, type Command, type ParsedScript, type SyntaxNode } from 'unbash';
import type { Document } from '../../document/document.ts';
import { innerRange } from '../../document/inner-range.ts';
import type { TextEdit } from '../../edits/apply.ts';
import type { PlannedRepair, Refusal, RepairPlan, Subject } from '../../edits/plan.ts';
import type { RequestHeader } from '../../facts/request.ts';
import { isTokenHeader, TOKEN_HEADER } from '../../imds/headers.ts';
import { known } from '../../text/text.ts';
import { correctTokenRequest, correctMisspeltHeader } from './corrections.ts';
import { removeFallback } from './fallbacks.ts';
import { callerDecides } from './hosts.ts';
import { elementIndex, extentOf, isBehind, isNegated, placementOf, placesIn, type Home, type Place } from './places.ts';
import { placeBackticks } from './backticks.ts';
import { stringScripts } from './strings.ts';
import { commandLineOf, headerEdit, tokenRequest, type CommandLine } from './writing.ts';

/** A variable that holds a token behind a statement. */
interface TokenSource extends Pick<Home, 'list' | 'index'> {
  readonly variable: string;
  /** Whether the token is there for the statement itself, too: it is asked for before it. */
  readonly alsoAt: boolean;
  readonly repair?: MutableRepair;
}

interface MutableRepair {
  subjects: string[];
  title: string;
  safe: boolean;
  edits: TextEdit[];
}

/**
 * Plans how the requests of a script come to speak version 2: a token in scope is used, else one is asked for before its first use, in the
 * same function, condition and unbounded loop. Edits count in the document's own text. `wanted`: the requests to repair; `all`: every
 * request of the document.
 */
export function planShell(document: Document, wanted: readonly Subject[], all: readonly Subject[]): RepairPlan {
  return new Planner(document, all).plan(wanted);
}

/** Interpreters whose grammar is another one. */
const FOREIGN = /^(?:t?csh|fish|pwsh|nu|xonsh|rc|es)$/;

/** What a request that could not be sent a token for want of one is given instead: no version of the service answers it. */
const NO_TOKEN = 'unavailable';

class Planner {
  readonly #document: Document;
  readonly #script: ParsedScript;
  readonly #places: readonly Place[];
  readonly #all: readonly Subject[];
  readonly #sources: TokenSource[];
  readonly #variable: string;
  readonly #errexit: boolean;
  readonly #repairs: MutableRepair[] = [];
  /** Repairs of commands in functions, which several requests are made through. */
  readonly #definitions = new Map<Command, MutableRepair>();
  readonly #refusals: Refusal[] = [];

  constructor(document: Document, all: readonly Subject[]) {
    this.#document = document;
    this.#all = all;
    this.#script = placeBackticks(parse(document.text), document.text);
    this.#places = placesIn(this.#script);
    this.#sources = this.#existingSources();
    this.#variable = freeName(document.text);
    this.#errexit =
      document.shell?.errexit === true ||
      /^#![^\n]*\s-\w*e/.test(document.text) ||
      /^[^\n#]*\bset\s(?:[^\n;&|#]*\s)?(?:-\w*e\w*|-\w*o\s+errexit)(?![^\s;])/m.test(document.text);
  }

  plan(wanted: readonly Subject[]): RepairPlan {
    const interpreter = this.#interpreter();
    const inStrings = this.#planStrings(wanted);
    const placed = wanted
      .filter(({ request }) => !inStrings.has(request.id))
      .map((subject) => ({ subject, place: this.#placeOf(subject) }))
      .sort((a, b) => (a.place?.command.pos ?? 0) - (b.place?.command.pos ?? 0));
    for (const { subject, place } of placed) {
      const reason = FOREIGN.test(interpreter)
        ? `scripts of ${interpreter} are not repaired`
        : this.#document.shell?.isDirect === true
          ? 'the program is started without a shell, which could ask for the token'
          : place === undefined
            ? 'the command is a string that another command runs'
            : this.#repair(subject, place);
      if (reason !== undefined) this.#refusals.push({ subject: subject.request.id, reason });
    }
    return { repairs: this.#repairs satisfies readonly PlannedRepair[], refusals: this.#refusals };
  }

  /** Plans for the strings that the script runs. Gives the ids of the requests in them. */
  #planStrings(wanted: readonly Subject[]): ReadonlySet<string> {
    const planned = new Set<string>();
    const open = wanted.filter((subject) => this.#placeOf(subject) === undefined);
    if (open.length === 0) return planned;
    for (const { document, outwards } of stringScripts(this.#script, this.#document, this.#errexit)) {
      const isInside = ({ request }: Subject): boolean => innerRange(document.map, request.location) !== undefined;
      const inside = open.filter((subject) => isInside(subject) && !planned.has(subject.request.id));
      if (inside.length === 0) continue;
      const { repairs, refusals } = planShell(document, inside, this.#all.filter(isInside));
      for (const { subjects, title, safe, edits } of repairs)
        this.#add([...subjects], title, safe, edits.map(outwards));
      this.#refusals.push(...refusals);
      for (const { request } of inside) planned.add(request.id);
    }
    return planned;
  }

  #interpreter(): string {
    const line = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(this.#document.text);
    const program = line?.[1]?.endsWith('/env') === true ? line[2] : line?.[1];
    return this.#document.shell?.interpreter ?? program?.replace(/^.*\//, '') ?? '';
  }

  /** Repairs one request, or says why not. */
  #repair(subject: Subject, place: Place): string | undefined {
    const { request, judgement } = subject;
    const called = this.#calledBy(place, request.client);
    if (called?.kind === 'definition') return this.#repairDefinition(subject, called.place);
    const line = called?.line ?? commandLineOf(place.command, request.client, this.#document.text);
    switch (judgement.verdict) {
      case 'tokenless': {
        if (typeof line === 'string') return line;
        const misspelt = correctMisspeltHeader(this.#document, subject);
        if (misspelt !== undefined) {
          // Only where the value was meant to be a token is the name all that is wrong.
          if (typeof misspelt !== 'string')
            this.#add([request.id], 'Correct the name of the token header', true, misspelt);
          return typeof misspelt === 'string' ? misspelt : undefined;
        }
        return this.#sendToken(subject, place, line);
      }
      case 'bad-token-request': {
        if (typeof line === 'string') return line;
        const correction = correctTokenRequest(this.#document, subject, line);
        if (typeof correction === 'string') return correction;
        this.#add([request.id], correction.title, correction.safe, correction.edits);
        return undefined;
      }
      case 'fallback': {
        const removal = removeFallback(this.#document, subject, place, this.#all, (other) => this.#placeOf(other));
        if (typeof removal === 'string') return removal;
        const same = this.#repairs.find(({ edits }) => sameEdits(edits, removal.edits));
        if (same === undefined) this.#add([request.id], removal.title, false, removal.edits);
        else same.subjects.push(request.id);
        return undefined;
      }
      default:
        return `a request that is ${judgement.verdict} is not repaired`;
    }
  }

  /** A command that calls a function of the script: what asks stands there. A function that passes its arguments on can be given the header. */
  #calledBy(
    { command }: Place,
    client: string,
  ):
    | { readonly kind: 'definition'; readonly place: Place; readonly line?: never }
    | { readonly kind: 'call'; readonly line: CommandLine }
    | undefined {
    const name = command.name?.value ?? '';
    const inside = this.#places.filter(({ path }) =>
      path.some((node) => node.type === 'Function' && node.name.value === name),
    );
    const asking = inside.flatMap((place) => {
      const line = commandLineOf(place.command, client, this.#document.text);
      return typeof line === 'string' ? [] : [{ place, line }];
    });
    const [only, another] = asking;
    if (only === undefined || another !== undefined || command.name === undefined) return undefined;
    const { line, place } = only;
    const passesOn = line.words.some((word) => /^"?\$[@*]"?$/.test(this.#document.text.slice(word.pos, word.end)));
    if (!passesOn) return { kind: 'definition', place };
    const words = command.args.filter((word) => word.type === 'Word');
    return { kind: 'call', line: { ...line, command, program: command.name, words, isWrapped: true } };
  }

  /** Repairs the function that a request is made through: once for all that call it. */
  #repairDefinition({ request, judgement }: Subject, place: Place): string | undefined {
    const done = this.#definitions.get(place.command);
    if (done !== undefined) {
      done.subjects.push(request.id);
      return undefined;
    }
    const line = commandLineOf(place.command, request.client, this.#document.text);
    if (typeof line === 'string') return line;
    if (judgement.verdict !== 'tokenless') return 'it is made through a function';
    const reason = this.#sendToken({ request, judgement }, place, line);
    const repair = this.#repairs.find(({ subjects }) => subjects.includes(request.id));
    if (repair !== undefined) this.#definitions.set(place.command, repair);
    return reason;
  }

  #add(subjects: string[], title: string, safe: boolean, edits: readonly TextEdit[]): MutableRepair {
    const repair = { subjects, title, safe, edits: [...edits] };
    this.#repairs.push(repair);
    return repair;
  }

  /** Adds the token header, with a token in scope or one that is asked for. */
  #sendToken({ request, judgement }: Subject, place: Place, line: CommandLine): string | undefined {
    const { text } = this.#document;
    const given = line.isWrapped === true ? undefined : callerDecides(this.#script, this.#places, place, line, text);
    if (given !== undefined) return given;
    const extent = extentOf(place.command);
    const written = text.slice(extent.start, extent.end);
    const empty = tokenVariableIn(written);
    if (empty !== undefined && isAssigned(this.#places, empty))
      return `its token header has no value here, although $${empty} is set elsewhere`;
    if (empty === undefined && request.variants.some(({ headers }) => headers.some(isTokenHeaderOf)))
      return 'it has a token header already, which is empty here';
    const source = this.#sources.findLast(
      ({ list, index, alsoAt, variable }) =>
        (empty === undefined || empty === variable) &&
        isBehind(place.path, { list, index }, alsoAt) &&
        !isTested(place, variable, text),
    );
    if (source !== undefined) {
      const header = empty === undefined ? [headerEdit(line, source.variable)] : [];
      if (source.repair === undefined) this.#add([request.id], 'Send the session token', false, header);
      else {
        source.repair.subjects.push(request.id);
        source.repair.edits.push(...header);
      }
      return undefined;
    }
    const variable = empty ?? this.#variable;
    const ask = `${variable}=$(${tokenRequest(line, judgement.url, text)})`;
    const header = empty === undefined ? [headerEdit(line, variable)] : [];
    const placement = placementOf(place);
    if (placement.home === undefined) {
      const around = askInside(place, placement.element, placement.isStrict, ask);
      if (around === undefined) return 'no place to ask for a token was found';
      this.#add([request.id], 'Ask for a session token, and send it', false, [...around, ...header]);
      return undefined;
    }
    const { home } = placement;
    const guarded = this.#errexit && !placement.isStrict ? `${ask} || ${variable}=${NO_TOKEN}` : ask;
    const repair = this.#add([request.id], 'Ask for a session token, and send it', false, [
      statementBefore(text, home.statement.pos, guarded),
      ...header,
    ]);
    this.#sources.push({ variable, list: home.list, index: home.index, alsoAt: true, repair });
    return undefined;
  }

  /** The command that makes a request. It may stand behind the words of another one: `timeout 5 curl …`. */
  #placeOf({ request }: Subject): Place | undefined {
    const { path, start, end } = request.location;
    const { map } = this.#document;
    const starting = this.#places.filter((place) => wordsOf(place).some((word) => isAt(map.at(word.pos), path, start)));
    const exact = starting.find((place) =>
      wordsOf(place).some((word) => {
        const range = map.range(word.pos, extentOf(place.command).end);
        return range.path === path && range.start === start && range.end === end;
      }),
    );
    // What a string ends with may stand elsewhere.
    return exact ?? (starting.length === 1 ? starting[0] : undefined);
  }

  /** Variables that hold a token already: given the answer of a token request, or sent in a token header. */
  #existingSources(): TokenSource[] {
    const asking = new Set(
      this.#all
        .filter(({ judgement }) => judgement.verdict === 'token-request')
        .flatMap((subject) => this.#placeOf(subject)?.command ?? []),
    );
    const sent = new Set(
      [...this.#document.text.matchAll(new RegExp(`${TOKEN_HEADER}\\s*:\\s*\\$\\{?([A-Za-z_]\\w*)`, 'gi'))].map(
        ([, name]) => name ?? '',
      ),
    );
    const sources: TokenSource[] = [];
    for (const place of this.#places) {
      const { home } = placementOf(place);
      if (home === undefined || losesVariables(place.path, home)) continue;
      for (const assignment of assignmentsOf(place)) {
        const holdsAnswer = this.#places.some(({ command, path }) => asking.has(command) && path.includes(assignment));
        if (holdsAnswer || (sent.has(assignment.name) && assignment.value.end > assignment.value.pos))
          sources.push({ variable: assignment.name, list: home.list, index: home.index, alsoAt: false });
      }
    }
    return sources;
  }
}

function isTokenHeaderOf({ name }: RequestHeader): boolean {
  return isTokenHeader(known(name) ?? '');
}

function wordsOf({ command }: Place): readonly SyntaxNode[] {
  return command.name === undefined ? [] : [command.name, ...command.args];
}

function isAt(place: { readonly path: string; readonly offset: number }, path: string, offset: number): boolean {
  return place.path === path && place.offset === offset;
}

function assignmentsOf({ command }: Place): readonly Assignment[] {
  if (command.name === undefined) return command.prefix.filter((part) => part.type === 'Assignment');
  if (!/^(?:export|local|declare|readonly|typeset)$/.test(command.name.value)) return [];
  return command.args.filter((part) => part.type === 'Assignment');
}

/** Whether a variable that is set here is gone where the list goes on: it is set in another process. */
function losesVariables(path: readonly SyntaxNode[], { list }: Home): boolean {
  return path
    .slice(path.findIndex((node) => node === list) + 1)
    .some(
      (node) =>
        node.type === 'CommandExpansion' ||
        node.type === 'ProcessSubstitution' ||
        node.type === 'Subshell' ||
        (node.type === 'Pipeline' && node.commands.length > 1),
    );
}

/** The variable whose value the command sends as its token. */
function tokenVariableIn(written: string): string | undefined {
  return new RegExp(`${TOKEN_HEADER}\\s*:\\s*\\$\\{?([A-Za-z_]\\w*)`, 'i').exec(written)?.[1];
}

function isAssigned(places: readonly Place[], variable: string): boolean {
  return places.some((place) => assignmentsOf(place).some(({ name }) => name === variable));
}

/** Whether a condition around a command asks for the variable: in one of its branches there is no token in it. */
function isTested({ path, command }: Place, variable: string, text: string): boolean {
  const name = new RegExp(`\\$\\{?${variable}\\b`);
  const says = ({ pos, end }: SyntaxNode): boolean => name.test(text.slice(pos, end));
  return path.some((node, index) => {
    const child = path[index + 1] ?? command;
    switch (node.type) {
      case 'If':
        return child !== node.clause && [node.clause, ...node.elif.map(({ clause }) => clause)].some(says);
      case 'Case':
        return says(node.word);
      case 'AndOr':
        return node.commands.slice(0, Math.max(0, elementIndex(node, child))).some(says);
      default:
        return false;
    }
  });
}

/** A name that the script does not use yet. */
function freeName(text: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'IMDS_TOKEN' : `IMDS_TOKEN_${String(number)}`;
    if (!new RegExp(`\\b${name}\\b`).test(text)) return name;
  }
}

/** A statement before the one at `pos`: on a line of its own where that one begins its line. */
function statementBefore(text: string, pos: number, statement: string): TextEdit {
  const lineStart = text.lastIndexOf('\n', pos - 1) + 1;
  const indent = text.slice(lineStart, pos);
  const isFirst = /^[ \t]*$/.test(indent);
  const before = text.slice(0, Math.max(0, lineStart - 1));
  const continues = /\\\r?$/.test(before);
  const lineEnd = text.indexOf('\n', pos);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  if (!isFirst || (lineEnd === -1 && lineStart === 0)) return { start: pos, end: pos, text: `${statement}; ` };
  const isHead = lineStart === 0 && /\\\r?$/.test(text.slice(0, lineEnd));
  if (isHead) {
    // The command begins behind `RUN`: the next line is indented as its other ones are.
    const further = /^[ \t]*/.exec(text.slice(lineEnd + 1))?.[0] ?? '';
    return { start: pos, end: pos, text: `${statement}; \\${newline}${further}` };
  }
  return { start: pos, end: pos, text: `${statement}${continues ? '; \\' : ''}${newline}${indent}` };
}

/** `TOKEN=… && command`, in the place of a command that runs only when one before it says so. */
function askInside(
  { command, path }: Place,
  element: SyntaxNode | undefined,
  isStrict: boolean,
  ask: string,
): readonly TextEdit[] | undefined {
  const isWhole = element !== undefined && isStrict && element.type === 'Command';
  const node = isWhole ? element : command;
  const parent = isWhole && element !== command ? path[path.indexOf(element) - 1] : path.at(-1);
  if (parent === undefined) return undefined;
  const { start, end } = extentOf(node);
  const needsBraces =
    (parent.type === 'Pipeline' && (parent.commands.length > 1 || isNegated(parent))) ||
    (parent.type === 'AndOr' && isAlternative(parent, node));
  if (!needsBraces) return [{ start, end: start, text: `${ask} && ` }];
  return [
    { start, end: start, text: `{ ${ask} && ` },
    { start: end, end, text: '; }' },
  ];
}

/** Whether a command of `a || b` is what follows the `||`. */
function isAlternative(node: AndOr, child: SyntaxNode): boolean {
  const at = elementIndex(node, child);
  return at > 0 && node.operators[at - 1] === '||';
}

function sameEdits(a: readonly TextEdit[], b: readonly TextEdit[]): boolean {
  return (
    a.length === b.length &&
    a.every((edit, index) => {
      const other = b[index];
      return edit.start === other?.start && edit.end === other.end && edit.text === other.text;
    })
  );
}
