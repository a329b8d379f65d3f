/** What every ledger keeps, whatever it is made of. */
import { describe, expect, test } from 'vitest';
import type { Ledger, LedgerEvent } from '../../ports/index.ts';

export const ledgerEvent = (id: string, subject = 'team/shop'): LedgerEvent => ({
  id,
  at: 1_767_225_600_000,
  type: 'Applied',
  subject,
  message: `event ${id}`,
});

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
          revision: 'main@sha1:abc',
          actor: 'ada',
          details: { changed: ['a'], count: 2 },
        };
        await ledger.append([ledgerEvent('a'), ledgerEvent('b')]);
        await ledger.append([full]);
        expect(await ledger.recent({ limit: 10 })).toEqual([full, ledgerEvent('b'), ledgerEvent('a')]);
        expect(await ledger.recent({ subject: 'team/shop', limit: 1 })).toEqual([ledgerEvent('b')]);
        expect(await ledger.recent({ subject: 'team/none', limit: 10 })).toEqual([]);
        expect(await ledger.recent({ limit: 0 })).toEqual([]);
      }));

    test('the same event is stored once, and the first one stands', () =>
      withLedger(async (ledger) => {
        await ledger.append([ledgerEvent('a'), ledgerEvent('a')]);
        await Promise.all([ledger.append([{ ...ledgerEvent('a'), message: 'another' }]), ledger.append([ledgerEvent('b')])]);
        expect((await ledger.recent({ limit: 10 })).map((event) => event.message)).toEqual(['event b', 'event a']);
      }));

    test('many at once keep their order', () =>
      withLedger(async (ledger) => {
        const ids = Array.from({ length: 1200 }, (_, index) => `e${index}`);
        await Promise.all(ids.map((id) => ledger.append([ledgerEvent(id)])));
        expect((await ledger.recent({ limit: 2000 })).map((event) => event.id)).toEqual(ids.toReversed());
      }));

    test('hostile text is only text', () =>
      withLedger(async (ledger) => {
        const event: LedgerEvent = {
          ...ledgerEvent("x'); DROP TABLE events; --"),
          subject: "a' OR '1'='1",
          message: '\u0000 "\\ 😀',
          details: { ['__proto__']: 'x' },
        };
        await ledger.append([event]);
        expect(await ledger.recent({ subject: event.subject, limit: 5 })).toEqual([event]);
        expect(await ledger.recent({ limit: 5 })).toHaveLength(1);
      }));
  });
}
