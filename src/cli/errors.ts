/** The two ways a command fails that are the user's to mend. Anything else thrown is a bug. */

/** Wrong flags or arguments: printed with a pointer to `--help`; exit code 2. */
export class UsageError extends Error {}

/** Anything else that failed in a way the user can act on: printed as one message and a hint; exit code 1. */
export class CommandError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
