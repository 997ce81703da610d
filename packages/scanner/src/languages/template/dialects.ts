/** What one match of a dialect's pattern is. */
export type Mark =
  /** A value stands here: its name as its author wrote it, and its default where the placeholder itself says one. */
  | { readonly kind: 'hole'; readonly name: string; readonly value?: string }
  /** Nothing stands here once rendered: control flow, comments, definitions. */
  | { readonly kind: 'dropped'; readonly defines?: { readonly name: string; readonly value: string } }
  /** An escape: these characters stand here once rendered. */
  | { readonly kind: 'literal'; readonly value: string }
  /** The part `start..end` of the match stands here as it is. */
  | { readonly kind: 'raw'; readonly start: number; readonly end: number }
  /** Not a placeholder after all. */
  | { readonly kind: 'verbatim' };

export interface Dialect {
  readonly pattern: RegExp;
  readonly read: (
    match: RegExpMatchArray,
    template: { readonly text: string; readonly variables: ReadonlyMap<string, string> },
  ) => Mark;
}

export type DialectName =
  'terraform' | 'jinja' | 'erb' | 'go' | 'mustache' | 'at' | 'github' | 'circle' | 'azure' | 'ssm';

const DROPPED: Mark = { kind: 'dropped' };

/** The template languages that scripts are written in. Bodies of placeholders may hold quoted closing signs only where the pattern says so. */
export const DIALECTS = {
  /** Strings and Templates, developer.hashicorp.com/terraform/language/expressions/strings. */
  terraform: {
    pattern:
      /\$\$\{|%%\{|\$\{((?:[^{}"]|"(?:[^"\\]|\\.)*"|\{(?:[^{}"]|"(?:[^"\\]|\\.)*"|\{[^{}]*\})*\})*)\}|%\{((?:[^{}"]|"(?:[^"\\]|\\.)*"|\{[^{}]*\})*)\}/g,
    read: ([whole, expression, directive], { text }) => {
      if (whole === '$${') return { kind: 'literal', value: '${' };
      if (whole === '%%{') return { kind: 'literal', value: '%{' };
      if (directive !== undefined)
        return /^~?\s*(?:if|else|endif|for|endfor)\b/.test(directive) ? DROPPED : { kind: 'verbatim' };
      const name = expression?.replace(/^~|~$/g, '').trim() ?? '';
      return isShellExpansion(name, text) ? { kind: 'verbatim' } : { kind: 'hole', name };
    },
  },
  /** jinja.palletsprojects.com/en/stable/templates. */
  jinja: {
    pattern:
      /\{%-?\+?\s*raw\s*-?%\}([^]*?)\{%-?\s*endraw\s*-?\+?%\}|\{\{((?:[^{}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\{[^{}]*\})*?)\}\}|\{%((?:[^%"']|"[^"]*"|'[^']*'|%(?!\}))*)%\}|(?<!\$)\{#[^]*?#\}/g,
    read: ([whole, raw, expression, directive]) => {
      if (raw !== undefined) {
        const start = whole.indexOf('%}') + 2;
        return { kind: 'raw', start, end: start + raw.length };
      }
      if (expression !== undefined) return jinjaExpression(expression.replace(/^[-+]|[-+]$/g, '').trim());
      const set = /^[-+]?\s*set\s+(\w+)\s*=\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*[-+]?$/.exec(directive ?? '');
      const value = set?.[2] ?? set?.[3];
      return set?.[1] === undefined || value === undefined
        ? DROPPED
        : { kind: 'dropped', defines: { name: set[1], value } };
    },
  },
  /** docs.ruby-lang.org/en/master/ERB.html; Puppet's EPP is the same. */
  erb: {
    pattern: /<%%|%%>|<%(=|-|#|)([^]{0,4000}?)-?%>/g,
    read: ([whole, sign, body]) => {
      if (whole === '<%%') return { kind: 'literal', value: '<%' };
      if (whole === '%%>') return { kind: 'literal', value: '%>' };
      if (sign === '=') return stringOr(body?.trim() ?? '');
      const set = /^\s*\$?(\w+)\s*=\s*(?:"([^"\\#]*)"|'([^'\\]*)')\s*$/.exec(body ?? '');
      const value = set?.[2] ?? set?.[3];
      return sign === '#' || set?.[1] === undefined || value === undefined
        ? DROPPED
        : { kind: 'dropped', defines: { name: set[1], value } };
    },
  },
  /** pkg.go.dev/text/template, with Helm's functions. */
  go: {
    pattern: /\{\{(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\*[^]*?\*\/|[^"`}]|\}(?!\})){0,2000}\}\}/g,
    read: ([whole]) => {
      const body = whole
        .slice(2, -2)
        .replace(/^-\s|\s-$/g, '')
        .trim();
      if (
        /^(?:\/\*|(?:if|else|end|range|with|define|block|break|continue)\b|\$\w+ *:?=)/.test(body) ||
        body === '-' ||
        body === ''
      )
        return DROPPED;
      const string = /^`([^`]*)`$|^"((?:[^"\\]|\\.)*)"$/.exec(body);
      if (string?.[1] !== undefined) {
        const start = whole.indexOf('`') + 1;
        return { kind: 'raw', start, end: start + string[1].length };
      }
      if (string?.[2] !== undefined) return { kind: 'literal', value: string[2].replace(/\\(.)/g, '$1') };
      const value = /(?:^|\|\s*|\()default\s+"([^"\\]*)"/.exec(body)?.[1];
      return value === undefined ? { kind: 'hole', name: body } : { kind: 'hole', name: body, value };
    },
  },
  /** mustache.github.io/mustache.5.html, Handlebars. */
  mustache: {
    pattern: /\{\{\{([^{}]*)\}\}\}|\{\{!--[^]*?--\}\}|\{\{([#^/!>=&~]?)([^{}]*)\}\}/g,
    read: ([, triple, sign, body]) => {
      if (triple !== undefined) return { kind: 'hole', name: triple.trim() };
      if (sign === '' || sign === '&' || sign === '>')
        return body?.trim() === 'else' ? DROPPED : { kind: 'hole', name: body?.trim() ?? '' };
      return DROPPED;
    },
  },
  /** Autoconf, CMake and hand-made: `@NAME@`. */
  at: {
    pattern: /@([A-Za-z_][\w.]*)@/g,
    read: ([, name]) => ({ kind: 'hole', name: name ?? '' }),
  },
  /** circleci.com/docs/reference/configuration-reference, *Parameters*; a shell would read a heredoc. */
  circle: {
    pattern: /<<\s*((?:parameters|pipeline|matrix)\.[\w.-]+)\s*>>/g,
    read: ([, name]) => ({ kind: 'hole', name: name ?? '' }),
  },
  /** learn.microsoft.com/azure/devops/pipelines/process/variables: `$(Build.SourcesDirectory)`, `${{ parameters.x }}`. A plain `$(name)` is left to the shell. */
  azure: {
    pattern: /\$\(([A-Za-z_]\w*(?:\.\w+)+)\)|\$\{\{((?:[^}]|\}(?!\}))*)\}\}/g,
    read: ([, variable, expression]) => ({ kind: 'hole', name: variable ?? expression?.trim() ?? '' }),
  },
  /** docs.aws.amazon.com/systems-manager, *Data elements and parameters*: `{{ Name }}`, `{{ step.Output }}`, `{{ global:DATE }}`. */
  ssm: {
    pattern: /\{\{\s*([\w:./-]+)\s*\}\}/g,
    read: ([, name]) => ({ kind: 'hole', name: name ?? '' }),
  },
  /** docs.github.com/actions, *Expressions*. */
  github: {
    pattern: /\$\{\{((?:[^}']|'(?:[^']|'')*'|\}(?!\}))*)\}\}/g,
    read: ([, expression]) => {
      const name = expression?.trim() ?? '';
      const value = /^'((?:[^']|'')*)'$/.exec(name)?.[1];
      return value === undefined ? { kind: 'hole', name } : { kind: 'literal', value: value.replaceAll("''", "'") };
    },
  },
} as const satisfies Readonly<Record<string, Dialect>>;

/**
 * `.tpl` files are not always Terraform's. Without a sign of Terraform a brace expansion is the shell's when it uses the shell's operators or when the text
 * itself gives the variable its value.
 */
function isShellExpansion(expression: string, text: string): boolean {
  if (/^[!#]?\w+(?:\[[@*\d]+\])?(?::?[-=?+]|#|%|\/|:\d|\^|,)/.test(expression) || /^[#!]\w+/.test(expression))
    return !/^\w+ *[%/] *\w+$/.test(expression);
  if (!/^[A-Za-z_]\w*$/.test(expression) || /\$\$\{|%\{ *~? *(?:if|for)\b/.test(text))
    return /^\d$|^\w+\[[@*]\]$/.test(expression);
  return new RegExp(`(?:^|[\\s;])(?:export |local |readonly |for )?${expression}(?:=| in )`, 'm').test(text);
}

function jinjaExpression(expression: string): Mark {
  const string = /^(?:"([^"\\]*)"|'([^'\\]*)')$/.exec(expression);
  const quoted = string?.[1] ?? string?.[2];
  if (quoted !== undefined) return { kind: 'literal', value: quoted };
  const fallback = /\|\s*(?:default|d)\(\s*(?:"([^"\\]*)"|'([^'\\]*)')/.exec(expression);
  const value = fallback?.[1] ?? fallback?.[2];
  const name = expression.replace(/\s*\|.*$/s, '');
  return value === undefined ? { kind: 'hole', name } : { kind: 'hole', name, value };
}

function stringOr(expression: string): Mark {
  const string = /^(?:"([^"\\#]*)"|'([^'\\]*)')$/.exec(expression);
  const value = string?.[1] ?? string?.[2];
  return value === undefined ? { kind: 'hole', name: expression } : { kind: 'literal', value };
}
