/** What a namespace's own labels mean when they are written. Kubernetes: pod-security-admission admission/admission.go ValidateNamespace. */
import { type KubeObject, objectAt, record } from '../../object/index.ts';
import { sameJson } from '../json/index.ts';
import type { FieldError } from '../status/index.ts';
import { findings } from './evaluate.ts';
import { compareLevels, type LevelVersion, samePolicy, securityPolicy, shownPolicy } from './policy.ts';

export interface NamespaceVerdict {
  readonly errors: readonly FieldError[];
  /** What already runs there and would not be let in again. */
  readonly warnings: readonly string[];
}

const MAX_PODS = 3000;

/** Pods of which each controller has one in front: the others are like it. */
function oneOfEachFirst(pods: readonly KubeObject[]): readonly KubeObject[] {
  const seen = new Set<string>();
  const first: KubeObject[] = [];
  const more: KubeObject[] = [];
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find((reference) => reference.controller === true)?.uid;
    (owner !== undefined && seen.has(owner) ? more : first).push(pod);
    if (owner !== undefined) seen.add(owner);
  }
  return [...first, ...more];
}

function violations(name: string, policy: LevelVersion, pods: readonly KubeObject[]): readonly string[] {
  const ordered = oneOfEachFirst(pods);
  const byReason = new Map<string, string[]>();
  for (const pod of ordered.slice(0, MAX_PODS)) {
    const annotations = record(Object.entries(pod.metadata.annotations ?? {}));
    const reasons = findings(policy, { annotations, spec: objectAt(pod.spec) }).map(({ reason }) => reason);
    if (reasons.length === 0) continue;
    const names = byReason.get(reasons.join(', ')) ?? [];
    byReason.set(reasons.join(', '), names);
    names.push(pod.metadata.name ?? '');
  }
  const shown = [...byReason].map(([reason, names]) => {
    const others = names.length - 1;
    const more = others === 0 ? '' : ` (and ${String(others)} other ${others === 1 ? 'pod' : 'pods'})`;
    return `${names.sort()[0] ?? ''}${more}: ${reason}`;
  });
  const cut = ordered.length > MAX_PODS;
  return [
    ...(cut
      ? [`new PodSecurity enforce level only checked against the first ${String(MAX_PODS)} of ${String(ordered.length)} existing pods`]
      : []),
    ...(shown.length === 0
      ? []
      : [
          `existing pods in namespace ${JSON.stringify(name)} violate the new PodSecurity enforce level ${JSON.stringify(shownPolicy(policy))}`,
        ]),
    ...shown.sort(),
  ];
}

/** `pods` lists those of the namespace; asked for only when what is enforced became stricter. */
export function namespaceVerdict(next: KubeObject, live: KubeObject | undefined, pods: () => readonly KubeObject[]): NamespaceVerdict {
  const after = securityPolicy(next.metadata.labels);
  if (live === undefined) return { errors: after.errors, warnings: [] };
  const before = securityPolicy(live.metadata.labels);
  if (after.errors.length > 0 && !sameJson(asJson(after.errors), asJson(before.errors))) return { errors: after.errors, warnings: [] };
  const [now, old] = [after.policy.enforce, before.policy.enforce];
  const relaxed = now.version === old.version && compareLevels(now.level, old.level) < 1;
  if (samePolicy(now, old) || now.level === 'privileged' || relaxed) return { errors: [], warnings: [] };
  return { errors: [], warnings: violations(next.metadata.name ?? '', now, pods()) };
}

const asJson = (errors: readonly FieldError[]): readonly string[] => errors.map(({ field, text }) => `${field} ${text}`);
