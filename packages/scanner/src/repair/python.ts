import {
  innerRange,
  TOKEN_HEADER,
  TTL_HEADER,
  TTL_SECONDS,
  type Document,
  type PlannedRepair,
  type Refusal,
  type RepairPlan,
  type Subject,
  type TextEdit,
} from 'imdsv2-core';
import { copyTree, fieldOf, namedChildren, nodesOf, type SyntaxNode } from '../languages/scripting/syntax.ts';
import type { GrammarParser } from '../languages/tree-sitter/grammar.ts';

/**
 * Plans repairs of a Python program. Each request asks for a token of its own, inside its headers, with the same library and time limit: it then does so exactly
 * when the request is made, and what fails fails as the request would.
 */
export function planPython(document: Document, wanted: readonly Subject[], parser: GrammarParser): RepairPlan {
  const calls = parser.parse(document.text, (root) => nodesOf(copyTree(root, NO_LADDER).root, 'call')) ?? [];
  const repairs: PlannedRepair[] = [];
  const refusals: Refusal[] = [];
  for (const subject of wanted) {
    const { id } = subject.request;
    const edits = editsOf(document, subject, calls);
    if (typeof edits === 'string') refusals.push({ subject: id, reason: edits });
    else repairs.push({ subjects: [id], title: 'Ask for a session token, and send it', safe: false, edits });
  }
  return { repairs, refusals };
}

const NO_LADDER: ReadonlySet<string> = new Set();

function editsOf(document: Document, subject: Subject, calls: readonly SyntaxNode[]): readonly TextEdit[] | string {
  const { request, judgement } = subject;
  if (judgement.verdict !== 'tokenless') return `a request that is ${judgement.verdict} is not repaired in Python`;
  const range = innerRange(document.map, request.location);
  const node = calls.find(({ start, end }) => start === range?.start && end === range.end);
  const call = node === undefined ? undefined : callOf(node, document.text);
  if (call === undefined) return 'its place in the program is not known';
  const asking = ASKING[request.client];
  if (asking === undefined) return `requests of ${request.client} are not repaired in Python`;
  const [first] = call.positional;
  const address = call.keywords.get('url') ?? (/^(?:request|open)$/.test(call.name) ? call.positional[1] : first);
  // A function that is handed its URL may be handed others.
  if (address !== undefined && isParameter(address.text, address.node.start, document.text))
    return 'which host it asks is decided by its caller, and other hosts must not be sent the token';
  if (/^(?:post|put|patch|delete)$/.test(call.name)) return 'it sends data';
  const host = judgement.ipv6 ? '[fd00:ec2::254]' : '169.254.169.254';
  const written = asking(call, `http://${host}/latest/api/token`, document.text);
  if (typeof written === 'string') return written;
  return written.edits(call);
}

interface Argument {
  readonly node: SyntaxNode;
  readonly text: string;
}

interface Call {
  readonly node: SyntaxNode;
  /** What the function is a member of; empty for a function with a name of its own. */
  readonly owner: string;
  readonly name: string;
  readonly positional: readonly Argument[];
  readonly keywords: ReadonlyMap<string, Argument>;
  /** Whether there are `*` or `**` arguments. */
  readonly isOpen: boolean;
  readonly list: SyntaxNode;
  readonly quote: string;
}

