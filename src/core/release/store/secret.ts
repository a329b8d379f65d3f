/**
 * A release record as the Secret Helm 4 keeps it in: `sh.helm.release.v1.NAME.vN`, base64 of gzip of JSON (and base64 once more, as every Secret entry).
 * Source: Helm 4 pkg/storage/driver/secrets.go, util.go, pkg/storage/storage.go (makeKey).
 */
import { gzipSync, Gunzip, strToU8 } from 'fflate';
import { type KubeObject, getKey, isObject, record } from '../../object/index.ts';
import { decodeBase64, decodeUtf8, encodeBase64, err, ok, type Result } from '../../../std/index.ts';
import { type Release, releaseFromJson, releaseToJson } from '../record.ts';

/** Whose records: those of Helm releases, which Helm reads, or those of other Apps with hooks or tests, which it does not see. */
export type RecordKind = 'helm' | 'delivery';

const kinds = {
  helm: { prefix: 'sh.helm.release.v1', type: 'helm.sh/release.v1', owner: 'helm' },
  delivery: { prefix: 'lockstep.delivery.v1', type: 'lockstep.dev/delivery.v1', owner: 'lockstep-delivery' },
} as const;

/** Labels that are Helm's own; all others belong to the release. */
const systemLabels: ReadonlySet<string> = new Set(['name', 'owner', 'status', 'version', 'createdAt', 'modifiedAt']);

export const secretName = (name: string, version: number, kind: RecordKind = 'helm'): string => `${kinds[kind].prefix}.${name}.v${version}`;

/** Selects the records of one release, or of all. */
export const recordSelector = (name?: string, kind: RecordKind = 'helm'): string =>
  name === undefined ? `owner=${kinds[kind].owner}` : `owner=${kinds[kind].owner},name=${name}`;

/** Selects every record, whatever its kind. */
export const anyRecord = `owner in (${kinds.helm.owner},${kinds.delivery.owner})`;

/** The largest record that is read: what a Secret holds can be unpacked to a thousand times its size. */
const mostBytes = 64 * 1024 * 1024;

/** The longest data a Secret may hold (Kubernetes: MaxSecretSize). */
export const mostData = 1024 * 1024;

export interface RecordMeta {
  /** Seconds since the epoch. */
  readonly at: number;
  /** Absent: a new record. */
  readonly stored?: KubeObject;
  readonly kind?: RecordKind;
}

/** The Secret of a record. Its size is checked by the caller: `data.release` in bytes, before the outer base64, is what counts. */
export function toSecret(release: Release, storageNamespace: string, { at, stored, kind = 'helm' }: RecordMeta): KubeObject {
  const inner = encodeBase64(gzipSync(strToU8(JSON.stringify(releaseToJson(release), digits)), { level: 9, mtime: 0 }));
  const seconds = String(Math.floor(at));
  const labels = record<string>([
    ...Object.entries(release.labels),
    ...(stored === undefined ? [['createdAt', seconds] as const] : [['modifiedAt', seconds] as const]),
    ['name', release.name],
    ['owner', kinds[kind].owner],
    ['status', release.status],
    ['version', String(release.version)],
  ]);
  const { resourceVersion } = stored?.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secretName(release.name, release.version, kind),
      namespace: storageNamespace,
      labels,
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    type: kinds[kind].type,
    data: { release: encodeBase64(strToU8(inner, true)) },
  };
}

/** A bigint is written as its digits: JSON.stringify refuses it. */
const digits = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

/** Bytes that count against the limit of a Secret. */
export function sizeOf(secret: KubeObject): number {
  const data = secret['data'];
  const text = isObject(data) ? getKey(data, 'release') : undefined;
  return typeof text === 'string' ? Math.floor((text.length * 3) / 4) : 0;
}

/** The record in a Secret, or what is wrong with it. */
export function fromSecret(secret: KubeObject): Result<Release, string> {
  const name = secret.metadata.name ?? '';
  const data = secret['data'];
  const outer = isObject(data) ? getKey(data, 'release') : undefined;
  const inner = typeof outer === 'string' ? decodeBase64(outer) : undefined;
  const packed = inner === undefined ? undefined : decodeBase64(decodeUtf8(inner));
  if (packed === undefined) return err(`Secret ${name}: data.release is no base64 of base64`);
  const bytes = unpack(packed);
  if (bytes === undefined) return err(`Secret ${name}: data.release does not unpack, or to more than ${mostBytes} bytes`);
  const labels = record(Object.entries(secret.metadata.labels ?? {}).filter(([key]) => !systemLabels.has(key)));
  const json = parse(decodeUtf8(bytes));
  const release = json === undefined ? undefined : releaseFromJson(json, labels);
  return release === undefined ? err(`Secret ${name}: data.release holds no release`) : ok(release);
}

function parse(text: string): Parameters<typeof releaseFromJson>[0] | undefined {
  try {
    return JSON.parse(text) as Parameters<typeof releaseFromJson>[0];
  } catch {
    return undefined;
  }
}

/** Records of old are not compressed. */
function unpack(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.length > mostBytes ? undefined : bytes;
  const parts: Uint8Array[] = [];
  let size = 0;
  const stream = new Gunzip((chunk) => {
    size += chunk.length;
    if (size > mostBytes) throw new RangeError('too large');
    parts.push(chunk);
  });
  try {
    const step = 64 * 1024;
    for (let at = 0; at < bytes.length; at += step) stream.push(bytes.subarray(at, at + step), at + step >= bytes.length);
  } catch {
    return undefined;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
