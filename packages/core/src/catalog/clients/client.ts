/** A program or library that sends HTTP requests. */
export interface Client {
  /** Key of the table; the inventory's `client`. */
  readonly id: string;
  /** As people say it. */
  readonly name: string;
  /** `command`: a program in scripts. `library`: called in code. `sdk`: makes its metadata requests by itself. */
  readonly kind: 'command' | 'library' | 'sdk';
  /** What the client does with a header whose value is empty or undefined: it drops it, and so speaks version 1. Source: facts/requests.md, DESIGN *Verdict of a request*. */
  readonly dropsHeader: boolean;
  /** How to send the token with it: sentences. */
  readonly remedy: string;
}
