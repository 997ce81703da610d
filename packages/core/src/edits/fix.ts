/** One replacement in a file: UTF-16 offsets of the text as it was read, end exclusive. */
export interface Edit {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A repair. */
export interface Fix {
  /** What it does, as a command: "Send a session token". */
  readonly title: string;
  /** Whether it can change nothing else. Everything but a correction inside a request that already uses a token is unsafe. */
  readonly safe: boolean;
  readonly edits: readonly Edit[];
}
