/** Flags of `lockstep seal`: those of kubeseal, and a few of our own. */
import type { FlagTable, FlagValues } from '../flags.ts';
import { KEY_FLAGS } from './flags.ts';
import { CONTROLLER_FLAGS, type ControllerFlags } from './sealed-controller.ts';

export const SEAL_FLAGS = {
  ...KEY_FLAGS,
  ...CONTROLLER_FLAGS,
  cert: {
    type: 'string',
    value: 'FILE|URL',
    doc: 'Certificate of whoever shall unseal (PEM); default: SEALED_SECRETS_CERT, else that of the cluster',
  },
  'fetch-cert': { type: 'boolean', doc: 'Print the certificate of the cluster, for later use with --cert' },
  scope: {
    type: 'string',
    value: 'SCOPE',
    choices: ['strict', 'namespace-wide', 'cluster-wide'],
    doc: 'Where the Secret may be used; default: its annotations, else strict',
  },
  namespace: {
    type: 'string',
    short: 'n',
    value: 'NAMESPACE',
    doc: "Namespace of a Secret that names none; default: that of the kubeconfig's context",
  },
  name: { type: 'string', value: 'NAME', doc: 'Name of the Secret, instead of its own; needed with --raw' },
  'in-place': { type: 'boolean', short: 'i', doc: 'Seal the Secrets inside these files; everything else in them stays as it is' },
  'secret-file': {
    type: 'string',
    short: 'f',
    value: 'FILE',
    doc: 'Read this file instead of standard input; with --re-encrypt it is also written',
  },
  'sealed-secret-file': { type: 'string', short: 'w', value: 'FILE', doc: 'Write into this file instead of standard output' },
  format: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    choices: ['json', 'yaml'],
    doc: 'Format of the output; default: YAML into a file called so, else JSON',
  },
  raw: { type: 'boolean', doc: 'Seal standard input, or the file of --from-file, as one value' },
  'from-file': { type: 'strings', value: '[KEY=]FILE', doc: 'With --raw: the file that holds the value' },
  'merge-into': { type: 'string', value: 'FILE', doc: 'Add the values to the SealedSecret in this file' },
  're-encrypt': { type: 'boolean', doc: 'Seal a SealedSecret again with the newest certificate: by the cluster, or here with --key' },
  rotate: { type: 'boolean', hidden: true, doc: 'The old name of --re-encrypt' },
  validate: { type: 'boolean', doc: 'Check that a SealedSecret can be opened: by the cluster, or here with --key' },
  'recovery-unseal': { type: 'boolean', doc: 'Print the Secret that a SealedSecret stands for, with the keys of --recovery-private-key' },
  'recovery-private-key': {
    type: 'strings',
    value: 'FILE',
    doc: 'File with private keys, PEM or Secrets that were saved; may be repeated, or parted by commas',
  },
  'allow-empty-data': { type: 'boolean', doc: 'Accept a Secret without data' },
} as const satisfies FlagTable;

/** What sealing again needs of them. */
export type ResealFlags = ControllerFlags & Pick<FlagValues<typeof SEAL_FLAGS>, 'key' | 'cert' | 'namespace'>;

export type SealFlags = FlagValues<typeof SEAL_FLAGS>;
