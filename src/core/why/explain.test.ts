/** The chain of causes: to the root, never round in a circle, always with a next step. */
import { expect, test } from 'vitest';
import { type Claim, explain } from './index.ts';

const claim = (object: string, more: Partial<Claim> = {}): Claim => ({ object, reason: 'Waiting', message: '', ...more });

const among =
  (...claims: readonly Claim[]) =>
  (object: string): Claim | undefined =>
    claims.find((each) => each.object === object);

test('the sentence runs to the root and ends with what to do there', () => {
  const web = claim('App/shop/web', {
    reason: 'DependencyNotReady',
    message: 'App shop/db is not ready',
    since: '2026-01-01T00:00:00Z',
    waitsFor: 'App/shop/db',
    next: 'Look at the named dependency.',
  });
  const db = claim('App/shop/db', { reason: 'Degraded', message: 'crashes', waitsFor: 'Pod/shop/db-0', next: 'Look at its Pods.' });
  const pod = claim('Pod/shop/db-0', { reason: 'CrashLoopBackOff', message: 'exit code 1.', next: 'Read its logs.' });
  const { sentence, chain, next } = explain(web, among(db, pod));
  expect(sentence).toBe(
    'App/shop/web is not ready since 2026-01-01T00:00:00Z: DependencyNotReady: App shop/db is not ready, because App/shop/db is not ready: Degraded: crashes, because Pod/shop/db-0 is not ready: CrashLoopBackOff: exit code 1; read its logs',
  );
  expect(chain.map(({ object }) => object)).toEqual(['App/shop/web', 'App/shop/db', 'Pod/shop/db-0']);
  expect(next).toBe('Read its logs.');
});

test('a circle ends where it closes', () => {
  const a = claim('App/a', { waitsFor: 'App/b' });
  const b = claim('App/b', { waitsFor: 'App/a', next: 'Cut it.' });
  expect(explain(a, among(a, b)).chain.map(({ object }) => object)).toEqual(['App/a', 'App/b']);
});

test('what nobody can tell more about ends the chain, and its own next step stands', () => {
  const { chain, next } = explain(claim('App/a', { waitsFor: 'Source/gone', next: 'Create it.' }), () => undefined);
  expect(chain).toHaveLength(1);
  expect(next).toBe('Create it.');
});
