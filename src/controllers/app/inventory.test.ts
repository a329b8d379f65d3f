/** How entries lie in chunks: bounded, stable, complete. */
import { expect, test } from 'vitest';
import fc from 'fast-check';
import type { KubeObject } from '../../core/object/index.ts';
import { refKey } from '../../core/object/index.ts';
import type { InventoryEntry } from '../../core/plan/index.ts';
import { chunkSize, layOut, noInventory, type InventoryState } from './inventory.ts';

const entry = (number: number): InventoryEntry => ({ group: '', kind: 'ConfigMap', namespace: 'shop', name: `c${number}` });
const stored: KubeObject = { apiVersion: 'lockstep.dev/v1', kind: 'Inventory', metadata: { name: 'x' } };
const stateOf = (rows: readonly (readonly InventoryEntry[])[]): InventoryState => ({
  entries: rows.flat(),
  releases: [],
  chunks: rows.map((entries, number) => ({ number, entries, stored })),
  cluster: 'u',
  place: '',
});

test('every entry is in exactly one chunk of at most 1,000, and stays where it was', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 2500 }), { maxLength: 2400 });
  fc.assert(
    fc.property(numbers, numbers, (first, second) => {
      const before = layOut(first.map(entry), noInventory);
      const after = layOut(second.map(entry), stateOf(before));
      const all = after.flat().map(refKey);
      expect(all.toSorted()).toEqual(second.map(entry).map(refKey).toSorted());
      for (const row of after) expect(row.length).toBeLessThanOrEqual(chunkSize);
      for (const [number, row] of before.entries()) {
        const still = row.filter((each) => all.includes(refKey(each)));
        const there = new Set((after[number] ?? []).map(refKey));
        for (const each of still) expect(there.has(refKey(each))).toBe(true);
      }
    }),
    { seed: 3, numRuns: 5 },
  );
});
