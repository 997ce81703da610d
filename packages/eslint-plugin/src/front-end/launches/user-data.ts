import {
  embeddedDocument,
  holeCharacter,
  MappedTextBuilder,
  OffsetMap,
  type Document,
  type DocumentHole,
  type LanguageId,
  type Location,
  type Piece,
  type Text,
  type UserData,
} from 'imdsv2-core';
import { originOf } from '../clients/origin.ts';
import { ROOT, type Evaluator } from '../evaluation/evaluator.ts';
import { toText, toTexts, type ReferenceValue, type Value, type Values } from '../evaluation/value.ts';
import { unwrap, type Call, type Node } from '../syntax/module.ts';
import type { LaunchForm } from './catalogue.ts';
import { at } from './settings.ts';
import { Kind } from '../syntax/kind.ts';

export interface Scripts {
  readonly userData: UserData;
  readonly documents: readonly Document[];
}

/** A piece of a script, and whether a line of its own. */
interface Script {
  readonly language: LanguageId;
  readonly lines: readonly Text[];
  readonly location: Location;
}

/** What a launch runs at boot, as documents. */
export function userDataOf(
  call: Call,
  form: LaunchForm,
  props: Values,
  evaluator: Evaluator,
  host: Document,
  launchId: string,
): Scripts {
  const scripts: Script[] = [];
  let why: string | undefined;
  let location: Location | undefined;
  for (const path of form.userData ?? []) {
    const found = at(props, path, evaluator, call);
    for (const value of found.values) {
      if (value.kind === 'primitive') continue;
      location ??= found.location;
      const script = scriptOf(value, found.location ?? placeOf(call, evaluator), evaluator);
      if (script === undefined)
        why ??= value.kind === 'unknown' ? `${value.name} is not known: ${value.why}` : 'it is made elsewhere';
      else scripts.push(script);
    }
  }
  // `instance.addUserData(…)`, `group.userData.addCommands(…)`: commands after the default header.
  const own = commandsOn(call, evaluator);
  if (own.length > 0) {
    const first = scripts[0];
    location ??= placeOf(call, evaluator);
    if (first === undefined) scripts.push({ language: 'shell', lines: own, location });
    else scripts[0] = { ...first, lines: [...first.lines, ...own] };
  }
  const documents = scripts.flatMap((script) => documentOf(script, host, `user data of ${form.resource}`, launchId));
  const place = location === undefined ? {} : { location };
  if (documents.length === 0 && why === undefined) return { userData: { state: 'none' }, documents };
  if (documents.length === 0)
    return { userData: { state: 'unknown', ...(why === undefined ? {} : { why }), ...place }, documents };
  return { userData: { state: 'known', ...(why === undefined ? {} : { why }), ...place }, documents };
}

function scriptOf(value: Value, location: Location, evaluator: Evaluator): Script | undefined {
  if (value.kind === 'string') return { language: 'user-data', lines: [toText(value)], location };
  if (value.kind !== 'reference' || value.root.kind !== 'made') return undefined;
  const { root } = value;
  const maker = originOf(root.by).path.at(-1);
  // `Fn.base64(…)`, `UserData.custom(…)`, `pulumi.interpolate`: the text itself.
  if (
    maker === 'base64' ||
    maker === 'custom' ||
    maker === 'sub' ||
    maker === 'encodeBase64' ||
    maker === 'base64encode'
  ) {
    const inner = root.args[0]?.[0];
    return inner === undefined
      ? undefined
      : appended(scriptOf(inner, location, evaluator), commandsOn(root.node, evaluator));
  }
  if (maker === 'join') {
    const [separators, parts] = root.args;
    const separator = separators === undefined ? undefined : toTexts(separators)[0];
    const list = parts?.[0];
    if (list?.kind !== 'array' || separator === undefined) return undefined;
    const pieces = list.items.flatMap((item, index) => [
      ...(index === 0 ? [] : separator.pieces),
      ...(toTexts(item)[0]?.pieces ?? []),
    ]);
    return { language: 'user-data', lines: [{ pieces, choices: new Map() }], location };
  }
  if (maker === 'render')
    return scriptOf(
      root.by.path.length > 1 ? { ...root.by, path: root.by.path.slice(0, -1) } : baseOf(root.by),
      location,
      evaluator,
    );
  if (maker === 'forLinux') return { language: 'shell', lines: commandsOn(root.node, evaluator), location };
  if (maker === 'forWindows') return { language: 'powershell', lines: commandsOn(root.node, evaluator), location };
  return undefined;
}

