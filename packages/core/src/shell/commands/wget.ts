import type { RequestHeader } from '../../facts/request.ts';
import { known, type Text } from '../../text/text.ts';
import type { Argument } from '../expansion.ts';
import { contentOf } from '../redirections.ts';
import { getVariable, INPUT, type State } from '../state.ts';
import { textsOf } from '../values.ts';
import { unreadFrom, type Reading } from './clients.ts';
import { linesOf } from './curl.ts';
import { headerOf } from './headers.ts';
import { readOptions, type OptionGrammar } from './options.ts';
import type { Invocation } from './simple-command.ts';

/** Long options of wget that take a value. Source: `wget --help` of 1.21. */
const WITH_VALUE = new Set(
  `
    execute output-file append-output report-speed input-file base config rejected-log tries retry-on-http-error output-document start-pos progress timeout dns-timeout
    connect-timeout read-timeout wait waitretry quota bind-address limit-rate restrict-file-names prefer-family user password use-askpass local-encoding remote-encoding
    directory-prefix cut-dirs http-user http-password default-page header compression proxy-user proxy-password referer user-agent load-cookies save-cookies post-data post-file
    method body-data body-file secure-protocol certificate certificate-type private-key private-key-type ca-certificate ca-directory crl-file pinnedpubkey ciphers ftp-user
    ftp-password warc-file warc-header warc-max-size warc-dedup warc-tempdir level accept reject accept-regex reject-regex regex-type domains exclude-domains follow-tags
    ignore-tags include-directories exclude-directories max-redirect
`
    .trim()
    .split(/\s+/),
);

const NAMES: ReadonlyMap<string, string> = new Map([
  ['O', 'output-document'],
  ['i', 'input-file'],
]);

const GRAMMAR: OptionGrammar = { shortWithValue: 'eoaiBtOTwQPUlARDIX', longWithValue: WITH_VALUE, names: NAMES };

/** The requests of a wget command line. */
export function readWget(invocation: Invocation, state: State): readonly Reading[] {
  const headers: RequestHeader[] = [];
  const urls: Argument[] = [];
  const unknown: Argument[] = [];
  const answer: (Text | 'stdout')[] = [];
  let method: string | undefined = 'GET';
  let unread: string | undefined;
  // `-nv`, `-nc` and their like are one option of two letters.
  const words = invocation.words.filter((word) => !/^-n[vcdpHP]$/.test(known(word.text) ?? ''));
  for (const item of readOptions(words, GRAMMAR)) {
    if (item.kind === 'unknown') unknown.push(item.argument);
    else if (item.kind === 'operand') urls.push(item.argument);
    else {
      const { name, value, argument } = item;
      if (name === 'header' && value !== undefined) {
        const header = headerOf(value, argument.source.map.range(argument.pos, argument.end));
        if (header.hasColon || value.pieces.some((piece) => piece.kind === 'hole')) headers.push(header);
      } else if (name === 'method' && value !== undefined) method = known(value)?.toUpperCase();
      else if (name === 'post-data' || name === 'post-file') method = 'POST';
      else if (name === 'spider') method = method === 'GET' ? 'HEAD' : method;
      else if (name === 'output-document' && value !== undefined)
        answer.push(known(value) === '-' || known(value) === '/dev/stdout' ? 'stdout' : value);
      else if (name === 'input-file' && value !== undefined) urls.push(...listed(argument, value, state));
    }
  }
  if (unknown.length > 0) {
    if (urls.length === 0) urls.push(...unknown.splice(0, 1));
    const [first] = unknown;
    if (first !== undefined) unread = `the options in ${unreadFrom(first.text)}`;
  }
  return urls.map((url): Reading => ({ method, url, headers, unreadHeaders: unread, answer }));
}

/** The URLs in a file that `-i` names. */
function listed(argument: Argument, file: Text, state: State): readonly Argument[] {
  const input = known(file) === '-' ? getVariable(state, INPUT) : undefined;
  const contents = input === undefined ? contentOf(state, file) : textsOf(input);
  return contents.flatMap((content) => linesOf(content)).map((text) => ({ ...argument, text }));
}
