/**
 * Keys of age: X25519 identities and recipients. Source: C2SP age.md; filippo.io/age, x25519.go.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { randomBytes } from 'node:crypto';
import { KeyFailure } from '../failure.ts';
import { decodeBech32, encodeBech32 } from './bech32.ts';
import { type AgeFile, armor, dearmor, derive, fromBase64, openPayload, parseAge, type Stanza, toBase64, writeAge } from './format.ts';
import { publicKeyOf, sharedSecret } from './x25519.ts';

/** A private key that was read. */
export interface AgeIdentity {
  /** The public name: `age1…`. */
  readonly recipient: string;
  /** The file key, or undefined when the stanza is for someone else. */
  readonly unwrap: (stanza: Stanza) => Uint8Array | undefined;
}

const x25519Info = 'age-encryption.org/v1/X25519';
const fileKeyLength = 16;
const zeroNonce = new Uint8Array(12);

function opened(key: Uint8Array, body: Uint8Array): Uint8Array | undefined {
  if (body.length !== fileKeyLength + 16) return undefined;
  try {
    return chacha20poly1305(key, zeroNonce).decrypt(body);
  } catch {
    return undefined;
  }
}

const salted = (share: Uint8Array, recipient: Uint8Array): Uint8Array => new Uint8Array(Buffer.concat([share, recipient]));

function x25519Identity(secret: Uint8Array): AgeIdentity {
  if (secret.length !== 32) throw new KeyFailure('InvalidKey', 'an age identity must have 32 bytes');
  const own = publicKeyOf(secret);
  const unwrap = ({ args, body }: Stanza): Uint8Array | undefined => {
    if (args[0] !== 'X25519' || args[1] === undefined) return undefined;
    const share = fromBase64(args[1]);
    if (share.length !== 32) return undefined;
    return opened(derive(sharedSecret(secret, share), salted(share, own), x25519Info), body);
  };
  return { recipient: encodeBech32('age', own), unwrap };
}

/** The identities of a key file: one a line, `#` begins a comment. @throws KeyFailure naming the line */
export function readIdentities(text: string): readonly AgeIdentity[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    const key = line.trim();
    if (key === '' || key.startsWith('#')) return [];
    if (key.startsWith('AGE-SECRET-KEY-1')) return [x25519Identity(decodeBech32('age-secret-key-', key))];
    const kind = /^AGE-(?:PLUGIN|SECRET-KEY)-[A-Z]+/.exec(key)?.[0];
    const what = kind === undefined ? 'is no age identity' : `is a kind of identity that is not supported (${kind})`;
    throw new KeyFailure(kind === undefined ? 'InvalidKey' : 'Unsupported', `line ${i + 1} ${what}`);
  });
}

/** The stanza that gives a recipient the file key. @throws KeyFailure naming the recipient */
function stanzaFor(recipient: string, fileKey: Uint8Array): Stanza {
  if (recipient.startsWith('ssh-'))
    throw new KeyFailure('Unsupported', `${recipient.split(' ')[0]} recipients are not supported; use an age1… key`);
  if (!recipient.startsWith('age1')) throw new KeyFailure('InvalidKey', `unknown age recipient "${recipient}"`);
  const point = decodeRecipient(recipient);
  const ephemeral = new Uint8Array(randomBytes(32));
  const share = publicKeyOf(ephemeral);
  const key = derive(sharedSecret(ephemeral, point), salted(share, point), x25519Info);
  return { args: ['X25519', toBase64(share)], body: chacha20poly1305(key, zeroNonce).encrypt(fileKey) };
}

function decodeRecipient(recipient: string): Uint8Array {
  try {
    const point = decodeBech32('age', recipient);
    if (point.length === 32) return point;
  } catch (error) {
    if (!(error instanceof KeyFailure)) throw error;
  }
  throw new KeyFailure('InvalidKey', `unknown age recipient "${recipient}"`);
}

/** An armored age file. @throws KeyFailure */
export function encryptAge(recipients: readonly string[], plain: Uint8Array): Uint8Array {
  const fileKey = new Uint8Array(randomBytes(fileKeyLength));
  return armor(
    writeAge(
      recipients.map((recipient) => stanzaFor(recipient, fileKey)),
      fileKey,
      plain,
    ),
  );
}

/** The content of an age file, armored or not. @throws KeyFailure, `NoKey` when no identity fits */
export function decryptAge(identities: readonly AgeIdentity[], bytes: Uint8Array): Uint8Array {
  const file = parseAge(dearmor(bytes));
  return openPayload(file, fileKeyOf(file, identities));
}

function fileKeyOf({ stanzas }: AgeFile, identities: readonly AgeIdentity[]): Uint8Array {
  // A passphrase must stand alone, or whoever knows it could pretend to be another recipient.
  if (stanzas.length > 1 && stanzas.some(({ args }) => args[0] === 'scrypt'))
    throw new KeyFailure('CannotDecrypt', 'the age file mixes a passphrase with other recipients');
  for (const identity of identities) {
    for (const stanza of stanzas) {
      const key = identity.unwrap(stanza);
      if (key !== undefined) return key;
    }
  }
  throw new KeyFailure('NoKey', 'none of the age identities opens it');
}

/** A new identity and its recipient, as `age-keygen` makes them. */
export function newAgeKey(): { readonly identity: string; readonly recipient: string } {
  const secret = new Uint8Array(randomBytes(32));
  return { identity: encodeBech32('age-secret-key-', secret).toUpperCase(), recipient: encodeBech32('age', publicKeyOf(secret)) };
}
