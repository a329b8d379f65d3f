/** What the ledger tells about the past: the state at a moment, two moments side by side, and how well delivery works. */
import { expect, test } from 'vitest';
import { checkQuery, type QueryOf, routes } from '../../api/http/index.ts';
import type { LedgerEvent } from '../../ports/index.ts';
import { MemoryLedger } from '../../testing/world/index.ts';
import { compare } from './compare.ts';
import { delivery } from './delivery.ts';
import { past } from './past.ts';
import { timeline } from './timeline.ts';

const HOUR = 3_600_000;
const start = Date.parse('2026-11-01T00:00:00Z');
const hour = (at: number): string => new Date(start + at * HOUR).toISOString();
const everywhere = (): boolean => true;
/** Revisions that are gone: what the ledger itself knows is left. */
const manifests = (): Promise<undefined> => Promise.resolve(undefined);
const revision = (digit: string): string => `main@sha1:${digit.repeat(40)}`;

let count = 0;
const event = (at: number, type: string, more: Partial<LedgerEvent> = {}): LedgerEvent => {
  count += 1;
  return { id: `event-${count}`, at: start + at * HOUR, type, subject: 'shop/web', message: type, ...more };
};
const health = (at: number, from: string, to: string, subject = 'shop/web'): LedgerEvent =>
  event(at, 'HealthChanged', { subject, message: `${from} → ${to}` });
const image = (version: string): LedgerEvent['versions'] => [{ kind: 'image', name: 'web', version }];
const commit = (at: number, subject: string): LedgerEvent['commit'] => ({
  id: 'c'.repeat(40),
  author: 'Ada <ada@example.org>',
  at: start + at * HOUR,
  subject,
});

const story: readonly LedgerEvent[] = [
  event(1, 'Applied', { revision: revision('a'), versions: image('1'), environment: 'production', commit: commit(-700, 'first') }),
  health(1.1, 'Progressing', 'Healthy'),
  event(10, 'RenderFailed', { revision: revision('b') }),
  event(10.5, 'RenderFailed', { revision: revision('b') }),
  event(12, 'Applied', {
    revision: revision('c'),
    versions: image('2'),
    environment: 'production',
    commit: commit(11, 'web 2'),
    touched: [
      { object: 'Deployment/shop/web', operation: 'change', fields: ['spec.replicas'] },
      { object: 'ConfigMap/shop/new', operation: 'create', fields: [] },
    ],
  }),
  health(13, 'Progressing', 'Healthy'),
  health(20, 'Healthy', 'Degraded'),
  event(21, 'Applied', {
    revision: revision('d'),
    versions: image('1'),
    commit: commit(20.5, 'back'),
    touched: [{ object: 'ConfigMap/shop/new', operation: 'prune', fields: [] }],
  }),
  health(22, 'Degraded', 'Healthy'),
  event(15, 'Applied', { subject: 'bank/api', revision: revision('e') }),
];

async function told(): Promise<MemoryLedger> {
  const ledger = new MemoryLedger();
  await ledger.append(story);
  return ledger;
}

function query<N extends 'past' | 'compare' | 'delivery' | 'timeline'>(name: N, text: string): QueryOf<N> {
  const checked = checkQuery(routes[name], new URLSearchParams(text));
  if (!checked.ok) throw new Error(checked.error.message);
  return checked.value as unknown as QueryOf<N>;
}

const valueOf = <T>(answer: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }): T => {
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
};

test('the system as it was', async () => {
  const ledger = await told();
  const { items, total } = valueOf(await past(ledger, query('past', `at=${hour(20.5)}`), everywhere));
  expect(total).toBe(2);
  expect(items[1]).toEqual({
    key: 'shop/web',
    environment: 'production',
    revision: 'main@ccccccc',
    since: hour(12),
    health: 'Degraded',
    versions: ['web:2'],
    commit: { id: 'c'.repeat(40), author: 'Ada <ada@example.org>', at: hour(11), subject: 'web 2' },
  });
  expect(valueOf(await past(ledger, query('past', `at=${hour(0)}`), everywhere)).items).toEqual([]);
  const found = valueOf(await past(ledger, query('past', `at=${hour(20)}&q=web%202`), everywhere));
  expect(found.items.map(({ key }) => key)).toEqual(['shop/web']);
  const seen = valueOf(await past(ledger, query('past', `at=${hour(20)}`), (namespace) => namespace === 'bank'));
  expect(seen.items.map(({ key }) => key)).toEqual(['bank/api']);
});

