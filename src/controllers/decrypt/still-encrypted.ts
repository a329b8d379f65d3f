/** Objects that are still encrypted when they should be applied: a Secret full of ciphertext is worse than none. */
import { getKey, isObject, type Json, type KubeObject } from '../../core/object/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import { isEncryptedText } from '../../core/secrets/index.ts';
import { isSealedSecret } from '../../core/secrets/sealed/index.ts';
import type { RenderedObject } from '../app/build.ts';

/** A whole file that SOPS encrypted has its mark somewhere inside. */
const marked = (text: string): boolean => isEncryptedText(text) || (text.includes('ENC[AES256_GCM,data:') && text.includes('sops'));

/** Contents of Secrets are base64, which hides the mark. */
const wrapped = (text: string): boolean => text.length > 80 && marked(Buffer.from(text, 'base64').toString('latin1'));

const holds = (value: Json, test: (text: string) => boolean): boolean => {
  if (typeof value === 'string') return test(value);
  if (Array.isArray(value)) return (value as readonly Json[]).some((item) => holds(item, test));
  return isObject(value) && Object.keys(value).some((key) => holds(getKey(value, key) ?? null, test));
};

/** Recipients and fingerprints of SOPS metadata that a manifest still carries. */
function keyNames(object: KubeObject): readonly string[] {
  const sops = object['sops'];
  if (!isObject(sops)) return [];
  const listed = (kind: string, field: string): string[] => {
    const keys = getKey(sops, kind);
    return (Array.isArray(keys) ? (keys as readonly Json[]) : []).flatMap((key) => {
      const id = isObject(key) ? getKey(key, field) : undefined;
      return typeof id === 'string' ? [`${kind} ${id}`] : [];
    });
  };
  return [...listed('age', 'recipient'), ...listed('pgp', 'fp')];
}

export function stillEncrypted({ object, file, line }: RenderedObject): readonly Problem[] {
  if (isSealedSecret(object)) return [];
  const isFound =
    object['sops'] !== undefined ||
    holds(object as Json, marked) ||
    holds(object['data'] ?? null, wrapped) ||
    holds(object['binaryData'] ?? null, wrapped);
  if (!isFound) return [];
  const keys = keyNames(object);
  return [
    {
      code: 'StillEncrypted',
      message: `it is encrypted with SOPS${keys.length === 0 ? '' : ` for ${keys.join(', ')}`}, and was not decrypted`,
      hint: 'name the Secret with the key in spec.decrypt.keys',
      object: `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
    },
  ];
}
