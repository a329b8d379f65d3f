/** The port Keys: age identities, PGP keys and RSA keys from files, told apart by their content. */
import type { KeyObject } from 'node:crypto';
import type { Key } from 'openpgp';
import type { EnvelopeKind, KeyFile, Keyring, Keys } from '../../ports/index.ts';
import { err, ok } from '../../std/index.ts';
import { type AgeIdentity, decryptAge, encryptAge, readIdentities } from './age/index.ts';
import { attemptKey, KeyFailure } from './failure.ts';
import { decryptPgp, encryptPgp, fingerprintOf, readPgpKeys } from './pgp.ts';
import { decryptVault, encryptVault, readVaultAccess, type VaultAccess } from './vault.ts';
import { publicKeyIn, readRsaKey, RsaKeys, wrapRsa } from './rsa.ts';

interface Held {
  readonly age: AgeIdentity[];
  readonly pgp: Key[];
  readonly rsa: KeyObject[];
  readonly vault: VaultAccess[];
}

async function readFile({ name, bytes, kind }: KeyFile, held: Held): Promise<void> {
  const text = Buffer.from(bytes).toString('latin1');
  try {
    if (kind === 'vault') held.vault.push(readVaultAccess(bytes));
    else if (text.includes('AGE-SECRET-KEY-') || text.includes('AGE-PLUGIN-')) held.age.push(...readIdentities(text));
    else if (/-----BEGIN (?:RSA )?PRIVATE KEY-----/.test(text)) held.rsa.push(readRsaKey(text));
    else held.pgp.push(...(await readPgpKeys(bytes)));
  } catch (error) {
    if (error instanceof KeyFailure) throw new KeyFailure(error.code, `${name}: ${error.message}`);
    throw error;
  }
}

const keyringOf = ({ age, pgp, rsa, vault }: Held): Keyring => ringOf({ age, pgp, rsa: new RsaKeys(rsa), vault });

const ringOf = ({ age, pgp, rsa, vault }: Omit<Held, 'rsa'> & { readonly rsa: RsaKeys }): Keyring => ({
  names: [...age.map(({ recipient }) => recipient), ...pgp.map(fingerprintOf), ...rsa.names, ...vault.map(({ address }) => address)],
  open: async (kind: EnvelopeKind, envelope, key = '') =>
    attemptKey(async () => {
      if (kind === 'hc_vault') return decryptVault(vault, key, envelope);
      return kind === 'age' ? decryptAge(age, envelope) : decryptPgp(pgp, envelope);
    }),
  seal: async (kind, recipient, plain) =>
    attemptKey(async () => {
      if (kind === 'hc_vault') return encryptVault(vault, recipient, plain);
      return kind === 'age' ? encryptAge([recipient], plain) : encryptPgp(pgp, recipient, plain);
    }),
  unwrap: async (wrapped, label) => attemptKey(() => rsa.unwrap(wrapped, label)),
});

/** Keys live in memory only, as long as the ring is held. */
export const createKeys = (): Keys => ({
  read: async (files) =>
    attemptKey(async () => {
      const held: Held = { age: [], pgp: [], rsa: [], vault: [] };
      for (const file of files) await readFile(file, held);
      return keyringOf(held);
    }),
  wrap: (certificate, plain, label) => {
    try {
      return ok(wrapRsa(publicKeyIn(certificate), plain, label));
    } catch (error) {
      if (error instanceof KeyFailure) return err({ code: error.code, message: error.message });
      throw error;
    }
  },
});
