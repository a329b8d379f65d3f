/**
 * Secrets as the field keeps them in Git. The formats are in `sops/`, `sealed/` and `git-secret/`, each with a face of its own.
 * In: bytes and keys that are already open. Out: documents, or why not, without anything decrypted in the words.
 * Never: uses asymmetric keys (ports/keys.ts), draws randomness, keeps anything.
 */
export { isEncryptedText } from './sops/leaf.ts';
export { attempt, SecretsFailure } from './failure.ts';
export type { SecretsError, SecretsErrorCode } from './failure.ts';
