/** Files that git-secret hid, revealed in memory. Source: git-secret src/commands/git_secret_reveal.sh. */
import { attempt, type SecretsError } from '../../core/secrets/index.ts';
import { checkRevealed, type HiddenFile } from '../../core/secrets/git-secret/index.ts';
import type { KeyError, Keyring } from '../../ports/index.ts';
import { ok, type Result } from '../../std/index.ts';

/** The content of a hidden file; checked against the hash of the mapping when that is known. */
export async function reveal(
  bytes: Uint8Array,
  ring: Keyring,
  file: HiddenFile | undefined,
): Promise<Result<Uint8Array, SecretsError | KeyError>> {
  const opened = await ring.open('pgp', bytes);
  if (!opened.ok || file === undefined) return opened;
  const checked = attempt(() => checkRevealed(file, opened.value));
  return checked.ok ? ok(opened.value) : checked;
}
