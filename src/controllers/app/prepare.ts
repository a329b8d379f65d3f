/** What has to be true before an App is rendered or its cluster read: a source, somebody to act as, the cluster it belongs to, its inventory. */
import { type App, getCondition, names } from '../../api/index.ts';
import { type KubeObject, getKey, refKey } from '../../core/object/index.ts';
import { moveAllowed } from '../../core/plan/marks/index.ts';
import { type AppId, appKey } from '../../core/plan/owner/index.ts';
import { fitsWildcard } from '../../std/index.ts';
import { headKey, refText } from '../source/heads.ts';
import { sourceOf } from '../source/source-of.ts';
import type { Served } from './cluster.ts';
import { discreetClient } from './discreet-client.ts';
import { factsFor } from './facts.ts';
import { type Inventories, type InventoryState, isEmpty, placeIn, placeName, readInventories, writeInventory } from './inventory.ts';
import type { AppMemory } from './memory.ts';
import type { Parts, Settings } from './parts.ts';
import { clusterTopic } from './reach.ts';
import type { AppRecord } from './registry.ts';
import { type Pass, type PassEnd, stop } from './pass-end.ts';
import { findOwned } from './rebuild.ts';
import { withReturned } from './returned.ts';
import type { Verdict } from './verdict.ts';

type Git = NonNullable<NonNullable<ReturnType<typeof sourceOf>>['git']>;

export class Preparer {
  readonly #parts: Parts;
  readonly #settings: Settings;
  /** What existed before this process and proves to be somebody's; read once. */
  #owned: Awaited<ReturnType<typeof findOwned>> | undefined;

  constructor(parts: Parts, settings: Settings) {
    this.#parts = parts;
    this.#settings = settings;
  }

