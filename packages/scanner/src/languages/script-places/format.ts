import type { Alternatives, Document, Fact, MappedText, Runner, ShellHost } from 'imdsv2-core';
import type { Context } from '../front-end.ts';
import type { Script } from '../embedded/script.ts';
import type { Node } from '../structured/node.ts';
import type { DialectName } from '../template/dialects.ts';

/** A file format in YAML or JSON that carries scripts, and where they stand in it. */
export interface Format {
  /** As people call it. */
  readonly name: string;
  /** The page that describes it. */
  readonly source: string;
  /** Whether a root of a file is of this format. */
  readonly detect: (root: Node, file: { readonly path: string; readonly text: string }) => boolean;
  readonly places: readonly Place[];
  /** How placeholders are written in its scripts. */
  readonly dialect?: DialectName;
  /** Who runs them when a place does not say it. */
  readonly runner?: Runner;
  /** Nothing in it runs: descriptions of interfaces, schemas, lint rules. Scripts are not even looked for by their content. */
  readonly isProse?: boolean;
}

/** Where something that runs stands. */
export interface Place {
  /** Keys from the root, with dots between them: `*` for any key, `[]` for a list's items, `**` for any number of either. */
  readonly at: string;
  readonly read: (found: Found) => readonly Script[] | Findings;
}

export interface Findings {
  readonly scripts: readonly Script[];
  readonly facts: readonly Fact[];
}

/** What a place's pattern led to. */
export interface Found {
  readonly node: Node;
  /** The keys that lead to it (`[]` for an item). */
  readonly path: readonly string[];
  /** From the root to the node's parent. */
  readonly ancestors: readonly Node[];
  readonly document: Document;
  readonly context: Context;
  readonly format: Format;
  /** The characters of a scalar (placeholders as they are written); notes that it has been read. Undefined for other nodes and for null. */
  readonly text: (node: Node | undefined) => MappedText | undefined;
  /** The texts of a list of scalars (nested lists flattened) or of one scalar. */
  readonly texts: (node: Node | undefined) => readonly MappedText[];
  /** A script in the format's placeholder language. `variables` are what `${{ env.X }}` and the like may stand for. */
  readonly script: (script: Script, variables?: ReadonlyMap<string, Alternatives>) => Script;
  /** Names and values of a map, or of a list of `{name, value}` maps, as variables of a shell. */
  readonly variables: (node: Node | undefined) => ReadonlyMap<string, Alternatives>;
}

/** `shell` with the variables added, if there are any. */
export function withVariables(shell: ShellHost, variables: ReadonlyMap<string, Alternatives>): ShellHost {
  return variables.size === 0 ? shell : { ...shell, variables: new Map([...(shell.variables ?? []), ...variables]) };
}
