import { concatAll, literal, type Document, type LanguageId, type Text } from 'imdsv2-core';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { toTexts, type Values } from '../evaluation/value.ts';
import { documentOf } from '../launches/user-data.ts';
import { hasMarker } from '../markers.ts';
import { calledName, type Call, type Node } from '../syntax/module.ts';
import { originOf } from './origin.ts';
import { Kind } from '../syntax/kind.ts';

/** Commands that are started as programs are: their text is a script of its own. */
export function collectCommands(evaluator: Evaluator, host: Document): readonly Document[] {
  return allCommands(evaluator, host).filter((document) => hasMarker(document.text));
}

function allCommands(evaluator: Evaluator, host: Document): readonly Document[] {
  return [
    ...evaluator.module.calls
      .filter((call) => startsCommands(call, evaluator))
      .flatMap((call) => commandsOf(call, evaluator, host)),
    ...evaluator.module.templates.flatMap((template) => {
      const [tag] = evaluator.evaluate(template.tag);
      if (tag?.kind !== 'reference') return [];
      const { name, made } = originOf(tag);
      // zx and execa: $`curl …`.
      if (!/^(zx|execa|bun|dax|dax-sh)(\/.*)?$/.test(name) || made.length > 1) return [];
      return documents(evaluator.evaluate(template.quasi), template, evaluator, host, 'shell', name);
    }),
  ];
}

function startsCommands(call: Call, evaluator: Evaluator): boolean {
  const { name, init } = calledName(evaluator.module, call.callee);
  return (
    /^(exec|execSync|spawn|spawnSync|execFile|execFileSync|fork|execa\w*|command|commandSync|getExecOutput|sync|default)$/.test(
      name ?? '',
    ) || /exec|spawn|promisify/.test(init)
  );
}

function commandsOf(call: Call, evaluator: Evaluator, host: Document): readonly Document[] {
  if (call.callee.type === Kind.Super || call.type === Kind.NewExpression) return [];
  return evaluator.evaluate(call.callee).flatMap((callee): readonly Document[] => {
    if (callee.kind !== 'reference') return [];
    const { kind, name, path, made } = originOf(callee);
    if (kind !== 'module' || made.length > 0) return [];
    const member = path.at(-1) ?? '';
    const args = evaluator.args(call, ROOT);
    if (
      name === 'child_process' ||
      /^(child-process-promise|promisify-child-process|cross-spawn|@npmcli\/promise-spawn)$/.test(name)
    ) {
      if (member === 'exec' || member === 'execSync')
        return documents(args[0], call, evaluator, host, 'shell', `child_process.${member}`);
      if (/^(spawn|spawnSync|execFile|execFileSync|fork)$/.test(member) || (member === '' && name === 'cross-spawn'))
        return argumentList(args, call, evaluator, host, `child_process.${member}`);
    }
    if (name === 'execa')
      return /command/i.test(member)
        ? documents(args[0], call, evaluator, host, 'shell', 'execa')
        : argumentList(args, call, evaluator, host, 'execa');
    if (name === 'shelljs' && member === 'exec')
      return documents(args[0], call, evaluator, host, 'shell', 'shelljs.exec');
    if (name === '@actions/exec' && /^exec|getExecOutput$/.test(member))
      return argumentList(args, call, evaluator, host, '@actions/exec');
    return [];
  });
}

/** `spawn('curl', ['-s', url])`: words as an array passes them, each quoted for the shell that reads them here. */
function argumentList(
  args: readonly Values[],
  call: Call,
  evaluator: Evaluator,
  host: Document,
  role: string,
): readonly Document[] {
  const [program, list] = args;
  if (program === undefined) return [];
  const array = list?.find((value) => value.kind === 'array');
  const words = array?.kind === 'array' ? array.items : [];
  const texts = concatAll([toTexts(program), ...words.flatMap((word) => [[literal(' ')], quoted(toTexts(word))])]);
  return texts
    .slice(0, 1)
    .flatMap((text) =>
      documentOf(
        { language: 'shell', lines: [text], location: placeOf(call, evaluator) },
        host,
        `command of ${role}`,
        undefined,
      ),
    );
}

function quoted(texts: readonly Text[]): readonly Text[] {
  return texts.map((text) => ({
    ...text,
    pieces: [
      { kind: 'literal', value: "'" } as const,
      ...text.pieces.map((piece) =>
        piece.kind === 'literal' && piece.value.includes("'")
          ? ({ kind: 'literal', value: piece.value.replaceAll("'", `'\\''`) } as const)
          : piece,
      ),
      { kind: 'literal', value: "'" } as const,
    ],
  }));
}

function documents(
  values: Values | undefined,
  node: Node,
  evaluator: Evaluator,
  host: Document,
  language: LanguageId,
  role: string,
): readonly Document[] {
  return toTexts(values ?? [])
    .slice(0, 4)
    .flatMap((text) =>
      text.pieces.some((piece) => piece.kind === 'literal')
        ? documentOf(
            { language, lines: [text], location: placeOf(node, evaluator) },
            host,
            `command of ${role}`,
            undefined,
          )
        : [],
    );
}

function placeOf(node: Node, evaluator: Evaluator) {
  return { path: evaluator.module.path, start: node.range[0], end: node.range[1] };
}
