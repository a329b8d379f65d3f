/** An order that is repaired is the same as one that is sorted anew, whatever happened to it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareRanks, Ordered } from './ordered.ts';

const step = fc.record({ key: fc.integer({ min: 0, max: 30 }), value: fc.option(fc.integer({ min: 0, max: 5 })), look: fc.boolean() });

test('repaired or sorted: the same', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.constantFrom(1 as const, -1 as const), (steps, sign) => {
      const order = new Ordered<{ readonly key: string; readonly value: number }>(({ key, value }) => [value, key], sign);
      const plain = new Map<string, { readonly key: string; readonly value: number }>();
      for (const { key: number, value, look } of steps) {
        const key = `k${number}`;
        if (value === null) {
          order.remove(key);
          plain.delete(key);
        } else {
          order.put(key, { key, value });
          plain.set(key, { key, value });
        }
        if (look) order.list();
      }
      const sorted = [...plain.values()].sort((a, b) => sign * compareRanks([a.value, a.key], [b.value, b.key]));
      expect(order.list()).toEqual(sorted);
      for (const [index, one] of sorted.entries()) expect(order.after([one.value, one.key])).toBe(index + 1);
    }),
    { numRuns: 300, seed: 7 },
  );
});
