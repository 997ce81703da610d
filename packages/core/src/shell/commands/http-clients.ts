import type { RequestHeader } from '../../facts/request.ts';
import { known, knownPrefix } from '../../text/text.ts';
import type { Argument } from '../expansion.ts';
import type { Reading } from './clients.ts';
import { headerOf } from './headers.ts';
import { readOptions, type OptionGrammar } from './options.ts';
import type { Invocation } from './simple-command.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const HTTPIE: OptionGrammar = {
  shortWithValue: 'poasA',
  longWithValue: words(
    'boundary raw compress pretty style unsorted sorted response-charset response-mime format-options print history-print output session session-read-only auth auth-type max-redirects max-headers timeout proxy verify ssl ciphers cert cert-key cert-key-pass default-scheme bearer resolve',
  ),
};

/** HTTPie and xh: `http [METHOD] URL [Header:value] [field=value] [query==value]`. */
export function readHttpie(invocation: Invocation): readonly Reading[] {
  const operands = operandsOf(invocation, HTTPIE);
  const [first, ...rest] = operands;
  if (first === undefined) return [];
  const isMethod = /^[A-Z]+$/.test(known(first.text) ?? '') && rest.length > 0;
  const [url, ...parts] = isMethod ? rest : operands;
  if (url === undefined) return [];
  const headers = parts.flatMap((part) => httpieHeader(part));
  const hasData = parts.some((part) => /^[^:=]+(?:=(?!=)|:=)/.test(knownPrefix(part.text)));
  const method = isMethod ? known(first.text) : hasData ? 'POST' : 'GET';
  return [{ method, url, headers, answer: ['stdout'] }];
}

/** `Name:value` is a header; `name=value`, `name:=value`, `name==value`, `name@file` are not. */
function httpieHeader(part: Argument): readonly RequestHeader[] {
  const header = headerOf(part.text, part.source.map.range(part.pos, part.end));
  const name = knownPrefix(header.name);
  return header.hasColon && !/[=@]/.test(name) && !knownPrefix(header.value).startsWith('=') ? [header] : [];
}

const LWP: OptionGrammar = { shortWithValue: 'mbtiHpCc', longWithValue: new Set() };

/** `GET`, `HEAD`, `POST` and `lwp-request` of libwww-perl. */
export function readLwp(invocation: Invocation): readonly Reading[] {
  const items = readOptions(invocation.words, LWP);
  const name = (known(invocation.name.text) ?? '').replace(/^.*\//, '');
  const given = items.find((item) => item.kind === 'option' && item.name === 'm');
  const method =
    given?.kind === 'option' && given.value !== undefined ? known(given.value) : /^[A-Z]+$/.test(name) ? name : 'GET';
  const headers = items.flatMap((item) =>
    item.kind === 'option' && item.name === 'H' && item.value !== undefined
      ? [headerOf(item.value, item.argument.source.map.range(item.argument.pos, item.argument.end))]
      : [],
  );
  return items.flatMap((item) =>
    item.kind === 'operand' ? [{ method, url: item.argument, headers, answer: ['stdout'] } satisfies Reading] : [],
  );
}

const ARIA: OptionGrammar = {
  shortWithValue: 'doisxjkUTlVc',
  longWithValue: words(
    'dir out input-file split max-connection-per-server header user-agent log log-level timeout max-tries retry-wait connect-timeout',
  ),
};

/** aria2c and axel. */
export function readAria2(invocation: Invocation): readonly Reading[] {
  const items = readOptions(invocation.words, {
    ...ARIA,
    names: new Map([['H', 'header']]),
    shortWithValue: `${ARIA.shortWithValue}H`,
  });
  const headers = items.flatMap((item) =>
    item.kind === 'option' && item.name === 'header' && item.value !== undefined
      ? [headerOf(item.value, item.argument.source.map.range(item.argument.pos, item.argument.end))]
      : [],
  );
  return items.flatMap((item) =>
    item.kind === 'operand' ? [{ method: 'GET', url: item.argument, headers, answer: [] } satisfies Reading] : [],
  );
}

const FETCH: OptionGrammar = { shortWithValue: 'BNSTchiow', longWithValue: words('output buffer-size timeout') };

/** Clients that cannot send headers: `fetch` of FreeBSD, `ftp` of the other BSDs. */
export function readPlain(invocation: Invocation): readonly Reading[] {
  return operandsOf(invocation, FETCH).map((url): Reading => ({ method: 'GET', url, headers: [], answer: ['stdout'] }));
}

const BROWSER: OptionGrammar = {
  shortWithValue: 'Io',
  longWithValue: words('width cfg lss auth useragent cookie_file T header'),
  isSingleDashLong: true,
};

/** lynx, links, w3m. w3m alone can send a header. */
export function readTextBrowser(invocation: Invocation): readonly Reading[] {
  const items = readOptions(invocation.words, BROWSER);
  const headers = items.flatMap((item) =>
    item.kind === 'option' && item.name === 'header' && item.value !== undefined
      ? [headerOf(item.value, item.argument.source.map.range(item.argument.pos, item.argument.end))]
      : [],
  );
  const isHead = items.some((item) => item.kind === 'option' && (item.name === 'head' || item.name === 'dump_head'));
  return items.flatMap((item) =>
    item.kind === 'operand'
      ? [{ method: isHead ? 'HEAD' : 'GET', url: item.argument, headers, answer: ['stdout'] } satisfies Reading]
      : [],
  );
}

function operandsOf(invocation: Invocation, grammar: OptionGrammar): readonly Argument[] {
  return readOptions(invocation.words, grammar).flatMap((item) => (item.kind === 'option' ? [] : [item.argument]));
}
