/** A request as curl would send it, read from its arguments: the options that the grammar uses, and no others. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. A header without a value is not sent. */
  readonly headers: ReadonlyMap<string, string>;
}

const FLAGS = new Set(['-s', '-S', '-f', '-L', '--silent', '--show-error', '--fail']);
const TAKES_VALUE = new Set([
  '-X',
  '-H',
  '-o',
  '-m',
  '--request',
  '--header',
  '--url',
  '--connect-timeout',
  '--noproxy',
  '--retry',
]);

/** Throws for an option that the grammar does not have. */
export function requestsOf(call: readonly string[]): readonly Sent[] {
  const urls: string[] = [];
  const headers = new Map<string, string>();
  let method = 'GET';
  const apply = (option: string, value: string): void => {
    if (option === '-X' || option === '--request') method = value;
    if (option === '--url') urls.push(value);
    if (option === '-H' || option === '--header') {
      const colon = value.indexOf(':');
      const content = value.slice(colon + 1).trim();
      if (colon > 0 && content !== '') headers.set(value.slice(0, colon).trim().toLowerCase(), content);
    }
  };
  const words = [...call];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.startsWith('--')) {
      const [name = '', ...value] = word.split('=');
      if (TAKES_VALUE.has(name)) apply(name, value.length > 0 ? value.join('=') : (words.shift() ?? ''));
      else if (!FLAGS.has(word)) throw new Error(`The grammar made an option that its reader does not know: ${word}`);
      continue;
    }
    if (!word.startsWith('-')) {
      urls.push(word);
      continue;
    }
    for (let i = 1; i < word.length; i += 1) {
      const option = `-${word.charAt(i)}`;
      if (option === '-I') method = 'HEAD';
      else if (TAKES_VALUE.has(option)) {
        apply(option, i + 1 < word.length ? word.slice(i + 1) : (words.shift() ?? ''));
        break;
      } else if (!FLAGS.has(option))
        throw new Error(`The grammar made an option that its reader does not know: ${word}`);
    }
  }
  return urls.map((url) => ({ method, url, headers }));
}
