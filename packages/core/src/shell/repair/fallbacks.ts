import { forEachChild, type AndOr, type SyntaxNode } from 'unbash';
import type { Document } from '../../document/document.ts';
import { innerRange } from '../../document/inner-range.ts';
import type { TextEdit } from '../../edits/apply.ts';
import type { Subject } from '../../edits/plan.ts';
import { TOKEN_HEADER } from '../../imds/headers.ts';
import { elementIndex, extentOf, isNegated, type Place } from './places.ts';

export interface Removal {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

const FAILURE = 'echo "The instance metadata service gave no session token." >&2; false';

/** Takes away the way on which a request goes on without a token; a text says why it is left. */
export function removeFallback(
  document: Document,
  subject: Subject,
  place: Place,
  all: readonly Subject[],
  placeOf: (subject: Subject) => Place | undefined,
): Removal | string {
  const { text } = document;
  const optional = optionalHeader(place, text);
  if (optional !== undefined) return { title: 'Always send the token header', edits: optional };
  const swallowed = subject.request.variants
    .map(({ token }) => token?.swallowed?.location)
    .find((at) => at !== undefined);
  if (swallowed !== undefined) {
    const range = innerRange(document.map, swallowed);
    const handler = range === undefined ? undefined : handlerAt(range, all, placeOf, text);
    return handler === undefined
      ? 'what lets it go on when the token request fails is not one of the known forms'
      : { title: 'Let a failing token request be a failure', edits: handler };
  }
  if (subject.request.variants.some(({ headers }) => headers.some(({ name }) => isTokenName(name))))
    return 'the same command is sent with and without a token';
  const alternative = alternativeTo(place, all, placeOf);
  if (alternative !== undefined) return { title: 'Do not ask again without a token', edits: [alternative] };
  const isBranch = place.path.some(({ type }) => type === 'If' || type === 'Case' || type === 'AndOr');
  if (!isBranch) return 'where it decides to go without a token was not found';
  const { start, end } = extentOf(place.command);
  const parent = place.path.at(-1);
  const stands = parent?.type === 'Statement' || (parent?.type === 'Pipeline' && isNegated(parent));
  const grand = place.path.at(-3);
  const isAlone = stands && (grand?.type === 'CommandExpansion' || text.charAt(start - 1) === '(');
  return {
    title: 'Fail where there is no token',
    edits: [{ start, end, text: isAlone ? FAILURE : `{ ${FAILURE}; }` }],
  };
}

function isTokenName(name: { readonly pieces: readonly { readonly kind: string }[] }): boolean {
  const [piece] = name.pieces as readonly { readonly kind: string; readonly value?: string }[];
  return piece?.value?.toLowerCase() === TOKEN_HEADER.toLowerCase();
}

/** `${TOKEN:+-H "…: $TOKEN"}`: the header without its condition. */
function optionalHeader({ command }: Place, text: string): readonly TextEdit[] | undefined {
  for (const word of command.args) {
    const [part, another] = word.type === 'Word' ? (word.parts ?? []) : [];
    if (part?.type !== 'ParameterExpansion' || another !== undefined) continue;
    const { operation } = part;
    if (operation?.type !== 'Default' || !/^:?\+$/.test(operation.operator)) continue;
    const { operand } = operation;
    if (!text.slice(operand.pos, operand.end).toLowerCase().includes(TOKEN_HEADER.toLowerCase())) continue;
    return [
      { start: part.pos, end: operand.pos, text: '' },
      { start: operand.end, end: part.end, text: '' },
    ];
  }
  return undefined;
}

/** `curl (with token) || curl (without)`: the second one goes. */
function alternativeTo(
  { path, command }: Place,
  all: readonly Subject[],
  placeOf: (subject: Subject) => Place | undefined,
): TextEdit | undefined {
  const node = path.at(-1);
  if (node?.type !== 'AndOr') return undefined;
  const at = elementIndex(node, command);
  const previous = node.commands[at - 1];
  if (previous === undefined || node.operators[at - 1] !== '||') return undefined;
  const asksWithToken = all.some(({ judgement, request }) => {
    if (judgement.verdict !== 'token' && judgement.verdict !== 'unchecked-token') return false;
    const place = placeOf({ judgement, request });
    return place !== undefined && (place.command === previous || place.path.includes(previous));
  });
  return asksWithToken ? { start: endOf(previous), end: extentOf(command).end, text: '' } : undefined;
}

/** `TOKEN=$(…) || true`: the handler at `range` goes, when it does nothing but hide the failure. */
function handlerAt(
  range: { readonly start: number; readonly end: number },
  all: readonly Subject[],
  placeOf: (subject: Subject) => Place | undefined,
  text: string,
): readonly TextEdit[] | undefined {
  if (
    !/^(?:true|:|\/bin\/true|echo(?:\s+(?:""|''|-n(?:\s+(?:""|''))?))?|[A-Za-z_]\w*=(?:""|'')?)$/.test(
      text.slice(range.start, range.end).trim(),
    )
  )
    return undefined;
  for (const subject of all) {
    if (subject.judgement.verdict !== 'token-request') continue;
    for (const node of placeOf(subject)?.path ?? []) {
      if (node.type !== 'AndOr') continue;
      const at = node.commands.findIndex(({ pos }) => pos === range.start);
      const previous = node.commands[at - 1];
      if (previous !== undefined && node.operators[at - 1] === '||' && isLast(node, at))
        return [{ start: endOf(previous), end: range.end, text: '' }];
    }
  }
  return undefined;
}

function isLast(node: AndOr, at: number): boolean {
  return at === node.commands.length - 1;
}

function endOf(node: SyntaxNode): number {
  if (node.type === 'Command') return extentOf(node).end;
  let { end } = node;
  forEachChild(node, (child) => {
    end = Math.max(end, endOf(child));
  });
  return end;
}
