/** Looks at what stands when the scenario is over: every delivered object, its health and how that is known, images, what was restarted. */
import { type App, environmentOf, parseInventory } from '../../api/index.ts';
import { appOrder } from '../../api/graph/index.ts';
import { compileChecks, healthOf, withoutOthers } from '../../core/health/index.ts';
import { imagesOf } from '../../core/ledger/index.ts';
import { formatRef, type KubeObject, type ObjectRef, parseApiVersion, refKey } from '../../core/object/index.ts';
import type { AppReport, Assumption } from '../../core/rehearsal/index.ts';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import { type Recorder, isReady } from './recorder.ts';

/** One App and what it delivered, as it is now. */
export interface Delivered {
  readonly app: App;
  readonly key: string;
  readonly ready: boolean;
  readonly objects: readonly { readonly ref: ObjectRef; readonly live: KubeObject | undefined }[];
  /** What its Pods say is wrong. */
  readonly complaints: readonly string[];
}

const INVENTORIES: ApiResource = {
  group: 'lockstep.dev',
  version: 'v1',
  kind: 'Inventory',
  resource: 'inventories',
  namespaced: true,
  verbs: [],
};

/** Everything that Apps own, each kind listed once. */
export async function delivered(kube: KubeClient, recorder: Recorder, concerns: (key: string) => boolean): Promise<readonly Delivered[]> {
  const records = await kube.list(INVENTORIES);
  const owned = new Map<string, ObjectRef[]>();
  for (const object of records.ok ? records.value.items : []) {
    const { value } = parseInventory(object);
    if (value === null) continue;
    const key = `${value.metadata.namespace}/${value.spec.app.name}`;
    const refs = value.spec.entries.map(({ group = '', kind, namespace = '', name }) => ({ group, kind, namespace, name }));
    owned.set(key, [...(owned.get(key) ?? []), ...refs]);
  }
  const live = await livingObjects(kube, [...owned.values()].flat());
  const byUid = new Map<string, string>();
  for (const [key, refs] of owned) for (const ref of refs) byUid.set(live.get(refKey(ref))?.metadata.uid ?? '', key);
  const appOf = (uid: string): string | undefined => (uid === '' ? undefined : byUid.get(uid));
  return [...recorder.apps.values()]
    .map((object) => ({ object, key: `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}` }))
    .filter(({ key }) => concerns(key))
    .map(({ object, key }) => ({
      app: object as unknown as App,
      key,
      ready: isReady(object),
      objects: (owned.get(key) ?? []).map((ref) => ({ ref, live: live.get(refKey(ref)) })),
      complaints: isReady(object) ? [] : recorder.complaints(key, appOf),
    }));
}

async function livingObjects(kube: KubeClient, refs: readonly ObjectRef[]): Promise<ReadonlyMap<string, KubeObject>> {
  const found = new Map<string, KubeObject>();
  const served = await kube.discover({ refresh: true });
  const kinds = new Map(refs.map(({ group, kind }) => [`${group}/${kind}`, { group, kind }]));
  for (const { group, kind } of kinds.values()) {
    const resource = (served.ok ? served.value.resources : []).find(
      (one) => one.group === group && one.kind === kind && !one.resource.includes('/'),
    );
    const listed = resource === undefined ? undefined : await kube.list(resource);
    for (const object of listed?.ok === true ? listed.value.items : []) {
      const { namespace = '', name = '' } = object.metadata;
      found.set(refKey({ group, kind, namespace, name }), object);
    }
  }
  return found;
}

export function appReports(all: readonly Delivered[], recorder: Recorder, now: number): readonly AppReport[] {
  const byUid = new Map(all.flatMap(({ key, objects }) => objects.map(({ live }): [string, string] => [live?.metadata.uid ?? '', key])));
  const restarts = recorder.restarts((uid) => (uid === '' ? undefined : byUid.get(uid)));
  const order = appOrder(all.map(({ app }) => app));
  const reports = all.map((one) =>
    appReport(one, { recorder, now, restarts: restarts.get(one.key) ?? 0, dependsOn: order.get(one.key) ?? [] }),
  );
  const last = Number.MAX_SAFE_INTEGER;
  return reports.toSorted(
    (a, b) => (a.startedAt ?? last) - (b.startedAt ?? last) || (a.readyAt ?? last) - (b.readyAt ?? last) || (a.app < b.app ? -1 : 1),
  );
}

interface Moment {
  readonly recorder: Recorder;
  readonly now: number;
  readonly restarts: number;
  readonly dependsOn: readonly string[];
}

function appReport({ app, key, ready, objects }: Delivered, { recorder, now, restarts, dependsOn }: Moment): AppReport {
  const { startedAt, readyAt, limbo, limboSince } = recorder.timeline(key);
  const condition = app.status?.conditions?.find(({ type }) => type === 'Ready');
  return {
    app: key,
    environment: environmentOf(app),
    ready,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(readyAt === undefined || !ready ? {} : { readyAt }),
    limbo: limbo + (limboSince === undefined ? 0 : now - limboSince),
    restarts,
    objects: objects.length,
    tests: (app.status?.tests ?? []).map(({ name, phase, message = '' }) => ({ name, passed: phase === 'Succeeded', message })),
    reason: condition?.reason ?? 'New',
    message: condition?.message ?? 'it has not been looked at yet',
    dependsOn,
  };
}

/** What nobody here reports on, by kind; and images, which only a registry knows. `allowed`: `Kind.group` or `Kind`. */
export function assumptions(all: readonly Delivered[], allowed: readonly string[], now: number): readonly Assumption[] {
  const found = new Map<string, string[]>();
  const images = new Set<string>();
  for (const { app, objects } of all) {
    const checks = withoutOthers(compileChecks(app.spec.health?.checks ?? [], 'spec.health.checks').value);
    for (const { ref, live } of objects) {
      if (live === undefined) continue;
      for (const image of imagesOf([live])) images.add(image);
      if (healthOf(live, { now, checks }).provenance !== 'assumed') continue;
      const kind = kindOf(live);
      found.set(kind, [...(found.get(kind) ?? []), formatRef(ref)]);
    }
  }
  const kinds = [...found].map(([what, objects]) =>
    assumption(what, objects, allowed.includes(what) || allowed.includes(what.split('.')[0] ?? '')),
  );
  // Only a registry knows; nobody has to allow what is always so.
  return [
    ...kinds.toSorted((a, b) => (a.what < b.what ? -1 : 1)),
    ...(images.size === 0 ? [] : [assumption('images exist', [...images], true)]),
  ];
}

const assumption = (what: string, all: readonly string[], allowed: boolean): Assumption => ({
  what,
  count: all.length,
  examples: all.toSorted().slice(0, 10),
  allowed,
});

const kindOf = ({ apiVersion, kind }: KubeObject): string => {
  const { group } = parseApiVersion(apiVersion);
  return group === '' ? kind : `${kind}.${group}`;
};
