/** Puts the objects of an installation into a cluster, and waits until the controllers run. Doing it again changes nothing. */
import { CONTROLLER, isMadeOnce, SYSTEM_NAMESPACE } from '../../api/install/index.ts';
import { formatRef, isObject, type KubeObject, refOf } from '../../core/object/index.ts';
import type { Clock, KubeClient } from '../../ports/index.ts';
import { waitEstablished } from '../install.ts';
import { InstallError, must } from './failure.ts';
import { CRDS, DEPLOYMENTS, PODS, resourceOf } from './resources.ts';

const MANAGER = 'lockstep-install';

/** What an apply did to an object. */
export type Deed = 'created' | 'changed' | 'unchanged';

/** Applies in the given order; kinds are served before anything after them is applied. @throws InstallError */
export async function applyObjects(
  kube: KubeClient,
  objects: readonly KubeObject[],
  { clock, told }: { readonly clock: Clock; readonly told: (ref: string, deed: Deed) => void },
): Promise<void> {
  for (const object of objects) {
    const resource = resourceOf(object);
    const { namespace = '', name = '' } = object.metadata;
    const before = await kube.get(resource, namespace, name);
    if (before.ok && isMadeOnce(object)) {
      told(formatRef(refOf(object)), 'unchanged');
      continue;
    }
    const applied = must(
      `${formatRef(refOf(object))} cannot be applied`,
      await kube.apply(resource, object, { fieldManager: MANAGER, force: true }),
    );
    if (resource.kind === CRDS.kind) must(`${name} is not served`, await waitEstablished(kube, clock, name));
    const same = before.ok && before.value.metadata.resourceVersion === applied.metadata.resourceVersion;
    told(formatRef(refOf(object)), same ? 'unchanged' : before.ok ? 'changed' : 'created');
  }
}

const POLL = 500;

/** Resolves once the Deployment has its replica. @throws InstallError that says what its Pods wait for */
export async function waitAvailable(
  kube: KubeClient,
  { clock, timeout, signal }: { readonly clock: Clock; readonly timeout: number; readonly signal: AbortSignal },
): Promise<void> {
  const deadline = clock.monotonic() + timeout;
  for (;;) {
    const found = await kube.get(DEPLOYMENTS, SYSTEM_NAMESPACE, CONTROLLER);
    if (found.ok && isAvailable(found.value)) return;
    if (signal.aborted) throw new InstallError('interrupted while the controllers were starting');
    if (clock.monotonic() > deadline)
      throw new InstallError(`the controllers are not ready: ${await whyNot(kube)}`, hintOf(await whyNot(kube)));
    await clock.sleep(POLL, signal);
  }
}

function isAvailable(deployment: KubeObject): boolean {
  const status = isObject(deployment['status']) ? deployment['status'] : {};
  return (
    status['observedGeneration'] === deployment.metadata.generation && status['availableReplicas'] === 1 && status['updatedReplicas'] === 1
  );
}

interface PodStatus {
  readonly phase?: string;
  readonly conditions?: readonly { readonly status: string; readonly message?: string }[];
  readonly containerStatuses?: readonly {
    readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
  }[];
}

/** What the Pods say they wait for. */
async function whyNot(kube: KubeClient): Promise<string> {
  const pods = await kube.list(PODS, { namespace: SYSTEM_NAMESPACE, labelSelector: 'app.kubernetes.io/component=controller' });
  if (!pods.ok) return pods.error.message;
  if (pods.value.items.length === 0)
    return `Deployment ${CONTROLLER} has no Pod; kubectl -n ${SYSTEM_NAMESPACE} describe replicaset says why`;
  const said = pods.value.items.map((pod) => {
    const { phase = 'Pending', conditions = [], containerStatuses = [] } = (pod['status'] ?? {}) as PodStatus;
    const waiting = containerStatuses.map(({ state }) => state?.waiting).find((each) => each !== undefined);
    const condition = conditions.find(({ status, message }) => status === 'False' && message !== undefined)?.message;
    return `Pod ${pod.metadata.name ?? ''} is ${waiting?.reason ?? phase}: ${waiting?.message ?? condition ?? 'it says nothing more'}`;
  });
  return said.join('; ');
}

function hintOf(why: string): string {
  if (/ImagePull|ErrImage|InvalidImageName/.test(why)) return 'Build the image from the Dockerfile, push it, and name it with --image.';
  if (/unbound|persistentvolumeclaim/i.test(why)) return 'The volume has no home: choose a StorageClass with --storage-class.';
  return `kubectl -n ${SYSTEM_NAMESPACE} logs deployment/${CONTROLLER} shows more.`;
}
