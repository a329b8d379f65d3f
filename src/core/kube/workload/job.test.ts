/** What becomes of Jobs, as kube-controller-manager 1.33 leaves them. */
import { expect, test } from 'vitest';
import { type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { jobController } from './job.ts';
import { indexText } from './job-failures.ts';

const now = Date.UTC(2026, 0, 1);
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };

function pod(name: string, phase: string, more: { readonly index?: number; readonly code?: number } = {}): KubeObject {
  const labels = more.index === undefined ? {} : { 'batch.kubernetes.io/job-completion-index': String(more.index) };
  const containerStatuses = [{ name: 'c', state: { terminated: { exitCode: more.code ?? 1 } } }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'n', labels }, status: { phase, containerStatuses } } as KubeObject;
}

/** Events, type and reason of each condition, and the numbers. */
function told(spec: JsonObject, pods: readonly KubeObject[]): readonly string[] {
  const metadata = { name: 'j', namespace: 'n', uid: 'u' };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template, ...spec }, status: {} } as unknown as KubeObject;
  const view = { now, owned: () => pods } as unknown as Parameters<typeof jobController.reconcile>[1];
  return jobController.reconcile(job, view).changes.flatMap((change): readonly string[] => {
    if (change.kind === 'event') return [`${change.event.reason}: ${change.event.message}`];
    if (change.kind !== 'status') return [];
    const { conditions, failed, completedIndexes, failedIndexes } = objectAt(change.object.status);
    const numbers = JSON.stringify({ failed, completedIndexes, failedIndexes });
    return [...objects(conditions).map(({ type, reason }) => `${text(type)} ${text(reason)}`), numbers];
  });
}

const rule = (action: string): JsonObject => ({
  podFailurePolicy: { rules: [{ action, onExitCodes: { operator: 'In', values: [42] } }] },
});
const why = 'Container c for pod n/p failed with exit code 42 matching FailJob rule at index 0';
const indexed = { completionMode: 'Indexed', completions: 2, parallelism: 2, backoffLimit: 2147483647, backoffLimitPerIndex: 0 };

test.each<readonly [string, JsonObject, readonly KubeObject[], readonly string[]]>([
  [
    'a rule ends the Job',
    { backoffLimit: 3, ...rule('FailJob') },
    [pod('p', 'Failed', { code: 42 })],
    ['FailureTarget PodFailurePolicy', 'Failed PodFailurePolicy', '{"failed":1}', `PodFailurePolicy: ${why}`],
  ],
  ['a failure that is ignored', { backoffLimit: 0, ...rule('Ignore') }, [pod('p', 'Failed', { code: 42 })], ['{}']],
  [
    'an index that is lost',
    indexed,
    [pod('a', 'Failed', { index: 0 }), pod('b', 'Succeeded', { index: 1 })],
    [
      'FailureTarget FailedIndexes',
      'Failed FailedIndexes',
      '{"failed":1,"completedIndexes":"1","failedIndexes":"0"}',
      'FailedIndexes: Job has failed indexes',
    ],
  ],
  ['a Job that waits', { suspend: true }, [], ['Suspended JobSuspended', '{}', 'Suspended: Job suspended']],
  [
    'what runs when the Job fails has failed, too',
    { backoffLimit: 0, parallelism: 2 },
    [pod('a', 'Failed'), pod('b', 'Running')],
    [
      'SuccessfulDelete: Deleted pod: b',
      'FailureTarget BackoffLimitExceeded',
      'Failed BackoffLimitExceeded',
      '{"failed":2}',
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    ],
  ],
])('%s', (_name, spec, pods, expected) => expect(told(spec, pods)).toEqual(expected));

test('indexes are written in runs', () => expect(indexText([4, 0, 1, 2, 7, 8])).toBe('0-2,4,7,8'));
