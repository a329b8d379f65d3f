/** What is recorded twice, by a pass that does not know its own status yet, is told once. */
import { expect, test } from 'vitest';
import { silentLog } from '../../adapters/log/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { KubeClient, LedgerEvent } from '../../ports/index.ts';
import { err } from '../../std/index.ts';
import { fakeClock } from '../../testing/clock/index.ts';
import { MemoryLedger } from '../../testing/world/index.ts';
import { Journal } from './journal.ts';

const app = {
  apiVersion: 'lockstep.dev/v1',
  kind: 'App',
  metadata: { name: 'web', namespace: 'shop', uid: 'u' },
  spec: { target: {}, source: {} },
} as KubeObject;

test('the same entry is told once, another step is another entry', async () => {
  const ledger = new MemoryLedger();
  const told: LedgerEvent[] = [];
  const created: string[] = [];
  const kube = {
    create: (_resource: unknown, object: KubeObject) => {
      created.push(String(object['reason']));
      return Promise.resolve(err({ code: 403, reason: 'Forbidden', message: 'no' }));
    },
  } as unknown as KubeClient;
  const journal = new Journal({ kube, ledger, clock: fakeClock(), log: silentLog(), told: (_subject, event) => told.push(event) });
  const applied = { type: 'Applied', message: 'applied main@sha1:1', revision: 'main@sha1:1', step: '1' };
  journal.record(app, applied);
  journal.record(app, { type: 'Ready', message: 'main@sha1:1 is healthy', revision: 'main@sha1:1', step: '1' });
  journal.record(app, applied);
  journal.record(app, { ...applied, step: '2' });
  await journal.flush();
  const expected = ['Applied', 'Ready', 'Applied'];
  expect([told.map(({ type }) => type), ledger.events.map(({ type }) => type), created]).toEqual([expected, expected, expected]);
});
