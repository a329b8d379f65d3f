/** Observe: everything a plan needs to know of the cluster about one App, read once per pass. */
import { fingerprint } from '../../core/diff/index.ts';
import { type Gvk, type Json, type KubeObject, type ObjectRef, getKey, gvkOf, isObject, refKey, refOf } from '../../core/object/index.ts';
import type { ApplyCache } from '../../core/merge/apply/index.ts';
import { appliesToNothing, changesBetween } from '../../core/plan/changes/index.ts';
import type { FieldChange, InventoryEntry, Prediction, Seen, WantedObject } from '../../core/plan/index.ts';
import { appKey, isAppRef, provenOwner } from '../../core/plan/owner/index.ts';
import type { TypeNode } from '../../core/schema/index.ts';
import type { ApiResource, KubeClient, KubeError } from '../../ports/index.ts';
import { isFieldConflict, isImmutable, isMissingNamespace, reasonOf } from '../kube-reason.ts';
import { type Served, declaredKinds, declares } from './cluster.ts';
import type { LiveObjects } from './live.ts';
import { isLeftOver } from './managers.ts';
import { type Originals, writeThreeWay } from './three-way.ts';
import { inParallel, type Turn } from './parallel.ts';
import { maskValue } from './secret-texts.ts';

/** The server could not be asked: nothing was decided, the pass is tried again. */
export interface ObserveFailure {
  readonly failed: KubeError;
}

export interface ObserveRequest {
  readonly client: KubeClient;
  readonly served: Served;
  readonly live: LiveObjects;
  readonly maskKey: Uint8Array;
  /** Texts that must not appear in a plan (S18). */
  readonly secrets?: readonly string[];
  /** The type of a built-in kind: what is known of it is merged here before the server is asked. */
  readonly typeOf: (gvk: Gvk) => TypeNode | undefined;
  readonly cache?: ApplyCache;
  /** The field manager it is applied as. */
  readonly manager: string;
  /** Set: by three-way merge with these, not by the server. */
  readonly originals?: Originals;
  /** Whether other managers' fields are taken or respected by the dry-run. */
  readonly force: boolean;
  /** True when this object, in exactly this state, was found to be as wanted before. */
  readonly verified: (object: KubeObject, digest: string) => boolean;
  readonly turn?: Turn;
}

const atOnce = 8;

export interface ToRead {
  readonly ref: ObjectRef;
  /** Set when it is wanted. */
  readonly object?: KubeObject;
  /** Nothing speaks for its being there: its dry-run will tell, which saves a request for every new object. */
  readonly unlikely?: boolean;
}

/** Living objects by key; `guessed` are those that were taken for absent without asking. */
export interface LiveRead {
  readonly seen: Map<string, Seen>;
  readonly guessed: ReadonlySet<string>;
}

/** Reads the living objects for all wanted and owned ones. */
export async function readLive(refs: readonly ToRead[], request: ObserveRequest): Promise<LiveRead | ObserveFailure> {
  const found = new Map<string, Seen>();
  const guessed = new Set<string>();
  let failed: KubeError | undefined;
  await inParallel(refs, { limit: atOnce, turn: request.turn }, async ({ ref, object, unlikely = false }) => {
    const resource = resourceFor(request.served, ref, object);
    if (resource === undefined) {
      found.set(refKey(ref), unserved(request.served, ref));
      return;
    }
    const { client, live: objects } = request;
    const live = await (unlikely ? objects.readKnown(client, resource, ref) : objects.read(client, resource, ref));
    if (live.ok) found.set(refKey(ref), { served: 'yes', live: live.value ?? null });
    if (live.ok && live.value === undefined) guessed.add(refKey(ref));
    if (live.ok) return;
    if (reasonOf(live.error).transient) failed ??= about(live.error, ref);
    // What may not be read is unknown, never gone.
    else found.set(refKey(ref), { served: 'unknown', live: null, prediction: refusedBy(live.error, ref) });
  });
  return failed === undefined ? { seen: found, guessed } : { failed };
}

