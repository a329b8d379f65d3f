/** Sealed Secrets with the keys at hand. Source: sealed-secrets pkg/crypto/crypto.go, pkg/controller/controller.go. */
import { randomBytes } from 'node:crypto';
import { decodeBase64 } from '../../std/index.ts';
import { attempt, type SecretsError, SecretsFailure } from '../../core/secrets/index.ts';
import { openSealed, parseSealed, sealValue } from '../../core/secrets/sealed/blob/index.ts';
import { labelOf, type Place, placeOf, type RenderText, sealedValues, unsealedSecret } from '../../core/secrets/sealed/index.ts';
import type { JsonObject, KubeObject } from '../../core/object/index.ts';
import { getKey, isObject } from '../../core/object/index.ts';
import type { Keyring, Keys } from '../../ports/index.ts';
import { decodeUtf8, err, ok, type Result } from '../../std/index.ts';

/** Seals a value for a place with the certificate of whoever shall open it. */
export function sealFor(
  keys: Keys,
  certificate: string,
  what: { readonly plain: Uint8Array; readonly place: Place },
): Result<string, { readonly message: string }> {
  const sessionKey = new Uint8Array(randomBytes(32));
  const wrapped = keys.wrap(certificate, sessionKey, labelOf(what.place));
  return wrapped.ok ? ok(sealValue(what.plain, sessionKey, wrapped.value)) : wrapped;
}

async function openValue(
  text: string,
  field: string,
  { ring, place }: { readonly ring: Keyring; readonly place: Place },
): Promise<Result<Uint8Array, SecretsError>> {
  const sealed = attempt(() => parseSealed(text, field));
  if (!sealed.ok) return sealed;
  const sessionKey = await ring.unwrap(sealed.value.wrapped, labelOf(place));
  if (!sessionKey.ok) return err({ code: 'NoKey', message: `${field}: ${sessionKey.error.message}` });
  return attempt(() => openSealed(sealed.value, sessionKey.value, field));
}

/** All values of a SealedSecret in clear, by key. One that cannot be opened fails the whole object. */
export async function openSealedValues(object: JsonObject, ring: Keyring): Promise<Result<ReadonlyMap<string, Uint8Array>, SecretsError>> {
  const found = attempt(() => sealedValues(object));
  if (!found.ok) return found;
  const place = placeOf(object);
  if (found.value.whole !== undefined) return openWhole(found.value.whole, { ring, place });
  const opened = await Promise.all(
    found.value.values.map(async ([key, text]) => ({
      key,
      value: await openValue(text, `spec.encryptedData.${key}`, { ring, place }),
    })),
  );
  const values = new Map<string, Uint8Array>();
  for (const { key, value } of opened) {
    if (!value.ok) return value;
    values.set(key, value.value);
  }
  return ok(values);
}

/** The deprecated form: the Secret as JSON in one sealed value. */
async function openWhole(
  text: string,
  how: { readonly ring: Keyring; readonly place: Place },
): Promise<Result<ReadonlyMap<string, Uint8Array>, SecretsError>> {
  const bytes = await openValue(text, 'spec.data', how);
  if (!bytes.ok) return bytes;
  return attempt(() => wholeValues(decodeUtf8(bytes.value)));
}

function wholeValues(text: string): ReadonlyMap<string, Uint8Array> {
  const values = new Map<string, Uint8Array>();
  const secret = parsedObject(text);
  const data = getKey(secret, 'data');
  for (const [key, value] of Object.entries(isObject(data) ? data : {})) {
    const plain = typeof value === 'string' ? decodeBase64(value) : undefined;
    if (plain === undefined) throw new SecretsFailure('CannotDecrypt', `spec.data: data.${key} of the sealed Secret is no base64`);
    values.set(key, plain);
  }
  return values;
}

function parsedObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below, without the text.
  }
  throw new SecretsFailure('CannotDecrypt', 'spec.data: what was sealed is no Secret');
}

type MakeSecret = (render: RenderText) => Result<KubeObject, SecretsError>;

/** The Secret that a SealedSecret stands for. `withTemplates` calls what it is given with something that renders texts, once or more often. */
export async function unseal(
  object: JsonObject,
  ring: Keyring,
  withTemplates: (make: MakeSecret) => Promise<Result<KubeObject, SecretsError>>,
): Promise<Result<KubeObject, SecretsError>> {
  const values = await openSealedValues(object, ring);
  return values.ok ? withTemplates((render) => attempt(() => unsealedSecret(object, values.value, render))) : values;
}
