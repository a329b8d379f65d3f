/**
 * Keys for secrets in Git: age, PGP, RSA.
 * In: key files, envelopes, encrypted files. Out: what is inside, in memory only, or why not. Never: writes to disk, runs gpg or age, asks a person.
 */
export { newAgeKey } from './age/index.ts';
export { reveal } from './git-secret.ts';
export { createKeys } from './keys.ts';
export { openDataKey, openSops, sealDataKey, type OpenedSops, type SealOptions } from './sops.ts';
export { newSealingKey, privateKeyIn, readSealingKey, type SealingKey, sealingKeyLabel, sealingKeySecret } from './sealing-key.ts';
export { openSealedValues, sealFor, unseal } from './sealed.ts';
