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

test('what came of a step that is not published yet is told instead of the step; the ledger keeps both', async () => {
  const ledger = new MemoryLedger();
  const created: string[] = [];
  const kube = {
    create: (_resource: unknown, object: KubeObject) => {
      created.push([object['reason'], object.metadata.namespace].join(' '));
      return Promise.resolve(err({ code: 403, reason: 'Forbidden', message: 'no' }));
    },
  } as unknown as KubeClient;
  const journal = new Journal({ kube, ledger, clock: fakeClock(), log: silentLog() });
  const other = { ...app, metadata: { ...app.metadata, namespace: 'other', uid: 'v' } };
  const say = (subject: KubeObject, type: string, revision: string): void =>
    journal.record(subject, { type, message: type, revision, step: revision });
  say(app, 'Planned', '1');
  say(other, 'Planned', '1');
  for (const type of ['Changed', 'Applied', 'Ready']) say(app, type, '1');
  say(other, 'Applied', '2');
  await journal.flush();
  expect(created).toEqual(['Planned other', 'Applied shop', 'Ready shop', 'Applied other']);
  expect(ledger.events).toHaveLength(6);
  say(app, 'Planned', '3');
  await journal.flush();
  say(app, 'Applied', '3');
  await journal.flush();
  expect(created.slice(4)).toEqual(['Planned shop', 'Applied shop']);
});
