/**
 * How the objects of a release get into the cluster, as Helm's records say it: `ssa`, the server merges; `csa` or nothing (Helm 3), three-way against what
 * the release had. Source: Helm 4 pkg/action/upgrade.go (getUpgradeServerSideValue).
 */
import type { App } from '../../../api/index.ts';
import { type KubeObject, gvkOf, refKey, refOf } from '../../../core/object/index.ts';
import { type Release, splitManifest } from '../../../core/release/index.ts';
import { united } from '../../../helm/index.ts';
import { type Result, ok } from '../../../std/index.ts';
import type { Parts } from '../parts.ts';
import type { Target } from '../targets.ts';
import type { Originals } from '../three-way.ts';
import type { RecordError, Stored } from './records.ts';
import type { ReleasePass } from './runner.ts';

export type Method = 'ssa' | 'csa';

/** Of the next revision; `before` is how the one before it was applied, undefined for a first one. */
export function methodFor(app: App, before: Release['applyMethod'] | undefined): Method {
  const { helm } = app.spec.build;
  const choice = helm?.serverSideApply ?? 'auto';
  if (app.spec.sync.heal === 'strict' || choice === 'enabled') return 'ssa';
  if (choice === 'disabled') return 'csa';
  return before === undefined || before === 'ssa' ? 'ssa' : 'csa';
}

type Scene = Pick<ReleasePass, 'pass' | 'records'>;

/** The target, to be carried out by this method. */
export async function byMethod(
  target: Target,
  method: Release['applyMethod'],
  of: { readonly scene: Scene; readonly stored: readonly Stored[]; readonly typeOf: Parts['typeOf'] },
): Promise<Result<Target, RecordError>> {
  // Fields added by hand are known by their managers, and taken away by the server.
  if (method === 'ssa' || of.scene.pass.request.app.spec.sync.heal === 'strict')
    return ok(target.originals === undefined ? target : { ...target, originals: undefined });
  const originals = await originalsOf(of.scene, of.stored, of.typeOf);
  return originals.ok ? ok({ ...target, originals: originals.value }) : originals;
}

/**
 * Everything that revisions since the last one that was whole may have brought. Helm looks at that one only, and forgets what a failed revision after it
 * left behind.
 */
async function originalsOf(
  { pass, records }: Scene,
  stored: readonly Stored[],
  typeOf: Parts['typeOf'],
): Promise<Result<Originals, RecordError>> {
  const { release } = pass.request.memory;
  const whole = stored.findLastIndex(({ revision: { status } }) => status === 'deployed' || status === 'superseded');
  const recent = stored.slice(Math.max(0, whole));
  const versions = recent.map(({ revision, resourceVersion }) => `${revision.version}@${resourceVersion}`).join(' ');
  if (release.originals?.versions === versions) return ok(release.originals.objects);
  const found = new Map<string, KubeObject>();
  for (const { revision } of recent) {
    const body = await records.load(revision.version);
    if (!body.ok) return body;
    for (const { object } of splitManifest(body.value.manifest)) {
      const placed = placedIn(object, body.value.namespace, pass);
      const key = refKey(refOf(placed));
      const older = found.get(key);
      found.set(key, older === undefined ? placed : united(older, placed, typeOf(gvkOf(placed))));
    }
  }
  release.originals = { versions, objects: found };
  return ok(found);
}

/** Helm's own records leave the namespace of the release out. */
function placedIn(object: KubeObject, namespace: string, { served }: Pick<ReleasePass['pass'], 'served'>): KubeObject {
  if ((object.metadata.namespace ?? '') !== '' || served.find(gvkOf(object))?.namespaced !== true) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}
