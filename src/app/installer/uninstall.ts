/**
 * Takes Lockstep out of a cluster (S14): first the controllers stop, then nothing owns anything any more, then the kinds go. What was delivered is not
 * touched at all.
 */
import { CONTROLLER, DATA_CLAIM, installObjects, SYSTEM_NAMESPACE, type InstallSettings } from '../../api/install/index.ts';
import { names } from '../../api/index.ts';
import { formatRef, type KubeObject, refOf } from '../../core/object/index.ts';
import type { ApiResource, Clock, KubeClient, Log, Random } from '../../ports/index.ts';
import { createElector } from '../../runtime/index.ts';
import { InstallError, must } from './failure.ts';
import { APPS, CLAIMS, CRDS, DEPLOYMENTS, LEASES, NAMESPACES, PODS, resourceOf, SECRETS } from './resources.ts';

export interface UninstallOptions {
  readonly settings: InstallSettings;
  /** Also the volume, the key of the installation and the namespace. */
  readonly deleteData: boolean;
  readonly told: (line: string) => void;
}

export interface Uninstalled {
  /** Apps that owned something until now. */
  readonly apps: number;
  /** What stays in Lockstep's namespace. */
  readonly left: readonly string[];
}

interface Parts {
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const PATIENCE = 60_000;
const POLL = 250;

/** @throws InstallError when something keeps working there, or refuses */
export async function uninstall(parts: Parts, options: UninstallOptions): Promise<Uninstalled> {
  await stopControllers(parts, options);
  const release = await holdLease(parts);
  try {
    const apps = await orphanAll(parts, options);
    await removeKinds(parts, options);
    return { apps, left: await removeRest(parts, options) };
  } finally {
    await release();
  }
}

async function stopControllers({ kube, clock }: Parts, { told }: UninstallOptions): Promise<void> {
  const deleted = await kube.delete(DEPLOYMENTS, SYSTEM_NAMESPACE, CONTROLLER, { propagation: 'Foreground' });
  if (!deleted.ok && deleted.error.code !== 404) must('the controllers cannot be stopped', deleted);
  const selector = { namespace: SYSTEM_NAMESPACE, labelSelector: 'app.kubernetes.io/component=controller' };
  if (deleted.ok) told('Waiting for the controllers to stop …');
  await until(clock, 'the Pods of the controllers do not end', async () => {
    const pods = await kube.list(PODS, selector);
    return pods.ok && pods.value.items.length === 0;
  });
  if (deleted.ok) told('The controllers have stopped');
}

/** Whoever holds the lease is the only one who writes: a `lockstep up` on somebody's machine must end first. */
async function holdLease({ kube, clock, random, log }: Parts): Promise<() => Promise<void>> {
  const options = { namespace: SYSTEM_NAMESPACE, name: 'lockstep', identity: `uninstall_${random.uuid()}` };
  const lease = await kube.get(LEASES, SYSTEM_NAMESPACE, 'lockstep');
  if (!lease.ok && lease.error.code === 404) return () => Promise.resolve();
  const elector = createElector(options, { client: kube, clock, random, log });
  const given = await Promise.race([elector.acquired(), clock.sleep(PATIENCE / 2).then(() => null)]);
  if (given !== null) return () => elector.stop();
  await elector.stop();
  const now = await kube.get(LEASES, SYSTEM_NAMESPACE, 'lockstep');
  const holder = now.ok ? String((now.value['spec'] as { readonly holderIdentity?: string } | undefined)?.holderIdentity ?? '') : '';
  throw new InstallError(`another Lockstep works on this cluster: ${holder}`, 'End it, then uninstall again. Nothing was deleted so far.');
}

/** Nothing is left that would delete what Apps delivered. */
async function orphanAll({ kube }: Parts, { told }: UninstallOptions): Promise<number> {
  const discovered = must('the cluster does not say what it serves', await kube.discover({ refresh: true }));
  const kinds = discovered.resources.filter(({ group, resource }) => group === APPS.group && !resource.includes('/'));
  let apps = 0;
  for (const kind of kinds) {
    const listed = must(`${kind.resource} cannot be listed`, await kube.list(kind));
    if (kind.kind === APPS.kind) apps = listed.items.length;
    for (const object of listed.items) await releaseObject(kube, kind, object);
  }
  if (apps > 0) told(`${apps} Apps own nothing any more; what they delivered runs on`);
  return apps;
}

async function releaseObject(kube: KubeClient, kind: ApiResource, { metadata }: KubeObject): Promise<void> {
  const finalizers = metadata.finalizers ?? [];
  if (!finalizers.includes(names.finalizer)) return;
  const left = finalizers.filter((finalizer) => finalizer !== names.finalizer);
  const patch = { type: 'application/merge-patch+json', value: { metadata: { finalizers: left.length === 0 ? null : left } } } as const;
  const target = { namespace: metadata.namespace ?? '', name: metadata.name ?? '' };
  const patched = await kube.patch(kind, target, patch);
  if (!patched.ok && patched.error.code !== 404) must(`${kind.kind} ${target.namespace}/${target.name} cannot be released`, patched);
}

async function removeKinds({ kube, clock }: Parts, { told }: UninstallOptions): Promise<void> {
  const listed = must('the kinds cannot be listed', await kube.list(CRDS));
  const own = listed.items.filter(({ metadata }) => metadata.name?.endsWith(`.${APPS.group}`) === true);
  for (const { metadata } of own) {
    const deleted = await kube.delete(CRDS, '', metadata.name ?? '');
    if (!deleted.ok && deleted.error.code !== 404) must(`${metadata.name ?? ''} cannot be deleted`, deleted);
  }
  await until(clock, 'the kinds do not go', async () => {
    const left = await kube.list(CRDS);
    return left.ok && !left.value.items.some(({ metadata }) => metadata.name?.endsWith(`.${APPS.group}`) === true);
  });
  if (own.length > 0) told(`${own.length} kinds and all their objects are deleted`);
}

async function removeRest({ kube, clock }: Parts, { settings, deleteData, told }: UninstallOptions): Promise<readonly string[]> {
  const stays = (object: KubeObject): boolean =>
    object.kind === 'CustomResourceDefinition' || object.kind === 'Namespace' || (object.kind === CLAIMS.kind && !deleteData);
  for (const object of installObjects(settings)
    .filter((each) => !stays(each))
    .toReversed()) {
    const { namespace = '', name = '' } = object.metadata;
    const deleted = await kube.delete(resourceOf(object), namespace, name);
    if (!deleted.ok && deleted.error.code !== 404) must(`${formatRef(refOf(object))} cannot be deleted`, deleted);
  }
  told('Roles, Service and NetworkPolicy are deleted');
  const left = await leftovers(kube);
  if (!deleteData) return left;
  const own = new Set(['Secret lockstep-installation', `PersistentVolumeClaim ${DATA_CLAIM}`]);
  const foreign = left.filter((line) => !own.has(line) && !line.startsWith('Secret lockstep-'));
  if (foreign.length > 0) return left;
  must('the namespace cannot be deleted', await kube.delete(NAMESPACES, '', SYSTEM_NAMESPACE));
  await until(clock, 'the namespace does not go', async () => {
    const found = await kube.get(NAMESPACES, '', SYSTEM_NAMESPACE);
    return !found.ok && found.error.code === 404;
  });
  told(`Namespace ${SYSTEM_NAMESPACE} is deleted`);
  return [];
}

/** What a person would miss, or would not want to lose. */
async function leftovers(kube: KubeClient): Promise<readonly string[]> {
  const found: string[] = [];
  for (const resource of [SECRETS, CLAIMS, DEPLOYMENTS, PODS]) {
    const listed = await kube.list(resource, { namespace: SYSTEM_NAMESPACE });
    if (listed.ok) found.push(...listed.value.items.map(({ metadata }) => `${resource.kind} ${metadata.name ?? ''}`));
  }
  return found;
}

async function until(clock: Clock, otherwise: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = clock.monotonic() + PATIENCE;
  while (!(await holds())) {
    if (clock.monotonic() > deadline)
      throw new InstallError(`${otherwise} within ${PATIENCE / 1000} s`, 'Uninstall again; it goes on where it stopped.');
    await clock.sleep(POLL);
  }
}