function unserved(served: Served, ref: ObjectRef): Seen {
  const other = served.findKind(ref);
  if (other !== undefined)
    return { served: 'no', live: null, servedAs: other.group === '' ? other.version : `${other.group}/${other.version}` };
  return { served: served.known(ref.group) ? 'no' : 'unknown', live: null };
}

/** The exact version when it is served; any served version to find what is already there. */
export function resourceFor(served: Served, ref: ObjectRef, object?: KubeObject): ApiResource | undefined {
  return object === undefined ? served.findKind(ref) : served.find(gvkOf(object));
}

/** The same, naming the object it is about. */
const about = (error: KubeError, { kind, namespace, name }: ObjectRef): KubeError => ({
  ...error,
  message: `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}: ${error.message}`,
});

const refusedBy = (error: KubeError, ref: ObjectRef): Prediction => {
  const { code, message } = reasonOf(error);
  return { kind: 'refused', basis: 'server', reason: { rule: 'S11', code, message: `${ref.kind} ${ref.name}: ${message}` } };
};

/**
 * Foretells every wanted object's apply: by what was verified before, else by the server's dry-run. `surprise`: something that was taken for absent
 * is there, or may be; it has to be read before anything is decided.
 */
export async function predictAll(
  wanted: readonly { readonly item: WantedObject; readonly stamped: KubeObject }[],
  { seen, guessed }: LiveRead,
  request: ObserveRequest,
): Promise<Map<string, Seen> | ObserveFailure | 'surprise'> {
  const objects = wanted.map(({ item }) => item.object);
  const coming = { kinds: declaredKinds(objects), namespaces: namespacesIn(objects) };
  let failed: KubeError | undefined;
  let surprised = false;
  await inParallel(wanted, { limit: atOnce, turn: request.turn }, async ({ item, stamped }) => {
    const key = refKey(refOf(item.object));
    const known = seen.get(key);
    if (known === undefined || known.prediction !== undefined || surprised) return;
    const prediction = await predictOne({ item, stamped, known, coming, guessed: guessed.has(key) }, request);
    if (prediction === 'surprise') surprised = true;
    else if (prediction !== undefined && 'failed' in prediction) failed ??= prediction.failed;
    else if (prediction !== undefined) seen.set(key, { ...known, prediction });
  });
  if (failed !== undefined) return { failed };
  return surprised ? 'surprise' : seen;
}

interface Coming {
  readonly kinds: ReadonlyMap<string, boolean>;
  readonly namespaces: ReadonlySet<string>;
}

const namespacesIn = (objects: readonly KubeObject[]): ReadonlySet<string> =>
  new Set(objects.filter(({ kind, apiVersion }) => kind === 'Namespace' && apiVersion === 'v1').map(({ metadata }) => metadata.name ?? ''));

interface Subject {
  readonly item: WantedObject;
  readonly stamped: KubeObject;
  readonly known: Seen;
  readonly coming: Coming;
  readonly guessed: boolean;
}

const assumed: Prediction = { kind: 'differs', basis: 'assumed', changes: [] };

async function predictOne(subject: Subject, request: ObserveRequest): Promise<Prediction | ObserveFailure | 'surprise' | undefined> {
  const { item, stamped, known, coming, guessed } = subject;
  const ref = refOf(item.object);
  if (known.served !== 'yes') return known.served === 'no' && declares(coming.kinds, ref) ? assumed : undefined;
  const { live } = known;
  const leftOver =
    live !== null &&
    provenOwner(live) !== undefined &&
    isLeftOver(live, { manager: request.manager, byServer: request.originals === undefined });
  if (live !== null && !leftOver && request.verified(live, item.digest)) return { kind: 'same', basis: 'local' };
  const resource = resourceFor(request.served, ref, item.object);
  if (resource === undefined) return undefined;
  const type = request.typeOf(gvkOf(item.object));
  const { force, manager, originals } = request;
  if (originals !== undefined) return predictThreeWay(subject, { ...request, originals, resource, leftOver });
  if (live !== null && !leftOver && type !== undefined && live.apiVersion === item.object.apiVersion) {
    if (
      appliesToNothing(live, stamped, {
        manager,
        force,
        type,
        ...(request.cache === undefined ? {} : { cache: request.cache }),
      })
    )
      return { kind: 'same', basis: 'local' };
  }
  const result = await request.client.apply(resource, stamped, { fieldManager: manager, force, dryRun: true });
  // What would be new has no version yet; and in a namespace that is not there nothing is.
  if (guessed && (result.ok ? result.value.metadata.resourceVersion !== undefined : !isMissingNamespace(result.error))) return 'surprise';
  if (!result.ok) return foretellError(result.error, subject);
  return foretold(subject, result.value, { ...request, leftOver });
}

