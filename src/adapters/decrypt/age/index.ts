/**
 * age, the encryption format: X25519 and passphrases.
 * In: identities, recipients, bytes. Out: bytes, or a KeyFailure. Never: asks for a passphrase, runs a plugin.
 */
export { decryptAge, encryptAge, newAgeKey, readIdentities, scryptIdentity, type AgeIdentity } from './identity.ts';
