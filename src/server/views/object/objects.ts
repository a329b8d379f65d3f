/** What the drawer of one object shows. Every read is made as the visitor, so RBAC alone decides; secrets are masked before anything leaves. */
import { type App, names } from '../../../api/index.ts';
import type { EventList, ObjectDiff, ObjectView, QueryOf } from '../../../api/http/index.ts';
import { healthOf } from '../../../core/health/index.ts';
import { getKey, isObject, type Json, type KubeObject, type ObjectRef, refKey, refOf } from '../../../core/object/index.ts';
import { encode, sigsYaml } from '../../../core/yaml/index.ts';
import { formatPath, fromFieldsV1, pathsOf } from '../../../core/merge/fieldset/index.ts';
import type { ApiResource, Clock } from '../../../ports/index.ts';
import type { Informer } from '../../../runtime/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import type { Visitor } from '../../access/visitor.ts';
import { fromKube, refused, type Refused } from '../../http/refused.ts';
import type { River } from '../../ports.ts';
import type { Clusters } from '../clusters.ts';
import { when } from '../when.ts';
import { findPath } from './field-path.ts';
import { inventoryOf } from './inventory.ts';
import type { Mask, Masks } from './masks.ts';

export type ObjectQuery = QueryOf<'object'>;

export interface ObjectParts {
  readonly clusters: Clusters;
  readonly masks: Masks;
  readonly river: River;
  readonly inventories: Informer;
  readonly clock: Clock;
}

/** An object as a visitor may see it. */
export interface Opened {
  readonly ref: ObjectRef;
  readonly resource: ApiResource;
  /** Undefined: it is not in the cluster. */
  readonly live: KubeObject | undefined;
  readonly mask: Mask;
}

const MOST_FIELDS = 2000;
const LONGEST_YAML = 4_000_000;

export const refOfQuery = ({ group, kind, objectNamespace, object }: ObjectQuery): ObjectRef => ({
  group,
  kind,
  namespace: objectNamespace,
  name: object,
});

export class Objects {
  readonly #parts: ObjectParts;

  constructor(parts: ObjectParts) {
    this.#parts = parts;
  }

  async open(app: App, visitor: Visitor, query: ObjectQuery): Promise<Result<Opened, Refused>> {
    const ref = refOfQuery(query);
    const { clusters, masks } = this.#parts;
    const [place, actor] = [clusters.placeOf(app), clusters.actorFor(app, visitor)];
    if (!actor.ok) return actor;
    const resource = place.ok ? await place.value.served.find(ref.group, ref.kind) : undefined;
    if (resource === undefined)
      return err(refused.notFound(`the cluster serves no ${ref.kind}${ref.group === '' ? '' : ` of ${ref.group}`}`));
    const found = await actor.value.client.get(resource, ref.namespace, ref.name);
    if (!found.ok && found.error.code !== 404) return err(fromKube(found.error));
    const live = found.ok ? found.value : undefined;
    return ok({ ref, resource, live, mask: await masks.of(app, live) });
  }