  /** What has to be true before anything is rendered or read. */
  async prepare(app: App, memory: AppMemory): Promise<Pass | PassEnd> {
    const { cluster, identities, registry } = this.#parts;
    const { head, record, source } = this.register(app);
    const elsewhere = this.#elsewhere(app, record);
    if (elsewhere !== undefined) return elsewhere;
    const wrong = this.#wrong(app, source);
    if (wrong !== undefined) {
      registry.settled(record);
      return wrong;
    }
    const fetching = this.#askSource(app, memory, source);
    if (fetching !== undefined) return fetching;
    if (head === undefined) {
      registry.settled(record);
      return this.#noHead(source);
    }
    const missing = [...record.others].find(([, at]) => this.#parts.heads.get(at) === undefined);
    if (missing !== undefined) {
      registry.settled(record);
      return this.#noHead(`${app.metadata.namespace}/${missing[0]}`);
    }
    const served = await cluster.served();
    if (!served.ok) return { kind: 'failed', error: served.error };
    const identity = await identities.of(app);
    if (identity.kind === 'failed') return { kind: 'failed', error: identity.error };
    if (identity.kind === 'missing') {
      registry.notRendered(record);
      return stop('NoIdentity', identity.message, { after: 5000 });
    }
    const inventory = await this.#inventory(app, memory, served.value);
    if ('kind' in inventory) return inventory;
    const client = discreetClient(identity.client, () => registry.secretsOf(record.key));
    const owner: AppId = { installation: this.#settings.installation, namespace: app.metadata.namespace, name: app.metadata.name };
    const request = {
      app,
      record,
      memory,
      head,
      served: served.value,
      facts: factsFor({
        app,
        client,
        served: served.value,
        kubeVersion: () => cluster.kube.version(),
        headOf: (name) => this.#parts.heads.get(record.others.get(name) ?? ''),
        remotes: this.#parts.remotes,
        key: this.#parts.renderKey,
        secrets: this.#parts.secrets,
      }),
      ignore: this.#ignoreOf(source),
      owns: inventory.inventory.entries.length > 0,
    };
    return { request, owner, client, user: identity.user, served: served.value, ...inventory };
  }

  /** What no source and no cluster can put right. */
  #wrong(app: App, source: string): PassEnd | undefined {
    const topics = [`source:${source}`];
    const unfit = this.#unfit(app, source) ?? this.#closed(app);
    if (unfit !== undefined) return stop('InvalidSpec', unfit, { topics });
    const strange = this.#strangeRef(app, source);
    return strange === undefined ? undefined : stop('RefNotAllowed', strange, { topics });
  }

  /** Nothing is known of objects in a cluster that does not answer; nothing is asked of one that may not be used (S22). */
  #elsewhere(app: App, record: AppRecord): PassEnd | undefined {
    const unreached = this.#parts.reach.unreached(app);
    // It moved to another cluster while it was waiting here: whoever delivers there looks at it.
    if (unreached === undefined) return record.cluster === this.#parts.place ? undefined : { kind: 'quiet', topics: [] };
    this.#parts.registry.notRendered(record);
    const { code, message, state } = unreached;
    const topics = [clusterTopic(this.#parts.reach.clusterOf(app))];
    if (state === 'unasked') return { kind: 'quiet', topics };
    if (state === 'refused') return stop(code, message, { topics });
    const verdict: Verdict = { phase: 'Waiting', ready: 'Unknown', reason: code, message, moving: true };
    const health = { state: 'Unknown', provenance: 'observed', cause: undefined } as const;
    return {
      kind: 'end',
      verdict,
      findings: { applied: false, drift: app.status?.drift ?? [], contested: [], health },
      next: { kind: 'waiting', topics },
    };
  }

  /**
   * Makes an App part of the picture. Done for every App before the first one is worked on: what an App may prune depends on what the others render (S4).
   */
  register(app: App): { readonly record: AppRecord; readonly source: string; readonly head: ReturnType<Parts['heads']['get']> } {
    const { heads, registry, sourceQueue } = this.#parts;
    const key = appKey(app.metadata);
    const source = `${app.metadata.namespace}/${app.spec.source.name}`;
    const { chart, version } = app.spec.source;
    const ref =
      chart === undefined ? (app.spec.source.ref ?? this.#gitOf(source)?.ref) : { chart, ...(version === undefined ? {} : { version }) };
    const at = headKey(source, refText(ref));
    const known = registry.get(key)?.head;
    if (known !== undefined && known !== at) heads.unwant(known, key);
    if (heads.want(source, ref, key) && heads.get(at) === undefined) sourceQueue().add(source);
    const createdAt = Date.parse(app.metadata.creationTimestamp ?? '') || 0;
    const cluster = this.#parts.reach.clusterOf(app);
    const record = registry.put({ key, createdAt, cluster, head: at, parent: this.#parentOf(app), others: this.#othersOf(app, at) });
    return { record, source, head: heads.get(at) };
  }

  /** Other Sources that values come from, at their own refs. */
  #othersOf(app: App, own: string): ReadonlyMap<string, string> {
    const { heads, registry, sourceQueue } = this.#parts;
    const key = appKey(app.metadata);
    const found = new Map<string, string>();
    for (const origin of app.spec.build.helm?.valuesFrom ?? []) {
      const name = origin.source?.name;
      if (name === undefined || found.has(name)) continue;
      const source = `${app.metadata.namespace}/${name}`;
      const ref = this.#gitOf(source)?.ref;
      const at = headKey(source, refText(ref));
      found.set(name, at);
      if (heads.want(source, ref, key) && heads.get(at) === undefined) sourceQueue().add(source);
    }
    const kept = new Set([own, ...found.values()]);
    for (const old of registry.get(key)?.others.values() ?? []) if (!kept.has(old)) heads.unwant(old, key);
    return found;
  }

  #sourceOf(source: string): ReturnType<typeof sourceOf> {
    const [namespace = '', name = ''] = source.split('/');
    return sourceOf(this.#parts.sources.get(namespace, name));
  }

  /** Whoever wants reverts has to let Lockstep push (S7). */
  #closed(app: App): string | undefined {
    const refusal = app.spec.sync.onFailure === 'revert' ? this.#parts.commits.refusal(app) : undefined;
    return refusal === undefined ? undefined : `spec.sync.onFailure: revert: ${refusal}; pin needs no write access`;
  }

  /** Charts come from Helm repositories and registries, paths from everything else. */
  #unfit(app: App, name: string): string | undefined {
    const source = this.#sourceOf(name);
    const { chart } = app.spec.source;
    if (chart === undefined && source?.helm !== undefined)
      return `spec.source.chart: Source ${name} is a Helm repository; name one of its charts`;
    if (chart !== undefined && source?.git !== undefined)
      return `spec.source.chart: Source ${name} is a Git repository; a chart in it is named by spec.source.path`;
    const isChecked = source === undefined || source.helm?.verify !== undefined || source.oci?.verify !== undefined;
    if (app.spec.source.verify === true && !isChecked)
      return `spec.source.verify: Source ${name} names no keys; set its spec.${source.oci === undefined ? 'helm' : 'oci'}.verify`;
    return undefined;
  }

  /** An App chooses among the refs that its Source allows; a range of versions is judged by the tag it stands for. */
  #strangeRef(app: App, source: string): string | undefined {
    const { ref } = app.spec.source;
    const { allowedRefs } = this.#gitOf(source) ?? {};
    if (ref === undefined || allowedRefs === undefined || allowedRefs.length === 0) return undefined;
    const found = ref.commit === undefined && ref.semver !== undefined ? this.#parts.heads.get(headKey(source, refText(ref))) : undefined;
    const name = ref.commit ?? (ref.semver === undefined ? (ref.tag ?? ref.branch) : found?.revision.ref.replace(/^refs\/tags\//, ''));
    if (name === undefined || allowedRefs.some((pattern) => fitsWildcard(pattern, name))) return undefined;
    return `Source ${source} allows the refs ${allowedRefs.join(', ')}; this App asks for ${refText(ref)}${found === undefined ? '' : ` (${name})`}`;
  }

  #gitOf(source: string): Partial<Git> | undefined {
    return this.#sourceOf(source)?.git;
  }

  #ignoreOf(source: string): string {
    return this.#gitOf(source)?.ignore ?? '';
  }

  #parentOf(app: App): string | undefined {
    const owner = this.#parts.parentOf(app as unknown as KubeObject);
    return owner === undefined ? undefined : appKey(owner);
  }

