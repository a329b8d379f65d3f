/** What every ledger keeps, whatever it is made of. */
import { describe, expect, test } from 'vitest';
import type { EventQuery, Ledger, LedgerEvent } from '../../ports/index.ts';

const start = 1_767_225_600_000;

export const ledgerEvent = (id: string, subject = 'team/shop'): LedgerEvent => ({
  id,
  at: start,
  type: 'Applied',
  subject,
  message: `event ${id}`,
});

/** `shop@1.8 in prod at minute 3`, as an event of type `Applied`. */
const applied = (app: string, version: string, environment: string, minute: number): LedgerEvent => ({
  ...ledgerEvent(`${app}-${environment}-${minute}`, `${environment}/${app}`),
  at: start + minute * 60_000,
  environment,
  versions: [
    { kind: 'app', name: app, version },
    { kind: 'image', name: app, version },
  ],
});

const ids = (events: readonly LedgerEvent[]): readonly string[] => events.map(({ id }) => id);

/** `open` gives an empty ledger that the suite closes. */
export function ledgerSuite(name: string, open: () => Promise<Ledger>): void {
  const withLedger = async (use: (ledger: Ledger) => Promise<void>): Promise<void> => {
    const ledger = await open();
    try {
      await use(ledger);
    } finally {
      await ledger.close();
    }
  };

  describe(`ledger: ${name}`, () => {
    test('newest first, by subject, limited; events come back as they went in', () =>
      withLedger(async (ledger) => {
        const full: LedgerEvent = {
          ...ledgerEvent('c', 'team/cart'),
          kind: 'App',
          environment: 'prod',
          revision: 'main@sha1:abc',
          actor: 'ada',
          commit: { id: 'a'.repeat(40), author: 'Ada <ada@example.com>', at: start, subject: 'Raise the limit' },
          versions: [{ kind: 'image', name: 'cart', version: '1.0' }],
          touched: [{ object: 'Deployment/cart/web', operation: 'change', fields: ['spec.replicas'] }],
          details: { changed: ['a'], count: 2 },
        };
        await ledger.append([ledgerEvent('a'), ledgerEvent('b')]);
        await ledger.append([full]);
        expect((await ledger.find({ limit: 10 })).events).toEqual([full, ledgerEvent('b'), ledgerEvent('a')]);
        expect(ids((await ledger.find({ subject: 'team/shop', limit: 1 })).events)).toEqual(['b']);
        expect(await ledger.find({ subject: 'team/none', limit: 10 })).toEqual({ events: [] });
        expect(await ledger.find({ limit: 0 })).toEqual({ events: [] });
      }));

    test('the same event is stored once, and the first one stands', () =>
      withLedger(async (ledger) => {
        await ledger.append([ledgerEvent('a'), ledgerEvent('a')]);
        await Promise.all([ledger.append([{ ...ledgerEvent('a'), message: 'another' }]), ledger.append([ledgerEvent('b')])]);
        expect((await ledger.find({ limit: 10 })).events.map((event) => event.message)).toEqual(['event b', 'event a']);
      }));

    test('many at once keep their order; pages follow each other without a gap', () =>
      withLedger(async (ledger) => {
        const all = Array.from({ length: 1200 }, (_, index) => `e${index}`);
        await Promise.all(all.map((id) => ledger.append([ledgerEvent(id)])));
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await ledger.find({ limit: 500, ...(cursor === undefined ? {} : { cursor }) });
          found.push(...ids(page.events));
          cursor = page.next;
        } while (cursor !== undefined);
        expect(found).toEqual(all.toReversed());
        await expect((async () => ledger.find({ limit: 1, cursor: "1' OR 1=1" }))()).rejects.toThrow('cursor');
      }));

    const history: readonly LedgerEvent[] = [
      { ...ledgerEvent('f', 'team/config'), at: start, type: 'Fetched', kind: 'Source', revision: `main@sha1:${'0'.repeat(40)}` },
      { ...applied('shop', '1.0', 'prod', 1), commit: { id: `${'0'.repeat(39)}1`, author: 'Ada', at: start, subject: 'x' } },
      {
        ...applied('shop', '1.1', 'prod', 3),
        revision: `main@sha1:${'b'.repeat(40)}`,
        touched: [{ object: 'Deployment/shop/web', operation: 'change', fields: ['spec.replicas'] }],
      },
      { ...ledgerEvent('h', 'prod/shop'), at: start + 4 * 60_000, type: 'HealthChanged', environment: 'prod' },
      applied('shop', '1.1', 'test', 5),
    ];
    const queries: readonly (readonly [string, Omit<EventQuery, 'limit'>, readonly string[]])[] = [
      ['type', { types: ['Fetched', 'HealthChanged'] }, ['h', 'f']],
      ['no type at all', { types: [] }, []],
      ['environment', { environment: 'test' }, ['shop-test-5']],
      ['namespaces', { namespaces: ['team', 'test'] }, ['shop-test-5', 'f']],
      ['nothing may be seen', { namespaces: [] }, []],
      ['commit of the revision', { commit: 'bbbbbbb' }, ['shop-prod-3']],
      ['commit noted', { commit: '000000000000000000000000000000000000000' }, ['shop-prod-1', 'f']],
      ['object', { object: 'Deployment/shop/web' }, ['shop-prod-3']],
      ['since, until', { since: start + 60_000, until: start + 4 * 60_000 }, ['shop-prod-3', 'shop-prod-1']],
      ['several together', { subject: 'prod/shop', types: ['Applied'], until: start + 120_000 }, ['shop-prod-1']],
    ];
    test('every filter filters', () =>
      withLedger(async (ledger) => {
        await ledger.append(history);
        for (const [what, query, wanted] of queries)
          expect([what, ids((await ledger.find({ ...query, limit: 9 })).events)]).toEqual([what, wanted]);
      }));

    test('the state at a moment: the newest revision of each App until then, without those that were deleted', () =>
      withLedger(async (ledger) => {
        const deleted: LedgerEvent = { ...ledgerEvent('d', 'prod/cart'), type: 'Deleted', environment: 'prod', at: start + 240_000 };
        await ledger.append([...history, applied('cart', '2.0', 'prod', 2), deleted]);
        const at = async (minute: number, environment?: string): Promise<readonly string[]> =>
          ids(await ledger.stateAt(start + minute * 60_000, environment === undefined ? {} : { environment }));
        expect(await at(0)).toEqual([]);
        expect(await at(3)).toEqual(['cart-prod-2', 'shop-prod-3']);
        expect(await at(5)).toEqual(['shop-prod-3', 'shop-test-5']);
        expect(await at(5, 'test')).toEqual(['shop-test-5']);
        expect(ids(await ledger.stateAt(start + 300_000, { namespaces: ['prod'] }))).toEqual(['shop-prod-3']);
      }));

    test('runs: from when to when a version ran; redeployments of it are one run', () =>
      withLedger(async (ledger) => {
        await ledger.append([
          applied('shop', '1.10', 'prod', 1),
          applied('shop', '1.1', 'prod', 2),
          applied('shop', '1.1', 'prod', 3),
          applied('shop', '1.1.5', 'prod', 5),
          applied('shop', '2.0', 'prod', 6),
          applied('shop', '1.1', 'test', 9),
        ]);
        const minutes = async (version: string | undefined, scope = {}): Promise<unknown> =>
          (await ledger.runs(version === undefined ? { name: 'shop' } : { name: 'shop', version }, scope)).map((run) => [
            run.version,
            run.subject,
            (run.from - start) / 60_000,
            run.until === undefined ? 'now' : (run.until - start) / 60_000,
          ]);
        expect(await minutes('1.1')).toEqual([
          ['1.1', 'prod/shop', 2, 5],
          ['1.1.5', 'prod/shop', 5, 6],
          ['1.1', 'test/shop', 9, 'now'],
        ]);
        expect(await minutes('2', { environment: 'prod' })).toEqual([['2.0', 'prod/shop', 6, 'now']]);
        expect(await minutes(undefined, { namespaces: ['test'] })).toEqual([['1.1', 'test/shop', 9, 'now']]);
        expect(await minutes('3')).toEqual([]);
      }));

    test('forgetting keeps the state at the horizon, and everything younger', () =>
      withLedger(async (ledger) => {
        await ledger.append([...history, applied('shop', '1.2', 'prod', 7)]);
        expect(await ledger.forget(start + 6 * 60_000)).toBe(3);
        expect(ids((await ledger.find({ limit: 9 })).events)).toEqual(['shop-prod-7', 'shop-test-5', 'shop-prod-3']);
        expect(ids(await ledger.stateAt(start + 6 * 60_000, {}))).toEqual(['shop-prod-3', 'shop-test-5']);
        expect(await ledger.forget(start + 6 * 60_000)).toBe(0);
      }));

    test('hostile text is only text', () =>
      withLedger(async (ledger) => {
        const event: LedgerEvent = {
          ...ledgerEvent("x'); DROP TABLE events; --"),
          subject: "a' OR '1'='1",
          message: '\u0000 "\\ 😀 \ud800',
          environment: 'nul \u0000',
          details: { ['__proto__']: 'x' },
        };
        await ledger.append([event]);
        expect((await ledger.find({ subject: event.subject, limit: 5 })).events).toEqual([event]);
        expect((await ledger.find({ limit: 5 })).events).toHaveLength(1);
      }));
  });
}
