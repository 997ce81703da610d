import { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import {
  fileDocument,
  embeddedDocument,
  MappedTextBuilder,
  NO_USER_DATA,
  type Document,
  type DocumentHole,
  type Evidence,
  type LanguageId,
  type MappedText,
  type Runner,
  type UserData,
} from 'imdsv2-core';
import { containersInScript } from '../embedded/container-evidence.ts';
import { openLine } from '../embedded/open-line.ts';
import { toPartial } from '../hcl/partial-string.ts';
import {
  casesOf,
  firstUnknown,
  textOf,
  toText,
  type StringValue,
  type UnknownValue,
  type Value,
} from '../hcl/value.ts';

/** Scripts found in one argument. */
export interface FoundScripts {
  readonly documents: readonly Document[];
  readonly state: UserData;
  /** What shows that containers will run. */
  readonly containers?: Evidence;
}

export interface Script {
  readonly content: StringValue;
  readonly language: LanguageId;
}

/** More variants of one boot script than this are not read. */
const MAX_VARIANTS = 16;

/** Reads a boot script through its encodings; `base64` says that the argument takes base64. */
export function readUserData(
  value: Value,
  options: { readonly base64: boolean; readonly role: string; readonly launch: string; readonly runner?: Runner },
): FoundScripts {
  const scripts: Script[] = [];
  let why: string | undefined;
  let none = true;
  for (const { value: one } of casesOf(value)) {
    if (one.kind === 'null' || (one.kind === 'unknown' && one.error === true && casesOf(value).length > 1)) continue;
    none = false;
    const found = unwrap(one, options.base64);
    scripts.push(...found.scripts);
    why ??= found.why;
  }
  if (none) return { documents: [], state: NO_USER_DATA };
  const place = value.at === undefined ? {} : { location: value.at };
  const distinct = [...new Map(scripts.map((script) => [scriptKey(script), script])).values()];
  if (distinct.length > MAX_VARIANTS) why ??= 'it has too many variants';
  const documents = distinct.slice(0, MAX_VARIANTS).map((script) => scriptDocument(script, options));
  for (const document of documents) why ??= openPart(document);
  const containers = documents.flatMap((document) => containerEvidence(document) ?? [])[0];
  return {
    documents,
    state:
      documents.length === 0
        ? { state: why === undefined ? 'none' : 'unknown', ...(why === undefined ? {} : { why }), ...place }
        : { state: 'known', ...(why === undefined ? {} : { why }), ...place },
    ...(containers === undefined ? {} : { containers }),
  };
}

function scriptKey({ content, language }: Script): string {
  return `${language}\0${content.pieces.map((piece) => (piece.kind === 'literal' ? piece.value : `\0${piece.value.name}`)).join('')}`;
}

/** The scripts inside a value: encodings taken off, parts of a multi-part document each by itself. */
export function unwrap(value: Value, base64: boolean): { readonly scripts: readonly Script[]; readonly why?: string } {
  if (value.kind === 'unknown') return { scripts: [], why: `${value.name}: ${value.why}` };
  if (value.kind !== 'string') return { scripts: [], why: 'it is no string' };
  const { encodes } = value;
  if (encodes?.as === 'cloud-init') {
    const parts = encodes.parts.flatMap((part) =>
      casesOf(part.content).map((one) => ({ ...unwrap(one.value, false), contentType: part.contentType })),
    );
    const why = parts.find((part) => part.why !== undefined)?.why;
    return {
      scripts: parts.flatMap((part) =>
        part.scripts.map((script) => ({ ...script, language: languageOf(part.contentType) ?? script.language })),
      ),
      ...(why === undefined ? {} : { why }),
    };
  }
  if (encodes !== undefined) {
    const inner = casesOf(encodes.value).map((one) => unwrap(one.value, false));
    const why = inner.find((one) => one.why !== undefined)?.why;
    return { scripts: inner.flatMap((one) => one.scripts), ...(why === undefined ? {} : { why }) };
  }
  if (value.pieces.length === 0) return { scripts: [] };
  const text = textOf(value);
  if (base64 && text !== undefined) {
    const decoded = decoded64(text);
    if (decoded !== undefined) return { scripts: [{ content: relocate(value, decoded), language: 'user-data' }] };
  }
  const [only] = value.pieces;
  if (value.pieces.length === 1 && only?.kind === 'hole')
    return { scripts: [], why: `${only.value.name}: ${only.value.why}` };
  return { scripts: [{ content: value, language: 'user-data' }] };
}

const LANGUAGES: readonly (readonly [RegExp, LanguageId])[] = [
  [/cloud-config/, 'cloud-init'],
  [/x-shellscript|cloud-boothook|x-shellscript-per/, 'user-data'],
];

function languageOf(contentType: string | undefined): LanguageId | undefined {
  return contentType === undefined ? undefined : LANGUAGES.find(([pattern]) => pattern.test(contentType))?.[1];
}

/** Base64 that stands in the file as it is; undefined when it is something else. */
function decoded64(text: string): string | undefined {
  const compact = text.replace(/\s/g, '');
  if (compact.length < 8 || compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  const bytes = Buffer.from(compact, 'base64');
  try {
    return bytes[0] === 0x1f && bytes[1] === 0x8b
      ? gunzipSync(bytes, { maxOutputLength: 4_000_000 }).toString('utf8')
      : bytes.toString('utf8');
  } catch {
    return undefined;
  }
}

/** `text` in place of the value's own, all of it at the value's place. */
function relocate(value: StringValue, text: string): StringValue {
  const { mapped } = toPartial(value);
  const built: MappedText = new MappedTextBuilder().decoded(text, mapped, 0, mapped.text.length).build();
  return {
    kind: 'string',
    pieces: [{ kind: 'literal', value: text, map: built.map }],
    ...(value.at === undefined ? {} : { at: value.at }),
  };
}

export function scriptDocument(
  { content, language }: Script,
  {
    role,
    launch,
    runner = 'host',
  }: { readonly role: string; readonly launch: string | undefined; readonly runner?: Runner },
): Document {
  const { mapped, holes } = toPartial(content);
  const host = fileDocument(content.at?.path ?? '', '', 'terraform');
  return embeddedDocument(host, language, mapped, role, {
    holes: holes.map(holeOf),
    launches: launch === undefined ? [] : [launch],
    runner,
  });
}

/** An unknown part of a string as the placeholder that stands for it. */
export function holeOf(value: UnknownValue): DocumentHole {
  return {
    hole: { kind: 'hole', name: value.name, why: value.why, ...(value.at === undefined ? {} : { location: value.at }) },
    values: (value.cases ?? []).flatMap(({ value: one, choices }) =>
      one.kind === 'string' && firstUnknown(one) === undefined ? [{ ...toText(one), choices }] : [],
    ),
  };
}

/** Why a line of the script is not known. */
function openPart({ text, holes }: Document): string | undefined {
  const holeAt = (offset: number): DocumentHole | undefined => holes[(text.codePointAt(offset) ?? 0) - 0xf0000];
  const at = openLine(text, (offset) => (holeAt(offset)?.values.length ?? 0) > 0);
  const open = at === undefined ? undefined : holeAt(at)?.hole;
  return open === undefined ? undefined : `${open.name}: ${open.why}`;
}

function containerEvidence(document: Document): Evidence | undefined {
  const found = containersInScript(document.text);
  return found === undefined
    ? undefined
    : {
        message: 'Its boot script starts containers or joins a cluster that does.',
        location: document.map.range(found.start, found.end),
      };
}
