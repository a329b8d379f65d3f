/**
 * Creating, changing and deleting the objects of a release. Source: Helm 4 pkg/kube/client.go. Objects of one kind are written side by side, kinds one
 * after the other.
 */
import { upgradeManagedFields } from '../core/merge/apply/index.ts';
import { type Gvk, type Json, type KubeObject, gvkOf } from '../core/object/index.ts';
import { isKept } from '../core/release/ownership/index.ts';
import { type Schema, type TypeNode, builtinSchema } from '../core/schema/index.ts';
import type { KubeClient, KubeError } from '../ports/index.ts';
import type { Result } from '../std/index.ts';
import { clientPatch } from './client-patch.ts';
import { type Placed, readLive, sameObject } from './objects.ts';
import { ActionError } from './problem.ts';
import { helmManager, type Scene, type WriteChoice } from './scene.ts';

/** @throws ActionError with every failure, one a line */
export async function createAll({ kube }: Scene, objects: readonly Placed[], choice: WriteChoice): Promise<void> {
  const failures = await eachByKind(objects, (placed) => create(kube, placed, choice));
  if (failures.length > 0) throw new ActionError(failures.join('\n'));
}

async function eachByKind(objects: readonly Placed[], act: (placed: Placed) => Promise<string | undefined>): Promise<readonly string[]> {
  const failures: string[] = [];
  for (let at = 0; at < objects.length;) {
    const kind = objects[at]?.ref.kind;
    const end = objects.findIndex((placed, index) => index > at && placed.ref.kind !== kind);
    const batch = objects.slice(at, end < 0 ? objects.length : end);
    failures.push(...(await Promise.all(batch.map(act))).filter((failure) => failure !== undefined));
    at += batch.length;
  }
  return failures;
}

async function create(kube: KubeClient, placed: Placed, { serverSide, forceConflicts }: WriteChoice): Promise<string | undefined> {
  if (serverSide) return apply(kube, placed, forceConflicts);
  const created = await kube.create(placed.resource, placed.object, { fieldManager: helmManager });
  return created.ok ? undefined : created.error.message;
}

async function apply(kube: KubeClient, { resource, object, ref, kindText }: Placed, force: boolean): Promise<string | undefined> {
  const applied = await kube.apply(resource, object, { fieldManager: helmManager, force, fieldValidation: 'Strict' });
  if (applied.ok) return undefined;
  const what = `${ref.namespace}/${ref.name} ${kindText}: ${applied.error.message}`;
  return applied.error.code === 409 ? `conflict occurred while applying object ${what}` : `server-side apply failed for object ${what}`;
}

export interface UpdateRequest extends WriteChoice {
  /** What the release had. */
  readonly originals: readonly Placed[];
  readonly targets: readonly Placed[];
  /** Fields that updates of Helm own are taken over before they are applied. */
  readonly upgradeManager: boolean;
}

/** What an update did, whole even when it failed. */
export interface Updated {
  readonly created: readonly Placed[];
  readonly failure?: string;
}

/** Brings the cluster from the originals to the targets; what is no target any more is deleted unless it is to be kept. */
export async function updateAll(scene: Scene, request: UpdateRequest): Promise<Updated> {
  const { kube } = scene;
  const created: Placed[] = [];
  const failures: string[] = [];
  const typeOf = typesOfBuiltins();
  for (const target of request.targets) {
    const live = await readLive(kube, target);
    if (live === null) {
      created.push(target);
      const failure = await create(kube, target, request);
      if (failure !== undefined) return { created, failure: `failed to create resource: ${failure}` };
      continue;
    }
    const original = request.originals.find((one) => sameObject(one, target));
    if (original === undefined) warnBaseline(scene, target);
    const failure = await update(kube, { target, original: original?.object ?? live, live, typeOf }, request);
    if (failure !== undefined) failures.push(failure);
  }
  if (failures.length > 0) return { created, failure: failures.join(' && ') };
  const gone = request.originals.filter((original) => !request.targets.some((target) => sameObject(original, target)));
  for (const original of gone) {
    const live = await readLive(kube, original);
    if (live === null || isKept(live)) continue;
    const failure = await remove(kube, original, 'Background');
    const { kind, name, namespace } = original.ref;
    if (failure !== undefined) failures.push(`failed to delete resource namespace=${namespace}, name=${name}, kind=${kind}: ${failure}`);
  }
  return failures.length > 0 ? { created, failure: failures.join(' && ') } : { created };
}

