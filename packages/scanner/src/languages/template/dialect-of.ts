import type { DialectName } from './dialects.ts';

/** Signs of each dialect that nothing else has. */
const SIGNS: Readonly<Record<DialectName, RegExp>> = {
  terraform: /\$\$\{|%\{ *~? *(?:if|else|endif|for|endfor)\b|\$\{(?:var|local|module|data|path)\.|\$\{ *\w+\(/,
  jinja: /\{\{-?\s*(?:[\w"'(]|\[)|\{%/,
  erb: /<%[-=#]?/,
  go: /\{\{-?\s*(?:\.|\$|if |range |with |end\b|include |template |define |\/\*|[a-z]\w* [."$(])/,
  mustache: /\{\{[{#^/]?\s*\w/,
  at: /@[A-Z][A-Z\d_]+@/,
  github: /\$\{\{/,
  circle: /<<\s*(?:parameters|pipeline)\./,
  azure: /\$\{\{|\$\(\w+\.\w+/,
  ssm: /\{\{\s*[\w:.]+\s*\}\}/,
};

/** The first of the candidates that a text shows a sign of. */
export function dialectOf(text: string, candidates: readonly DialectName[]): DialectName | undefined {
  return candidates.find((name) => SIGNS[name].test(text));
}
