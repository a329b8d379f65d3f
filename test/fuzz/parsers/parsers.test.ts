/** The short form of `npm run fuzz`: every reader on the inputs that once broke one, and on some made by chance from one seed. */
import { describe, expect, test } from 'vitest';
import { keptCases, wrongWith } from './kept.ts';
import { inputAt } from './mutate.ts';
import { targetNamed, targets } from './targets/index.ts';

const SEED = 20_261_129;
const INPUTS = 150;

test('a reader that breaks is noticed', async () => {
  const broken = {
    name: 'broken',
    seeds: ['a longer text, so that inputs differ'],
    words: [],
    read: () => {
      throw new TypeError('undefined is not a function');
    },
  };
  expect(await wrongWith(broken, Buffer.from('x'))).toContain('TypeError');
  expect(new Set(Array.from({ length: 100 }, (_, index) => inputAt(broken, SEED, index).toString('hex'))).size).toBeGreaterThan(60);
});

describe('what once broke a reader', () => {
  test.each(keptCases().map((kept, index) => ({ ...kept, index })))('$index $target: $was', async ({ target, input }) => {
    expect(await wrongWith(targetNamed(target), Buffer.from(input, 'base64'))).toBeUndefined();
  });
});

describe(`${INPUTS} inputs each from seed ${SEED}`, () => {
  test.each(targets)(
    '$name: every seed is well, and nothing breaks it',
    async (target) => {
      for (const seed of target.seeds) expect(await wrongWith(target, Buffer.from(seed)), seed).toBeUndefined();
      for (let index = 0; index < INPUTS; index += 1)
        expect(await wrongWith(target, inputAt(target, SEED, index)), `input ${index}`).toBeUndefined();
    },
    120_000,
  );
});
