import type { Location, MappedText } from 'imdsv2-core';
import type { Template } from '../syntax.ts';
import type { Value } from '../value.ts';

/** What functions may ask of the place they are called in. */
export interface FunctionContext {
  /** Module call path: keeps the branches of one module call apart from another's. */
  readonly instance: string;
  /** The text of a file, by a path as Terraform takes it (relative to the root module); undefined when it is not there. */
  readonly readFile: (path: string) => MappedText | undefined;
  /** Paths of the files below a directory, relative to it. */
  readonly listFiles: (path: string) => readonly string[];
  readonly parseTemplate: (text: MappedText) => Template;
}

export interface Call extends FunctionContext {
  readonly at: Location;
  readonly name: string;
  readonly evaluateTemplate: (template: Template, variables: ReadonlyMap<string, Value>) => Value;
}

export interface HclFunction {
  readonly apply: (args: readonly Value[], call: Call) => Value;
  /** Whether it can make something of arguments that are not known; otherwise its result is not known then. */
  readonly takesUnknown?: boolean;
  /** Whether null is a fair argument; otherwise it fails, as most do. */
  readonly takesNull?: boolean;
  /** Whether all of its arguments must be known to the last part. */
  readonly wholly?: boolean;
}

export type FunctionTable = Readonly<Record<string, HclFunction>>;