function baseOf(reference: ReferenceValue): ReferenceValue {
  return { ...reference, path: [] };
}

function appended(script: Script | undefined, lines: readonly Text[]): Script | undefined {
  return script === undefined ? undefined : { ...script, lines: [...script.lines, ...lines] };
}

/** The commands that are added to what `node` makes. */
function commandsOn(node: Node, evaluator: Evaluator): readonly Text[] {
  return ['addCommands', 'addUserData'].flatMap((name) =>
    evaluator.module.callsNamed(name).flatMap((call): readonly Text[] => {
      const callee = unwrap(call.callee);
      if (callee.type !== Kind.MemberExpression || callee.object.type === Kind.Super) return [];
      const isOurs = evaluator
        .evaluate(callee.object)
        .some(
          (value) =>
            value.kind === 'reference' &&
            value.root.kind === 'made' &&
            value.root.node === node &&
            (value.path.length === 0 || value.path.join('.') === 'userData'),
        );
      if (!isOurs) return [];
      return evaluator.args(call, ROOT).flatMap((values) => toTexts(values).slice(0, 1));
    }),
  );
}

/** The script as a document: what is known at its place, what is not as a placeholder. */
export function documentOf(
  script: Script,
  host: Document,
  role: string,
  launchId: string | undefined,
): readonly Document[] {
  const builder = new MappedTextBuilder();
  const holes: DocumentHole[] = [];
  const isYaml =
    script.lines[0]?.pieces[0]?.kind === 'literal' && /^\s*#cloud-config/.test(script.lines[0].pieces[0].value);
  const place = { text: ' ', map: OffsetMap.copy(script.location.path, script.location.start, 1) };
  script.lines.forEach((line, index) => {
    if (index > 0) builder.synthetic('\n', place, 0);
    const pieces = line.pieces.filter((piece) => piece.kind === 'hole' || piece.value !== '');
    pieces.forEach((piece, at) => {
      if (piece.kind === 'hole') {
        // Lines that are not known, in a language of indentation: a comment holds their place.
        const isLines = isYaml && standsForLines(pieces[at - 1], pieces[at + 1]);
        const comment = isLines ? `${indentAt(pieces[at - 1], pieces[at + 1])}# ` : '';
        builder.synthetic(`${comment}${holeCharacter(holes.length)}${isLines ? '\n' : ''}`, place, 0);
        holes.push({ hole: piece, values: [] });
      } else if (piece.map === undefined) builder.synthetic(piece.value, place, 0);
      else builder.append({ text: piece.value, map: piece.map });
    });
  });
  const mapped = builder.build();
  if (mapped.text.trim() === '') return [];
  return [
    embeddedDocument(host, script.language, mapped, role, {
      holes,
      ...(launchId === undefined ? {} : { launches: [launchId], runner: 'host' as const }),
      ...(script.language === 'shell' ? { shell: { interpreter: 'bash' } } : {}),
    }),
  ];
}

/** Whether what is not known stands between a line's end and another line's beginning. */
function standsForLines(before: Piece | undefined, after: Piece | undefined): boolean {
  return (
    before?.kind === 'literal' &&
    before.value.endsWith('\n') &&
    (after === undefined || (after.kind === 'literal' && /^[ \t]{2,}\S|^[\w-]+:|^\s*$|^\n/.test(after.value)))
  );
}

/** How far lines in the place of something unknown are indented: as those after it, so that they end no block they stand in. */
function indentAt(before: Piece | undefined, after: Piece | undefined): string {
  const next = after?.kind === 'literal' ? /^\s*?\n?([ \t]*)\S/.exec(after.value)?.[1] : undefined;
  const last = before?.kind === 'literal' ? /\n([ \t]*)\S[^\n]*\s*$/.exec(before.value)?.[1] : undefined;
  return next ?? last ?? '';
}

function placeOf(node: Node, evaluator: Evaluator): Location {
  return { path: evaluator.module.path, start: node.range[0], end: node.range[1] };
}
