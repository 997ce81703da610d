import { nodesOf, type SyntaxNode } from './syntax.ts';

/** What the text of a function holds that has to do with requests: without any of these it neither sends one nor makes a part of one. */
const WORDS =
  /169\.254|fd00:|meta-?data|user-?data|instance-data|latest|token|https?|ur[il]|header|imds|\b(?:irm|iwr|iex)\b|invoke-(?:rest|web|expression|command)|web(?:client|request)|bits|curl|wget|ec2|request|session|fetch|socket|subprocess|popen|os\.system|new-as|boto|&\s*\$/i;

/** Functions that have nothing to do with requests are run this often and then no more: their results are unknown, which says enough. */
const RUNS = 2;

/**
 * Which of a script's functions are worth running again and again. Log and path functions are called from everywhere, and each call would be followed anew.
 */
export class Relevance {
  readonly #text: string;
  readonly #functions: ReadonlyMap<string, SyntaxNode>;
  /** Types of the nodes that name what is called. */
  readonly #names: readonly string[];
  readonly #known = new Map<SyntaxNode, boolean>();
  readonly #runs = new Map<SyntaxNode, number>();

  constructor(text: string, functions: ReadonlyMap<string, SyntaxNode>, names: readonly string[]) {
    this.#text = text;
    this.#functions = functions;
    this.#names = names;
  }

  /** Counts a run of a function. False when it is not worth it. */
  isWorthRunning(node: SyntaxNode): boolean {
    const runs = (this.#runs.get(node) ?? 0) + 1;
    this.#runs.set(node, runs);
    return runs <= RUNS || this.#isRelevant(node);
  }

  #isRelevant(node: SyntaxNode): boolean {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    // Functions that call each other: what the others say counts.
    this.#known.set(node, false);
    const relevant =
      WORDS.test(this.#text.slice(node.start, node.end)) ||
      nodesOf(node, ...this.#names).some((name) => {
        const called = this.#functions.get(this.#text.slice(name.start, name.end).toLowerCase());
        return called !== undefined && called !== node && this.#isRelevant(called);
      });
    this.#known.set(node, relevant);
    return relevant;
  }
}
