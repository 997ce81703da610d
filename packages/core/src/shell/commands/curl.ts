import type { RequestHeader } from '../../facts/request.ts';
import { dropStart, known, knownPrefix, type Text } from '../../text/text.ts';
import { contentOf } from '../redirections.ts';
import { getVariable, INPUT, type State } from '../state.ts';
import { cutLiteral, NO_CHOICES, textsOf } from '../values.ts';
import { unreadFrom, type Reading } from './clients.ts';
import { headerOf } from './headers.ts';
import { readOptions, type Item, type OptionGrammar } from './options.ts';
import type { Invocation } from './simple-command.ts';
import type { Argument } from '../expansion.ts';

/** Long options of curl that take a value. Source: `curl --help all` of 7.88, and the changes up to 8.16. */
const WITH_VALUE = new Set(
  `
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to continue-at cookie cookie-jar create-
    file-mode crlfile curves data data-ascii data-binary data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url
    dump-ca-embed dump-header ech egd-file engine etag-compare etag-save expect100-timeout form form-string ftp-account ftp-alternative-to-user ftp-method
    ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway json
    keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize max-redirs max-
    time netrc-file noproxy oauth2-bearer output output-dir parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert
    proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-
    name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range rate referer request
    request-target resolve retry retry-delay retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service socks5-hostname
    speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-
    config unix-socket upload-file upload-flags url url-query user user-agent variable vlan-priority write-out
`
    .trim()
    .split(/\s+/),
);

/** Short options by their long name. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['X', 'request'],
  ['H', 'header'],
  ['I', 'head'],
  ['G', 'get'],
  ['d', 'data'],
  ['F', 'form'],
  ['T', 'upload-file'],
  ['K', 'config'],
  ['o', 'output'],
  ['O', 'remote-name'],
  ['w', 'write-out'],
  ['x', 'proxy'],
  [':', 'next'],
]);

/** Long options without a value that begin like one of those above. */
const FLAGS = new Set(['crlf', 'head', 'netrc', 'parallel', 'socks5-gssapi']);

const GRAMMAR: OptionGrammar = {
  shortWithValue: 'AbcCdDeEFhHKmoPQrtTuUwxXyYz',
  longWithValue: WITH_VALUE,
  longFlags: FLAGS,
  names: NAMES,
};

const BODY = new Set([
  'data',
  'data-ascii',
  'data-binary',
  'data-raw',
  'data-urlencode',
  'json',
  'form',
  'form-string',
]);

/** The requests of a curl command line. */
export function readCurl(invocation: Invocation, state: State): readonly Reading[] {
  const items = readOptions(invocation.words, GRAMMAR);
  return operations(items).flatMap((operation) => readOperation(invocation, operation, state));
}

/** `--next` begins a request with options of its own. */
function operations(items: readonly Item[]): readonly (readonly Item[])[] {
  const all: Item[][] = [[]];
  for (const item of items) {
    if (item.kind === 'option' && item.name === 'next') all.push([]);
    else all.at(-1)?.push(item);
  }
  return all;
}

function readOperation(invocation: Invocation, written: readonly Item[], state: State): readonly Reading[] {
  const headers: RequestHeader[] = [];
  const urls: Argument[] = [];
  const unknown: Argument[] = [];
  const answer: Reading['answer'][number][] = [];
  let unread: string | undefined;
  let method: string | undefined;
  let isMethodHidden = false;
  let implied = 'GET';
  let hasBody = false;
  let isGet = false;
  let writesOut = false;
  let globs = true;
  const configured = written.flatMap((item) => {
    if (item.kind !== 'option' || item.name !== 'config' || item.value === undefined) return [];
    const config = readConfig(invocation, item.value, state);
    if (config === undefined) unread = `the options in ${unreadFrom(item.value)}`;
    return config ?? [];
  });
  const items = [...written, ...configured];
  for (const item of items) {
    if (item.kind === 'unknown') unknown.push(item.argument);
    else if (item.kind === 'operand') urls.push(item.argument);
    else {
      const { name, value } = item;
      if (name === 'url' && value !== undefined) urls.push({ ...item.argument, text: value });
      else if (name === 'header' && value !== undefined) {
        const result = readHeaders(value, item.argument, state);
        if (typeof result === 'string') unread = result;
        else headers.push(...result);
      } else if (name === 'request' && value !== undefined) {
        method = known(value)?.toUpperCase();
        isMethodHidden = method === undefined;
      } else if (name === 'head') implied = 'HEAD';
      else if (name === 'get') isGet = true;
      else if (BODY.has(name)) hasBody = true;
      else if (name === 'upload-file') implied = 'PUT';
      else if (name === 'output' && value !== undefined)
        answer.push(
          ...(known(value) === '-' || known(value) === '/dev/stdout'
            ? (['stdout'] as const)
            : known(value) === '/dev/null'
              ? []
              : [value]),
        );
      else if (name === 'write-out') writesOut = true;
      else if (name === 'globoff' || name === 'g') globs = false;
    }
  }
  const isRedirected = items.some(
    (item) => item.kind === 'option' && (item.name === 'output' || item.name === 'remote-name'),
  );
  if (!isRedirected) answer.push('stdout');
  if (writesOut) answer.push('status-code');
  if (unknown.length > 0) {
    // Without any other candidate the first of them is the URL.
    if (urls.length === 0) urls.push(...unknown.splice(0, 1));
    const [first] = unknown;
    if (first !== undefined) unread = `the options in ${unreadFrom(first.text)}`;
  }
  const sent = isMethodHidden ? undefined : (method ?? (hasBody && !isGet ? 'POST' : implied));
  return urls
    .flatMap((url) => (globs ? globbed(url) : [url]))
    .map((url): Reading => ({ method: sent, url, headers, unreadHeaders: unread, answer }));
}

