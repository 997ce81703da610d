import type { Function as FunctionNode } from 'unbash';
import type { Source } from './source.ts';

/** A function of a script, with the text that it stands in. */
export interface FunctionDefinition {
  readonly name: string;
  readonly body: FunctionNode['body'];
  readonly source: Source;
  /** It is an alias: a command of its name inside is another one. */
  readonly isAlias?: boolean;
  /** Offset of the definition, to tell definitions apart. */
  readonly pos: number;
}
