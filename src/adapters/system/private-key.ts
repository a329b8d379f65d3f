/** Key generation for templates that ask for a private key (Helm's genPrivateKey): the one slow cryptographic operation, off the main thread. */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** Templates are hostile input: larger keys take minutes. */
const mostBits = 8192;

/**
 * A PEM private key: PKCS#1 for RSA, PKCS#8 for the rest. `bits` counts for RSA and DSA only; ECDSA is P-256 (Sprig: crypto.go).
 * @throws RangeError when `bits` is outside 512–8192.
 */
export async function generatePrivateKey(algorithm: 'rsa' | 'ecdsa' | 'ed25519' | 'dsa', bits: number): Promise<string> {
  const key = await privateKey(algorithm, bits);
  return key.export({ format: 'pem', type: algorithm === 'rsa' ? 'pkcs1' : 'pkcs8' }).toString();
}

async function privateKey(algorithm: 'rsa' | 'ecdsa' | 'ed25519' | 'dsa', bits: number): Promise<KeyObject> {
  if (algorithm === 'ecdsa') return (await generate('ec', { namedCurve: 'P-256' })).privateKey;
  if (algorithm === 'ed25519') return (await generate('ed25519')).privateKey;
  if (!Number.isInteger(bits) || bits < 512 || bits > mostBits)
    throw new RangeError(`a key of ${bits} bits is refused (512 to ${mostBits})`);
  if (algorithm === 'rsa') return (await generate('rsa', { modulusLength: bits })).privateKey;
  return (await generate('dsa', { modulusLength: bits, divisorLength: 256 })).privateKey;
}
