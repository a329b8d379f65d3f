/**
 * What admission adds to a new Pod. Kubernetes: plugin/pkg/admission/{serviceaccount,priority,defaulttolerationseconds}, in the server's order.
 */
import { type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';

export interface PodFacts {
  /** The Pod's service account; undefined when it is not there (yet). */
  readonly serviceAccount: KubeObject | undefined;
  /** The priority class it names, or the cluster's default one. */
  readonly priorityClass: KubeObject | undefined;
  /** Five characters that make the volume's name unique. */
  readonly suffix: string;
}

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';

/** The account a Pod runs as. */
export const accountOf = (pod: KubeObject): string =>
  text(objectAt(pod.spec).serviceAccountName) || text(objectAt(pod.spec).serviceAccount) || 'default';

const tokenVolume = (name: string): JsonObject => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
    defaultMode: 420,
  },
});

function mounted(container: JsonObject, name: string): JsonObject {
  const mounts = objects(container.volumeMounts);
  if (mounts.some((mount) => mount.mountPath === TOKEN_PATH)) return container;
  return { ...container, volumeMounts: [...mounts, { name, readOnly: true, mountPath: TOKEN_PATH }] };
}

function withAccount(spec: JsonObject, name: string, facts: PodFacts): JsonObject {
  const account = facts.serviceAccount;
  const named = { ...spec, serviceAccountName: name, serviceAccount: name };
  const secrets = objects(account?.imagePullSecrets);
  const pulled = objects(spec.imagePullSecrets).length === 0 && secrets.length > 0 ? { ...named, imagePullSecrets: secrets } : named;
  const automount = spec.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true;
  if (automount !== true) return pulled;
  const volume = `kube-api-access-${facts.suffix}`;
  const containers = objects(spec.containers).map((container) => mounted(container, volume));
  const init = objects(spec.initContainers).map((container) => mounted(container, volume));
  return {
    ...pulled,
    volumes: [...objects(spec.volumes), tokenVolume(volume)],
    containers,
    ...(init.length === 0 ? {} : { initContainers: init }),
  };
}

function withPriority(spec: JsonObject, priorityClass: KubeObject | undefined): JsonObject {
  const named =
    priorityClass === undefined || text(spec.priorityClassName) !== '' ? {} : { priorityClassName: priorityClass.metadata.name ?? '' };
  return {
    ...spec,
    ...named,
    priority: typeof priorityClass?.value === 'number' ? priorityClass.value : 0,
    preemptionPolicy: spec.preemptionPolicy ?? priorityClass?.preemptionPolicy ?? 'PreemptLowerPriority',
  };
}

const tolerates = (tolerations: readonly JsonObject[], key: string): boolean =>
  tolerations.some(
    (toleration) =>
      (toleration.key === key || text(toleration.key) === '') && (toleration.effect === 'NoExecute' || text(toleration.effect) === ''),
  );

function withTolerations(spec: JsonObject): JsonObject {
  const tolerations = objects(spec.tolerations);
  const added = [NOT_READY, UNREACHABLE]
    .filter((key) => !tolerates(tolerations, key))
    .map((key): JsonObject => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
  return added.length === 0 ? spec : { ...spec, tolerations: [...tolerations, ...added] };
}

/** The Pod with the tolerations of short troubles of its node. */
export const withDefaultTolerations = (pod: KubeObject): KubeObject => {
  const spec = objectAt(pod.spec);
  const next = withTolerations(spec);
  return next === spec ? pod : { ...pod, spec: next };
};

/** The Pod as admission leaves it. */
export function admitPod(pod: KubeObject, facts: PodFacts): KubeObject {
  const spec = objectAt(pod.spec);
  return { ...pod, spec: withTolerations(withPriority(withAccount(spec, accountOf(pod), facts), facts.priorityClass)) };
}