/** What would become of an object, beside what it is. */
function foretold({ item, known }: Subject, would: KubeObject, request: ObserveRequest & { readonly leftOver: boolean }): Prediction {
  const { live } = known;
  if (live === null) return { kind: 'differs', basis: 'server', changes: [] };
  const type = request.typeOf(gvkOf(item.object));
  const found = changesBetween(live, would, { maskKey: request.maskKey, ...(type === undefined ? {} : { type }) });
  const changes = found.map((change) => maskedChange(change, request));
  return changes.length === 0 && !request.leftOver ? { kind: 'same', basis: 'server' } : { kind: 'differs', basis: 'server', changes };
}

async function predictThreeWay(
  subject: Subject,
  request: ObserveRequest & { readonly originals: Originals; readonly resource: ApiResource; readonly leftOver: boolean },
): Promise<Prediction | ObserveFailure | 'surprise'> {
  const { stamped, known, guessed } = subject;
  const { resource, leftOver } = request;
  const result = await writeThreeWay({ object: stamped, live: known.live, resource }, { ...request, dryRun: true });
  if (result === 'same') return leftOver ? { kind: 'differs', basis: 'local', changes: [] } : { kind: 'same', basis: 'local' };
  if (guessed && !result.ok && result.error.reason === 'AlreadyExists') return 'surprise';
  return result.ok ? foretold(subject, result.value, request) : foretellError(result.error, subject);
}

function maskedChange(change: FieldChange, { secrets = [], maskKey }: ObserveRequest): FieldChange {
  if (secrets.length === 0) return change;
  const masked = (value: Json): Json => maskValue(value, secrets, maskKey);
  const sides = [change.before, change.after].map((value) => (value === undefined ? undefined : masked(value)));
  if (sides[0] === change.before && sides[1] === change.after) return change;
  // Where one side holds a secret, the other held one: the value it had before a rotation is nobody's to read either.
  const [before, after] = sides.map((value) =>
    typeof value === 'string' && !value.startsWith('masked:') ? fingerprint(value, maskKey) : value,
  );
  return { ...change, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function foretellError(error: KubeError, { item, stamped, coming, known }: Subject): Prediction | ObserveFailure {
  const ref = refOf(item.object);
  if (isMissingNamespace(error)) {
    if (coming.namespaces.has(ref.namespace)) return assumed;
    return {
      kind: 'refused',
      basis: 'server',
      reason: { rule: 'S2', code: 'NamespaceMissing', message: `${ref.kind} ${ref.name}: ${error.message}` },
    };
  }
  if (isFieldConflict(error)) return { kind: 'conflict', basis: 'server', fields: conflictFields(error) };
  if (known.live !== null && isImmutable(error)) {
    return { kind: 'immutable', basis: 'server', message: error.message, changes: immutableChanges(stamped, error) };
  }
  const reason = reasonOf(error);
  const named = about(error, ref);
  if (reason.transient && reason.code !== 'UnknownKind') return { failed: named };
  const where = item.file === undefined ? '' : ` (${item.file}${item.line === undefined ? '' : `:${item.line}`})`;
  return { kind: 'refused', basis: 'server', reason: { rule: 'S2', code: reason.code, message: named.message + where } };
}

/** `conflict with "kubectl-edit" using apps/v1` and `.spec.replicas` */
function conflictFields(error: KubeError): readonly { readonly path: string; readonly manager: string }[] {
  return (error.causes ?? []).map(({ field, message }) => ({
    path: (field ?? '').replace(/^\./, ''),
    manager: /conflict with "([^"]*)"/.exec(message ?? '')?.[1] ?? 'another manager',
  }));
}

