/** Draws repeat for the same key, App and seed, differ otherwise, and keys are real keys. */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { seededBy } from './seeded.ts';

const key = new Uint8Array(32).fill(7);
const draw = (app: string, seed: string, sequence: number, length = 16): string =>
  Buffer.from(seededBy(key, app).randomBytes({ kind: 'randomBytes', sequence, length, seed })).toString('hex');

test('S12 the same draw is the same; another App, seed or place is another', () => {
  const first = draw('shop/web', 'a', 0);
  expect(draw('shop/web', 'a', 0)).toBe(first);
  const others = [draw('shop/api', 'a', 0), draw('shop/web', 'b', 0), draw('shop/web', 'a', 1)];
  expect(new Set([first, ...others]).size).toBe(4);
  expect(draw('shop/web', 'a', 0, 100)).toHaveLength(200);
});

test.each([
  ['rsa', 2048],
  ['rsa', 1024],
  ['dsa', 1024],
  ['ecdsa', 0],
  ['ed25519', 0],
] as const)('S12 %s %i: the same valid key again', async (algorithm, bits) => {
  const make = (app: string) => seededBy(key, app).privateKey({ kind: 'privateKey', sequence: 0, algorithm, bits, seed: 's' });
  const pem = await make('shop/web');
  expect(await make('shop/web')).toBe(pem);
  expect(await make('shop/api')).not.toBe(pem);
  const privateKey = createPrivateKey(pem);
  const digest = algorithm === 'ed25519' ? null : 'sha256';
  const signature = sign(digest, Buffer.from('text'), privateKey);
  expect(verify(digest, Buffer.from('text'), createPublicKey(privateKey), signature)).toBe(true);
  if (algorithm === 'rsa') expect(privateKey.asymmetricKeyDetails?.modulusLength).toBe(bits);
});
