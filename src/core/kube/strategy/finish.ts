/**
 * What the server itself writes into objects of particular types once they are prepared: finalizers, generated selectors, annotations.
 * Kubernetes: the strategies' PrepareForCreate and PrepareForUpdate, and the StorageObjectInUseProtection admission plugin.
 */
import { isObject, type Json, type JsonObject, type KubeObject, objectAt, objects, record, withKey } from '../../object/index.ts';
import { encodeUtf8 } from '../../../std/index.ts';
import { base64 } from '../bytes/index.ts';
import { sameJson } from '../json/index.ts';
import { withSources } from './claim.ts';
import { withoutDisabled } from './disabled.ts';
import { podSpecPaths } from './pod-paths.table.ts';
import { orderedMeta } from './prepare.ts';
import { qosClass } from './qos.ts';

type Finish = (object: KubeObject, live: KubeObject | undefined) => KubeObject;

const withMeta = (object: KubeObject, change: JsonObject): KubeObject => ({
  ...object,
  metadata: orderedMeta({ ...object.metadata, ...change }),
});

const protectedBy =
  (finalizer: string): Finish =>
  (object, live) => {
    const finalizers = object.metadata.finalizers ?? [];
    return live !== undefined || finalizers.includes(finalizer) ? object : withMeta(object, { finalizers: [...finalizers, finalizer] });
  };

const namespace: Finish = (object, live) => {
  if (live !== undefined) {
    const kept = objectAt(live.spec).finalizers;
    return kept === undefined ? object : withKey(object, 'spec', { ...objectAt(object.spec), finalizers: kept });
  }
  const spec = objectAt(object.spec);
  const finalizers = Array.isArray(spec.finalizers) ? (spec.finalizers as readonly Json[]) : [];
  const all = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'];
  const label = 'kubernetes.io/metadata.name';
  const name = object.metadata.name ?? '';
  const labelled =
    object.metadata.labels?.[label] === name ? object : withMeta(object, { labels: { ...object.metadata.labels, [label]: name } });
  return withKey(labelled, 'spec', { ...spec, finalizers: all });
};

const CONTROLLER_UID = 'controller-uid';
const JOB_NAME = 'job-name';

/** A Job without a manual selector selects its Pods by its own uid. Kubernetes: batch/job/strategy.go generateSelector. */
const job: Finish = (object, live) => {
  const spec = objectAt(object.spec);
  if (live !== undefined || spec.manualSelector === true) return object;
  const { uid = '', name = '' } = object.metadata;
  const labels = {
    [`batch.kubernetes.io/${CONTROLLER_UID}`]: uid,
    [`batch.kubernetes.io/${JOB_NAME}`]: name,
    [CONTROLLER_UID]: uid,
    [JOB_NAME]: name,
  };
  const template = objectAt(spec.template);
  const meta = objectAt(template.metadata);
  const own = { ...objectAt(meta.labels), ...labels };
  const selector = objectAt(spec.selector);
  const matchLabels = { ...objectAt(selector.matchLabels), [`batch.kubernetes.io/${CONTROLLER_UID}`]: uid };
  const labelled =
    sameJson(objectAt(meta.labels), object.metadata.labels) || object.metadata.labels === undefined
      ? withMeta(object, { labels: own })
      : object;
  return withKey(labelled, 'spec', {
    ...spec,
    selector: { ...selector, matchLabels },
    template: { ...template, metadata: { ...meta, labels: own } },
  });
};

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

const daemonSet: Finish = (object, live) => {
  const before = Number(live?.metadata.annotations?.[TEMPLATE_GENERATION] ?? '0');
  const changed = live === undefined || !sameJson(objectAt(object.spec).template, objectAt(live.spec).template);
  const annotations = { ...object.metadata.annotations, [TEMPLATE_GENERATION]: String(changed ? before + 1 : before) };
  return withMeta(object, { annotations });
};

/** Metadata as it is without a version: the generation of the template is an annotation in `apps/v1` only. */
export function bareMetadata({ table }: { readonly table: string }, { metadata }: KubeObject): KubeObject['metadata'] {
  if (table !== 'daemonsets.apps' || metadata.annotations?.[TEMPLATE_GENERATION] === undefined) return metadata;
  const { [TEMPLATE_GENERATION]: _generation, ...annotations } = metadata.annotations;
  const { annotations: _all, ...rest } = metadata;
  return Object.keys(annotations).length === 0 ? rest : { ...metadata, annotations };
}

/** What is stored has no empty lists: they come back as none at all. */
const role: Finish = (object) => (Array.isArray(object.rules) && object.rules.length === 0 ? withKey(object, 'rules', null) : object);

/** Of Secrets that are listed only the names are kept. Kubernetes: registry/core/serviceaccount cleanSecretReferences. */
const account: Finish = (object) =>
  objects(object.secrets).some((secret) => Object.keys(secret).some((key) => key !== 'name'))
    ? withKey(
        object,
        'secrets',
        objects(object.secrets).map(({ name }): JsonObject => (name === undefined ? {} : { name })),
      )
    : object;

