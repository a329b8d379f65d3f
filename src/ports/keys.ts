/** Private and public keys as a port: what secrets in Git are opened with and encrypted to. Formats themselves are pure (core/secrets). */
import type { Result } from '../std/index.ts';

export type KeyErrorCode =
  /** None of the keys at hand opens it. */
  | 'NoKey'
  /** A key cannot be read, is locked, or is not of its kind. */
  | 'InvalidKey'
  /** What should be opened is damaged. */
  | 'CannotDecrypt'
  /** Whoever keeps the key does not answer, or refuses: it may be otherwise in a while. */
  | 'Unavailable'
  /** A kind of key that Lockstep does not know. */
  | 'Unsupported';

/** `message` names keys by their public names only. */
export interface KeyError {
  readonly code: KeyErrorCode;
  readonly message: string;
}

/** A file with keys: an age identity file, an armored PGP key, or a PEM private key or certificate. Or a Vault that keeps keys. */
export interface KeyFile {
  /** For messages: the file, or the Secret and its entry. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Then `bytes` are its address, a token and, if it has any, a namespace, a line each: the token is sent to that address and no other. */
  readonly kind?: 'vault';
}

/** The kinds of envelope that text formats carry. */
export type EnvelopeKind = 'age' | 'pgp' | 'hc_vault';

/** Keys that were read. */
export interface Keyring {
  /** Public names: age recipients, PGP fingerprints (upper case), `SHA256:…` of RSA keys, addresses of Vaults. */
  readonly names: readonly string[];
  /** Opens an age file, a PGP message, armored or not, or what a Vault encrypted. `key`: the URI of the Vault's key. */
  open(kind: EnvelopeKind, envelope: Uint8Array, key?: string): Promise<Result<Uint8Array, KeyError>>;
  /** Encrypts to one recipient: an age recipient, the fingerprint of a PGP key in this ring, the URI of a Vault's key. The result is a text. */
  seal(kind: EnvelopeKind, recipient: string, plain: Uint8Array): Promise<Result<Uint8Array, KeyError>>;
  /** RSA-OAEP with SHA-256 (also for MGF1), with each RSA key in turn. */
  unwrap(wrapped: Uint8Array, label: Uint8Array): Promise<Result<Uint8Array, KeyError>>;
}

export interface Keys {
  /** Reads files with keys; one that cannot be read is an error that names it. */
  read(files: readonly KeyFile[]): Promise<Result<Keyring, KeyError>>;
  /** RSA-OAEP with SHA-256 to the public key of a PEM certificate or public key. */
  wrap(certificate: string, plain: Uint8Array, label: Uint8Array): Result<Uint8Array, KeyError>;
}
