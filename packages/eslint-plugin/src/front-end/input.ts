import type { Document } from 'imdsv2-core';

/** A file as a parser of ESTree gives it (espree, typescript-eslint, oxc with `astType: 'ts'`). Nodes need `range`. */
export interface ParsedFile {
  readonly path: string;
  readonly text: string;
  /** The `Program` node. */
  readonly ast: object;
  /** As `eslint-scope` and `@typescript-eslint/scope-manager` give it. */
  readonly scopeManager: object;
  readonly visitorKeys: Readonly<Record<string, readonly string[] | undefined>>;
}

/** Another file of the same program that a module specifier leads to; undefined when it is not known. */
export type Resolution = ParsedFile | undefined;

export interface FrontEndInput extends ParsedFile {
  /** The file that `specifier`, written in the file `from`, leads to. Left out: other files are not looked at. */
  readonly resolveImport?: (specifier: string, from: string) => Resolution;
  /** The value of an expression as far as its type says it (a literal type). `node` is a node of `ast`. */
  readonly typeOf?: (node: object) => string | number | boolean | undefined;
  /** Whether to read the file even if it has no marker, because a file that it imports has one. */
  readonly isNeeded?: boolean;
  /** The document that the file is, where a session reads it; embedded documents are then nested in it. */
  readonly document?: Document;
  /** The files of the program that import this one: what they pass may differ from a default. */
  readonly importers?: () => readonly ParsedFile[];
  /** Aspects of the whole program that require tokens: see `Aspects`. Left out: they are unknown. */
  readonly aspects?: Aspects;
}

/** Which constructs the aspects of a CDK app cover, as far as the whole program is known. */
export interface Aspects {
  /** Kinds of constructs that an aspect requires tokens of, wherever the file is used. */
  readonly covered: readonly AspectKind[];
  /** Kinds that an aspect requires tokens of in some uses of the file only, or in a scope that is not known. */
  readonly maybeCovered?: readonly AspectKind[];
  /** Whether an aspect that is not seen could cover what is left. */
  readonly mayBeElsewhere: boolean;
}

export type AspectKind = 'instance' | 'launch-template' | 'auto-scaling-group';
