/**
 * Stands in for nodes on a real control plane that has none: binds Pods to one node and reports them running and ready, Jobs' Pods as succeeded.
 * Only for end-to-end tests against such a control plane.
 */
import type { KubeObject } from '../../src/core/object/index.ts';
import type { ApiResource, KubeClient } from '../../src/ports/index.ts';

const NODE = 'simulated';
const core = (kind: string, resource: string, namespaced = true): ApiResource => ({
  group: '',
  version: 'v1',
  kind,
  resource,
  namespaced,
  verbs: [],
});
const pods = core('Pod', 'pods');
const nodes = core('Node', 'nodes', false);

/** Plays kubelet and scheduler until `signal` aborts. */
export async function playKubelet(kube: KubeClient, signal: AbortSignal): Promise<void> {
  await kube.apply(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } }, { fieldManager: 'fake-kubelet', force: true });
  const list = await kube.list(pods);
  if (!list.ok) throw new Error(list.error.message);
  for (const pod of list.value.items) await play(kube, pod);
  const events = await kube.watch(pods, { resourceVersion: list.value.resourceVersion, signal });
  if (!events.ok) throw new Error(events.error.message);
  try {
    for await (const { type, object } of events.value) if (type === 'ADDED' || type === 'MODIFIED') await play(kube, object);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

interface Spec {
  readonly nodeName?: string;
  readonly restartPolicy?: string;
  readonly containers?: readonly { readonly name: string; readonly image?: string }[];
}

async function play(kube: KubeClient, pod: KubeObject): Promise<void> {
  const { name = '', namespace = '', deletionTimestamp } = pod.metadata;
  const spec = pod['spec'] as Spec | undefined;
  const phase = (pod['status'] as { readonly phase?: string } | undefined)?.phase;
  if (deletionTimestamp !== undefined) {
    await kube.delete(pods, namespace, name, { gracePeriodSeconds: 0 });
    return;
  }
  if (spec?.nodeName === undefined) {
    const binding: KubeObject = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace }, target: { kind: 'Node', name: NODE } };
    await kube.create(pods, binding, { subresource: 'binding' });
    return;
  }
  if (phase === 'Pending') {
    await kube.patch(
      pods,
      { name, namespace },
      { type: 'application/merge-patch+json', value: { status: statusOf(spec) }, subresource: 'status' },
    );
  }
}

function statusOf(spec: Spec): KubeObject['metadata'] {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const done = spec.restartPolicy !== undefined && spec.restartPolicy !== 'Always';
  const condition = (type: string) => ({ type, status: done && type !== 'Initialized' ? 'False' : 'True', lastTransitionTime: now });
  return {
    phase: done ? 'Succeeded' : 'Running',
    podIP: '10.1.0.1',
    startTime: now,
    conditions: ['Initialized', 'Ready', 'ContainersReady'].map(condition),
    containerStatuses: (spec.containers ?? []).map((container) => ({
      name: container.name,
      image: container.image ?? '',
      imageID: '',
      ready: !done,
      restartCount: 0,
      state: done ? { terminated: { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now } } : { running: { startedAt: now } },
    })),
  };
}