const warnBaseline = ({ log }: Scene, { ref: { namespace, name, kind } }: Placed): void =>
  log('WARN', 'resource exists on cluster but not in original release, using cluster state as baseline', { namespace, name, kind });

interface Change {
  readonly target: Placed;
  readonly original: KubeObject;
  readonly live: KubeObject;
  readonly typeOf: (gvk: Gvk) => TypeNode | undefined;
}

/** Parsed when the first one is asked for: server-side apply needs none. */
function typesOfBuiltins(): Change['typeOf'] {
  let schema: Schema | undefined;
  return (gvk) => (schema ??= builtinSchema()).typeOf(gvk);
}

async function update(kube: KubeClient, change: Change, choice: UpdateRequest): Promise<string | undefined> {
  const { target, live } = change;
  if (choice.forceReplace) {
    const { resourceVersion } = live.metadata;
    const metadata = { ...target.object.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    return said(
      await kube.update(target.resource, { ...target.object, metadata }, { fieldManager: helmManager }),
      'failed to replace object: ',
    );
  }
  if (!choice.serverSide) return patchClientSide(kube, change);
  if (choice.upgradeManager) {
    const failure = await takeOver(kube, target, live);
    if (failure !== undefined) return failure;
  }
  return apply(kube, target, choice.forceConflicts);
}

const said = (result: Result<unknown, KubeError>, before = ''): string | undefined =>
  result.ok ? undefined : `${before}${result.error.message}`;

/** client-go util/csaupgrade for the manager `helm`. */
async function takeOver(kube: KubeClient, { resource, ref }: Placed, live: KubeObject): Promise<string | undefined> {
  const upgraded = upgradeManagedFields(live, { from: [helmManager], to: helmManager });
  if (upgraded === live) return undefined;
  const value = [
    { op: 'test', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion ?? '' },
    { op: 'replace', path: '/metadata/managedFields', value: (upgraded.metadata.managedFields ?? []) as Json },
  ];
  return said(await kube.patch(resource, ref, { type: 'application/json-patch+json', value, fieldManager: helmManager }));
}

/** Three-way for kinds that are built in; for others only what changed between the two releases. */
async function patchClientSide(kube: KubeClient, { target, original, live, typeOf }: Change): Promise<string | undefined> {
  const { resource, ref, object } = target;
  const patch = clientPatch({ original, target: object, live, type: typeOf(gvkOf(object)) }, 'twoWay');
  if (!patch.ok) return `failed to create patch: ${patch.error}`;
  if (patch.value === undefined) return undefined;
  return said(
    await kube.patch(resource, ref, { ...patch.value, fieldManager: helmManager }),
    `cannot patch ${JSON.stringify(ref.name)} with kind ${ref.kind}: `,
  );
}

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

async function remove(kube: KubeClient, { resource, ref }: Placed, propagation: Propagation): Promise<string | undefined> {
  const deleted = await kube.delete(resource, ref.namespace, ref.name, { propagation });
  return deleted.ok || deleted.error.code === 404 ? undefined : deleted.error.message;
}

/** Deletes all; what is gone already is no failure. */
export const deleteAll = ({ kube }: Scene, objects: readonly Placed[], propagation: Propagation): Promise<readonly string[]> =>
  eachByKind(objects, (placed) => remove(kube, placed, propagation));
