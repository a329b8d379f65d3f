/** Secrets in Git: many sealed values beside the RSA operations they cannot do without, and encrypted files that did not change. */
import { constants, createPrivateKey, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { createKeys, newAgeKey, newSealingKey, openSealedValues, openSops, sealDataKey, sealFor } from '../src/adapters/decrypt/index.ts';
import type { JsonObject } from '../src/core/object/index.ts';
import { defaultRule, newMasterKey } from '../src/core/secrets/sops/config/index.ts';
import { encryptTree, readPlain, writeEncrypted, writePlain } from '../src/core/secrets/sops/index.ts';
import { Plaintexts } from '../src/controllers/decrypt/plaintexts.ts';
import { encodeUtf8 } from '../src/std/index.ts';
import { medianTime, type Figure } from './figure.ts';

const N = 64;
/** Node's worker threads for such work; there are four unless UV_THREADPOOL_SIZE says otherwise. */
const threads = Math.min(availableParallelism(), Number(process.env['UV_THREADPOOL_SIZE'] ?? 4));

/** Milliseconds of processor time, of all threads, that one call takes. */
async function cpuTime(body: () => void | Promise<void>, runs: number): Promise<number> {
  const before = process.cpuUsage();
  for (let run = 0; run < runs; run += 1) await body();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / runs;
}

async function sealedValues(): Promise<readonly Figure[]> {
  const { certificate, privateKey } = await newSealingKey(Date.now(), { bits: 4096 });
  const place = { scope: 'strict', namespace: 'shop', name: 'db' } as const;
  const keys = createKeys();
  const sealed = (): JsonObject => {
    const entries = Array.from({ length: N }, (_, i): [string, string] => {
      const value = sealFor(keys, certificate, { plain: encodeUtf8(`value ${i}`), place });
      return [`k${i}`, value.ok ? value.value : ''];
    });
    const spec = { encryptedData: Object.fromEntries(entries) };
    return { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata: { name: 'db', namespace: 'shop' }, spec };
  };
  const object = sealed();
  const ring = await keys.read([{ name: 'bench', bytes: encodeUtf8(privateKey) }]);
  if (!ring.ok) throw new Error(ring.error.message);
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const held = createPrivateKey(privateKey);
  const wrapped = publicEncrypt({ key: certificate, ...oaep }, randomBytes(32));
  const one = await medianTime(41, () => privateDecrypt({ key: held, ...oaep }, wrapped));
  const openAll = async (): Promise<void> => {
    const opened = await openSealedValues(object, ring.value);
    if (!opened.ok) throw new Error(opened.error.message);
  };
  const all = await medianTime(5, openAll);
  // What others do to the machine meanwhile does not count here.
  const [cpuOne, cpuAll] = [await cpuTime(() => void privateDecrypt({ key: held, ...oaep }, wrapped), 64), await cpuTime(openAll, 3)];
  return [
    {
      name: `${N} sealed values (RSA 4096) opened`,
      value: all,
      unit: 'ms',
      baseline: { name: `${N} RSA operations ÷ ${threads} threads`, value: (N * one) / threads },
      note: 'at most 1.15 times',
    },
    {
      name: `${N} sealed values opened, processor time`,
      value: cpuAll,
      unit: 'ms',
      baseline: { name: `${N} RSA operations`, value: N * cpuOne },
      note: 'at most 1.15 times',
    },
  ];
}

async function unchangedFile(): Promise<readonly Figure[]> {
  const { identity, recipient } = newAgeKey();
  const ring = await createKeys().read([{ name: 'bench', bytes: encodeUtf8(identity) }]);
  if (!ring.ok) throw new Error(ring.error.message);
  const text = Array.from({ length: 200 }, (_, i) => `key${i}: value number ${i}\n`).join('');
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const dataKey = random(32);
  const metadata = {
    groups: [[newMasterKey('age', recipient)]],
    shamirThreshold: 0,
    rule: defaultRule,
    macOnlyEncrypted: false,
    lastModified: '2026-01-02T03:04:05Z',
    mac: '',
    version: '3.11.0',
  };
  const sealed = await sealDataKey(metadata, dataKey, { ring: ring.value, randomBytes: random, now: '' });
  if (!sealed.ok) throw new Error(sealed.error.message);
  const bytes = writeEncrypted(
    encryptTree({ branches: readPlain(encodeUtf8(text), 'yaml'), metadata: sealed.value }, dataKey, random),
    'yaml',
  );
  const open = async (): Promise<{ readonly bytes: Uint8Array; readonly secrets: readonly string[] }> => {
    const opened = await openSops(bytes, ring.value, { format: 'yaml' });
    if (!opened.ok) throw new Error(opened.error.message);
    return { bytes: writePlain(opened.value.branches, 'yaml'), secrets: [] };
  };
  const plaintexts = new Plaintexts();
  const [first, again] = [await medianTime(9, open), await medianTime(9, () => plaintexts.content('id', open))];
  return [
    {
      name: 'a SOPS file of 200 values that did not change',
      value: again,
      unit: 'ms',
      baseline: { name: 'decrypted each time', value: first },
    },
  ];
}

export const run = async (): Promise<readonly Figure[]> => [...(await sealedValues()), ...(await unchangedFile())];
