import type { Alternatives, Hole, Piece } from '../text/text.ts';
import type { MappedText } from './mapped-text.ts';
import { OffsetMap } from './offset-map.ts';

/** The languages that a front end exists for. Formats that are only carriers (YAML, JSON, MIME) count: they yield embedded documents. */
export type LanguageId =
  | 'shell'
  | 'powershell'
  | 'batch'
  | 'python'
  | 'javascript'
  | 'terraform'
  | 'packer'
  | 'cloudformation'
  | 'cloud-init'
  | 'yaml'
  | 'json'
  | 'dockerfile'
  | 'makefile'
  | 'systemd'
  | 'crontab'
  | 'xml'
  | 'manifest'
  | 'user-data'
  | 'template'
  | 'text';

/** How the program that runs a script starts it: flags that change what a failing command does. */
export interface ShellHost {
  /** The interpreter's name as far as known: `sh`, `bash`, `dash`, `zsh`, … */
  readonly interpreter?: string;
  /** Whether errexit (`set -e`) is in force from the first line: `bash -e` of a GitHub `run:` step, a shebang's flags. */
  readonly errexit?: boolean;
  readonly pipefail?: boolean;
  readonly nounset?: boolean;
  /** Whether there is no shell: the text stands for the words that a program is given. */
  readonly isDirect?: boolean;
  /** Values of variables that the host sets (a `run:` step's `env:`, a Dockerfile's `ENV`). */
  readonly variables?: ReadonlyMap<string, Alternatives>;
}

/** What runs a document: it decides readiness (boot scripts) and which hop limit is needed (containers). */
export type Runner = 'host' | 'container' | 'unknown';

/**
 * Text in one language, with a map to the outermost files.
 *
 * Placeholders of a host language (`${var.x}` in a Terraform heredoc, `{{ x }}` in a Jinja template) stand in `text` as
 * one character each (see `holeCharacter`); `holes` says what each stands for.
 */
export interface Document extends MappedText {
  readonly language: LanguageId;
  /** The file that contains the document (its first character, if it is put together from several). */
  readonly path: string;
  readonly holes: readonly DocumentHole[];
  /** What the document is in its host, for evidence: "user data of aws_instance.web". Empty for a whole file. */
  readonly role: string;
  /** Ids of the launches that run it at boot. */
  readonly launches: readonly string[];
  readonly runner: Runner;
  readonly shell?: ShellHost;
  /** How many documents this one is nested in; a whole file has 0. */
  readonly depth: number;
}

/** What a placeholder stands for: its name, and its values where the host language knows them. */
export interface DocumentHole {
  readonly hole: Hole;
  /** The possible values, if the host could decide them; empty if unknown. */
  readonly values: Alternatives;
}

/** Documents nested deeper than this are not read: what writes a script that writes a script that … is not read by people either. */
export const MAX_DEPTH = 12;

const FIRST_HOLE = 0xf0000;
const LAST_HOLE = 0xffffd;

/** The character (of a private plane, two UTF-16 units) that stands for hole number `index` in a document's text. */
export function holeCharacter(index: number): string {
  return String.fromCodePoint(Math.min(FIRST_HOLE + index, LAST_HOLE));
}

const HOLES = /[\u{F0000}-\u{FFFFD}]/gu;

/** Whether a string holds a placeholder of its document. */
export function hasHole(value: string): boolean {
  return /[\u{F0000}-\u{FFFFD}]/u.test(value);
}

/**
 * Splits a string that was read from a document (decoded or not) at the placeholders in it.
 * The result has one entry per literal run or hole; a hole with known values is given as its entry of `document.holes`.
 */
export function splitHoles(value: string, document: Pick<Document, 'holes'>): readonly (string | DocumentHole)[] {
  const parts: (string | DocumentHole)[] = [];
  let from = 0;
  for (const match of value.matchAll(HOLES)) {
    if (match.index > from) parts.push(value.slice(from, match.index));
    const index = (match[0].codePointAt(0) ?? FIRST_HOLE) - FIRST_HOLE;
    parts.push(document.holes[index] ?? { hole: UNKNOWN_HOLE, values: [] });
    from = match.index + match[0].length;
  }
  if (from < value.length) parts.push(value.slice(from));
  return parts;
}

/** Whether a string that was read from a document says nothing: blanks, and placeholders that can be anything. */
export function saysNothing(value: string, document: Pick<Document, 'holes'>): boolean {
  return splitHoles(value, document).every((part) =>
    typeof part === 'string' ? part.trim() === '' : part.values.length === 0,
  );
}

const UNKNOWN_HOLE: Hole = { kind: 'hole', name: '?', why: 'a placeholder of the host language' } satisfies Piece;

/** A whole file as a document. */
export function fileDocument(path: string, text: string, language: LanguageId): Document {
  return {
    language,
    path,
    text,
    map: OffsetMap.identity(path, text.length),
    holes: [],
    role: '',
    launches: [],
    runner: 'unknown',
    depth: 0,
  };
}

/** A document inside `host`. Launches, runner and depth are the host's unless said otherwise. */
export function embeddedDocument(
  host: Document,
  language: LanguageId,
  mapped: MappedText,
  role: string,
  more: Partial<Pick<Document, 'holes' | 'launches' | 'runner' | 'shell'>> = {},
): Document {
  return {
    language,
    path: mapped.map.at(0).path || host.path,
    text: mapped.text,
    map: mapped.map,
    holes: more.holes ?? host.holes,
    role,
    launches: more.launches ?? host.launches,
    runner: more.runner ?? host.runner,
    ...(more.shell === undefined ? {} : { shell: more.shell }),
    depth: host.depth + 1,
  };
}
