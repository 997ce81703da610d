/**
 * A grammar of shell scripts that ask for instance metadata, as people write them: values by many ways, tokens by
 * many ways, requests in many places. It knows the forms, not what they amount to: that is for bash and the analyser
 * to say.
 */
export interface Script {
  readonly text: string;
  /** Variables of the environment that the script reads, and the values it asks for. Empty: everything about it is known. */
  readonly inputs: ReadonlyMap<string, readonly string[]>;
}

/** Reads decisions from a tape (any numbers; zeros when it is at its end) and writes the script they lead to. The lower the numbers, the simpler the script. */
export function scriptOf(tape: readonly number[]): Script {
  const writer = new Writer(tape);
  writer.script();
  return { text: `${writer.lines.join('\n')}\n`, inputs: writer.inputs };
}

/** What is certainly set where a statement stands. */
interface Scope {
  /** Whole URLs. */
  readonly urls: readonly string[];
  /** Variables that hold an answer to a token request, or nothing. */
  readonly tokens: readonly string[];
  /** Arrays of options. */
  readonly options: readonly string[];
  readonly isInFunction: boolean;
  /** Whether statements here may run more than once. */
  readonly isRepeated: boolean;
}

const HOST = '169.254.169.254';
const LEAVES = ['instance-id', 'mac', 'ami-id', 'hostname', 'placement/region', 'local-ipv4'] as const;
const TTL_NAME = 'X-aws-ec2-metadata-token-ttl-seconds';
const TOKEN_NAME = 'X-aws-ec2-metadata-token';
const EMPTY_SCOPE: Scope = { urls: [], tokens: [], options: [], isInFunction: false, isRepeated: false };

class Writer {
  readonly lines: string[] = [];
  readonly inputs = new Map<string, readonly string[]>();
  readonly #tape: readonly number[];
  #at = 0;
  #names = 0;
  #requests = 0;
  #mayReadInputs = false;

  constructor(tape: readonly number[]) {
    this.#tape = tape;
  }

  script(): void {
    this.lines.push(this.#one('#!/bin/bash', '#!/bin/bash', '#!/bin/bash -e', '#!/usr/bin/env bash'));
    // One script in eight reads its environment.
    this.#mayReadInputs = this.#pick(8) === 7;
    const strict = this.#pick(6);
    if (strict === 1 || strict === 2) this.lines.push('set -e');
    if (strict === 3) this.lines.push('set -eo pipefail');
    if (strict === 4) this.lines.push('set -o errexit');
    this.#statements(EMPTY_SCOPE, 2 + this.#pick(4), 0);
  }

  // Decisions

  /** A number below `count`. */
  #pick(count: number): number {
    const value = this.#tape[this.#at] ?? 0;
    this.#at += 1;
    return value % count;
  }

  #one<T>(...forms: readonly [T, ...T[]]): T {
    return forms[this.#pick(forms.length)] ?? forms[0];
  }

