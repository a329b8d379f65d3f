/**
 * Signatures that cosign makes with a key: an artifact beside the signed one, under a tag made of its digest, whose layers are what was signed; since cosign 3,
 * a bundle that refers to the signed artifact. Source: sigstore/cosign specs/SIGNATURE_SPEC.md; see sigstore-bundle.ts.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { getKey, isObject, type Json } from '../../core/object/index.ts';
import type { ChartError } from '../../ports/index.ts';
import { decodeUtf8, err, ok, type Result } from '../../std/index.ts';
import type { Layer, Reference, Registry } from '../registry/index.ts';
import { bundleSigner, bundleType } from './sigstore-bundle.ts';

const payloadType = 'application/vnd.dev.cosign.simplesigning.v1+json';
const signatureKey = 'dev.cosignproject.cosign/signature';
/** What is looked at of one artifact, and how large the text is that was signed. */
const limits = { signatures: 100, payload: 64 * 1024, bundle: 1024 * 1024 };

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
  const trusted = read as readonly KeyObject[];
  let count = 0;
  for (const signersOf of [taggedSigners, bundleSigners]) {
    const found = await signersOf(registry, { reference, digest }, trusted);
    if (!found.ok) return found;
    const signer = found.value.find((place) => place !== undefined);
    if (signer !== undefined) return ok({ signer: `cosign key ${signer + 1}` });
    count += found.value.length;
  }
  return count === 0
    ? refuse(`${what} has no cosign signature`, 'sign it with cosign sign --key')
    : refuse(`none of the ${count} signatures of ${what} is by a key that is trusted here`);
}

interface Signed {
  readonly reference: Reference;
  readonly digest: string;
}

/** Of each signature the place of its key; undefined for one that counts for nothing. */
type Signers = Promise<Result<readonly (number | undefined)[], ChartError>>;

/** Signatures under the tag. */
async function taggedSigners(registry: Registry, { reference, digest }: Signed, keys: readonly KeyObject[]): Signers {
  const { host, repository } = reference;
  const found = await registry.manifest({ host, repository, tag: `${digest.replace(':', '-')}.sig` });
  if (!found.ok) return found.error.code === 'ChartNotFound' ? ok([]) : found;
  const layers = found.value.manifest.layers.filter(({ mediaType }) => mediaType === payloadType).slice(0, limits.signatures);
  return each(layers, (layer) => signerOf(registry, { reference, layer, digest }, keys));
}

/** Bundles that refer to the artifact. */
async function bundleSigners(registry: Registry, { reference, digest }: Signed, keys: readonly KeyObject[]): Signers {
  const referrers = await registry.referrers(reference, digest);
  if (!referrers.ok) return referrers;
  // Registries that do not know artifact types leave them out of their lists.
  const bundles = referrers.value.filter(({ artifactType }) => artifactType === '' || artifactType.startsWith(bundleType));
  return each(bundles.slice(0, limits.signatures), async (bundle) => {
    const { host, repository } = reference;
    const manifest = await registry.manifest({ host, repository, digest: bundle.digest });
    if (!manifest.ok) return manifest;
    const layer = manifest.value.manifest.layers.find(({ mediaType }) => mediaType.startsWith(bundleType));
    if (layer === undefined || layer.size > limits.bundle) return ok(undefined);
    const content = await registry.blob(reference, layer);
    return content.ok ? ok(bundleSigner(content.value, digest, { keys, verify: isSignedBy })) : content;
  });
}

/** The answers one after the other, up to the first that names a key. */
async function each<T>(items: readonly T[], ask: (item: T) => Promise<Result<number | undefined, ChartError>>): Signers {
  const answers: (number | undefined)[] = [];
  for (const item of items) {
    const answer = await ask(item);
    if (!answer.ok) return answer;
    answers.push(answer.value);
    if (answer.value !== undefined) break;
  }
  return ok(answers);
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
