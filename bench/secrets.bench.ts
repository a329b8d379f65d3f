/** Secrets in Git: many sealed values beside the RSA operations they cannot do without, and encrypted files that did not change. */
import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
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

/** One thread of the baseline: bare RSA operations of OpenSSL, one after another, when it is told how many. */
const bareThread = `
const { parentPort, workerData } = require('node:worker_threads');
const { constants, createPrivateKey, privateDecrypt } = require('node:crypto');
const key = { key: createPrivateKey(workerData.key), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
parentPort.on('message', (count) => {
  for (let left = count; left > 0; left -= 1) privateDecrypt(key, workerData.wrapped);
  parentPort.postMessage('done');
});`;

/** Runs bare operations on all threads at once: what N of them cost on this machine, whose threads may be less than whole cores. */
class BareOperations {
  readonly #workers: readonly Worker[];

  constructor(key: string, wrapped: Uint8Array) {
    this.#workers = Array.from({ length: threads }, () => new Worker(bareThread, { eval: true, workerData: { key, wrapped } }));
  }

  async run(count: number): Promise<void> {
    const told = (worker: Worker): Promise<unknown> => new Promise((resolve) => worker.once('message', resolve));
    const done = this.#workers.map(told);
    for (const worker of this.#workers) worker.postMessage(count / threads);
    await Promise.all(done);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** Milliseconds: by the clock, and of processor time of all threads. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** The best of `runs` of each, in turn, so that whatever else the machine does meets both. */
async function cheapest(runs: number, bodies: readonly (() => Promise<void>)[]): Promise<readonly Cost[]> {
  const best: Cost[] = bodies.map(() => ({ wall: Infinity, cpu: Infinity }));
  for (let run = 0; run < runs; run += 1)
    for (const [i, body] of bodies.entries()) {
      const [started, before] = [performance.now(), process.cpuUsage()];
      await body();
      const { user, system } = process.cpuUsage(before);
      const { wall = 0, cpu = 0 } = best[i] ?? {};
      best[i] = { wall: Math.min(wall, performance.now() - started), cpu: Math.min(cpu, (user + system) / 1000) };
    }
  return best;
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
  const wrapped = publicEncrypt({ key: certificate, ...oaep }, randomBytes(32));
  const bare = new BareOperations(privateKey, wrapped);
  const openAll = async (): Promise<void> => {
    const opened = await openSealedValues(object, ring.value);
    if (!opened.ok) throw new Error(opened.error.message);
  };
  try {
    const [all, operations] = await cheapest(9, [openAll, () => bare.run(N)]);
    const name = `${N} sealed values (RSA 4096) opened`;
    const of = `${N} bare RSA operations on ${threads} threads`;
    const figure = (what: keyof Cost, more: string): Figure => ({
      name: name + more,
      value: all?.[what] ?? 0,
      unit: 'ms',
      baseline: { name: of + more, value: operations?.[what] ?? 0 },
      note: 'at most 1.15 times',
    });
    // By the clock it is fair on a machine that does nothing else; processor time is so always.
    return [figure('wall', ''), figure('cpu', ', processor time')];
  } finally {
    await bare.close();
  }
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