  /** A person asked for a run now: the Source is looked at first. */
  #askSource(app: App, memory: AppMemory, source: string): PassEnd | undefined {
    const token = getKey(app.metadata.annotations ?? {}, names.reconcileAt);
    if (token === undefined || token === app.status?.lastHandledReconcileAt || memory.asked === token) return undefined;
    memory.asked = token;
    if (this.#sourceOf(source) === undefined) return undefined;
    this.#parts.sourceQueue().add(source);
    return { kind: 'quiet', topics: [`fetched:${source}`] };
  }

  #noHead(source: string): PassEnd {
    if (this.#sourceOf(source) === undefined)
      return stop('SourceNotFound', `there is no Source ${source}`, { topics: [`source:${source}`] });
    const [namespace = '', name = ''] = source.split('/');
    const status = (this.#parts.sources.get(namespace, name) as unknown as { status?: App['status'] } | undefined)?.status;
    const ready = getCondition(status?.conditions, 'Ready');
    const why = ready === undefined || ready.status === 'True' ? 'it has not been fetched yet' : `${ready.reason}: ${ready.message}`;
    return stop('SourceNotReady', `Source ${source}: ${why}`, { moving: true, topics: [`source:${source}`], about: `Source/${source}` });
  }

  /** S5: another cluster behind the same address; S6: a lost inventory. */
  async #inventory(
    app: App,
    memory: AppMemory,
    served: Served,
  ): Promise<{ readonly inventory: InventoryState; readonly cluster: string; readonly whole: boolean } | PassEnd> {
    const uid = await this.#parts.cluster.uid();
    if (!uid.ok) return { kind: 'failed', error: uid.error };
    const { here, left } = this.inventoriesOf(app, memory);
    // The same cluster under another name is no other place.
    const state = here.chunks.length > 0 ? here : (left.find(({ cluster }) => cluster === uid.value) ?? here);
    const from = state.chunks.length === 0 ? left.find((one) => !isEmpty(one)) : undefined;
    if (from !== undefined && !moveAllowed(app as unknown as KubeObject)) return moveRefused(app, from);
    const told = from === undefined ? (app.status?.inventory?.cluster ?? '') : '';
    const recorded = state.cluster === '' ? told : state.cluster;
    if (recorded !== '' && recorded !== uid.value) {
      return stop(
        'ClusterIdentityChanged',
        `the objects are in cluster ${recorded}, but cluster ${uid.value} answers; nothing is written or pruned`,
      );
    }
    const rebuilding = memory.rebuilding ?? getCondition(app.status?.conditions, 'Ready')?.reason === 'InventoryLost';
    if (state.chunks.length > 0 && !rebuilding) {
      const { live } = this.#parts;
      const inventory = withReturned(state, app, { memory, served, live, installation: this.#settings.installation });
      return { inventory, cluster: uid.value, whole: true };
    }
    const lost = rebuilding || (from === undefined && (app.status?.inventory?.count ?? 0) > 0);
    const owned = lost ? await findOwned(this.#parts.cluster.kube, served, this.#settings.installation) : await this.#ownedBefore(served);
    if (!owned.ok) return { kind: 'failed', error: owned.error };
    memory.rebuilding = lost && !owned.value.complete;
    // Kinds that could not be discovered are asked for again.
    if (memory.rebuilding) this.#parts.cluster.invalidate();
    const known = new Set(state.entries.map(refKey));
    const found = (owned.value.entries.get(appKey(app.metadata)) ?? []).filter((entry) => !known.has(refKey(entry)));
    if (found.length === 0) return { inventory: state, cluster: uid.value, whole: !memory.rebuilding };
    const wanted = { entries: [...state.entries, ...found], releases: state.releases, cluster: uid.value, place: placeIn(app) };
    const written = await writeInventory(app, wanted, state, this.#parts.hub);
    if (!written.ok) return { kind: 'failed', error: written.error };
    memory.inventory = written.value;
    return { inventory: written.value, cluster: uid.value, whole: !memory.rebuilding };
  }

  async #ownedBefore(served: Served): Promise<Awaited<ReturnType<typeof findOwned>>> {
    if (this.#owned?.ok !== true) this.#owned = await findOwned(this.#parts.cluster.kube, served, this.#settings.installation);
    return this.#owned;
  }

  /** What was written last, else what the informer has. */
  inventoriesOf(app: App, memory: AppMemory): Inventories {
    const { here, left } = readInventories(app, this.#parts.inventories.byIndex('owner', app.metadata.uid ?? ''));
    return { here: memory.inventory ?? here, left };
  }
}

/** S4: another cluster is another place. */
function moveRefused(app: App, { entries, place }: InventoryState): PassEnd {
  const { namespace, name } = app.metadata;
  const message = `the target changed from ${placeName(place)} to ${placeName(placeIn(app))}: ${entries.length} objects would be left behind`;
  return stop('MoveRefused', `${message}; annotate App ${namespace}/${name} with lockstep.dev/move: allowed`);
}
