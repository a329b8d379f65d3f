/** The journal keeps what was acknowledged and nothing else, wherever the file is cut. */
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { KubeObject } from '../../core/object/index.ts';
import { FileJournal, Store } from './index.ts';

const folders: string[] = [];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'lockstep-journal-'));
  folders.push(made);
  return made;
}

afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true });
});

const object = (name: string, value: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } });

function open(at: string): { readonly store: Store; readonly journal: FileJournal; readonly dropped: number } {
  const { journal, loaded, dropped } = FileJournal.open(at, false);
  return { store: new Store({ journal }, loaded), journal, dropped };
}

const contents = (store: Store): string =>
  JSON.stringify([...store.table('configmaps').entries.values()].map((entry) => [entry.key, entry.revision, entry.graph.data]).sort());

test('a store comes back as it was, with its revision', async () => {
  const at = folder();
  const first = open(at);
  first.store.put('configmaps', 'a', object('a', '1'));
  first.store.put('configmaps', 'b', object('b', 'ü'));
  first.store.put('configmaps', 'a', object('a', '2'));
  first.store.remove('configmaps', 'b');
  const before = contents(first.store);
  await first.store.close();
  const again = open(at);
  expect({ contents: contents(again.store), revision: again.store.revision, dropped: again.dropped }).toEqual({
    contents: before,
    revision: 5,
    dropped: 0,
  });
  await again.store.close();
});

test('cut at any byte, the file gives the longest run of whole records', async () => {
  const at = folder();
  const path = join(at, 'journal');
  const { store } = open(at);
  const states: { readonly size: number; readonly contents: string }[] = [{ size: statSync(path).size, contents: contents(store) }];
  for (let i = 0; i < 6; i++) {
    if (i === 4) store.remove('configmaps', 'k1');
    else store.put('configmaps', `k${i % 3}`, object(`k${i % 3}`, String(i)));
    states.push({ size: statSync(path).size, contents: contents(store) });
  }
  await store.close();
  const whole = readFileSync(path);
  const wrong: number[] = [];
  for (let size = states[0]?.size ?? 0; size <= whole.length; size++) {
    writeFileSync(path, whole);
    truncateSync(path, size);
    const reopened = open(at);
    const expected = states.filter((state) => state.size <= size).at(-1)?.contents;
    if (contents(reopened.store) !== expected) wrong.push(size);
    await reopened.store.close();
  }
  expect(wrong).toEqual([]);
});

test('a damaged record ends the file there', async () => {
  const at = folder();
  const path = join(at, 'journal');
  const { store } = open(at);
  store.put('configmaps', 'a', object('a', '1'));
  const good = statSync(path).size;
  store.put('configmaps', 'b', object('b', '1'));
  await store.close();
  const bytes = readFileSync(path);
  bytes[good + 20] = (bytes[good + 20] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
  const again = open(at);
  expect([...again.store.table('configmaps').entries.keys()]).toEqual(['a']);
  expect(again.dropped).toBeGreaterThan(0);
  await again.store.close();
});

test('a file of history is rewritten while writes go on', async () => {
  const at = folder();
  const { store, journal } = open(at);
  journal.attach(function* () {
    for (const table of store.tables()) for (const entry of Array.from(table.entries.values())) yield { table: table.name, entry };
  });
  const filler = 'x'.repeat(100_000);
  for (let i = 0; i < 400; i++) {
    store.put('configmaps', `k${i % 7}`, object(`k${i % 7}`, filler + String(i)));
    if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  const before = contents(store);
  await store.close();
  expect(statSync(join(at, 'journal')).size).toBeLessThan(20_000_000);
  const again = open(at);
  expect(contents(again.store)).toBe(before);
  await again.store.close();
});
