import { NOTHING, type Analysis, type Document, type MappedText } from 'imdsv2-core';
import { looksLikeShell, looksLikePowerShell, looksLikeUserData } from '../content.ts';
import { documentsOf, type Script } from '../embedded/script.ts';
import { suppressionsIn } from '../embedded/suppressions.ts';
import type { DocumentFrontEnd } from '../front-end.ts';
import { interpreterOf } from '../interpreters.ts';
import { dialectOf } from '../template/dialect-of.ts';
import { readPlaceholders } from '../template/placeholders.ts';
import { literalsOf, type StringLiteral } from './literals.ts';
import { syntaxOf } from './syntaxes.ts';

/**
 * Programs in languages that are not analysed themselves (Go, Ruby, Java, Groovy …): the scripts that they hold in strings. What the
 * program does with HTTP by itself is not seen.
 */
export const frontEnd: DocumentFrontEnd = {
  scope: 'document',
  languages: ['text'],
  load: () => Promise.resolve(analyseSource),
};

export function analyseSource(document: Document): Analysis {
  const syntax = syntaxOf(document.path);
  if (syntax === undefined) return NOTHING;
  const { strings, comments, holes } = literalsOf(document, syntax);
  const host = { ...document, holes };
  const documents = strings.flatMap((string) => {
    const script = scriptOf(host, string);
    return script === undefined ? [] : documentsOf(host, [script]);
  });
  return { ...NOTHING, documents, suppressions: suppressionsIn(document, comments, strings) };
}

function scriptOf(document: Document, { text, before }: StringLiteral): Script | undefined {
  const role = 'a string';
  const interpreter = interpreterOf(text.text);
  if (interpreter !== undefined && text.text.includes('\n')) {
    if (interpreter.language === undefined) return undefined;
    return rendered(document, {
      language: interpreter.language,
      text,
      role,
      ...(interpreter.shell === undefined ? {} : { shell: interpreter.shell }),
    });
  }
  if (text.text.includes('\n') && looksLikeUserData(text.text))
    return rendered(document, { language: 'user-data', text, role });
  const runner = RUNNERS.exec(before);
  if (runner !== null) {
    const called = runner[1]?.toLowerCase();
    if (called === 'powershell' || called === 'pwsh') return { language: 'powershell', text, role };
    if (called === 'bat') return { language: 'batch', text, role };
    // Of what is called "command" or "run" much is something else.
    if (CLIENT_AT_COMMAND.test(text.text) || looksLikeShell(text.text))
      return rendered(document, { language: 'shell', text, role });
    return undefined;
  }
  if (!text.text.includes('\n') || text.text.trim().split('\n').length < 3) return undefined;
  if (looksLikePowerShell(text.text)) return rendered(document, { language: 'powershell', text, role });
  return looksLikeShell(text.text) ? rendered(document, { language: 'shell', text, role }) : undefined;
}

/** What stands before a string that is run: a call, `-c` among its arguments, a variable that says what it holds. */
const RUNNERS =
  /(?:\b(bash|sh|zsh|shell|powershell|pwsh|bat|exec|execute|system|shell_exec|passthru|popen|run|run_?command|run_?script|command|user_?data|script)\s*(?:\(|:|=|:=)?\s*(?:script\s*[:=]\s*)?|["']-(?:l?c)["']\s*,\s*|\b\w*(?:cmd|command|script|user_?data)\w*\s*(?::=|=|:|=>)\s*|(?:^|[=(,\s])%x\s*)$/i;
const CLIENT_AT_COMMAND =
  /(?:^|[|;&({`\n]\s*|\$\()\s*(?:sudo\s+(?:-\w+\s+\S+\s+|-\w+\s+)*|env\s+)?(?:\/usr\/bin\/)?(?:curl|wget)\s/;

/** Go programs render scripts with their own templates. */
function rendered(document: Document, script: Script): Script {
  if (dialectOf(script.text.text, ['go']) === undefined) return script;
  const read: MappedText & { readonly holes: Document['holes'] } = readPlaceholders(script.text, document.holes, 'go');
  return { ...script, text: { text: read.text, map: read.map }, holes: read.holes };
}
