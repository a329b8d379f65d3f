/**
 * Names for hooks and tests that only have a `generateName`, as Helm and Argo CD take them: the prefix and a digest of the manifest, so that the same manifest
 * is the same object, which is found again after a crash and replaced by its policy. Nothing else may do without a name: it would be made anew for ever.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { getKey, isObject, type JsonObject, record } from '../object/index.ts';

const marks = ['helm.sh/hook', 'argocd.argoproj.io/hook', 'lockstep.dev/test'] as const;

/** Kubernetes: names of Pods that a Job makes get another suffix; 63 in all. */
const longestPrefix = 50;

/** The same object with a name; undefined: it has no `generateName`, or is no hook. An object with a name is returned as it is. */
export function withGeneratedName(object: JsonObject): JsonObject | undefined {
  const metadata = getKey(object, 'metadata');
  if (!isObject(metadata)) return undefined;
  const name = getKey(metadata, 'name');
  if (typeof name === 'string' && name !== '') return object;
  const prefix = getKey(metadata, 'generateName');
  const annotations = getKey(metadata, 'annotations');
  if (typeof prefix !== 'string' || prefix === '' || !isObject(annotations)) return undefined;
  if (!marks.some((mark) => getKey(annotations, mark) !== undefined)) return undefined;
  const text = JSON.stringify(object, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  const suffix = bytesToHex(sha256(utf8ToBytes(text))).slice(0, 10);
  const others = Object.entries(metadata).filter(([key]) => key !== 'generateName' && key !== 'name');
  return { ...object, metadata: record([['name', `${prefix.slice(0, longestPrefix)}${suffix}`], ...others]) };
}
