/** How strings and comments are written in a language, as far as it takes to find them. */
export interface Syntax {
  /** One token per match; a named group says which: `comment`, `raw` (as it stands), `escaped` (backslash escapes). */
  readonly tokens: RegExp;
  /** Expressions inside `escaped` strings and heredocs that stand for a value. */
  readonly holes?: RegExp;
  /** `<<~NAME` and the like. */
  readonly heredocs?: boolean;
}

const SLASH_COMMENTS = '(?<comment>\\/\\/[^\\n]*|\\/\\*[^]*?(?:\\*\\/|$))';
const DOUBLE = '"(?<escaped>(?:[^"\\\\\\n]|\\\\[^])*)"';
const TRIPLE = '"""(?<triple>[^]*?)"""';

const GO: Syntax = {
  tokens: new RegExp(`${SLASH_COMMENTS}|\`(?<raw>[^\`]*)\`|${DOUBLE}|'(?:[^'\\\\\\n]|\\\\.)*'`, 'g'),
};
const JAVA: Syntax = { tokens: new RegExp(`${SLASH_COMMENTS}|${TRIPLE}|${DOUBLE}|'(?:[^'\\\\\\n]|\\\\.){0,8}'`, 'g') };
const KOTLIN: Syntax = { ...JAVA, holes: /(?<!\\)\$\{[^{}]*\}/g };
const GROOVY: Syntax = {
  tokens: new RegExp(
    `${SLASH_COMMENTS}|${TRIPLE}|'''(?<plain>[^]*?)'''|${DOUBLE}|'(?<single>(?:[^'\\\\\\n]|\\\\[^])*)'`,
    'g',
  ),
  holes: /(?<!\\)\$\{[^{}]*\}|(?<!\\)\$[A-Za-z_]\w*(?:\.\w+)*/g,
};
const CSHARP: Syntax = {
  tokens: new RegExp(`${SLASH_COMMENTS}|${TRIPLE}|@"(?<raw>(?:[^"]|"")*)"|${DOUBLE}|'(?:[^'\\\\\\n]|\\\\.){0,8}'`, 'g'),
};
const RUST: Syntax = {
  tokens: new RegExp(`${SLASH_COMMENTS}|r#*"(?<raw>[^]*?)"#*(?=[\\s,;).])|"(?<escaped>(?:[^"\\\\]|\\\\[^])*)"`, 'g'),
};
const PHP: Syntax = {
  tokens: new RegExp(
    `${SLASH_COMMENTS}|#[^\\n]*|"(?<escaped>(?:[^"\\\\]|\\\\[^])*)"|'(?<single>(?:[^'\\\\]|\\\\[^])*)'|\`(?<command>[^\`]*)\``,
    'g',
  ),
  heredocs: true,
  holes: /\{\$[^{}]*\}/g,
};
const RUBY: Syntax = {
  tokens: new RegExp(
    '(?<comment>(?<=^|\\s)#[^\\n]*)|%[qQwWx]?(?:\\{(?<braces>[^{}]*)\\}|\\((?<parens>[^()]*)\\))|"(?<escaped>(?:[^"\\\\]|\\\\[^])*)"|\'(?<single>(?:[^\'\\\\]|\\\\[^])*)\'|`(?<command>(?:[^`\\\\]|\\\\[^])*)`',
    'g',
  ),
  holes: /#\{[^{}]*\}/g,
  heredocs: true,
};
const LUA: Syntax = {
  tokens: new RegExp(
    `(?<comment>--(?!\\[)[^\\n]*)|\\[\\[(?<raw>[^]*?)\\]\\]|${DOUBLE}|'(?<single>(?:[^'\\\\\\n]|\\\\[^])*)'`,
    'g',
  ),
};

const BY_EXTENSION: Readonly<Record<string, Syntax>> = {
  go: GO,
  java: JAVA,
  kt: KOTLIN,
  kts: KOTLIN,
  scala: KOTLIN,
  swift: JAVA,
  groovy: GROOVY,
  gradle: GROOVY,
  jenkinsfile: GROOVY,
  cs: CSHARP,
  rs: RUST,
  php: PHP,
  rb: RUBY,
  vagrantfile: RUBY,
  pl: RUBY,
  pm: RUBY,
  lua: LUA,
};

/** The syntax of a file, by its extension or (Jenkinsfile, Vagrantfile) its name. */
export function syntaxOf(path: string): Syntax | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return BY_EXTENSION[name.slice(name.lastIndexOf('.') + 1)] ?? BY_EXTENSION[name.split('.')[0] ?? ''];
}