const immutableChanges = (stamped: KubeObject, error: KubeError): readonly { readonly path: string; readonly after?: string }[] => {
  const hidden = stamped.kind === 'Secret';
  return (error.causes ?? []).flatMap(({ field, message }) =>
    field === undefined ? [] : [{ path: field, ...(hidden || message === undefined ? {} : { after: message }) }],
  );
};

/** What the Namespaces and CRDs among the prune candidates hold beyond them (S3b). */
export async function readHolds(
  candidates: readonly InventoryEntry[],
  seen: Map<string, Seen>,
  request: Pick<ObserveRequest, 'client' | 'served'>,
): Promise<ObserveFailure | undefined> {
  const going = new Set(candidates.map(refKey));
  for (const entry of candidates) {
    const known = seen.get(refKey(entry));
    if (known === undefined || known.live === null) continue;
    const listed =
      entry.group === '' && entry.kind === 'Namespace'
        ? await listNamespace(entry.name, request)
        : entry.kind === 'CustomResourceDefinition'
          ? await listCustom(known.live, request)
          : [];
    if ('failed' in listed) return listed;
    const holds = listed.map(refOf).filter((ref) => !going.has(refKey(ref)));
    if (holds.length > 0) seen.set(refKey(entry), { ...known, holds });
  }
  return undefined;
}

/** Marks the Apps among the prune candidates whose contracts others require (S21). */
export function readRequired(
  candidates: readonly InventoryEntry[],
  seen: Map<string, Seen>,
  requiredBeyond: (going: ReadonlySet<string>) => ReadonlyMap<string, NonNullable<Seen['required']>>,
): void {
  const apps = candidates.filter(isAppRef);
  if (apps.length === 0) return;
  const found = requiredBeyond(new Set(apps.map(appKey)));
  for (const entry of apps) {
    const [known, required] = [seen.get(refKey(entry)), found.get(appKey(entry))];
    if (known !== undefined && required !== undefined) seen.set(refKey(entry), { ...known, required });
  }
}

/** Made by Kubernetes in every namespace, or a mere trace of what went on there. */
const ambient = new Set(['ServiceAccount/default', 'ConfigMap/kube-root-ca.crt']);
const traces = new Set(['Event', 'Endpoints', 'EndpointSlice', 'Lease']);

async function listNamespace(
  name: string,
  { client, served }: Pick<ObserveRequest, 'client' | 'served'>,
): Promise<readonly KubeObject[] | ObserveFailure> {
  const found: KubeObject[] = [];
  for (const resource of preferred(served)) {
    if (!resource.namespaced || traces.has(resource.kind)) continue;
    const listed = await client.list(resource, { namespace: name });
    if (!listed.ok && listed.error.code !== 404 && listed.error.code !== 405) return { failed: listed.error };
    if (listed.ok) found.push(...listed.value.items.filter((item) => !isAmbient(item)));
  }
  return found;
}

const isAmbient = (object: KubeObject): boolean =>
  ambient.has(`${object.kind}/${object.metadata.name ?? ''}`) || (object.metadata.ownerReferences ?? []).length > 0;

/** One version of every kind that can be listed. */
export function preferred(served: Served): readonly ApiResource[] {
  return served.resources.filter(
    (resource) => !resource.resource.includes('/') && resource.verbs.includes('list') && served.findKind(resource) === resource,
  );
}

async function listCustom(
  crd: KubeObject,
  { client, served }: Pick<ObserveRequest, 'client' | 'served'>,
): Promise<readonly KubeObject[] | ObserveFailure> {
  const spec = crd['spec'];
  const names = isObject(spec) ? getKey(spec, 'names') : undefined;
  const group = isObject(spec) ? getKey(spec, 'group') : undefined;
  const kind = isObject(names) ? getKey(names, 'kind') : undefined;
  if (typeof group !== 'string' || typeof kind !== 'string') return [];
  const resource = served.findKind({ group, kind });
  if (resource === undefined) return [];
  const listed = await client.list(resource);
  return listed.ok ? listed.value.items : { failed: listed.error };
}
