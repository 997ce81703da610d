import type { Command, Word } from 'unbash';
import { TOKEN_HEADER, TTL_HEADER, TTL_SECONDS } from '../../imds/headers.ts';
import { extentOf } from './places.ts';

/** How a client's command line is written. */
interface ClientWriting {
  /** Names of the program, without its folder. */
  readonly names: RegExp;
  /** The option that sends the token; undefined where the client can send none. */
  readonly header: (variable: string, isLong: boolean) => string;
  /** Where the option goes: behind the program's name, or at the end. */
  readonly at: 'name' | 'end';
  /** The client that asks for the token: not every one can send a PUT. */
  readonly asks: 'curl' | 'wget' | 'httpie' | 'lwp-request';
}

const TOKEN = (variable: string): string => `"${TOKEN_HEADER}: $${variable}"`;

/** Clients that can be taught to send a header, by their id. Source: their manuals; each is executed by the oracle of repairs where the machine has it. */
const WRITINGS: Readonly<Record<string, ClientWriting>> = {
  curl: {
    names: /^curl(?:\.exe)?$/,
    header: (variable, isLong) => `${isLong ? '--header' : '-H'} ${TOKEN(variable)}`,
    at: 'name',
    asks: 'curl',
  },
  wget: { names: /^wget2?$/, header: (variable) => `--header=${TOKEN(variable)}`, at: 'name', asks: 'wget' },
  httpie: {
    names: /^(?:https?|xhs?)$/,
    header: (variable) => `"${TOKEN_HEADER}:$${variable}"`,
    at: 'end',
    asks: 'httpie',
  },
  'lwp-request': {
    names: /^(?:lwp-request|GET|HEAD)$/,
    header: (variable) => `-H ${TOKEN(variable)}`,
    at: 'name',
    asks: 'lwp-request',
  },
  aria2c: { names: /^aria2c$/, header: (variable) => `--header=${TOKEN(variable)}`, at: 'name', asks: 'curl' },
  axel: { names: /^axel$/, header: (variable) => `-H ${TOKEN(variable)}`, at: 'name', asks: 'curl' },
  w3m: { names: /^w3m$/, header: (variable) => `-header ${TOKEN(variable)}`, at: 'name', asks: 'curl' },
};

/** Programs that run the rest of their command line on another machine. */
const ELSEWHERE = /^(?:ssh|kubectl|oc|pdsh|pssh|parallel-ssh|salt|ansible|gcloud|vagrant)$/;

/** A command line as far as a repair looks at it. */
export interface CommandLine {
  readonly command: Command;
  /** Id of the client. */
  readonly client: string;
  readonly writing: ClientWriting;
  /** The word that names the client's program. */
  readonly program: Word;
  /** The words behind it. */
  readonly words: readonly Word[];
  /** Whether the program is a function that passes its arguments on to the client. */
  readonly isWrapped?: boolean;
}

