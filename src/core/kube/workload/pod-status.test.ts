/** What a Pod with several containers says of each while one of them holds it up. */
import { expect, test } from 'vitest';
import type { KubeObject } from '../../object/index.ts';
import { containerStatuses } from './pod-status.ts';

const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: {
    initContainers: [{ name: 'prepare' }, { name: 'proxy', restartPolicy: 'Always' }, { name: 'migrate' }],
    containers: [{ name: 'web' }, { name: 'metrics' }],
  },
};

const held = (only?: string): readonly string[] => {
  const waiting = { kind: 'waiting', reason: 'CreateContainerConfigError' } as const;
  const { init, main, initialized } = containerStatuses(pod, only === undefined ? waiting : { ...waiting, only }, 0);
  const states = [...init, ...main].map(({ name, state }) => {
    const [[kind, { reason }] = ['', {}]] = Object.entries(state as Record<string, { reason?: string }>);
    return `${name as string} ${reason ?? kind}`;
  });
  return [...states, `initialized ${initialized}`];
};

test.each([
  [
    'an init container: those before it are over, sidecars run, the others wait for it',
    'migrate',
    ['prepare Completed', 'proxy running', 'migrate CreateContainerConfigError', 'web PodInitializing', 'metrics PodInitializing'],
    false,
  ],
  [
    'the first of all',
    'prepare',
    [
      'prepare CreateContainerConfigError',
      'proxy PodInitializing',
      'migrate PodInitializing',
      'web PodInitializing',
      'metrics PodInitializing',
    ],
    false,
  ],
  [
    'one of the others: initialization is over, its neighbours run',
    'metrics',
    ['prepare Completed', 'proxy running', 'migrate Completed', 'web running', 'metrics CreateContainerConfigError'],
    true,
  ],
])('held up by %s', (_name, only, states, initialized) => {
  expect(held(only)).toEqual([...states, `initialized ${initialized}`]);
});

test('held up as a whole, before any container: all wait', () => {
  expect(new Set(held().map((state) => state.split(' ')[1]))).toEqual(new Set(['CreateContainerConfigError', 'false']));
});
