/** Which of what the informers tell is news: not the state that our own write left, however early it is told. */
import { expect, test } from 'vitest';
import type { KubeObject, ObjectRef } from '../../core/object/index.ts';
import { err, ok } from '../../std/index.ts';
import { LiveObjects } from './live.ts';

const ref: ObjectRef = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'web' };
const at = (resourceVersion: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'shop', name: 'web', uid: 'u', resourceVersion },
});

function scene(): { readonly live: LiveObjects; readonly told: string[]; readonly hear: (version: string) => void } {
  const live = new LiveObjects({ watch: () => Promise.resolve(), get: () => undefined });
  const told: string[] = [];
  return { live, told, hear: (version) => live.ifNews(ref, at(version), () => told.push(version)) };
}

test('what our write left is no news afterwards', async () => {
  const { live, told, hear } = scene();
  await live.write(ref, () => Promise.resolve(ok(at('1'))));
  hear('1');
  hear('2');
  expect(told).toEqual(['2']);
});

test('what is told while a write is on its way is judged once it has arrived', async () => {
  const { live, told, hear } = scene();
  await live.write(ref, () => {
    hear('1');
    hear('2');
    expect(told).toEqual([]);
    return Promise.resolve(ok(at('1')));
  });
  expect(told).toEqual(['2']);
});

test('a write that fails leaves all of it as news', async () => {
  const { live, told, hear } = scene();
  const failed = { code: 500, reason: 'InternalError', message: 'no' };
  await live.write(ref, () => {
    hear('1');
    return Promise.resolve(err(failed));
  });
  expect(told).toEqual(['1']);
});
