/** Private keys as templates ask for them. */
import { createPrivateKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { generatePrivateKey } from '../../src/adapters/system/index.ts';

test.each([
  ['rsa', 2048, 'BEGIN RSA PRIVATE KEY', 'rsa'],
  ['ecdsa', 0, 'BEGIN PRIVATE KEY', 'ec'],
  ['ed25519', 0, 'BEGIN PRIVATE KEY', 'ed25519'],
  ['dsa', 1024, 'BEGIN PRIVATE KEY', 'dsa'],
] as const)('%s', async (algorithm, bits, header, type) => {
  const pem = await generatePrivateKey(algorithm, bits);
  expect(pem).toContain(header);
  expect(createPrivateKey(pem).asymmetricKeyType).toBe(type);
});

test.each([0, 100, 100_000, 2048.5, Number.NaN])('a key of %d bits is refused', async (bits) => {
  await expect(generatePrivateKey('rsa', bits)).rejects.toThrow(RangeError);
});
