/**
 * From rendered manifests to what is sent: namespaces made along the way, fields that are left to others (S8), marks of runs (S10), the stamp of the
 * owner (S5).
 */
import { type App, type IgnoreRule, targetOf } from '../../api/index.ts';
import { type Json, type KubeObject, getKey, gvkOf, isObject, record, refOf } from '../../core/object/index.ts';
import { digestOf } from '../../core/plan/digest/index.ts';
import { type Step, ownersAt, stepsOf, stepsOfPath, valueAt, withValueAt } from '../../core/plan/fields/index.ts';
import { type Reason, type WantedObject, isRun, runAnnotation } from '../../core/plan/index.ts';
import { type AppId, stampOwner } from '../../core/plan/owner/index.ts';

/** The Namespace that `createNamespace` asks for, unless the manifests bring it themselves. */
export function createdNamespace(app: App, objects: readonly WantedObject[]): WantedObject | undefined {
  const wanted = app.spec.target.createNamespace;
  const { namespace } = targetOf(app);
  if (wanted === undefined) return undefined;
  if (objects.some(({ object }) => object.kind === 'Namespace' && object.metadata.name === namespace)) return undefined;
  const { labels, annotations } = wanted;
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) },
  };
  return { object, digest: digestOf(object) };
}

/** A field left to others: who asked for it, and where it is. */
export interface Yield {
  /** A JSON pointer, or a path as plans write it. */
  readonly pointer?: string;
  readonly path?: string;
  /** With no live object yet: keep what Git says (an ignore rule), or leave it out (an autoscaler will set it). */
  readonly atCreate: 'keep' | 'omit';
}

/** The scale targets of autoscalers, planned or live: `group/Kind/namespace/name`. */
export function scaleTargets(objects: Iterable<KubeObject>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const object of objects) {
    const { group, kind } = gvkOf(object);
    const isHpa = group === 'autoscaling' && kind === 'HorizontalPodAutoscaler';
    if (!isHpa && !(group === 'keda.sh' && kind === 'ScaledObject')) continue;
    const spec = object['spec'];
    const target = isObject(spec) ? getKey(spec, 'scaleTargetRef') : undefined;
    if (!isObject(target)) continue;
    const name = getKey(target, 'name');
    const targetKind = getKey(target, 'kind') ?? 'Deployment';
    if (typeof name === 'string' && typeof targetKind === 'string') {
      found.set(`${targetKind}/${object.metadata.namespace ?? ''}/${name}`, `${kind} ${object.metadata.name ?? ''}`);
    }
  }
  return found;
}

/** The autoscaler that owns this workload's replicas, if Git sets them all the same. What no autoscaler could mean stays, so that the cluster refuses it. */
export function scalerOf(object: KubeObject, targets: ReadonlyMap<string, string>): string | undefined {
  const spec = object['spec'];
  const replicas = isObject(spec) ? getKey(spec, 'replicas') : undefined;
  if (typeof replicas !== 'number' || replicas < 0) return undefined;
  return targets.get(`${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`);
}

export const yieldedReplicas = (object: KubeObject, scaler: string): Reason => ({
  rule: 'S8',
  code: 'ReplicasYielded',
  message: `${object.kind} ${object.metadata.name ?? ''}: spec.replicas is left to ${scaler}`,
  hint: 'remove spec.replicas from Git',
});

/** Pointers of the ignore rules that fit an object; `cel` rules are judged by the caller. */
export function ignoredPointers(object: KubeObject, rules: readonly IgnoreRule[], holds: (rule: IgnoreRule) => boolean): readonly Yield[] {
  const { group } = gvkOf(object);
  const ref = refOf(object);
  return rules
    .filter((rule) => rule.group === undefined || rule.group === group)
    .filter((rule) => rule.kind === undefined || rule.kind === ref.kind)
    .filter((rule) => rule.name === undefined || rule.name === ref.name)
    .filter((rule) => rule.namespace === undefined || rule.namespace === ref.namespace)
    .filter((rule) => rule.cel === undefined || holds(rule))
    .flatMap((rule) => (rule.paths ?? []).map((pointer) => ({ pointer, atCreate: 'keep' as const })));
}

/**
 * A yielded field is not sent when another manager owns it. While we are its only owner its live value is sent: leaving it out would remove it (S8).
 */
export function yieldFields(
  object: KubeObject,
  live: KubeObject | null,
  { yields, manager: own }: { readonly yields: readonly Yield[]; readonly manager: string },
): KubeObject {
  let result = object;
  for (const each of yields) {
    const here = stepsIn(result, each);
    if (here === undefined) continue;
    if (live === null) {
      if (each.atCreate === 'omit') result = withValueAt<Json>(result, here, undefined) as KubeObject;
      continue;
    }
    const there = stepsIn(live, each);
    if (there === undefined) continue;
    const others = ownersAt(live, there).filter(({ manager, subresource }) => manager !== own && subresource !== 'status');
    const next = others.length > 0 ? undefined : valueAt(live, there);
    result = withValueAt<Json>(result, here, next) as KubeObject;
  }
  return result;
}

const stepsIn = (object: KubeObject, { pointer, path }: Yield): readonly Step[] | undefined =>
  pointer === undefined ? stepsOfPath(object, path ?? '') : stepsOf(object, pointer);

/** What is sent: stamped with its owner, Jobs and bare Pods with the digest of the manifest they are a run of. */
export function stamp(item: WantedObject, object: KubeObject, owner: AppId): KubeObject {
  const stamped = stampOwner(object, owner);
  if (!isRun(refOf(object))) return stamped;
  const annotations = record<string>([...Object.entries(stamped.metadata.annotations ?? {}), [runAnnotation, item.digest]]);
  return { ...stamped, metadata: { ...stamped.metadata, annotations } };
}
