import type { Ecosystem } from 'imdsv2-core';

/** A package that a manifest or lockfile names. Offsets are those of the manifest's text. */
export interface NamedPackage {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  /** Resolved, or pinned exactly. */
  readonly version?: string;
  /** A requirement in the ecosystem's own notation. */
  readonly range?: string;
  readonly start: number;
  readonly end: number;
}

/** Reads the packages of one kind of manifest; only those of AWS need to be among them. Throws on what it cannot parse. */
export type ManifestReader = (text: string) => readonly NamedPackage[];
