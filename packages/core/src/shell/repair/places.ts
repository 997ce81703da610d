import {
  forEachChild,
  type AndOr,
  type Command,
  type CompoundList,
  type ParsedScript,
  type Pipeline,
  type Script,
  type Statement,
  type SyntaxNode,
} from 'unbash';

/** A command of a script, with the nodes around it, outermost first. */
export interface Place {
  readonly command: Command;
  readonly path: readonly SyntaxNode[];
}

/** Nodes nested deeper than this are not looked at. */
const MAX_NESTING = 400;

/** The commands of a script, also those in substitutions, in the order of the text. */
export function placesIn(script: ParsedScript): readonly Place[] {
  const places: Place[] = [];
  const path: SyntaxNode[] = [];
  const walk = (node: SyntaxNode): void => {
    if (path.length > MAX_NESTING) return;
    if (node.type === 'Command') places.push({ command: node, path: [...path] });
    path.push(node);
    forEachChild(node, walk);
    path.pop();
  };
  walk(script);
  return places;
}

/** A list of statements, and the one of them that is meant. */
export interface Home {
  readonly list: CompoundList | Script;
  readonly index: number;
  readonly statement: Statement;
}

/** Where a token for a command can be asked for. */
export interface Placement {
  /**
   * The innermost list that runs as often as the command does: of the same condition, function and unbounded loop. Undefined: the command
   * runs only when an earlier one of `a && b` says so, and the token must be asked for there.
   */
  readonly home: Home | undefined;
  /** The part of `a && b` that the command is, or is in, when there is no home. */
  readonly element: SyntaxNode | undefined;
  /** Whether the statement fails when the command fails, so that errexit ends the script. */
  readonly isStrict: boolean;
}

/** Says where a token for the command can be asked for. */
export function placementOf({ command, path }: Place): Placement {
  let isStrict = true;
  for (let index = path.length - 1; index >= 0; index--) {
    const node = path[index];
    const child = path[index + 1] ?? command;
    if (node === undefined) break;
    if (node.type === 'AndOr') {
      const at = elementIndex(node, child);
      if (at > 0) return { home: undefined, element: child, isStrict };
      if (node.commands.length > 1) isStrict = false;
    } else if (node.type === 'Pipeline') {
      if (isNegated(node) || node.commands.at(-1) !== child) isStrict = false;
    } else if (node.type === 'Command') {
      if (!passesStatus(node, child)) isStrict = false;
    } else if (node.type === 'Statement') {
      if (node.background === true) isStrict = false;
    } else if (node.type === 'CompoundList' || node.type === 'Script') {
      const at = node.commands.findIndex((statement) => statement === child);
      const statement = node.commands[at];
      if (statement === undefined) break;
      const owner = path[index - 1];
      if (!isTransparent(node, owner, at))
        return { home: { list: node, index: at, statement }, element: undefined, isStrict };
      if (
        owner !== undefined &&
        (owner.type === 'If' || owner.type === 'ProcessSubstitution' || at < node.commands.length - 1)
      )
        isStrict = false;
    } else if (!CARRIES_STATUS.has(node.type)) isStrict = false;
  }
  return { home: undefined, element: undefined, isStrict: false };
}

/** Nodes through which the status of a substitution or a command reaches the statement around it. */
const CARRIES_STATUS: ReadonlySet<SyntaxNode['type']> = new Set([
  'Word',
  'Assignment',
  'DoubleQuoted',
  'CommandExpansion',
  'For',
  'ArithmeticFor',
  'Redirected',
]);

/** Whether statements of a list run whenever the command around the list runs, and as often. */
function isTransparent(list: CompoundList | Script, owner: SyntaxNode | undefined, at: number): boolean {
  switch (owner?.type) {
    case 'CommandExpansion':
    case 'ProcessSubstitution':
      return at === 0;
    case 'If':
      return list === owner.clause && at === 0;
    case 'For':
    case 'ArithmeticFor':
      return isBounded(list);
    default:
      return false;
  }
}

/** Whether a loop over known words just does its work: one that sleeps or leaves early waits for something, and each try wants a token of its own. */
function isBounded(body: CompoundList | Script): boolean {
  let waits = false;
  const walk = (node: SyntaxNode): void => {
    if (node.type === 'Command' && /^(?:sleep|break|return|exit)$/.test(node.name?.value ?? '')) waits = true;
    if (!waits) forEachChild(node, walk);
  };
  walk(body);
  return !waits;
}

/** Whether the failure of a substitution in a part of a command is the command's: only of the last value of a plain assignment. */
function passesStatus(command: Command, part: SyntaxNode): boolean {
  return command.name === undefined && command.prefix.at(-1) === part && part.type === 'Assignment';
}

export function isNegated(pipeline: Pipeline): boolean {
  return pipeline.prefixes.some((prefix) => prefix.type === 'Negation');
}

export function elementIndex(node: AndOr, child: SyntaxNode): number {
  return node.commands.findIndex((command) => command === child);
}

/** First and last offset of a command with its redirections. */
export function extentOf(command: Command): { readonly start: number; readonly end: number } {
  return { start: command.pos, end: Math.max(command.end, ...command.suffix.map((part) => part.end)) };
}

/** Whether a place stands in a list behind the given statement, in no other function, unbounded loop or process than it. */
export function isBehind(
  path: readonly SyntaxNode[],
  { list, index }: Pick<Home, 'list' | 'index'>,
  alsoAt: boolean,
): boolean {
  const at = path.findIndex((node) => node === list);
  if (at === -1) return false;
  const statement = path[at + 1];
  const own = list.commands.findIndex((one) => one === statement);
  if (own < index || (own === index && !alsoAt)) return false;
  // A token lives six hours at most: who loops on wants a new one now and then.
  return !path.slice(at + 1).some((node) => node.type === 'While' || node.type === 'Select');
}
