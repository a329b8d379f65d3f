/** What stopped an installation, in a sentence, and what to do about it. */
import type { KubeError } from '../../ports/index.ts';
import type { Result } from '../../std/index.ts';

export class InstallError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** @throws InstallError that says what was being done */
export function must<T>(what: string, result: Result<T, Pick<KubeError, 'code' | 'message'>>): T {
  if (result.ok) return result.value;
  const hint = result.error.code === 403 ? 'Installing needs the rights of a cluster administrator.' : undefined;
  throw new InstallError(`${what}: ${result.error.message}`, hint);
}