function callOf(node: SyntaxNode, text: string): Call | undefined {
  const [callee, list] = [fieldOf(node, 'function'), fieldOf(node, 'arguments')];
  if (callee === undefined || list?.type !== 'argument_list') return undefined;
  const textOf = ({ start, end }: SyntaxNode): string => text.slice(start, end);
  const owner = callee.type === 'attribute' ? fieldOf(callee, 'object') : undefined;
  const name = callee.type === 'attribute' ? fieldOf(callee, 'attribute') : callee;
  if (name?.type !== 'identifier') return undefined;
  const positional: Argument[] = [];
  const keywords = new Map<string, Argument>();
  let isOpen = false;
  for (const argument of namedChildren(list)) {
    const [key, value] = [fieldOf(argument, 'name'), fieldOf(argument, 'value')];
    if (argument.type.includes('splat')) isOpen = true;
    else if (argument.type === 'keyword_argument' && key !== undefined && value !== undefined)
      keywords.set(textOf(key), { node: value, text: textOf(value) });
    else positional.push({ node: argument, text: textOf(argument) });
  }
  const quote = /["']/.exec(textOf(list))?.[0] ?? '"';
  return {
    node,
    owner: owner === undefined ? '' : textOf(owner),
    name: textOf(name),
    positional,
    keywords,
    isOpen,
    list,
    quote,
  };
}

/** Whether a text is the name of a parameter of the function around it. */
function isParameter(name: string, offset: number, text: string): boolean {
  if (!/^\w+$/.test(name)) return false;
  const around = text.slice(0, offset);
  const head = around.lastIndexOf('def ');
  const parameters = head === -1 ? '' : (/^def\s+\w+\s*\(([^]*?)\)\s*(?:->[^:]*)?:/.exec(text.slice(head))?.[1] ?? '');
  return new RegExp(`(?:^|[,\\s*])${name}\\b`).test(parameters);
}

/** How a request is written that asks for a token; a text says why it cannot be. */
type Asking = (call: Call, url: string, text: string) => Written | string;

interface Written {
  readonly edits: (call: Call) => readonly TextEdit[] | string;
}

/** By client of the table. Sources: docs.python-requests.org, python-httpx.org, docs.aiohttp.org, docs.python.org/3/library/urllib.request. */
const ASKING: Readonly<Record<string, Asking>> = {
  requests: (call, url) => byVerb(call, url, (ask) => `${ask}.text`),
  httpx: (call, url, text) =>
    /\bAsyncClient\b/.test(text)
      ? byVerb(call, url, (ask) => (isAwaited(call, text) ? `(await ${ask}).text` : `${ask}.text`))
      : byVerb(call, url, (ask) => `${ask}.text`),
  aiohttp: (call, url) => byVerb(call, url, (ask) => `await (await ${ask}).text()`),
  urllib,
};

/** `requests.get(url)`: the same object can `put`. */
function byVerb(call: Call, url: string, read: (ask: string) => string): Written | string {
  if (call.owner === '') return 'the function that it calls can only get';
  const timeout = call.keywords.get('timeout');
  const named = [`headers=${ttlHeaders(call)}`, ...(timeout === undefined ? [] : [`timeout=${timeout.text}`])];
  const ask = `${call.owner}.put(${[quoted(call, url), ...named].join(', ')})`;
  return { edits: () => sendInHeaders(call, read(ask)) };
}

/** `urlopen(url)` and `Request(url)`: a request object says its method. */
function urllib(call: Call, url: string, text: string): Written | string {
  if (/\burllib2\b/.test(text) || /\burllib\.urlopen\b/.test(text))
    return 'the urllib2 of Python 2 sends no PUT; use requests, or Python 3';
  if (call.name !== 'urlopen' && call.name !== 'Request') return 'its client is made elsewhere';
  const prefix = call.owner === '' ? '' : `${call.owner}.`;
  const missing = call.owner === '' ? missingNames(call, text) : [];
  if (missing === undefined) return 'the names of urllib.request that it needs are not imported';
  const timeout = call.name === 'urlopen' ? (call.keywords.get('timeout') ?? call.positional[2]) : undefined;
  const request = `${prefix}Request(${quoted(call, url)}, headers=${ttlHeaders(call)}, method=${quoted(call, 'PUT')})`;
  const limit = timeout === undefined ? '' : `, timeout=${timeout.text}`;
  const token = `${prefix}urlopen(${request}${limit}).read().decode()`;
  return {
    edits: () => {
      if (call.name === 'Request') return addImports(sendInHeaders(call, token), missing);
      const [address, data = call.keywords.get('data')] = call.positional;
      if (address === undefined || (data !== undefined && data.text !== 'None') || call.isOpen)
        return 'its arguments stand elsewhere';
      // A request object that is made elsewhere has its own headers.
      if (!/^[rbf]*["']/i.test(address.text) && !/url|uri|base|meta|endpoint/i.test(address.text))
        return 'its headers are made elsewhere';
      return addImports(
        [
          { start: address.node.start, end: address.node.start, text: `${prefix}Request(` },
          { start: address.node.end, end: address.node.end, text: `, headers=${tokenHeaders(call, token)})` },
        ],
        missing,
      );
    },
  };
}

/** Imports that are missing for a bare `urlopen` or `Request`; undefined where they cannot be added. */
function missingNames(call: Call, text: string): readonly TextEdit[] | undefined {
  const other = call.name === 'urlopen' ? 'Request' : 'urlopen';
  const statement = new RegExp(`^[ \\t]*from urllib\\.request import [^\\n]*\\b${call.name}\\b`, 'm').exec(text);
  if (statement === null) return undefined;
  if (new RegExp(`^[ \\t]*from urllib\\.request import [^\\n]*\\b${other}\\b`, 'm').test(text)) return [];
  const at = statement.index + statement[0].length - call.name.length;
  return [{ start: at, end: at, text: call.name === 'urlopen' ? 'Request, ' : 'urlopen, ' }];
}

function addImports(edits: readonly TextEdit[] | string, imports: readonly TextEdit[]): readonly TextEdit[] | string {
  return typeof edits === 'string' ? edits : [...imports, ...edits];
}

/** The token among the headers of a call. */
function sendInHeaders(call: Call, token: string): readonly TextEdit[] | string {
  const headers = call.keywords.get('headers');
  if (headers === undefined) {
    if (call.isOpen) return 'its arguments stand elsewhere';
    const last = namedChildren(call.list).at(-1);
    if (last === undefined) return 'its arguments stand elsewhere';
    return [{ start: last.end, end: last.end, text: `, headers=${tokenHeaders(call, token)}` }];
  }
  if (headers.node.type !== 'dictionary') return 'its headers are made elsewhere';
  const at = headers.node.start + 1;
  const entry = `${quoted(call, TOKEN_HEADER)}: ${token}`;
  const [first] = namedChildren(headers.node);
  return [{ start: at, end: at, text: first === undefined ? entry : `${entry}, ` }];
}

function isAwaited({ node }: Call, text: string): boolean {
  return /\bawait\s*$/.test(text.slice(0, node.start));
}

function tokenHeaders(call: Call, token: string): string {
  return `{${quoted(call, TOKEN_HEADER)}: ${token}}`;
}

function ttlHeaders(call: Call): string {
  return `{${quoted(call, TTL_HEADER)}: ${quoted(call, String(TTL_SECONDS.max))}}`;
}

function quoted({ quote }: Call, text: string): string {
  return `${quote}${text}${quote}`;
}
