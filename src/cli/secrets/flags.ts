/** Flags that the commands for secrets share; names are those of sops. */
import type { FlagTable } from '../flags.ts';

export const KEY_FLAGS = {
  key: { type: 'strings', value: 'FILE', doc: 'File with keys: age identities, a PGP key, a PEM private key; may be repeated' },
} as const satisfies FlagTable;

export const TYPE_FLAGS = {
  'input-type': {
    type: 'string',
    value: 'TYPE',
    choices: ['yaml', 'json', 'dotenv', 'ini', 'binary'],
    doc: 'Format of the input; default: by its name',
  },
  'output-type': {
    type: 'string',
    value: 'TYPE',
    choices: ['yaml', 'json', 'dotenv', 'ini', 'binary'],
    doc: 'Format of the output; default: that of the input',
  },
  'filename-override': {
    type: 'string',
    value: 'NAME',
    doc: 'Take this name for finding format and rules, for example with standard input',
  },
} as const satisfies FlagTable;

export const OUTPUT_FLAGS = {
  'in-place': { type: 'boolean', short: 'i', doc: 'Write the result back into the file' },
  output: { type: 'string', value: 'FILE', doc: 'Write the result into this file' },
  indent: { type: 'integer', value: 'N', doc: 'Spaces per level' },
} as const satisfies FlagTable;

const cloud = { type: 'strings', value: 'KEYS', hidden: true, doc: 'A key service of a cloud: refused, not supported yet' } as const;

/** Key services of clouds, named as sops names them, so that whoever uses one is told. */
export const CLOUD_FLAGS = {
  kms: { ...cloud, short: 'k' },
  'gcp-kms': cloud,
  'azure-kv': cloud,
  hckms: cloud,
} as const satisfies FlagTable;

export const RULE_FLAGS = {
  ...CLOUD_FLAGS,
  age: { type: 'strings', short: 'a', value: 'RECIPIENTS', doc: 'age recipients, parted by commas; default: $SOPS_AGE_RECIPIENTS' },
  pgp: {
    type: 'strings',
    short: 'p',
    value: 'FINGERPRINTS',
    doc: 'PGP fingerprints, parted by commas; the public keys come from --key; default: $SOPS_PGP_FP',
  },
  'hc-vault-transit': {
    type: 'strings',
    value: 'URIS',
    doc: 'Keys of a Vault, parted by commas: https://vault.example:8200/v1/transit/keys/NAME; default: $SOPS_VAULT_URIS',
  },
  'encrypted-regex': { type: 'string', value: 'REGEX', doc: 'Encrypt only what is below keys that match' },
  'unencrypted-regex': { type: 'string', value: 'REGEX', doc: 'Leave what is below keys that match' },
  'encrypted-suffix': { type: 'string', value: 'SUFFIX', doc: 'Encrypt only what is below keys that end so' },
  'unencrypted-suffix': { type: 'string', value: 'SUFFIX', doc: 'Leave what is below keys that end so' },
  'encrypted-comment-regex': { type: 'string', value: 'REGEX', doc: 'Encrypt only what follows a comment that matches' },
  'unencrypted-comment-regex': { type: 'string', value: 'REGEX', doc: 'Leave what follows a comment that matches' },
  'mac-only-encrypted': { type: 'boolean', doc: 'Let the checksum cover encrypted values only' },
  'shamir-secret-sharing-threshold': { type: 'integer', value: 'N', doc: 'How many key groups are needed to decrypt' },
  config: { type: 'string', value: 'FILE', doc: 'Take this file instead of the nearest .sops.yaml' },
} as const satisfies FlagTable;