/** The command line of a client in a command; a text says why it cannot be changed. */
export function commandLineOf(command: Command, client: string, text: string): CommandLine | string {
  const writing = WRITINGS[client];
  if (writing === undefined) return `${client} cannot be taught to send a token here; use curl`;
  const words = [command.name, ...command.args].filter((word): word is Word => word?.type === 'Word');
  if (words.some((word) => ELSEWHERE.test(baseName(word.value)))) return 'the command runs on another machine';
  const at = words.findIndex((word) => writing.names.test(baseName(word.value)));
  const program = words[at];
  if (program !== undefined) {
    if (words.slice(0, at).some((word) => baseName(word.value) === 'busybox') && client === 'wget')
      return 'the wget of busybox cannot ask for a token: it sends no PUT';
    return { command, client, writing, program, words: words.slice(at + 1) };
  }
  const name = command.name === undefined ? '' : text.slice(command.name.pos, command.name.end);
  // "$CURL -s …": the program's name in a variable. `"$@"` runs whatever it is given.
  if (command.name !== undefined && /^"?\$\{?[A-Za-z_]\w*\}?"?$/.test(name))
    return { command, client, writing, program: command.name, words: words.slice(1) };
  return 'the command is put together elsewhere';
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Where and what to write so that the command sends the token. */
export function headerEdit(
  { command, writing, program, words }: CommandLine,
  variable: string,
): { readonly start: number; readonly end: number; readonly text: string } {
  const isLong = usesLongOptions(words);
  const option = writing.header(variable, isLong);
  // `-q` counts as curl's first option only.
  const [first] = words;
  const at =
    writing.at === 'end'
      ? Math.max(command.name?.end ?? command.end, ...command.args.map((word) => word.end))
      : first !== undefined && /^-q\w*$|^--disable$/.test(first.value) && writing.asks === 'curl'
        ? first.end
        : program.end;
  return { start: at, end: at, text: ` ${option}` };
}

function usesLongOptions(words: readonly Word[]): boolean {
  return words.some((word) => /^--[a-z]/.test(word.value)) && !words.some((word) => /^-[A-Za-z]/.test(word.value));
}

/** The command that asks for a token the way the given command asks for its data: over the same endpoint, with its timeouts, retries, proxy and silence. */
export function tokenRequest(line: CommandLine, url: string, text: string): string {
  const endpoint = tokenUrl(url);
  const options = optionsOf(line, text);
  const rest = redirectedErrors(line.command, text);
  const long = usesLongOptions(line.words);
  const asks = line.writing.asks;
  const ttl = `"${TTL_HEADER}: ${String(TTL_SECONDS.max)}"`;
  switch (asks) {
    case 'curl': {
      const program =
        line.client === 'curl' && line.isWrapped !== true ? text.slice(line.program.pos, line.program.end) : 'curl';
      const copied = line.client === 'curl' ? copiedOptions(options, CURL_COPIED) : [];
      const isSilent = options.some(({ name }) => SILENT.has(name)) && !options.some(({ name }) => SHOWS.has(name));
      const timed = options.some(({ name }) => CURL_TIMED.has(name)) ? [] : ['--connect-timeout 2'];
      const flags = long
        ? [
            '--silent',
            ...(isSilent ? [] : ['--show-error']),
            '--fail',
            ...timed,
            ...copied,
            '--request PUT',
            `--header ${ttl}`,
          ]
        : [isSilent ? '-sf' : '-sSf', ...timed, ...copied, '-X PUT', `-H ${ttl}`];
      return [program, ...flags, endpoint].join(' ') + rest;
    }
    case 'wget': {
      const program = line.isWrapped === true ? 'wget' : text.slice(line.program.pos, line.program.end);
      const timed = options.some(({ name }) => WGET_TIMED.has(name)) ? [] : ['--connect-timeout=2'];
      const copied = copiedOptions(options, WGET_COPIED);
      return [program, '-qO-', ...timed, ...copied, '--method=PUT', `--header=${ttl}`, endpoint].join(' ') + rest;
    }
    case 'httpie':
      return `http --ignore-stdin --check-status -b PUT ${endpoint} "${TTL_HEADER}:${String(TTL_SECONDS.max)}"${rest}`;
    case 'lwp-request':
      // It reads what it puts.
      return `lwp-request -m PUT -H ${ttl} ${endpoint}${rest} </dev/null`;
  }
}

/** The token path of the endpoint that a URL names. */
function tokenUrl(url: string): string {
  const host = /^(?:https?:\/\/)?([^/?#\s$"'\\]+)/i.exec(url)?.[1] ?? '';
  const isOurs = /169|254|^\[|^instance-data|^\d|^0x/i.test(host);
  const endpoint = `http://${isOurs ? host : '169.254.169.254'}/latest/api/token`;
  return endpoint.includes('[') ? `"${endpoint}"` : endpoint;
}

interface Option {
  readonly name: string;
  /** As it is written, value included. */
  readonly text: string;
}

/** Options of one letter that take a value. Sources: `curl --help all` of 8.16, `wget --help` of 1.21. */
const LETTERS: Readonly<Record<string, string>> = {
  curl: 'AbcCdDeEFhHKmoPQrtTuUwxXyYz',
  wget: 'eoaiBtOTwQPUlARDIX',
};

const CURL_COPIED = new Set(
  '--connect-timeout --max-time -m --retry --retry-delay --retry-max-time --retry-connrefused --retry-all-errors --proxy -x --noproxy --interface --ipv4 --ipv6 -4 -6'.split(
    ' ',
  ),
);
const CURL_TIMED = new Set(['--connect-timeout', '--max-time', '-m']);
const WGET_COPIED = new Set(
  '--timeout -T --connect-timeout --read-timeout --dns-timeout --tries -t --waitretry --retry-connrefused --no-proxy -4 -6 --inet4-only --inet6-only'.split(
    ' ',
  ),
);
const WGET_TIMED = new Set(['--timeout', '-T', '--connect-timeout']);
const SILENT = new Set(['-s', '--silent']);
const SHOWS = new Set(['-S', '--show-error']);
/** Long options of those above that take a value as a word of its own. */
const LONG_WITH_VALUE =
  /^--(?:connect-timeout|max-time|retry|retry-delay|retry-max-time|proxy|noproxy|interface|timeout|read-timeout|dns-timeout|tries|waitretry)$/;

/** The options of a command line, each as it is written. A bundle of letters gives one option a letter. */
function optionsOf({ words, client }: CommandLine, text: string): readonly Option[] {
  const letters = LETTERS[client] ?? '';
  const options: Option[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) break;
    const written = text.slice(word.pos, word.end);
    const next = words[index + 1];
    const value = next === undefined ? '' : ` ${text.slice(next.pos, next.end)}`;
    if (/^--[a-z]/.test(word.value)) {
      const [name = ''] = word.value.split('=', 1);
      const takesNext = !word.value.includes('=') && LONG_WITH_VALUE.test(name);
      options.push({ name, text: takesNext ? `${written}${value}` : written });
      if (takesNext) index++;
    } else if (/^-[A-Za-z0-9]/.test(word.value)) {
      for (let at = 1; at < word.value.length; at++) {
        const letter = word.value.charAt(at);
        if (!letters.includes(letter)) {
          options.push({ name: `-${letter}`, text: `-${letter}` });
          continue;
        }
        const isLast = at === word.value.length - 1;
        // What stands behind the letter is its value, as it is written: quotes stand behind the letter too.
        const tail = written.slice(written.indexOf(letter, at) + 1);
        options.push({ name: `-${letter}`, text: isLast ? `-${letter}${value}` : `-${letter} ${tail}` });
        if (isLast) index++;
        break;
      }
    }
  }
  return options;
}

function copiedOptions(options: readonly Option[], wanted: ReadonlySet<string>): readonly string[] {
  return options.filter(({ name }) => wanted.has(name)).map(({ text }) => text);
}

/** Errors that the command throws away are thrown away here, too. */
function redirectedErrors(command: Command, text: string): string {
  const { start, end } = extentOf(command);
  return /(?:^|\s)2>\s*\/dev\/null\b/.test(text.slice(start, end)) ? ' 2>/dev/null' : '';
}