  async view(app: App, visitor: Visitor, query: ObjectQuery): Promise<Result<ObjectView, Refused>> {
    const opened = await this.open(app, visitor, query);
    if (!opened.ok) return opened;
    const { live, ref, mask } = opened.value;
    if (live === undefined)
      return err(refused.notFound(`there is no ${[ref.kind, ref.namespace, ref.name].filter((part) => part !== '').join('/')}`));
    const { managedFields: _, ...metadata } = mask.object(live).metadata as KubeObject['metadata'] & { readonly managedFields?: unknown };
    const manifest = { ...mask.object(live), metadata };
    const { state, provenance, message } = healthOf(live, { now: this.#parts.clock.now() });
    const yaml = encode(manifest as unknown as Json, { variant: sigsYaml });
    return ok({
      ref,
      apiVersion: live.apiVersion,
      uid: live.metadata.uid ?? '',
      resourceVersion: live.metadata.resourceVersion ?? '',
      health: { state, provenance, message: mask.text(message) },
      delivered: this.#delivered(app, ref),
      manifest,
      yaml: yaml.length > LONGEST_YAML ? '# too large to show\n' : yaml,
      owners: ownersOf(live),
      containers: containersOf(live),
    });
  }

  async diff(app: App, visitor: Visitor, query: ObjectQuery): Promise<Result<ObjectDiff, Refused>> {
    const opened = await this.open(app, visitor, query);
    if (!opened.ok) return opened;
    const { live, ref, mask } = opened.value;
    const key = refKey(ref);
    const item = this.#parts.river.plan(app.metadata)?.items.find((one) => refKey(one.ref) === key);
    const wanted = this.wanted(app, ref);
    const manifest = wanted === undefined ? undefined : (mask.object(wanted) as unknown as Json);
    const drift = (app.status?.drift ?? []).find(({ object }) => sameRef(object, ref));
    const drifted = item?.cause === 'drift' || drift !== undefined;
    const changes = item?.changes ?? [];
    const fields = changes.slice(0, MOST_FIELDS).map(({ path, before, after, manager }) => {
      const git = manifest === undefined ? undefined : findPath(manifest, path)?.value;
      return {
        path,
        ...when('git', jsonOf(git)),
        ...when('planned', jsonOf(after)),
        ...when('live', jsonOf(before)),
        state: drifted ? ('drifted' as const) : ('pending' as const),
        ...when('manager', manager ?? drift?.manager),
      };
    });
    return ok({
      ref,
      exists: live !== undefined,
      operation: item?.operation ?? 'keep',
      fields: mask.view(fields),
      truncated: changes.length > MOST_FIELDS,
    });
  }

  async events(app: App, visitor: Visitor, query: ObjectQuery): Promise<Result<EventList, Refused>> {
    const { ref, mask } = { ref: refOfQuery(query), mask: await this.#parts.masks.of(app) };
    const actor = this.#parts.clusters.actorFor(app, visitor);
    if (!actor.ok) return actor;
    const listed = await actor.value.client.list(EVENTS, {
      ...(ref.namespace === '' ? {} : { namespace: ref.namespace }),
      fieldSelector: `involvedObject.kind=${ref.kind},involvedObject.name=${ref.name}`,
    });
    if (!listed.ok) return err(fromKube(listed.error));
    const items = listed.value.items.map((object) => eventOf(object, mask));
    return ok({ items: items.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 500) });
  }

  /** The manifest as the App's source has it; it may hold secrets. */
  wanted(app: App, ref: ObjectRef): KubeObject | undefined {
    return this.#parts.river.wanted(app.metadata)?.objects.find(({ object }) => refKey(refOf(object)) === refKey(ref))?.object;
  }

  #delivered(app: App, ref: ObjectRef): boolean {
    return inventoryOf(app, this.#parts.inventories).some((entry) => sameRef(entry, ref));
  }
}

const EVENTS: ApiResource = { group: '', version: 'v1', kind: 'Event', resource: 'events', namespaced: true, verbs: [] };

const sameRef = (
  {
    group = '',
    kind,
    namespace = '',
    name,
  }: { readonly group?: string; readonly kind: string; readonly namespace?: string; readonly name: string },
  ref: ObjectRef,
): boolean => group === ref.group && kind === ref.kind && namespace === ref.namespace && name === ref.name;

const jsonOf = (value: Json | undefined): string | undefined => (value === undefined ? undefined : JSON.stringify(value));

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1?: Json;
}

const MOST_PATHS = 500;

function ownersOf({ metadata }: KubeObject): ObjectView['owners'] {
  const { managedFields = [] } = metadata as { readonly managedFields?: readonly ManagedFields[] };
  return managedFields.slice(0, 64).map(({ manager = '', operation = '', subresource = '', time, fieldsV1 }) => ({
    manager,
    operation,
    subresource,
    ...when('at', time),
    ours: manager === names.manager || manager === names.statusManager,
    fields: isObject(fieldsV1) ? fieldPaths(fieldsV1) : [],
  }));
}

function fieldPaths(fields: Json): readonly string[] {
  try {
    return pathsOf(fromFieldsV1(fields)).slice(0, MOST_PATHS).map(formatPath);
  } catch {
    // Some other server's idea of managedFields.
    return [];
  }
}

function containersOf(object: KubeObject): readonly string[] {
  if (object.kind !== 'Pod') return [];
  const spec = object['spec'];
  const named = (field: string): readonly string[] => {
    const list = isObject(spec) ? getKey(spec, field) : undefined;
    return Array.isArray(list)
      ? (list as readonly Json[]).flatMap((one) => (isObject(one) && typeof one['name'] === 'string' ? [one['name']] : []))
      : [];
  };
  return [...named('containers'), ...named('initContainers'), ...named('ephemeralContainers')];
}

interface KubeEvent {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly reportingComponent?: string;
  readonly source?: { readonly component?: string };
}

function eventOf(object: KubeObject, mask: Mask): EventList['items'][number] {
  const event = object as KubeObject & KubeEvent;
  return {
    at: event.lastTimestamp ?? event.eventTime ?? object.metadata.creationTimestamp ?? '1970-01-01T00:00:00Z',
    type: event.type ?? 'Normal',
    reason: event.reason ?? '',
    message: mask.text(event.message ?? ''),
    count: event.count ?? 1,
    from: event.reportingComponent ?? event.source?.component ?? '',
  };
}
