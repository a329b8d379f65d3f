/**
 * How reading, opening or writing secrets fails. Thrown inside this folder and turned into a value at each face.
 * A message names keys, fields and places; it never holds what was decrypted.
 */
import { err, ok, type Result } from '../../std/index.ts';

export type SecretsErrorCode =
  /** The bytes are not in the format they should be in. */
  | 'InvalidFile'
  /** There is nothing encrypted here. */
  | 'NotEncrypted'
  /** It is encrypted already. */
  | 'AlreadyEncrypted'
  /** The checksum over all values is missing or wrong: the file was changed without its key. */
  | 'MacMismatch'
  /** A key was found, but a value cannot be opened with it. */
  | 'CannotDecrypt'
  /** None of the keys at hand opens it. */
  | 'NoKey'
  /** A key is kept elsewhere, and cannot be used now. */
  | 'Unavailable'
  /** A key, rule or option is wrong. */
  | 'InvalidKey'
  /** The field's tools can do this, Lockstep cannot. */
  | 'Unsupported';

export interface SecretsError {
  readonly code: SecretsErrorCode;
  readonly message: string;
}

export class SecretsFailure extends Error implements SecretsError {
  readonly code: SecretsErrorCode;

  constructor(code: SecretsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The result of `run`, or why it failed. */
export function attempt<T>(run: () => T): Result<T, SecretsError> {
  try {
    return ok(run());
  } catch (error) {
    if (error instanceof SecretsFailure) return err({ code: error.code, message: error.message });
    throw error;
  }
}

/** The value of a result that another part of core gave, or its message as a failure. */
export function valueOrFail<T>(result: Result<T, { readonly message: string }>, code: SecretsErrorCode, about: string): T {
  if (result.ok) return result.value;
  throw new SecretsFailure(code, `${about}${result.error.message}`);
}
