/** How using a key fails. Thrown inside this folder and turned into a value at its face. */
import { err, ok, type Result } from '../../std/index.ts';
import type { KeyError, KeyErrorCode } from '../../ports/index.ts';

export class KeyFailure extends Error implements KeyError {
  readonly code: KeyErrorCode;

  constructor(code: KeyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The result of `run`, or why it failed. */
export async function attemptKey<T>(run: () => T | Promise<T>): Promise<Result<T, KeyError>> {
  try {
    return ok(await run());
  } catch (error) {
    if (error instanceof KeyFailure) return err({ code: error.code, message: error.message });
    throw error;
  }
}
