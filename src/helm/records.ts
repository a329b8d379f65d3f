/** The stored revisions of a release. Source: Helm 4 pkg/storage/storage.go. */
import type { KubeObject } from '../core/object/index.ts';
import type { Release } from '../core/release/index.ts';
import { fromSecret, mostData, recordSelector, secretName, sizeOf, toSecret } from '../core/release/store/index.ts';
import type { ApiResource, KubeError } from '../ports/index.ts';
import { ActionError } from './problem.ts';
import { helmManager, type Scene } from './scene.ts';

const secrets: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  resource: 'secrets',
  namespaced: true,
  verbs: ['get', 'list', 'create', 'update', 'delete'],
};

export interface Stored {
  readonly release: Release;
  readonly secret: KubeObject;
}

const failed = (what: string, { message }: KubeError): ActionError => new ActionError(`${what}: ${message}`);

/** Ascending by revision. @throws ActionError for what cannot be read */
export async function history({ kube, namespace }: Scene, name: string): Promise<readonly Stored[]> {
  const listed = await kube.list(secrets, { namespace, labelSelector: recordSelector(name) });
  if (!listed.ok) throw failed('query: failed to query with labels', listed.error);
  const found = listed.value.items.map((secret) => {
    const read = fromSecret(secret);
    if (!read.ok) throw new ActionError(read.error);
    return { release: read.value, secret };
  });
  return found.toSorted((a, b) => a.release.version - b.release.version);
}

/** The record is the lock: whoever creates it has the revision. @throws ActionError */
export async function createRecord({ kube, namespace, clock }: Scene, release: Release): Promise<Stored> {
  const secret = toSecret(release, namespace, { at: clock.now() / 1000 });
  const size = sizeOf(secret);
  if (size > mostData)
    throw new ActionError(
      `create: failed to create: Secret ${JSON.stringify(secretName(release.name, release.version))} is invalid: data: Too long: may not be more than ${mostData} bytes; it has ${size}`,
    );
  const created = await kube.create(secrets, secret, { fieldManager: helmManager });
  if (!created.ok) throw failed('create: failed to create', created.error);
  return { release, secret: created.value };
}

/** @throws ActionError when somebody else changed it meanwhile, too */
export async function updateRecord({ kube, namespace, clock }: Scene, { secret }: Stored, release: Release): Promise<Stored> {
  const changed = toSecret(release, namespace, { at: clock.now() / 1000, stored: secret });
  const written = await kube.update(secrets, changed, { fieldManager: helmManager });
  if (!written.ok) throw failed('update: failed to update', written.error);
  return { release, secret: written.value };
}

/** @throws ActionError */
export async function deleteRecord({ kube, namespace }: Scene, { release }: Stored): Promise<void> {
  const deleted = await kube.delete(secrets, namespace, secretName(release.name, release.version));
  if (!deleted.ok && deleted.error.code !== 404) throw failed('delete: failed to delete', deleted.error);
}

/** Room for one more when at most `most` are kept; 0: no limit. The deployed revision is never removed (removeLeastRecent). */
export async function makeRoom(scene: Scene, stored: readonly Stored[], most: number): Promise<void> {
  if (most <= 0) return;
  const deployed = lastDeployed(stored);
  let left = stored.length - (most - 1);
  for (const each of stored) {
    if (left <= 0) return;
    if (each === deployed) continue;
    await deleteRecord(scene, each);
    left -= 1;
  }
}

export const lastDeployed = (stored: readonly Stored[]): Stored | undefined =>
  stored.findLast(({ release }) => release.status === 'deployed');