/** curl itself asks for every one of `{a,b}` in a URL. */
function globbed(url: Argument): readonly Argument[] {
  let urls: readonly Argument[] = [url];
  for (let rest = globbedOnce(url); rest.length > 1 && urls.length * rest.length <= MAX_URLS;) {
    urls = urls.flatMap(globbedOnce);
    rest = urls[0] === undefined ? [] : globbedOnce(urls[0]);
  }
  return urls;
}

/** With the first braces of the URL opened. */
function globbedOnce(url: Argument): readonly Argument[] {
  const index = url.text.pieces.findIndex((piece) => piece.kind === 'literal' && GLOB.test(piece.value));
  const piece = url.text.pieces[index];
  if (piece?.kind !== 'literal') return [url];
  const [whole = '', inner = ''] = GLOB.exec(piece.value) ?? [];
  const start = piece.value.indexOf(whole);
  return inner.split(',').map((value) => {
    const pieces = [
      ...url.text.pieces.slice(0, index),
      ...(start === 0 ? [] : [cutLiteral(piece, 0, start)]),
      { kind: 'literal' as const, value },
      ...(start + whole.length === piece.value.length
        ? []
        : [cutLiteral(piece, start + whole.length, piece.value.length)]),
      ...url.text.pieces.slice(index + 1),
    ];
    return { ...url, text: { pieces, choices: url.text.choices } };
  });
}

/** More URLs of one word than this say nothing new. */
const MAX_URLS = 32;
const GLOB = /\{([^{},]*(?:,[^{},]*)+)\}/;

/** `-H "Name: value"`, `-H @file`, `-H "Name;"`. A text says why the headers are not known. */
function readHeaders(value: Text, argument: Argument, state: State): readonly RequestHeader[] | string {
  const location = argument.source.map.range(argument.pos, argument.end);
  if (knownPrefix(value).startsWith('@')) {
    const contents = contentsOf(dropStart(value, 1), state);
    const [content] = contents;
    if (
      content === undefined ||
      content.pieces.some((piece) => piece.kind === 'hole' && piece.name.startsWith('content of'))
    )
      return `the headers in ${unreadFrom(dropStart(value, 1))}`;
    return linesOf(content)
      .map((line) => headerOf(line, location))
      .filter(({ hasColon }) => hasColon);
  }
  const header = headerOf(value, location);
  if (header.hasColon) return [header];
  const text = known(value);
  // `Name;` sends the header with no value.
  if (text?.endsWith(';') === true)
    return [
      {
        ...header,
        name: { pieces: [{ kind: 'literal', value: text.slice(0, -1) }], choices: value.choices },
        value: EMPTY_BUT_SENT,
      },
    ];
  if (value.pieces.some((piece) => piece.kind === 'hole')) return [header];
  // A text without a colon is no header: curl sends none.
  return [];
}

/** A header that is sent although it has no value: a text that is not empty to the judge. */
const EMPTY_BUT_SENT: Text = { pieces: [{ kind: 'literal', value: ' ' }], choices: NO_CHOICES };

function contentsOf(file: Text, state: State): readonly Text[] {
  if (known(file) !== '-') return contentOf(state, file);
  const input = getVariable(state, INPUT);
  return input === undefined ? [] : textsOf(input);
}

/** The lines of a text, each with its holes and places. */
export function linesOf(text: Text): readonly Text[] {
  const lines: Text['pieces'][number][][] = [[]];
  for (const piece of text.pieces) {
    if (piece.kind === 'hole') {
      lines.at(-1)?.push(piece);
      continue;
    }
    for (const match of piece.value.matchAll(/[^\n]*\n|[^\n]+$/g)) {
      const isEnd = match[0].endsWith('\n');
      const end = match.index + match[0].length - (isEnd ? 1 : 0);
      if (match.index < end)
        lines.at(-1)?.push({
          kind: 'literal',
          value: piece.value.slice(match.index, end),
          ...(piece.map === undefined ? {} : { map: piece.map.slice(match.index, end) }),
        });
      if (isEnd) lines.push([]);
    }
  }
  return lines.map((pieces) => ({ pieces, choices: text.choices })).filter(({ pieces }) => pieces.length > 0);
}

/** The options in a file that `-K` names: `name = "value"` or `--name value` a line. Undefined when the file is not known. */
function readConfig(invocation: Invocation, file: Text, state: State): readonly Item[] | undefined {
  const [content] = contentsOf(file, state);
  if (
    content === undefined ||
    content.pieces.some((piece) => piece.kind === 'hole' && piece.name.startsWith('content of'))
  )
    return undefined;
  const argument: Argument = { text: file, source: invocation.source, pos: invocation.pos, end: invocation.end };
  return linesOf(content).flatMap((line): readonly Item[] => {
    const match = /^\s*(-{0,2})([\w-]+)\s*[=: ]?\s*/.exec(knownPrefix(line));
    if (match === null || knownPrefix(line).trimStart().startsWith('#')) return [];
    const written = match[2] ?? '';
    const name =
      match[1] === '-' || (match[1] === '' && written.length === 1) ? (NAMES.get(written) ?? written) : written;
    const value = unquoted(dropStart(line, match[0].length));
    return [{ kind: 'option', name, value, argument }];
  });
}

function unquoted(text: Text): Text {
  if (!knownPrefix(text).startsWith('"')) return text;
  const inner = dropStart(text, 1);
  const last = inner.pieces.at(-1);
  if (last?.kind !== 'literal') return inner;
  const end = last.value.lastIndexOf('"');
  if (end === -1) return inner;
  return {
    pieces: [...inner.pieces.slice(0, -1), ...(end === 0 ? [] : [cutLiteral(last, 0, end)])],
    choices: text.choices,
  };
}
