/**
 * SOPS files: YAML, JSON, dotenv, INI and binary, encrypted value by value.
 * In: bytes, a format, the data key. Out: documents in clear or encrypted, metadata, bytes that SOPS itself reads.
 * Never: opens a data key (that needs asymmetric cryptography: the port Keys), draws randomness, puts a decrypted value into a message.
 * Functions here throw SecretsFailure; `attempt` of `../index.ts` makes it a value.
 */
export { decryptTree, encryptTree, extract, formatOf, hasMetadata, readEncrypted, readPlain, writeEncrypted, writePlain } from './file.ts';
export type { DecryptOptions, Layout, SopsFile, SopsFormat } from './file.ts';
export { clearTexts } from './clear-texts.ts';
export { combineShares, splitSecret } from './shamir.ts';
export type { RandomBytes } from './leaf.ts';
export type { EncryptionRule, MasterKey, MasterKeyKind, Metadata } from './metadata.ts';
export type { Branch } from './tree.ts';
