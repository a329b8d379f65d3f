/**
 * age, the encryption format, with X25519 keys.
 * In: identities, recipients, bytes. Out: bytes, or a KeyFailure. Never: takes a passphrase, runs a plugin.
 */
export { decryptAge, encryptAge, newAgeKey, readIdentities, type AgeIdentity } from './identity.ts';
