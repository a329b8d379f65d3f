/**
 * Signatures that cosign makes with a key: an artifact beside the signed one, under a tag made of its digest, whose layers are what was signed.
 * Source: sigstore/cosign specs/SIGNATURE_SPEC.md.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { getKey, isObject, type Json } from '../../core/object/index.ts';
import type { ChartError } from '../../ports/index.ts';
import { decodeUtf8, err, ok, type Result } from '../../std/index.ts';
import type { Layer, Reference, Registry } from '../registry/index.ts';

const payloadType = 'application/vnd.dev.cosign.simplesigning.v1+json';
const signatureKey = 'dev.cosignproject.cosign/signature';
/** What is looked at of one artifact, and how large the text is that was signed. */
const limits = { signatures: 100, payload: 64 * 1024 };

const refuse = (message: string, hint?: string): Result<never, ChartError> =>
  err({ code: 'VerificationFailed', message, ...(hint === undefined ? {} : { hint }) });

/** Holds when one of the keys (PEM) signed exactly this digest. The answer names the key by its place. */
export async function verifyCosign(
  registry: Registry,
  signed: { readonly reference: Reference; readonly digest: string },
  keys: readonly string[],
): Promise<Result<{ readonly signer: string }, ChartError>> {
  const { reference, digest } = signed;
  const what = `${reference.host}/${reference.repository}@${digest}`;
  const read = keys.map(keyOf);
  const broken = read.findIndex((key) => key === undefined);
  if (broken >= 0) return refuse(`the ${broken + 1}. key for ${what} is no public key in PEM`);
  const { host, repository } = reference;
  const found = await registry.manifest({ host, repository, tag: `${digest.replace(':', '-')}.sig` });
  if (!found.ok && found.error.code !== 'ChartNotFound') return found;
  if (!found.ok) return refuse(`${what} has no cosign signature`, 'sign it with cosign sign --key, in the format of signature tags');
  const layers = found.value.manifest.layers.filter(({ mediaType }) => mediaType === payloadType).slice(0, limits.signatures);
  for (const layer of layers) {
    const signer = await signerOf(registry, { reference, layer, digest }, read as readonly KeyObject[]);
    if (!signer.ok) return signer;
    if (signer.value !== undefined) return ok({ signer: `cosign key ${signer.value + 1}` });
  }
  return refuse(`none of the ${layers.length} signatures of ${what} is by a key that is trusted here`);
}

function keyOf(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}

/** The place of the key that made this signature; undefined when none did, or when it is about something else. */
async function signerOf(
  registry: Registry,
  { reference, layer, digest }: { readonly reference: Reference; readonly layer: Layer; readonly digest: string },
  keys: readonly KeyObject[],
): Promise<Result<number | undefined, ChartError>> {
  const text = layer.annotations?.get(signatureKey);
  if (text === undefined || layer.size > limits.payload) return ok(undefined);
  const payload = await registry.blob(reference, layer);
  if (!payload.ok) return payload;
  const signature = Buffer.from(text, 'base64');
  const at = keys.findIndex((key) => isSignedBy(key, payload.value, signature));
  return ok(at >= 0 && signedDigest(payload.value) === digest ? at : undefined);
}

function isSignedBy(key: KeyObject, payload: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', payload, key, signature);
  } catch {
    return false;
  }
}

/** The digest that the signed text is about. */
function signedDigest(payload: Uint8Array): string | undefined {
  let value: Json | undefined;
  try {
    value = JSON.parse(decodeUtf8(payload)) as Json;
  } catch {
    return undefined;
  }
  for (const key of ['critical', 'image', 'docker-manifest-digest']) value = isObject(value) ? getKey(value, key) : undefined;
  return typeof value === 'string' ? value : undefined;
}
