/** Custom types, admission policies with their parameters, webhooks, classes, namespaces and limits of a real cluster. */
import {
  isObject,
  type Json,
  type JsonObject,
  type KubeObject,
  objectAt,
  objects,
  parseApiVersion,
  text,
} from '../../core/object/index.ts';
import { matchesSelector, selectorOf } from '../../core/object/selector/index.ts';
import type { ApiResource, KubeClient, KubeError } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';

/** Types in the order in which they are put in place: what others need comes first. */
const taken: readonly (readonly [group: string, resource: string])[] = [
  ['apiextensions.k8s.io', 'customresourcedefinitions'],
  ['', 'namespaces'],
  ['scheduling.k8s.io', 'priorityclasses'],
  ['storage.k8s.io', 'storageclasses'],
  ['networking.k8s.io', 'ingressclasses'],
  ['node.k8s.io', 'runtimeclasses'],
  ['', 'limitranges'],
  ['', 'resourcequotas'],
  ['admissionregistration.k8s.io', 'validatingadmissionpolicies'],
  ['admissionregistration.k8s.io', 'validatingadmissionpolicybindings'],
  ['admissionregistration.k8s.io', 'validatingwebhookconfigurations'],
  ['admissionregistration.k8s.io', 'mutatingwebhookconfigurations'],
];

const CRDS = 'customresourcedefinitions';

/** What every cluster has by itself. */
const isOwn = ({ kind, metadata: { name = '' } }: KubeObject): boolean =>
  (kind === 'Namespace' && ['default', 'kube-system', 'kube-public', 'kube-node-lease'].includes(name)) ||
  (kind === 'PriorityClass' && name.startsWith('system-'));

export interface ImportedRules {
  /** `1.33`: what the real cluster says it is. */
  readonly kubeVersion: string | undefined;
  readonly objects: readonly { readonly resource: ApiResource; readonly object: KubeObject }[];
  /** What could not be read, a sentence each. */
  readonly unread: readonly string[];
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object as somebody would write it: without what a server fills in. */
function plain(object: KubeObject, { group, version, kind }: ApiResource): KubeObject {
  const { name = '', namespace, labels, annotations = {} } = object.metadata;
  const { [LAST_APPLIED]: _applied, ...notes } = annotations;
  const { status: _status, ...rest } = object;
  return {
    ...rest,
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(Object.keys(notes).length === 0 ? {} : { annotations: notes }),
    },
  };
}

const because = ({ code, message }: KubeError): string => (code === 403 ? 'it may not be read' : message);

/** Reads what there is; the error is a sentence for a person. */
export async function readRules(kube: KubeClient): Promise<Result<ImportedRules, string>> {
  const served = await kube.discover({ refresh: true });
  if (!served.ok) return err(served.error.message);
  const { resources } = served.value;
  const found: { resource: ApiResource; object: KubeObject }[] = [];
  const unread: string[] = [];
  for (const [group, name] of taken) {
    const resource = resources.find((one) => one.group === group && one.resource === name);
    if (resource === undefined) continue;
    const listed = await kube.list(resource);
    if (!listed.ok && name === CRDS) return err(`its custom types: ${because(listed.error)}`);
    if (!listed.ok) unread.push(`${name}: ${because(listed.error)}`);
    else for (const object of listed.value.items.filter((one) => !isOwn(one))) found.push({ resource, object: plain(object, resource) });
  }
  const params = await readParams(kube, found, resources);
  const version = await kube.version();
  const minor = version.ok ? /^v?(1\.\d+)/.exec(version.value)?.[1] : undefined;
  return ok({ kubeVersion: minor, objects: [...found, ...params.objects], unread: [...unread, ...params.unread] });
}

