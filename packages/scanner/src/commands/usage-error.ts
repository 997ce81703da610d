/** The command was called in a way that it does not understand. The message says what to do; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
