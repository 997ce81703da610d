import type { Analysis, Document, LanguageId } from 'imdsv2-core';

/** What a front end may ask of the world. Everything is synchronous and bounded to the work tree; nothing is executed. */
export interface Context {
  /**
   * The text of a file of the work tree (decoded, byte order mark dropped as the file's own document has it); undefined when it is not there, is outside the work tree, or cannot be
   * read as text. `path` as documents have it: relative to the session's directory, with `/`.
   */
  readonly readFile: (path: string) => string | undefined;
  /** Names of the entries of a directory of the work tree, directories with a trailing `/`; empty when it is not there. */
  readonly listDirectory: (path: string) => readonly string[];
  /** Whether only the given file may be looked at (`--single-file`): `readFile` then knows nothing. */
  readonly singleFile: boolean;
  /** Values given on the command line (`--var-file`), for the languages that know them: paths as `readFile` takes them. */
  readonly variableFiles: readonly string[];
}

/** Reads documents of one language, each by itself. */
export interface DocumentFrontEnd {
  readonly scope: 'document';
  readonly languages: readonly LanguageId[];
  /** Loads the parser, once, when the first document of the language is met. */
  readonly load: () => Promise<(document: Document, context: Context) => Analysis>;
}

/** Reads the files of one language together, because they are one program (Terraform directories and their modules). */
export interface ProgramFrontEnd {
  readonly scope: 'program';
  readonly languages: readonly LanguageId[];
  /** Takes every file of the language that the session knows. Facts and documents may point to any of them, and to files read through the context. */
  readonly load: () => Promise<(documents: readonly Document[], context: Context) => Analysis>;
}

export type FrontEnd = DocumentFrontEnd | ProgramFrontEnd;