test('pages of the past follow one another', async () => {
  const ledger = await told();
  const first = valueOf(await past(ledger, query('past', `at=${hour(20)}&limit=1`), everywhere));
  const second = valueOf(await past(ledger, query('past', `at=${hour(20)}&limit=1&cursor=${first.next ?? ''}`), everywhere));
  expect([first.items[0]?.key, second.items[0]?.key, second.next]).toEqual(['bank/api', 'shop/web', undefined]);
});

test('two moments: versions, images, and for one App the objects that were written in between', async () => {
  const ledger = await told();
  const now = start + 30 * HOUR;
  const all = valueOf(await compare(ledger, query('compare', `from=${hour(5)}&to=${hour(14)}`), { visible: everywhere, now, manifests }));
  expect(all.apps.map(({ key, change }) => [key, change])).toEqual([['shop/web', 'changed']]);
  expect(all.images).toEqual([{ app: 'shop/web', before: 'web:1', after: 'web:2' }]);
  const one = valueOf(
    await compare(ledger, query('compare', `app=shop/web&from=${hour(5)}&to=${hour(14)}`), { visible: everywhere, now, manifests }),
  );
  expect(one.objects.map(({ ref, change, fields }) => [ref.kind, change, fields.map(({ path }) => path)])).toEqual([
    ['Deployment', 'changed', ['spec.replicas']],
    ['ConfigMap', 'added', []],
  ]);
  expect(one.apps[0]?.to).toMatchObject({ health: 'Healthy', commit: { subject: 'web 2' } });
  // Made and gone again: nothing of it is left to tell.
  const whole = valueOf(await compare(ledger, query('compare', `app=shop/web&from=${hour(5)}`), { visible: everywhere, now, manifests }));
  expect(whole.objects.map(({ ref }) => ref.kind)).toEqual(['Deployment']);
  const hidden = valueOf(await compare(ledger, query('compare', `app=shop/web&from=${hour(5)}`), { visible: () => false, now, manifests }));
  expect([hidden.apps, hidden.objects, hidden.images]).toEqual([[], [], []]);
});

test('delivery: how often, how fast, how often not, how fast again', async () => {
  const ledger = await told();
  const figures = await delivery(ledger, query('delivery', 'days=2&app=shop/web'), { visible: everywhere, now: start + 30 * HOUR });
  expect(figures).toMatchObject({
    deployments: 3,
    perDay: 1500,
    // One revision that failed, however often it was tried.
    failureRate: 250,
    // The first apply has no lead time; then 11 → 13 and 20.5 → 22.
    leadTime: 2 * HOUR,
    // 10 → 12, and 20 → 22.
    restoreTime: 2 * HOUR,
    days: [{ day: '2026-11-01', deployments: 3, failures: 1 }],
    truncated: false,
  });
});

test('what waits is no failure, what cannot be rendered is one', async () => {
  const ledger = new MemoryLedger();
  await ledger.append([
    event(1, 'DependencyNotReady'),
    event(2, 'SourceNotReady'),
    event(3, 'InvalidYaml'),
    event(4, 'HealthTimeout'),
    event(5, 'PruneNeedsApproval'),
  ]);
  const page = valueOf(await timeline(ledger, query('timeline', ''), everywhere));
  const entries = page.items.map(({ json }) => JSON.parse(json) as { readonly type: string; readonly kind: string; readonly bad: boolean });
  expect(entries.map(({ type, kind, bad }) => [type, kind, bad])).toEqual([
    ['PruneNeedsApproval', 'plan', false],
    ['HealthTimeout', 'health', true],
    ['InvalidYaml', 'apply', true],
    ['SourceNotReady', 'commit', false],
    ['DependencyNotReady', 'plan', false],
  ]);
});

test('lead time: a change that leaves an App healthy was there when it was applied; trouble long after it is not its own', async () => {
  const ledger = new MemoryLedger();
  const applied = (at: number, digit: string, committed: number): LedgerEvent =>
    event(at, 'Applied', { revision: revision(digit), commit: commit(committed, digit) });
  await ledger.append([
    applied(1, '1', 0),
    health(1.1, 'Progressing', 'Healthy'),
    // Two hours from commit to apply, and nothing happens to its health; the node dies a day later.
    applied(5, '2', 3),
    health(29, 'Healthy', 'Degraded'),
    health(30, 'Degraded', 'Healthy'),
    // Four hours, and it stirs.
    applied(40, '3', 36.5),
    health(40.01, 'Healthy', 'Progressing'),
    health(40.5, 'Progressing', 'Healthy'),
    // Six hours, the newest.
    applied(60, '4', 54),
  ]);
  const figures = await delivery(ledger, query('delivery', 'days=30'), { visible: everywhere, now: start + 70 * HOUR });
  expect(figures.leadTime).toBe(4 * HOUR);
});
