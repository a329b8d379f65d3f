/**
 * Bundles that cosign 3 makes with a key: an envelope around a statement about the signed digest, in an artifact that refers to the signed one.
 * Source: sigstore/protobuf-specs sigstore_bundle.proto; secure-systems-lab/dsse protocol.md; in-toto Statement v1; sigstore/cosign specs/BUNDLE_SPEC.md.
 */
import type { KeyObject } from 'node:crypto';
import { getKey, isObject, type Json } from '../../core/object/index.ts';
import { decodeUtf8 } from '../../std/index.ts';

export const bundleType = 'application/vnd.dev.sigstore.bundle';
const payloadType = 'application/vnd.in-toto+json';
/** What cosign sign states; the same key may have signed other statements, such as who built it. */
const signPredicate = 'https://sigstore.dev/cosign/sign/v1';

type Verify = (key: KeyObject, message: Uint8Array, signature: Uint8Array) => boolean;

/** The place of the key that signed a statement about this digest; undefined when none did, or when it is about something else. */
export function bundleSigner(bundle: Uint8Array, digest: string, how: { readonly keys: readonly KeyObject[]; readonly verify: Verify }): number | undefined {
  const envelope = at(parsed(bundle), 'dsseEnvelope');
  const [payload, type, signatures] = [at(envelope, 'payload'), at(envelope, 'payloadType'), at(envelope, 'signatures')];
  if (typeof payload !== 'string' || type !== payloadType || !Array.isArray(signatures)) return undefined;
  const statement = Buffer.from(payload, 'base64');
  if (!isAbout(parsed(statement), digest)) return undefined;
  const message = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${statement.length} `), statement]);
  const made = (signatures as readonly Json[]).slice(0, 10).flatMap((signature) => {
    const text = at(signature, 'sig');
    return typeof text === 'string' ? [Buffer.from(text, 'base64')] : [];
  });
  const place = how.keys.findIndex((key) => made.some((signature) => how.verify(key, message, signature)));
  return place < 0 ? undefined : place;
}

function isAbout(statement: Json | undefined, digest: string): boolean {
  const subjects = at(statement, 'subject');
  if (at(statement, 'predicateType') !== signPredicate || !Array.isArray(subjects)) return false;
  return (subjects as readonly Json[]).some((subject) => `sha256:${String(at(at(subject, 'digest'), 'sha256'))}` === digest);
}

const at = (value: Json | undefined, key: string): Json | undefined => (isObject(value) ? getKey(value, key) : undefined);

function parsed(bytes: Uint8Array): Json | undefined {
  try {
    return JSON.parse(decodeUtf8(bytes)) as Json;
  } catch {
    return undefined;
  }
}
