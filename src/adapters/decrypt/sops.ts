/**
 * SOPS files with the keys at hand: finds the data key of a file, and encrypts one to every key a file names.
 * Source: sops sops.go, GetDataKeyWithKeyServices, UpdateMasterKeysWithKeyServices.
 */
import { attempt, type SecretsError } from '../../core/secrets/index.ts';
import {
  type Branch,
  combineShares,
  decryptTree,
  type DecryptOptions,
  type MasterKey,
  type Metadata,
  type RandomBytes,
  readEncrypted,
  type SopsFile,
  type SopsFormat,
  splitSecret,
} from '../../core/secrets/sops/index.ts';
import { recipientOf } from '../../core/secrets/sops/config/index.ts';
import type { EnvelopeKind, KeyError, Keyring } from '../../ports/index.ts';
import { decodeUtf8, encodeUtf8, err, ok, type Result } from '../../std/index.ts';

const isEnvelope = (kind: MasterKey['kind']): kind is EnvelopeKind => kind === 'age' || kind === 'pgp' || kind === 'hc_vault';

const nameOf = (key: MasterKey): string => `${key.kind} ${recipientOf(key)}`;

const cloudKeys = 'key services of clouds are not supported; add an age, PGP or Vault key to the file: sops rotate --add-age …';

/** Why nothing was opened; `unavailable`: a key might have, but whoever keeps it could not be asked. */
interface Refusals {
  readonly reasons: readonly string[];
  readonly unavailable: boolean;
}

/** What one key, or all keys of a group, said. */
type Opened = Result<Uint8Array, Refusals>;

async function openWith(key: MasterKey, ring: Keyring): Promise<Opened> {
  if (!isEnvelope(key.kind)) return err({ reasons: [`${nameOf(key)}: ${cloudKeys}`], unavailable: false });
  const opened = await ring.open(key.kind, encodeUtf8(key.encrypted), recipientOf(key));
  if (opened.ok) return opened;
  return err({ reasons: [`${nameOf(key)}: ${opened.error.message}`], unavailable: opened.error.code === 'Unavailable' });
}

/** age first, then PGP: no key of another kind is ever asked. */
const ordered = (group: readonly MasterKey[]): readonly MasterKey[] => [
  ...group.filter(({ kind }) => kind === 'age'),
  ...group.filter(({ kind }) => kind !== 'age'),
];

async function openGroup(group: readonly MasterKey[], ring: Keyring): Promise<Opened> {
  const refusals: Refusals[] = [];
  for (const key of ordered(group)) {
    const opened = await openWith(key, ring);
    if (opened.ok) return opened;
    refusals.push(opened.error);
  }
  return err(together(refusals));
}

const together = (all: readonly Refusals[]): Refusals => ({
  reasons: all.flatMap(({ reasons }) => reasons),
  unavailable: all.some(({ unavailable }) => unavailable),
});

const noKey = ({ reasons, unavailable }: Refusals, ring: Keyring): SecretsError => ({
  code: unavailable ? 'Unavailable' : 'NoKey',
  message: `no key at hand opens the data key: ${reasons.join('; ')} (at hand: ${ring.names.length === 0 ? 'none' : ring.names.join(', ')})`,
});

/** The data key of a file. The error names every key that was tried. */
export async function openDataKey(metadata: Metadata, ring: Keyring): Promise<Result<Uint8Array, SecretsError>> {
  const { groups } = metadata;
  const threshold = groups.length === 1 ? 1 : metadata.shamirThreshold || groups.length;
  const shares: Uint8Array[] = [];
  const refusals: Refusals[] = [];
  for (const group of groups) {
    const opened = await openGroup(group, ring);
    if (opened.ok) shares.push(opened.value);
    else refusals.push(opened.error);
  }
  if (shares.length < threshold) {
    const found = groups.length === 1 ? [] : [`${shares.length} of the ${threshold} key groups that are needed were opened`];
    return err(noKey(together([{ reasons: found, unavailable: false }, ...refusals]), ring));
  }
  const [first] = shares;
  if (groups.length === 1 && first !== undefined) return ok(first);
  return attempt(() => combineShares(shares));
}

export interface SealOptions {
  readonly ring: Keyring;
  readonly randomBytes: RandomBytes;
  /** RFC 3339, for keys that carry when they were encrypted. */
  readonly now: string;
}

/** The metadata with the data key encrypted to every key of every group. */
export async function sealDataKey(
  metadata: Metadata,
  dataKey: Uint8Array,
  options: SealOptions,
): Promise<Result<Metadata, SecretsError | KeyError>> {
  const { groups } = metadata;
  if (groups.length === 0 || groups.some((group) => group.length === 0))
    return err({ code: 'InvalidKey', message: 'there is no key to encrypt to, or a key group is empty' });
  const threshold = groups.length === 1 ? metadata.shamirThreshold : metadata.shamirThreshold || groups.length;
  const split = { parts: groups.length, threshold, randomBytes: options.randomBytes };
  const shares = groups.length === 1 ? ok([dataKey]) : attempt(() => splitSecret(dataKey, split));
  if (!shares.ok) return shares;
  const sealed: (readonly MasterKey[])[] = [];
  for (const [i, group] of groups.entries()) {
    const keys = await sealGroup(group, shares.value[i] ?? dataKey, options);
    if (!keys.ok) return keys;
    sealed.push(keys.value);
  }
  return ok({ ...metadata, groups: sealed, shamirThreshold: threshold });
}

async function sealGroup(
  group: readonly MasterKey[],
  share: Uint8Array,
  { ring, now }: SealOptions,
): Promise<Result<readonly MasterKey[], KeyError>> {
  const sealed: MasterKey[] = [];
  for (const key of group) {
    if (!isEnvelope(key.kind)) return err({ code: 'Unsupported', message: `${nameOf(key)}: ${cloudKeys}` });
    const envelope = await ring.seal(key.kind, recipientOf(key), share);
    if (!envelope.ok) return err({ code: envelope.error.code, message: `${nameOf(key)}: ${envelope.error.message}` });
    sealed.push({ ...key, encrypted: decodeUtf8(envelope.value), createdAt: key.kind === 'age' ? '' : now });
  }
  return ok(sealed);
}

/** A file that was opened. */
export interface OpenedSops {
  readonly file: SopsFile;
  readonly dataKey: Uint8Array;
  readonly branches: readonly Branch[];
}

/** Reads, opens, decrypts and checks a file. The error says why, without anything decrypted. */
export async function openSops(
  bytes: Uint8Array,
  ring: Keyring,
  options: DecryptOptions & { readonly format: SopsFormat },
): Promise<Result<OpenedSops, SecretsError>> {
  const file = attempt(() => readEncrypted(bytes, options.format));
  if (!file.ok) return file;
  const dataKey = await openDataKey(file.value.metadata, ring);
  if (!dataKey.ok) return dataKey;
  const branches = attempt(() => decryptTree(file.value, dataKey.value, options));
  return branches.ok ? ok({ file: file.value, dataKey: dataKey.value, branches: branches.value }) : branches;
}