const pod: Finish = (object, live) =>
  live === undefined ? withKey(object, 'status', { ...objectAt(object.status), qosClass: qosClass(object) }) : object;

/** New drivers have no generation; changes of theirs are counted. */
const csiDriver: Finish = (object, live) =>
  live === undefined || sameJson(object.spec ?? null, live.spec ?? null)
    ? object
    : withMeta(object, { generation: (live.metadata.generation ?? 0) + 1 });

const finishers: Readonly<Record<string, Finish>> = {
  namespaces: namespace,
  persistentvolumeclaims: (claim, live) => protectedBy('kubernetes.io/pvc-protection')(withSources(claim, live), live),
  persistentvolumes: protectedBy('kubernetes.io/pv-protection'),
  'csidrivers.storage.k8s.io': csiDriver,
  'jobs.batch': job,
  'daemonsets.apps': daemonSet,
  serviceaccounts: account,
  pods: pod,
  'roles.rbac.authorization.k8s.io': role,
  'clusterroles.rbac.authorization.k8s.io': role,
};

/** The object with what the server adds for its type; `live` is undefined on creation. */
export function finishBuiltin(table: string, object: KubeObject, live: KubeObject | undefined): KubeObject {
  const finish = Object.hasOwn(finishers, table) ? finishers[table] : undefined;
  const enabled = withoutDisabled(table, object, live);
  return finish === undefined ? enabled : finish(enabled, live);
}

/** The account has two names, of which the old one follows the new one. Kubernetes: core/v1 Convert_core_PodSpec_To_v1_PodSpec. */
function withAccounts(at: JsonObject, [step, ...rest]: readonly string[]): JsonObject {
  if (step !== undefined) {
    const below = at[step];
    if (!isObject(below ?? null)) return at;
    const next = withAccounts(below as JsonObject, rest);
    return next === below ? at : withKey(at, step, next);
  }
  const { serviceAccountName = '', serviceAccount = '' } = at;
  const name = serviceAccountName === '' || serviceAccountName === null ? serviceAccount : serviceAccountName;
  if (name === '' || name === null || (name === serviceAccount && name === serviceAccountName)) return at;
  return { ...at, serviceAccountName: name, serviceAccount: name };
}

/** A node has one network of Pods, or several of which that one is the first. Kubernetes: core/v1 Convert_v1_NodeSpec_To_core_NodeSpec. */
function withNetworks(node: KubeObject): KubeObject {
  const { podCIDR, podCIDRs, ...spec } = objectAt(node.spec);
  const several = Array.isArray(podCIDRs) ? (podCIDRs as readonly Json[]) : [];
  const alone = typeof podCIDR === 'string' && podCIDR !== '' && podCIDR !== several[0];
  const all = alone ? [podCIDR] : several;
  return all.length === 0 ? node : { ...node, spec: { podCIDR: all[0] ?? '', podCIDRs: all, ...spec } };
}

/**
 * What the conversion to the internal type and back leaves in a sent object, before anybody's ownership is looked at: stringData is merged into
 * data, and a DaemonSet has the annotation in which its template is counted. Kubernetes: pkg/apis/{core,apps}/v1/conversion.go.
 */
/** The first of a Pod's addresses is the one that old clients know, and theirs counts. Kubernetes: core/v1 Convert_v1_PodStatus_To_core_PodStatus. */
function withAddresses(pod: KubeObject): KubeObject {
  const status = objectAt(pod.status);
  const { podIP = '' } = status;
  const first = objects(status.podIPs)[0];
  if (podIP === '' && first === undefined) return pod;
  if (podIP === '') return { ...pod, status: { ...status, podIP: first?.ip ?? '' } };
  return first?.ip === podIP ? pod : { ...pod, status: { ...status, podIPs: [{ ip: podIP }] } };
}

export function converted(resource: { readonly table: string }, sent: KubeObject): KubeObject {
  const path = podSpecPaths[resource.table];
  const object = path === undefined ? sent : (withAccounts(sent, path) as KubeObject);
  if (resource.table === 'daemonsets.apps' && object.metadata.annotations?.[TEMPLATE_GENERATION] === undefined)
    return withMeta(object, { annotations: { ...object.metadata.annotations, [TEMPLATE_GENERATION]: '0' } });
  if (resource.table === 'nodes') return withNetworks(object);
  if (resource.table === 'pods') return withAddresses(object);
  if (resource.table !== 'secrets' || !isObject(object.stringData)) return object;
  const { stringData, ...rest } = object;
  const encoded = Object.entries(objectAt(stringData)).map(([key, value]) => [key, base64(encodeUtf8(String(value)))] as const);
  return { ...rest, data: record([...(Object.entries(objectAt(object.data)) as [string, Json][]), ...encoded]) } as KubeObject;
}
