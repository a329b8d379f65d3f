/** A table tells its entries in order, whatever was put, replaced and removed in between, and however many at once. */
import { expect, test } from 'vitest';
import { Entry, GraphCache } from './entry.ts';
import { Table } from './table.ts';

const cache = new GraphCache(1_000_000);

/** A repeatable sequence without a clock: a linear congruential generator. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

test.each([1, 2, 3, 4, 5])('random writes and ranges, seed %i', (seed) => {
  const random = numbers(seed);
  const table = new Table('things');
  const model = new Set<string>();
  for (let step = 0; step < 400; step++) {
    // Now and then many at once, which are merged and not inserted.
    const writes = random(10) === 0 ? 40 : 1;
    for (let write = 0; write < writes; write++) {
      const key = `ns${random(4)}/o${random(60)}`;
      if (random(3) === 0) {
        table.remove(key);
        model.delete(key);
      } else {
        table.put(new Entry(key, step, { cache, bytes: Buffer.from('{}') }));
        model.add(key);
      }
    }
    const prefix = ['', 'ns1/', 'ns3/'][random(3)] as string;
    const from = random(2) === 0 ? '' : `ns1/o${random(60)}`;
    const expected = [...model].filter((key) => key.startsWith(prefix) && key >= from).sort();
    expect(table.range(prefix, { from }).map(({ key }) => key)).toEqual(expected);
    expect(table.count(prefix, from)).toBe(expected.length);
  }
});
