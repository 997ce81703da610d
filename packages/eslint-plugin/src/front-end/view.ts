import { Evaluator, type ProgramView } from './evaluation/evaluator.ts';
import type { FrontEndInput, ParsedFile } from './input.ts';
import { Module } from './syntax/module.ts';

/** Characters of source that evaluators are kept for: what a program knows of more files than that is found out anew. */
const MAX_KEPT = 8_000_000;

/** The files that one analysis looks at. */
export class View implements ProgramView {
  steps = 0;
  depth = 0;
  isShallow = false;
  readonly typeOf: ProgramView['typeOf'];
  readonly #input: Pick<FrontEndInput, 'resolveImport' | 'typeOf'>;
  readonly #evaluators = new Map<object, Evaluator>();
  #kept = 0;

  constructor(input: Pick<FrontEndInput, 'resolveImport' | 'typeOf'>) {
    this.#input = input;
    this.typeOf = input.typeOf;
  }

  open(specifier: string, from: string): Evaluator | undefined {
    if (this.isShallow) return undefined;
    const file = this.#input.resolveImport?.(specifier, from);
    return file === undefined ? undefined : this.evaluatorOf(file);
  }

  evaluatorOf(file: ParsedFile): Evaluator {
    const before = this.#evaluators.get(file.ast);
    if (before !== undefined) {
      // The one that is asked for last is the last to go.
      this.#evaluators.delete(file.ast);
      this.#evaluators.set(file.ast, before);
      return before;
    }
    const evaluator = new Evaluator(new Module(file), this);
    this.#evaluators.set(file.ast, evaluator);
    this.#kept += file.text.length;
    for (const [ast, oldest] of this.#evaluators) {
      if (this.#kept <= MAX_KEPT || oldest === evaluator) break;
      this.#evaluators.delete(ast);
      this.#kept -= oldest.module.text.length;
    }
    return evaluator;
  }
}
