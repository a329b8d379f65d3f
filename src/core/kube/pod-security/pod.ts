/** What a namespace's policy says to a Pod, or to the template of Pods to come. Kubernetes: pod-security-admission admission/admission.go. */
import { type JsonObject, type KubeObject, objectAt, objects } from '../../object/index.ts';
import { findings, shownFindings } from './evaluate.ts';
import { type Labels, securityPolicy, shownPolicy } from './policy.ts';
import { type PodParts } from './reading.ts';

export interface PodVerdict {
  /** Why it is forbidden. */
  readonly forbidden?: string;
  readonly warnings: readonly string[];
}

const fine: PodVerdict = { warnings: [] };

const partsOf = (template: JsonObject): PodParts => ({
  annotations: objectAt(objectAt(template.metadata).annotations) as Readonly<Record<string, string>>,
  spec: objectAt(template.spec),
});

/** Of an update only images and new containers count: nothing else of what matters can change. */
function matters(next: KubeObject, live: KubeObject): boolean {
  const list = (pod: KubeObject, name: string): readonly JsonObject[] => objects(objectAt(pod.spec)[name]);
  const changed = (name: string): boolean => {
    const [after, before] = [list(next, name), list(live, name)];
    return after.length !== before.length || after.some((container, index) => container.image !== before[index]?.image);
  };
  const old = new Map(list(live, 'ephemeralContainers').map((container) => [container.name, container.image]));
  const ephemeral = list(next, 'ephemeralContainers').some(({ name, image }) => !old.has(name) || old.get(name) !== image);
  return changed('containers') || changed('initContainers') || ephemeral;
}

function warningsOf(labels: Labels, parts: PodParts): readonly string[] {
  const { warn } = securityPolicy(labels).policy;
  const found = findings(warn, parts);
  return found.length === 0 ? [] : [`would violate PodSecurity ${JSON.stringify(shownPolicy(warn))}: ${shownFindings(found)}`];
}

/** `live` is the Pod before the write. */
export function podVerdict(labels: Labels, pod: KubeObject, live: KubeObject | undefined): PodVerdict {
  if (live !== undefined && !matters(pod, live)) return fine;
  const { enforce } = securityPolicy(labels).policy;
  const parts = partsOf(pod);
  const found = findings(enforce, parts);
  if (found.length === 0) return { warnings: warningsOf(labels, parts) };
  return { forbidden: `violates PodSecurity ${JSON.stringify(shownPolicy(enforce))}: ${shownFindings(found)}`, warnings: [] };
}

/** Templates are never forbidden: their Pods will be. */
export const templateVerdict = (labels: Labels, template: JsonObject): PodVerdict => ({ warnings: warningsOf(labels, partsOf(template)) });
