import { Evaluator, type ProgramView } from './evaluation/evaluator.ts';
import type { FrontEndInput, ParsedFile } from './input.ts';
import { Module } from './syntax/module.ts';

/** The files that one analysis looks at. */
export class View implements ProgramView {
  steps = 0;
  depth = 0;
  isShallow = false;
  readonly typeOf: ProgramView['typeOf'];
  readonly #input: Pick<FrontEndInput, 'resolveImport' | 'typeOf'>;
  readonly #evaluators = new Map<object, Evaluator>();

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
    if (before !== undefined) return before;
    const evaluator = new Evaluator(new Module(file), this);
    this.#evaluators.set(file.ast, evaluator);
    return evaluator;
  }
}