  /** One of the texts, made only when it is taken. */
  #form(...forms: readonly [() => string, ...(() => string)[]]): string {
    return this.#one(...forms)();
  }

  #name(start: string): string {
    this.#names += 1;
    return `${start}${String(this.#names)}`;
  }

  // Statements

  #statements(scope: Scope, count: number, depth: number): Scope {
    let here = scope;
    for (let i = 0; i < count; i += 1) here = this.#statement(here, depth);
    return here;
  }

  /** Writes a statement; gives what is set after it. */
  #statement(scope: Scope, depth: number): Scope {
    // What can be nested without end is left out deep down, and so is more than a run can try out.
    const choice = this.#requests > 3 ? 13 : this.#pick(depth > 1 ? 7 : 20);
    switch (choice) {
      case 0:
        this.#request(scope);
        return scope;
      case 1:
      case 2:
        return this.#token(scope);
      case 3:
        this.#request(scope);
        return scope;
      case 4:
        return { ...scope, urls: [...scope.urls, this.#variable(this.#url(scope))] };
      case 5:
        return this.#optionArray(scope);
      case 6:
        this.#reassignment(scope);
        return scope;
      case 7:
      case 8:
        this.#branching(scope, depth);
        return scope;
      case 9:
        this.#loop(scope, depth);
        return scope;
      case 10:
        return this.#asker(scope);
      case 11:
        this.#group(scope, depth);
        return scope;
      case 12:
        this.#writtenScript();
        return scope;
      case 13:
        this.#noRequest(scope);
        return scope;
      case 14:
        this.#procedure(scope, depth);
        return scope;
      case 15:
        this.#heredoc(scope);
        return scope;
      case 16:
        this.#secondTry(scope);
        return scope;
      case 17:
        this.lines.push(this.#one('set -e', 'set +e'));
        return scope;
      default:
        return this.#token(scope);
    }
  }

  /** A request for data, in one of the places where a command can stand. */
  #request(scope: Scope): void {
    const command = this.#dataCommand(scope);
    const result = this.#name('RESULT');
    const push = (...lines: string[]): void => void this.lines.push(...lines);
    switch (this.#pick(18)) {
      case 0: {
        push(command);
        return;
      }
      case 1: {
        push(`${result}=$(${command})`);
        return;
      }
      case 2: {
        push(`${command} || echo unknown`);
        return;
      }
      case 3: {
        push(`${result}=$(${command} || true)`);
        return;
      }
      case 4: {
        push(`${command} | tr a-z A-Z`);
        return;
      }
      case 5: {
        push(`if ${command} >/dev/null; then`, '  echo yes', 'fi');
        return;
      }
      case 6: {
        push(`echo "it is $(${command})"`);
        return;
      }
      case 7: {
        push(`(${command})`);
        return;
      }
      case 8: {
        push(`{ ${command}; } > out.txt`);
        return;
      }
      case 9: {
        push(`true && ${command}`);
        return;
      }
      case 10: {
        push(`false || ${command}`);
        return;
      }
      case 11: {
        push(`eval ${quoted(command)}`);
        return;
      }
      case 12: {
        push(`COMMAND=${quoted(command)}`);
        push('eval "$COMMAND"');
        return;
      }
      case 13: {
        push(`export ${result}="$(${command})"`);
        return;
      }
      case 14: {
        push(`! ${command}`);
        return;
      }
      case 15: {
        push(`timeout 5 ${command}`);
        return;
      }
      case 16: {
        push(
          `${result}=\`${command.includes('`') || command.includes('\\') || command.includes('"$(') ? 'true' : command}\``,
        );
        return;
      }
      default: {
        push(`bash -c 'curl -s "$1"' _ ${this.#url(scope)}`);
        return;
      }
    }
  }

  /** A token is asked for. What happens when there is none is said in one of many ways, or not at all. */
  #token(scope: Scope): Scope {
    const name = this.#name('TOKEN');
    const ask = this.#tokenCommand();
    const push = (...lines: string[]): void => void this.lines.push(...lines);
    const set = { ...scope, tokens: [...scope.tokens, name] };
    const local = scope.isInFunction ? 'local' : 'declare';
    switch (this.#pick(20)) {
      case 1:
        push(`${name}=$(${ask}) || exit 1`);
        return set;
      case 2:
        push(`${name}=$(${ask} || true)`);
        return set;
      case 3:
        push(`${name}=$(${ask}) || true`);
        return set;
      case 4:
        push(`${name}=$(${ask}) || ${name}=`);
        return set;
      case 5:
        push(`export ${name}=$(${ask})`);
        return set;
      case 6:
        push(`${local} ${name}=$(${ask})`);
        return set;
      case 7:
        push(`${local} ${name}`, `${name}=$(${ask})`);
        return set;
      case 8:
        push(`${scope.isRepeated ? '' : 'readonly '}${name}="$(${ask})"`);
        return set;
      case 9:
        push(`if ! ${name}=$(${ask}); then`, '  echo "no token" >&2', '  exit 1', 'fi');
        return set;
      case 10:
        push(`${name}=$(${ask})`, `[ -n "$${name}" ] || exit 1`);
        return set;
      case 11:
        push(`${name}=$(${ask})`, `if [ -z "$${name}" ]; then`, '  exit 1', 'fi');
        return set;
      case 12:
        push(`${name}=$(${ask})`, `: "\${${name}:?no token}"`);
        return set;
      case 13:
        push(`for try in 1 2; do`, `  ${name}=$(${ask}) && break`, 'done');
        return set;
      case 14: {
        const ask1 = this.#name('get_token_');
        push(`${ask1}() {`, `  ${ask}`, '}', `${name}=$(${ask1})`);
        return set;
      }
      case 15:
        push(`${name}=$(${ask} | tr -d '\\r')`);
        return set;
      case 16:
        push(`${name}=\`${ask.includes('`') || ask.includes('\\') || ask.includes('"$(') ? 'echo none' : ask}\``);
        return set;
      case 17:
        push(`${ask} > token.txt`, `${name}=$(cat token.txt)`);
        return set;
      case 18:
        push(`${name}=`, `[[ -n \${${name}:=$(${ask})} ]] || { echo "no token"; exit 1; }`);
        return set;
      default:
        push(`${name}=$(${ask})`);
        return set;
    }
  }

  #optionArray(scope: Scope): Scope {
    const name = this.#name('OPTS');
    this.lines.push(`${name}=(${this.#one('-s', '-sS --retry 2', '-s -m 5', '--silent --show-error')})`);
    const [token] = scope.tokens.slice(-1);
    const form = this.#pick(3);
    if (token !== undefined && form === 1) this.lines.push(`${name}+=(-H "${TOKEN_NAME}: $${token}")`);
    if (token !== undefined && form === 2) {
      this.lines.push(`if [ -n "$${token}" ]; then`, `  ${name}+=(-H "${TOKEN_NAME}: $${token}")`, 'fi');
    }
    return { ...scope, options: [...scope.options, name] };
  }

  #reassignment(scope: Scope): void {
    const [url] = scope.urls.slice(-1);
    if (url === undefined) {
      this.#noRequest(scope);
      return;
    }
    this.lines.push(`${url}=${this.#url(EMPTY_SCOPE)}`);
  }

  #branching(scope: Scope, depth: number): void {
    if (this.#pick(4) === 3) {
      this.#case(scope, depth);
      return;
    }
    const first = this.#condition(scope);
    const second = this.#pick(4) === 3 ? this.#condition(scope) : undefined;
    this.lines.push(`if ${first}; then`);
    this.#statements(scope, 1 + this.#pick(2), depth + 1);
    if (second !== undefined) {
      this.lines.push(`elif ${second}; then`);
      this.#statements(scope, 1, depth + 1);
    }
    if (this.#pick(2) === 1) {
      this.lines.push('else');
      this.#statements(scope, 1, depth + 1);
    }
    this.lines.push('fi');
  }

  #case(scope: Scope, depth: number): void {
    const subject = this.#subject();
    this.lines.push(`case ${subject} in`);
    for (const pattern of this.#one(['a'], ['a', 'b'], ['a|c', '*'], ['[ab]', '*'])) {
      this.lines.push(`${pattern})`);
      this.#statements(scope, 1, depth + 1);
      this.lines.push(';;');
    }
    this.lines.push('esac');
  }

  /** A word whose value is a, b or something else. */
  #subject(): string {
    if (this.#mayReadInputs && this.#pick(2) === 1) {
      const input = `INPUT_${this.#one('A', 'B')}`;
      this.inputs.set(input, ['a', 'b']);
      return `"$${input}"`;
    }
    return `"$${this.#variable(this.#one('a', 'b', 'c'))}"`;
  }

  #condition(scope: Scope): string {
    const [token] = scope.tokens.slice(-1);
    if (token !== undefined && this.#pick(2) === 1) {
      return this.#one(
        `[ -n "$${token}" ]`,
        `[ -z "$${token}" ]`,
        `[[ -n $${token} ]]`,
        `[ "$${token}" != "" ]`,
        `test -z "$${token}"`,
      );
    }
    const subject = this.#subject();
    return this.#one(
      `[ ${subject} = a ]`,
      `[[ ${subject} == a* ]]`,
      `[ ${subject} != a ]`,
      `! [ ${subject} = b ]`,
      `[ ${subject} = a ] || [ ${subject} = b ]`,
      `test ${subject} = a`,
      `[[ ${subject} =~ ^[ab]$ ]]`,
      `[ -n ${subject} ]`,
    );
  }

  #loop(scope: Scope, depth: number): void {
    const push = (...lines: string[]): void => void this.lines.push(...lines);
    const item = this.#name('item');
    const leaves = LEAVES.slice(0, 1 + this.#pick(2));
    const command = (leaf: string): string => this.#dataCommand(scope, `"http://${HOST}/latest/meta-data/${leaf}"`);
    switch (this.#pick(6)) {
      case 1: {
        const list = this.#name('LIST');
        push(
          `${list}=(${leaves.join(' ')})`,
          `for ${item} in "\${${list}[@]}"; do`,
          `  ${command(`$${item}`)}`,
          'done',
        );
        return;
      }
      case 2:
        push(`for ${item} in ${leaves.join(' ')}; do`);
        push(`  ${command(`$${item}`)} && break`, 'done');
        return;
      case 3: {
        const list = this.#name('LIST');
        push(`${list}="${leaves.join(' ')}"`, `for ${item} in $${list}; do`, `  ${command(`$${item}`)}`, 'done');
        return;
      }
      case 4:
        push(`while read -r ${item}; do`);
        push(`  ${command(`$${item}`)}`, 'done <<LIST', ...leaves, 'LIST');
        return;
      case 5:
        push(`for ${item} in 1 2; do`);
        this.#statements({ ...scope, isRepeated: true }, 1, depth + 1);
        push('done');
        return;
      default:
        push(`for ${item} in ${leaves.join(' ')}; do`, `  ${command(`$${item}`)}`, 'done');
    }
  }

  /** A function that asks for what its argument names, and calls of it. */
  #asker(scope: Scope): Scope {
    const name = this.#name('imds');
    const push = (...lines: string[]): void => void this.lines.push(...lines);
    const argument = this.#pick(2) === 1 ? this.#name('path') : undefined;
    push(this.#one(`${name}() {`, `function ${name} {`));
    if (argument !== undefined) push(`  local ${argument}=$1`);
    const path = argument === undefined ? '$1' : `\${${argument}}`;
    const url = `"http://${HOST}/latest/meta-data/${path}"`;
    switch (this.#pick(4)) {
      case 1:
        push(`  ${this.#dataCommand({ ...scope, tokens: [] }, url)}`);
        break;
      case 2: {
        const token = this.#name('token');
        const tokenForm = this.#pick(3);
        const ask = this.#tokenCommand();
        if (tokenForm === 0) push(`  local ${token}`, `  ${token}=$(${ask})`);
        else if (tokenForm === 1) push(`  local ${token}=$(${ask})`);
        else push(`  local ${token}`, `  ${token}=$(${ask}) || return 1`);
        push(`  curl -s -H "${TOKEN_NAME}: $${token}" ${url}`);
        break;
      }
      case 3:
        push('  shift', `  curl -s "$@" ${url.replace(path, '$IMDS_PATH')}`);
        push('}');
        push(`IMDS_PATH=${LEAVES[0]} ${name} x ${this.#header(scope)}`);
        return scope;
      default:
        push(`  ${this.#dataCommand(scope, url)}`);
    }
    push('}');
    const calls = 1 + this.#pick(2);
    for (let i = 0; i < calls; i += 1) {
      const leaf = this.#one(...LEAVES);
      push(
        this.#one(
          `${name} ${leaf}`,
          `echo "$(${name} ${leaf})"`,
          `if ${name} ${leaf}; then echo yes; fi`,
          `${name} ${leaf} || true`,
          `VALUE=$(${name} "${leaf}")`,
        ),
      );
    }
    return scope;
  }

  /** A function without arguments around some statements, called once in one of the places of a command. */
  #procedure(scope: Scope, depth: number): void {
    const name = this.#name('main');
    this.lines.push(`${name}() {`);
    this.#statements({ ...scope, isInFunction: true }, 1 + this.#pick(2), depth + 1);
    this.lines.push('}');
    this.lines.push(
      this.#one(
        name,
        `${name} || true`,
        `if ${name}; then echo done; fi`,
        `${name} "$@"`,
        `(${name})`,
        `${name} && echo done`,
      ),
    );
  }

  #group(scope: Scope, depth: number): void {
    const [open, close] = this.#one(['{', '}'], ['(', ')'], ['{', '} || true'], ['(', ') || true'], ['(', ') | cat']);
    this.lines.push(open);
    this.#statements(scope, 1 + this.#pick(2), depth + 1);
    this.lines.push(close);
  }

  /** A script written by the script, and run. */
  #writtenScript(): void {
    const file = `${this.#name('ask')}.sh`;
    const command = this.#dataCommand(EMPTY_SCOPE, `http://${HOST}/latest/meta-data/${this.#one(...LEAVES)}`);
    const opener = this.#one(
      `cat > ${file} <<'SCRIPT'`,
      `cat <<'SCRIPT' > ${file}`,
      `tee ${file} >/dev/null <<'SCRIPT'`,
    );
    this.lines.push(
      opener,
      '#!/bin/bash',
      command,
      'SCRIPT',
      this.#one(`bash ${file}`, `chmod +x ${file} && ./${file}`, `. ./${file}`, `sh ${file}`),
    );
  }

  #heredoc(scope: Scope): void {
    const command = this.#dataCommand(scope);
    this.lines.push(this.#one('cat <<DOC', 'cat > file.txt <<DOC', 'cat <<-DOC'), `it's $(${command})`, 'DOC');
  }

  /** A request with a token where there is one, and one without where there is none. */
  #secondTry(scope: Scope): void {
    const [token] = scope.tokens.slice(-1);
    if (token === undefined) {
      this.#request(scope);
      return;
    }
    const url = this.#url(scope);
    const withToken = `curl -s -H "${TOKEN_NAME}: $${token}" ${url}`;
    this.#requests += 2;
    switch (this.#pick(4)) {
      case 1:
        this.lines.push(`[ -n "$${token}" ] && ${withToken} || curl -s ${url}`);
        return;
      case 2:
        this.lines.push(`curl -s \${${token}:+-H "${TOKEN_NAME}: $${token}"} ${url}`);
        return;
      case 3:
        this.lines.push(
          `HEADER=`,
          `[ -z "$${token}" ] || HEADER="${TOKEN_NAME}: $${token}"`,
          `curl -s -H "$HEADER" ${url}`,
        );
        return;
      default:
        this.lines.push(`if [ -n "$${token}" ]; then`, `  ${withToken}`, 'else', `  curl -s ${url}`, 'fi');
    }
  }

  /** What only looks like a request, or goes elsewhere. */
  #noRequest(scope: Scope): void {
    const url = scope.urls.at(-1) === undefined ? `http://${HOST}/latest/meta-data/mac` : `$${scope.urls.at(-1) ?? ''}`;
    this.lines.push(
      this.#one(
        `echo "curl ${url}"`,
        `: # curl -s ${url}`,
        `export NO_PROXY=${HOST}`,
        `printf '%s\\n' "curl -s http://${HOST}/latest/meta-data/mac"`,
        `cat > notes.txt <<'NOTES'\nSee http://${HOST}/latest/user-data, and curl.\nNOTES`,
        `curl -s --noproxy ${HOST} https://example.com/latest/meta-data.txt`,
        `echo ${HOST} | grep -q curl || true`,
      ),
    );
  }

  // Commands

  #dataCommand(scope: Scope, url?: string): string {
    this.#requests += 1;
    const where = url ?? this.#url(scope);
    const words: string[] = [];
    const [options] = scope.options.slice(-1);
    if (options !== undefined && this.#pick(2) === 1) words.push(`"\${${options}[@]}"`);
    else
      words.push(
        this.#one(
          '-s',
          '-sf',
          '-sS',
          '--silent',
          '-fsS',
          '-s -m 5',
          '-s --connect-timeout 2',
          '-so /dev/null',
          '-s --noproxy "*"',
          '-sLf --retry 3',
        ),
      );
    words.push(this.#header(scope));
    if (this.#pick(8) === 7) words.push('-I');
    const order = this.#pick(4);
    const urlWord = order === 3 ? `--url ${where}` : where;
    const all = order === 1 ? [urlWord, ...words] : [...words, urlWord];
    return ['curl', ...all.filter((word) => word !== '')].join(' ');
  }

  /** The token header as an option, or nothing. */
  #header(scope: Scope): string {
    const [token] = scope.tokens.slice(-1);
    if (token === undefined) {
      if (this.#pick(6) !== 5) return '';
      this.#requests += 1;
      return `-H "${TOKEN_NAME}: $(${this.#tokenCommand()})"`;
    }
    const value = `${TOKEN_NAME}: $${token}`;
    return this.#form(
      () => `-H "${value}"`,
      () => `-H "${value}"`,
      () => `-H"${value}"`,
      () => `--header "${value}"`,
      () => `--header="${value}"`,
      () => `-H '${TOKEN_NAME}: '"$${token}"`,
      () => `-H "x-AWS-ec2-metadata-token:\${${token}}"`,
      () => `-H "$${this.#variable(`"${value}"`)}"`,
      () => `-H "$${this.#variable(TOKEN_NAME)}: $${token}"`,
      () => '',
      () => `-H "X-aws-metadata-token: $${token}"`,
    );
  }

  #tokenCommand(): string {
    this.#requests += 1;
    const ttl = this.#one('60', '21600', '21600', '300');
    const header = this.#one(
      `-H "${TTL_NAME}: ${ttl}"`,
      `-H '${TTL_NAME}:${ttl}'`,
      `--header "${TTL_NAME}: ${ttl}"`,
      `--header='${TTL_NAME}: ${ttl}'`,
    );
    const url = this.#one(
      `http://${HOST}/latest/api/token`,
      `"http://${HOST}/latest/api/token"`,
      `${HOST}/latest/api/token`,
    );
    const form = this.#pick(7);
    const silent = this.#one('-sf', '-s', '-sSf', '-fsS', '-s --fail', '-sS');
    switch (form) {
      case 1:
        return `curl ${silent} -XPUT ${header} ${url}`;
      case 2:
        return `curl --request PUT ${silent} ${header} ${url}`;
      case 3:
        return `curl --request=PUT ${url} ${header} ${silent}`;
      case 4:
        return `curl -sSfX PUT ${header} ${url}`;
      case 5:
        return `curl -X "PUT" ${url} ${silent} ${header}`;
      case 6:
        return `curl ${silent} ${header} -X PUT --url ${url} -m 2`;
      default:
        return `curl ${silent} -X PUT ${header} ${url}`;
    }
  }

  // Values

  /** A word that is the URL of some metadata. */
  #url(scope: Scope): string {
    const known = scope.urls.at(-1);
    if (known !== undefined && this.#pick(2) === 1) return this.#one(`"$${known}"`, `"\${${known}}"`, `$${known}`);
    const path = `latest/meta-data/${this.#one(...LEAVES)}`;
    switch (this.#pick(6)) {
      case 1:
        return `"http://$${this.#variable(this.#word(HOST))}/${path}"`;
      case 2:
        return `"$${this.#variable(this.#word(`http://${HOST}`))}/${path}"`;
      case 3:
        return `http://${HOST}/${this.#word(path)}`;
      case 4:
        return `${HOST}/${path}`;
      case 5:
        return this.#word(`http://${HOST}/${path}`);
      default:
        return `http://${HOST}/${path}`;
    }
  }

  /** A word with this value, by one of the ways that the shell offers. What it needs is written before. */
  #word(value: string): string {
    const middle = Math.floor(value.length / 2);
    const [start, end] = [value.slice(0, middle), value.slice(middle)];
    return this.#form(
      () => `"${value}"`,
      () => `'${value}'`,
      () => `"$${this.#variable(`"${value}"`)}"`,
      () => `"${start}"'${end}'`,
      () => `"$(echo ${value})"`,
      () => `"$(printf '%s%s' '${start}' ${end})"`,
      () => `"\${${this.#array('x', value)}[1]}"`,
      () => `"\${${this.#variable(`${value}.txt`)}%.txt}"`,
      () => `"\${${this.#variable(`abc${value}`)}#abc}"`,
      () => `"\${${this.#variable(`${value}@@`)}/@@/}"`,
      () => `"\${${this.#variable('')}:-${value}}"`,
      () => `"\${${this.#variable('x')}:+${value}}"`,
      () => `"\${${this.#variable(`${value}XYZ`)}:0:${String(value.length)}}"`,
      () => `"$${this.#appended(start, end)}"`,
      () => `"$${this.#read(value)}"`,
      () => `"$${this.#fromHeredoc(value)}"`,
      () => `"$(${this.#printer(value)})"`,
      () => `"\${${this.#variable(value.toUpperCase())},,}"`,
      () => `"\${${this.#variable(value)}:?not set}"`,
      () => (this.#mayReadInputs ? `"\${${this.#input(value)}:-${value}}"` : `"${value}"`),
    );
  }

  /** Writes an assignment of the word; gives the variable's name. */
  #variable(word: string): string {
    const name = this.#name('V');
    this.lines.push(`${this.#one('', '', '', 'export ', 'declare ')}${name}=${word}`);
    return name;
  }

  #array(...values: readonly string[]): string {
    const name = this.#name('A');
    this.lines.push(`${name}=(${values.join(' ')})`);
    return name;
  }

  #appended(start: string, end: string): string {
    const name = this.#name('V');
    this.lines.push(`${name}=${start}`, `${name}+=${end}`);
    return name;
  }

  #read(value: string): string {
    const name = this.#name('V');
    this.lines.push(
      this.#one(
        `read -r ${name} <<< "${value}"`,
        `printf -v ${name} '%s' '${value}'`,
        `IFS= read -r ${name} <<'LINE'\n${value}\nLINE`,
      ),
    );
    return name;
  }

  #fromHeredoc(value: string): string {
    const name = this.#name('V');
    this.lines.push(`${name}=$(cat <<TEXT`, value, 'TEXT', ')');
    return name;
  }

  #printer(value: string): string {
    const name = this.#name('print');
    this.lines.push(`${name}() { echo "${value}"; }`);
    return name;
  }

  #input(value: string): string {
    const name = this.#name('INPUT_URL_');
    this.inputs.set(name, [`${value}0`]);
    return name;
  }
}

function quoted(command: string): string {
  return `'${command.replaceAll("'", `'\\''`)}'`;
}
