/** Which changes of living objects are worth a pass at once, which can wait for more, and which for ever. */
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../core/object/index.ts';
import { isMeaningful, urgencyForOthers, urgencyOf, type Urgency } from './urgency.ts';

const object = (
  apiVersion: string,
  kind: string,
  parts: { readonly metadata?: object; readonly [key: string]: unknown } = {},
): KubeObject => {
  const { metadata = {}, ...rest } = parts;
  return { apiVersion, kind, metadata: { name: 'web', namespace: 'shop', uid: 'u', generation: 1, ...metadata }, ...rest } as KubeObject;
};
const deployment = (available: number, parts: { readonly metadata?: object; readonly [key: string]: unknown } = {}): KubeObject =>
  object('apps/v1', 'Deployment', {
    spec: { replicas: 2 },
    status: {
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: available,
      readyReplicas: available,
      conditions: [{ type: 'Available', status: available === 2 ? 'True' : 'False' }],
    },
    ...parts,
  });
const app = (status: object, metadata: object = {}): KubeObject => object('lockstep.dev/v1', 'App', { metadata, spec: {}, status });
const ready = (status: string, message = ''): object => ({
  observedGeneration: 1,
  conditions: [{ type: 'Ready', status, reason: 'Any', message, lastTransitionTime: '2026-01-01T00:00:00Z' }],
});
const wave = { annotations: { 'lockstep.dev/wave': '1' } };
const noted = { annotations: { 'deployment.kubernetes.io/revision': '1' } };
const custom = (phase: string): KubeObject => object('example.com/v1', 'Widget', { spec: {}, status: { phase } });

const owned: readonly [string, KubeObject | undefined, KubeObject | null, Urgency][] = [
  ['it came', undefined, deployment(0), 'now'],
  ['it went', deployment(2), null, 'now'],
  ['its spec changed', deployment(2), deployment(2, { metadata: { generation: 2 }, spec: { replicas: 3 } }), 'now'],
  ['somebody labelled it', deployment(2), deployment(2, { metadata: { labels: { by: 'hand' } } }), 'now'],
  ['it is being deleted', deployment(2), deployment(2, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }), 'now'],
  ['one more replica of three is there', deployment(0), deployment(1), 'soon'],
  ['it became ready', deployment(1), deployment(2), 'now'],
  ['it is ready no more', deployment(2), deployment(1), 'now'],
  ['its controller noted the revision', deployment(0), deployment(0, { metadata: noted }), 'soon'],
  ['a kind of which only an App may know what its status means', custom('Working'), custom('Done'), 'now'],
  ['a child App of no wave', app(ready('False', 'a')), app(ready('True')), 'never'],
  ['a child App of no wave was edited', app(ready('True')), app(ready('True'), { annotations: { by: 'hand' } }), 'now'],
  ['a child App of a wave became ready', app(ready('False'), wave), app(ready('True'), wave), 'now'],
];

describe('an owned object', () => {
  test.each(owned)('%s', (_name, old, now, urgency) => expect(urgencyOf({ old, now }, Date.UTC(2026, 0, 1))).toBe(urgency));
});

const others: readonly [string, KubeObject, KubeObject, Urgency][] = [
  ['another message', app(ready('False', 'a')), app(ready('False', 'b')), 'soon'],
  ['it became ready', app(ready('False', 'a')), app(ready('True')), 'now'],
  ['it saw its newest spec', app(ready('False', 'a')), app({ ...ready('False', 'a'), observedGeneration: 2 }), 'now'],
  ['another version is applied', app(ready('True')), app({ ...ready('True'), applied: { digest: 'd' } }), 'now'],
];

describe('an App that others wait for', () => {
  test.each(others)('%s', (_name, old, now, urgency) => expect(urgencyForOthers(old, now)).toBe(urgency));
});

describe('an App, for itself', () => {
  const held = { finalizers: ['lockstep.dev/finalizer'] };
  const rows: readonly [string, KubeObject, KubeObject, boolean][] = [
    ['its status', app(ready('False')), app(ready('True')), false],
    ['our finalizer came', app({}), app({}, held), false],
    ['our finalizer went', app({}, held), app({}), true],
    ['a finalizer of somebody else came', app({}, held), app({}, { finalizers: [...held.finalizers, 'other'] }), true],
    ['its spec', app({}), app({}, { generation: 2 }), true],
  ];
  test.each(rows)('%s', (_name, old, now, meaningful) => expect(isMeaningful(old, now)).toBe(meaningful));
});
