/** Discovery is asked again when kinds come and go: whoever looks meanwhile waits for that answer, and an older answer that comes late is not kept. */
import { expect, test } from 'vitest';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import { err, ok } from '../../std/index.ts';
import { Cluster } from './cluster.ts';

type Answer = Awaited<ReturnType<KubeClient['discover']>>;

function scene(): { readonly cluster: Cluster; readonly answers: ((answer: Answer) => void)[] } {
  const answers: ((answer: Answer) => void)[] = [];
  const discover = (): Promise<Answer> => new Promise((resolve) => answers.push(resolve));
  return { cluster: new Cluster({ discover } as unknown as KubeClient), answers };
}

const resource = (kind: string): ApiResource => ({ group: 'g', version: 'v1', kind, resource: kind, namespaced: true, verbs: [] });
const serves = (...kinds: string[]): Answer => ok({ resources: kinds.map(resource), failedGroups: [] });
const kindsOf = async (asked: ReturnType<Cluster['served']>): Promise<unknown> => {
  const found = await asked;
  return found.ok ? found.value.resources.map(({ kind }) => kind) : found.error.message;
};

test('whoever asks while it is asked anew gets the new answer', async () => {
  const { cluster, answers } = scene();
  const first = cluster.served();
  answers[0]?.(serves('A'));
  await first;
  cluster.invalidate();
  const [refreshed, beside] = [cluster.served({ refresh: true }), cluster.served()];
  answers[1]?.(serves('A', 'B'));
  expect([await kindsOf(refreshed), await kindsOf(beside), answers.length]).toEqual([['A', 'B'], ['A', 'B'], 2]);
});

test('what became stale while it was asked is asked again; the older answer, should it come last, is not kept', async () => {
  const { cluster, answers } = scene();
  const older = cluster.served();
  cluster.invalidate();
  const newer = cluster.served();
  answers[1]?.(serves('A', 'B'));
  answers[0]?.(serves('A'));
  expect([await kindsOf(newer), await kindsOf(older), await kindsOf(cluster.served())]).toEqual([['A', 'B'], ['A'], ['A', 'B']]);
});

test('an answer that fails is no answer', async () => {
  const { cluster, answers } = scene();
  const first = cluster.served({ refresh: true });
  answers[0]?.(err({ code: 500, reason: 'InternalError', message: 'no' }));
  expect(await kindsOf(first)).toBe('no');
  const again = cluster.served();
  answers[1]?.(serves('A'));
  expect(await kindsOf(again)).toEqual(['A']);
});
