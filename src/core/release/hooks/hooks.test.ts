/** Hooks: their order, each step of one, and what counts as the end of a Job or Pod. */
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../object/index.ts';
import type { HookRecord } from '../record.ts';
import { deletesWhen, finishOf, hooksOf, hookStep, type HookScene } from './index.ts';

const hook = (name: string, more: Partial<HookRecord> = {}): HookRecord => ({
  name,
  kind: 'Job',
  path: '',
  manifest: '',
  events: ['pre-install'],
  lastRun: { phase: '' },
  weight: 0,
  deletePolicies: [],
  outputLogPolicies: [],
  ...more,
});

test('weight first, then name; only those of the event', () => {
  const hooks = [hook('b'), hook('a', { weight: 5 }), hook('c', { weight: -5 }), hook('a'), hook('x', { events: ['test'] })];
  expect(hooksOf(hooks, 'pre-install').map(({ name, weight }) => `${name} ${weight}`)).toEqual(['c -5', 'a 0', 'b 0', 'a 5']);
});

test('the policy of a hook without one is before-hook-creation; CRDs are never deleted', () => {
  expect(deletesWhen(hook('a'), 'before-hook-creation')).toBe(true);
  expect(deletesWhen(hook('a', { deletePolicies: ['hook-failed'] }), 'before-hook-creation')).toBe(false);
  expect(deletesWhen(hook('a', { kind: 'CustomResourceDefinition' }), 'before-hook-creation')).toBe(false);
});

const job = (status: unknown, annotations: Record<string, string> = { 'lockstep.dev/hook-run': 'r1' }): KubeObject =>
  ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'a', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z', annotations },
    status,
  }) as KubeObject;

const start = Date.parse('2026-01-01T00:00:00Z');
const complete = { conditions: [{ type: 'Complete', status: 'True' }] };
const failed = { conditions: [{ type: 'Failed', status: 'True', message: 'too often' }] };

describe('one hook', () => {
  const scene: HookScene = { run: 'r1', live: null, pods: [], recorded: { phase: '' }, now: start + 1000, timeout: 60_000 };
  test.each<[string, Partial<HookScene>, Partial<HookRecord>, unknown]>([
    ['absent', {}, {}, { do: 'create' }],
    ['started, not recorded', { live: job({}) }, {}, { do: 'record', phase: 'Running', message: '' }],
    ['runs', { live: job({}), recorded: { phase: 'Running' } }, {}, { do: 'await', message: 'it has no Pod yet', until: start + 60_000 }],
    ['ended', { live: job(complete), recorded: { phase: 'Running' } }, {}, { do: 'record', phase: 'Succeeded', message: '' }],
    ['failed', { live: job(failed) }, {}, { do: 'record', phase: 'Failed', message: 'too often' }],
    ['recorded as done, its object deleted', { recorded: { phase: 'Succeeded' } }, {}, { do: 'next' }],
    ['recorded as failed', { recorded: { phase: 'Failed' } }, {}, { do: 'fail', message: 'it failed' }],
    [
      'deleted while it ran: never made again',
      { recorded: { phase: 'Running' } },
      {},
      { do: 'record', phase: 'Failed', message: 'it was deleted before its end was seen' },
    ],
    [
      'ended and removed by Kubernetes before anybody looked',
      { recorded: { phase: 'Running' } },
      { manifest: 'spec: {ttlSecondsAfterFinished: 0}' },
      { do: 'record', phase: 'Succeeded', message: '' },
    ],
    ['an earlier run is in the way', { live: job(complete, { 'lockstep.dev/hook-run': 'r0' }) }, {}, { do: 'delete', uid: 'u' }],
    [
      'an earlier run that may not be deleted',
      { live: job(complete, {}) },
      { deletePolicies: ['hook-succeeded'] },
      { do: 'record', phase: 'Failed', message: 'Job a already exists' },
    ],
    [
      'takes too long',
      { live: job({}), recorded: { phase: 'Running' }, now: start + 60_000 },
      {},
      { do: 'record', phase: 'Failed', message: 'it did not end within 60 s: it has no Pod yet' },
    ],
  ])('%s', (_name, more, of, expected) => expect(hookStep(hook('a', of), { ...scene, ...more })).toEqual(expected));
});

describe('the end', () => {
  const pod = (statuses: readonly [string, number | undefined][], more: object = {}): KubeObject =>
    ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', ...more },
      spec: { restartPolicy: 'Never' },
      status: {
        phase: 'Running',
        containerStatuses: statuses.map(([name, exitCode]) => ({
          name,
          state: exitCode === undefined ? { running: {} } : { terminated: { exitCode } },
        })),
      },
    }) as unknown as KubeObject;

  test.each<[string, KubeObject, string]>([
    [
      'a mesh container that runs on does not count',
      pod([
        ['main', 0],
        ['istio-proxy', undefined],
      ]),
      'succeeded',
    ],
    [
      'nor one that is named',
      pod(
        [
          ['main', 0],
          ['agent', undefined],
        ],
        { annotations: { 'lockstep.dev/sidecars': 'agent' } },
      ),
      'succeeded',
    ],
    [
      'any other does',
      pod([
        ['main', 0],
        ['agent', undefined],
      ]),
      'running',
    ],
    [
      'a failed main container',
      pod([
        ['main', 3],
        ['istio-proxy', undefined],
      ]),
      'failed',
    ],
    ['a ConfigMap is done once it is there', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }, 'succeeded'],
  ])('%s', (_name, object, state) => expect(finishOf(object).state).toBe(state));

  test('a Job whose Pod is kept running by a companion has ended', () => {
    expect(
      finishOf(job({ active: 1 }), [
        pod([
          ['main', 0],
          ['linkerd-proxy', undefined],
        ]),
      ]).state,
    ).toBe('succeeded');
  });
});
