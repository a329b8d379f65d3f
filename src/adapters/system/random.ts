/** Randomness of the operating system. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Random } from '../../ports/index.ts';

const fractionSteps = 2 ** 47;

/** Cryptographically strong: the same source draws passwords and jitter. */
export const systemRandom = (): Random => ({
  bytes: (length) => new Uint8Array(randomBytes(length)),
  uuid: () => randomUUID(),
  fraction: () => randomInt(fractionSteps) / fractionSteps,
});