/** The objects that admission policies look at besides the request. Without them a policy would refuse everything. */
async function readParams(
  kube: KubeClient,
  found: ImportedRules['objects'],
  resources: readonly ApiResource[],
): Promise<Pick<ImportedRules, 'objects' | 'unread'>> {
  const kinds = new Map(
    found
      .filter(({ object }) => object.kind === 'ValidatingAdmissionPolicy' && isObject(objectAt(object.spec).paramKind ?? null))
      .map(({ object }) => [object.metadata.name ?? '', objectAt(objectAt(object.spec).paramKind)]),
  );
  const wanted = found.flatMap(({ object }) => {
    const { policyName, paramRef } = objectAt(object.spec);
    const kind = kinds.get(text(policyName));
    const isBinding = object.kind === 'ValidatingAdmissionPolicyBinding' && kind !== undefined && isObject(paramRef ?? null);
    return isBinding ? [{ kind, reference: objectAt(paramRef) }] : [];
  });
  const taken = new Map<string, ImportedRules['objects'][number]>();
  const unread: string[] = [];
  for (const { kind, reference } of wanted) {
    const { group, version } = parseApiVersion(text(kind.apiVersion));
    const named = resources.find((one) => one.group === group && one.version === version && one.kind === kind.kind);
    if (named === undefined || named.resource === 'secrets') continue;
    const listed = await kube.list(named, typeof reference.namespace === 'string' ? { namespace: reference.namespace } : {});
    if (!listed.ok) unread.push(`${named.resource} (parameters of admission policies): ${because(listed.error)}`);
    else
      for (const object of listed.value.items.filter((one) => refersTo(reference, one)))
        taken.set(`${named.resource} ${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`, {
          resource: named,
          object: plain(object, named),
        });
  }
  return { objects: [...taken.values()], unread: [...new Set(unread)] };
}

function refersTo(reference: JsonObject, { metadata }: KubeObject): boolean {
  if (typeof reference.name === 'string') return reference.name === metadata.name;
  const selector = selectorOf(objectAt(reference.selector));
  return selector.ok && matchesSelector(selector.value, metadata.labels);
}

export interface ImportSummary {
  /** How many of each kind, in the order they were taken. */
  readonly counts: readonly (readonly [kind: string, count: number])[];
  /** What was not read, and what the embedded cluster refused, a sentence each. */
  readonly left: readonly string[];
}

/** Puts the rules of a real cluster into an embedded one. What is there already is brought up to date. */
export async function importRules(kube: KubeClient, rules: ImportedRules): Promise<ImportSummary> {
  const counts = new Map<string, number>();
  const left = [...rules.unread];
  for (const { resource, object } of rules.objects) {
    const done = await applied(kube, resource, object);
    if (done.ok) counts.set(object.kind, (counts.get(object.kind) ?? 0) + 1);
    else
      left.push(
        `${object.kind} ${object.metadata.namespace ?? ''}${object.metadata.namespace === undefined ? '' : '/'}${object.metadata.name ?? ''}: ${done.error}`,
      );
  }
  return { counts: [...counts], left };
}

const MANAGER = 'lockstep-import';
/** A custom type is served a moment after it is defined. */
const PATIENCE = { tries: 50, pauseMs: 20 };

async function applied(kube: KubeClient, resource: ApiResource, object: KubeObject): Promise<Result<null, string>> {
  for (let tries = 1; ; tries++) {
    const done = await kube.apply(resource, object, { fieldManager: MANAGER, force: true, fieldValidation: 'Ignore' });
    if (done.ok) return resource.resource === CRDS ? established(kube, resource, object) : ok(null);
    if (done.error.code !== 404 || tries >= PATIENCE.tries) return err(done.error.message);
    await pause();
  }
}

async function established(kube: KubeClient, resource: ApiResource, { metadata }: KubeObject): Promise<Result<null, string>> {
  for (let tries = 1; tries <= PATIENCE.tries; tries++) {
    const live = await kube.get(resource, '', metadata.name ?? '');
    if (live.ok && holds(objectAt(live.value.status).conditions, 'Established')) return ok(null);
    await pause();
  }
  return err('it is not established: another type may have its names');
}

const holds = (conditions: Json | undefined, type: string): boolean =>
  objects(conditions).some((condition) => condition.type === type && condition.status === 'True');

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PATIENCE.pauseMs));
