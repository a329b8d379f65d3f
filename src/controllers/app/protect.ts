/** S3c: what Lockstep itself stands on is never pruned. */
import { type App, crds } from '../../api/index.ts';
import { refKey, refOf } from '../../core/object/index.ts';

const ownCrds: readonly string[] = crds().map((crd) => refKey(refOf(crd)));

/** Object keys: our CRDs, our namespace, the App itself and the Source it reads. */
export function protectedFor(app: App, ownNamespace: string): ReadonlySet<string> {
  const { namespace, name } = app.metadata;
  return new Set([
    ...ownCrds,
    refKey({ group: '', kind: 'Namespace', namespace: '', name: ownNamespace }),
    refKey({ group: 'lockstep.dev', kind: 'App', namespace, name }),
    refKey({ group: 'lockstep.dev', kind: 'Source', namespace, name: app.spec.source.name }),
  ]);
}
