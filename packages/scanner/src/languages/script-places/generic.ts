import type { LanguageId } from 'imdsv2-core';
import { scriptOfWords } from '../embedded/command-line.ts';
import type { Script } from '../embedded/script.ts';
import { looksLikeUserData, looksLikeShell, scriptLanguageOf } from '../content.ts';
import { languageOfName } from '../../discover/kinds.ts';
import { interpreterOf } from '../interpreters.ts';
import { textOf, type Node, type Scalar, type SequenceNode } from '../structured/node.ts';
import { decodeBase64, looksLikeBase64 } from '../user-data/encodings.ts';

/** Keys whose values run, whatever format they stand in. */
const RUNS: readonly { readonly key: RegExp; readonly language: LanguageId }[] = [
  {
    key: /^(?:base64_?)?user_?data(?:_?base64|_script)?$|^startup_?script$|^(?:pre|post)?_?bootstrap_?user_?data$|^custom_?data$/i,
    language: 'user-data',
  },
  {
    key: /^(?:bash|shell|sh)(?:_?(?:script|command|commands))?$|^(?:run|exec|execute|invoke|start|stop|reload|install|setup|init|build|test|check|pre|post|before|after|on)?_?-?(?:command|commands|cmd|cmds|script|scripts)(?:_?line)?$|^(?:run|runcmd|exec|entrypoint|inline|commandline|condition|unless|only_if|not_if|onlyif|hook|hooks)$/i,
    language: 'shell',
  },
  { key: /^(?:powershell|pwsh|ps1?)(?:_?(?:script|command|commands))?$/i, language: 'powershell' },
];

/** Keys whose values are read by people. */
const PROSE =
  /^(?:description|desc|summary|title|message|msg|help|doc|docs|documentation|notes?|comments?|readme|markdown|md|text|body|label|caption|example|examples|usage|remediation|rationale|impact|pattern|patterns|pattern-\w+|regex|rule|when|if|changelog|prompt|question|answer|content_html|references?|fix|audit|url|uri|link|links|source_url|homepage)$/i;

/** Values of any file that are scripts by their key's name or by their content. `used` holds what a format's own places have taken. */
export function genericScripts(root: Node, used: ReadonlySet<Scalar>): readonly Script[] {
  const scripts: Script[] = [];
  const seen = new Set<Node>();
  const visit = (node: Node, path: readonly string[], isProse: boolean): void => {
    if (seen.has(node) || path.length > 60) return;
    seen.add(node);
    if (node.kind === 'scalar') {
      if (!used.has(node) && !isProse) scripts.push(...scriptOfScalar(node, path));
    } else if (node.kind === 'sequence') {
      const words = commandWords(node, path, used);
      if (words !== undefined && !isProse) {
        scripts.push(words);
        return;
      }
      for (const item of node.items) visit(item, path, isProse);
    } else {
      for (const { key, value } of node.entries) {
        const name = textOf(key) ?? '';
        visit(value, [...path, name], PROSE.test(name));
      }
    }
  };
  visit(root, [], false);
  return scripts;
}

/** `command: [bash, -c, "curl …"]`. */
function commandWords(node: SequenceNode, path: readonly string[], used: ReadonlySet<Scalar>): Script | undefined {
  const first = node.items[0];
  if (
    first?.kind !== 'scalar' ||
    used.has(first) ||
    node.items.length < 2 ||
    !/^(?:\S*\/)?(?:ba|da|z)?sh$|^(?:\S*\/)?(?:curl|wget|python3?|env|pwsh|powershell(?:\.exe)?)$/.test(first.text)
  )
    return undefined;
  const words = node.items.flatMap((item) => (item.kind === 'scalar' ? [item.mapped] : []));
  return words.length === node.items.length ? scriptOfWords(words, path.at(-1) ?? '') : undefined;
}

function scriptOfScalar(scalar: Scalar, path: readonly string[]): readonly Script[] {
  const { text } = scalar;
  if (text.length < 12 || typeof scalar.value !== 'string') return [];
  const key = path.at(-1) ?? '';
  const role = key;
  const runs = RUNS.find((entry) => entry.key.test(key));
  if (runs?.language === 'user-data') return [{ language: 'user-data', text: scalar.mapped, role, runner: 'host' }];
  if (looksLikeUserData(text)) return [{ language: 'user-data', text: scalar.mapped, role }];
  const interpreter = interpreterOf(text);
  if (interpreter !== undefined)
    return interpreter.language === undefined
      ? []
      : [
          {
            language: interpreter.language,
            text: scalar.mapped,
            role,
            ...(interpreter.shell === undefined ? {} : { shell: interpreter.shell }),
          },
        ];
  if (runs !== undefined)
    return looksLikeSentence(text)
      ? []
      : [
          {
            language: runs.language === 'shell' ? (shellKind(text) ?? 'shell') : runs.language,
            text: scalar.mapped,
            role,
          },
        ];
  if (looksLikeBase64(text) && text.length > 60) {
    const decoded = decodeBase64(scalar.mapped);
    return decoded !== undefined &&
      (looksLikeUserData(decoded.text) || interpreterOf(decoded.text) !== undefined || looksLikeShell(decoded.text))
      ? [{ language: 'user-data', text: decoded, role }]
      : [];
  }
  const byName = languageOfName(key);
  if (SCRIPTS.has(byName) && text.includes('\n'))
    return [{ language: byName as LanguageId, text: scalar.mapped, role }];
  // Without a telling place, several lines that all read as a script, or one line that can only be a command.
  if (text.includes('\n')) {
    const language = hasMarkup(text) ? undefined : scriptLanguageOf(text);
    return language === undefined ? [] : [{ language, text: scalar.mapped, role }];
  }
  return isCommandLine(text) ? [{ language: shellKind(text) ?? 'shell', text: scalar.mapped, role }] : [];
}

const SCRIPTS: ReadonlySet<string> = new Set(['shell', 'powershell', 'batch', 'python']);

function shellKind(text: string): LanguageId | undefined {
  const language = scriptLanguageOf(text);
  return language === 'powershell' || language === 'batch' ? language : undefined;
}

/** One line at a place that says nothing: it begins with a client and goes on as its command line does, or is an expression of PowerShell that downloads. */
function isCommandLine(text: string): boolean {
  return (
    /^\s*(?:sudo\s+)?(?:\/usr\/bin\/)?(?:curl|wget)\s+(?:-|'?"?https?:|\$)/.test(text) ||
    /^(?:[A-Za-z_]\w*=)?["']?\$\((?:curl|wget)\s/.test(text) ||
    /^\s*(?:\/bin\/)?(?:ba)?sh\s+-\w*c\s/.test(text) ||
    /\(New-Object\s+(?:System\.)?Net\.WebClient\)\.Download|(?:^|[(=|])\s*Invoke-(?:WebRequest|RestMethod)\s+(?:-\w+\s+|['"]?https?:)/i.test(
      text,
    )
  );
}

/** Markdown and HTML show scripts to people. */
function hasMarkup(text: string): boolean {
  return /^\s*```|^#{1,6} [A-Z].*\n\s*\n|<(?:p|ul|li|code|pre|br)\b|\]\(https?:/m.test(text);
}

function looksLikeSentence(text: string): boolean {
  return /^[A-Z][a-z]+(?: [a-z]+){3,}/.test(text) && !/[|;&$]/.test(text);
}
