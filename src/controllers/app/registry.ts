/**
 * All Apps of this installation as one picture: what each renders, what it read, whether that is known for the revision that is current (S1, S4, S13).
 * In memory only; after a restart every App is rendered once and the picture is whole again.
 */
import { type KubeObject, type ObjectRef, refKey } from '../../core/object/index.ts';
import type { Claims, OtherApp } from '../../core/plan/index.ts';
import { appKey, isApp } from '../../core/plan/owner/index.ts';
import type { HeadMove } from '../source/heads.ts';
import { DirtyApps } from './dirty.ts';
import { isNewer } from './live.ts';
import { ReadIndex } from './read-index.ts';
import type { Render } from './render.ts';
import { Waiters } from './waiters.ts';

export interface AppRecord {
  readonly key: string;
  readonly createdAt: number;
  /** Where it is delivered to; objects of different clusters are different objects. Empty: the cluster that Lockstep lives in. */
  readonly cluster: string;
  /** The head it renders; changes with the spec. */
  readonly head: string;
  /** Heads of other Sources it reads, by the Source's name. */
  readonly others: ReadonlyMap<string, string>;
  /** The App that applies this App's object, if any. */
  readonly parent: string | undefined;
  /** Something it read may have changed, or it was never rendered. */
  dirty: boolean;
  /** Its newest render is not carried out yet (nor refused or failed). */
  unsettled: boolean;
  /** App objects as it has written them, by key, while they have not been heard of. */
  awaited: ReadonlyMap<string, KubeObject>;
  /** Only they keep it from being settled. */
  settling: boolean;
  /** The App that holds up its newest render, as its newest pass found. */
  waitsFor?: string;
  render?: Render;
  /** Digest of everything but files that went into the render. */
  input?: string;
  claims: ReadonlySet<string>;
  /** When its last pass began to look at the picture. */
  lookedAt: number;
}

/** What of the picture an App waits to be different. */
export interface WaitsFor {
  /** Apps, by key. */
  readonly apps?: readonly string[];
  /** Objects that another App may render, by key. */
  readonly objects?: readonly string[];
  /** Everybody whose objects at this revision are not known yet. */
  readonly pending?: boolean;
  /** Where these objects are, unless in the cluster it is delivered to. */
  readonly cluster?: string;
}

/** Of those that nobody has to know by number: as many as a sentence names. */
const named = 3;

export class Registry {
  readonly #records = new Map<string, AppRecord>();
  readonly #claimants = new Map<string, Set<string>>();
  readonly #reads = new ReadIndex();
  readonly #dirty = new DirtyApps();
  readonly #waiters = new Waiters();
  /** Those with Apps in `awaited`. */
  readonly #awaiting = new Set<AppRecord>();
  readonly #wake: (app: string) => void;
  readonly #current: (app: string) => KubeObject | undefined;
  /** Renders carried out, for tests and metrics. */
  renders = 0;

  /** `wake` asks for a reconcile of an App; `current` is an App's object as it was last heard of. */
  constructor(wake: (app: string) => void, current: (app: string) => KubeObject | undefined) {
    this.#wake = wake;
    this.#current = current;
  }

  /** What of an App's newest render must not be told (S18). */
  secretsOf(key: string): readonly string[] {
    return this.#records.get(key)?.render?.secrets ?? [];
  }

  get(key: string): AppRecord | undefined {
    return this.#records.get(key);
  }

  keys(): Iterable<string> {
    return this.#records.keys();
  }

  /** An App as it stands in the cluster. What it renders is forgotten only when it looks at another head. */
  put(
    app: Pick<AppRecord, 'key' | 'createdAt' | 'head' | 'parent'> & {
      readonly others?: ReadonlyMap<string, string>;
      readonly cluster?: string;
    },
  ): AppRecord {
    const known = this.#records.get(app.key);
    const { others = new Map<string, string>(), cluster = '' } = app;
    const same = known?.head === app.head && known.parent === app.parent && known.cluster === cluster;
    if (same && sameEntries(known.others, others)) return known;
    if (known !== undefined) this.#clean(known);
    if (known !== undefined) this.#awaiting.delete(known);
    if (known !== undefined && known.cluster !== cluster) this.#claim(known, new Set());
    const record: AppRecord = {
      ...app,
      others,
      cluster,
      dirty: true,
      unsettled: true,
      awaited: new Map(),
      settling: false,
      claims: known?.claims ?? new Set(),
      lookedAt: this.#waiters.now,
    };
    this.#records.set(app.key, record);
    this.#markDirty(record);
    return record;
  }

  /** A pass of it begins: what it is about to wait for counts from now. Only passes say so; that an App was heard of is no look at the others. */
  look(key: string): void {
    const record = this.#records.get(key);
    if (record !== undefined) record.lookedAt = this.#waiters.now;
  }

  delete(key: string): void {
    const record = this.#records.get(key);
    if (record === undefined) return;
    this.#records.delete(key);
    this.#awaiting.delete(record);
    this.#waiters.forget(key);
    this.#tell(record);
    this.#claim(record, new Set());
    this.#reads.delete(key);
    this.#clean(record);
  }

  #markDirty(record: AppRecord): void {
    record.dirty = true;
    this.#dirty.add(record);
  }

  /** Whoever waits is woken only by news: an App that was clean before says nothing new. */
  #clean(record: AppRecord): void {
    record.dirty = false;
    if (!this.#dirty.delete(record)) return;
    this.#tell(record);
    // Whoever waits for everybody waits for the last of them, not for each; where it is the last itself, there is nobody left.
    if (this.#dirty.beside(record).size <= 1) this.#wakeAll([pendingTopic(record)]);
  }

  /** It is not what it was. Only those who wait for it, or for an object that it renders, are woken: a picture of a thousand Apps has a thousand such news. */
  #tell(record: AppRecord): void {
    this.#wakeAll(newsOf(record));
  }

  #wakeAll(topics: Iterable<string>): void {
    for (const key of this.#waiters.take(topics)) this.#wake(key);
  }

  /** A head moved: the Apps that read something of the difference are dirty and woken. Time independent of all others. */
  headMoved(move: HeadMove): void {
    for (const key of this.#reads.affected(move.key, move.diff)) this.#dirtyAndWake(key);
    if (move.before === undefined) for (const key of this.#dirty.ofHead(move.key)) this.#wake(key);
  }

  /** Apps of a head whose first render is still to come. */
  unrendered(head: string): readonly string[] {
    return this.#dirty.ofHead(head).filter((key) => this.#records.get(key)?.render === undefined);
  }

  /** Other keys open secrets now, or other rules hold for them: renders that depend on it may come out differently. */
  securedChanged(): void {
    for (const [key, { render }] of this.#records) if (render?.securedBy !== undefined) this.touch(key);
  }

  /** Who waits for whom, when following it leads back to where it began: nobody of them ever goes first. Whatever the edges are (S15). */
  circleThrough(key: string): readonly string[] | undefined {
    const path = [key];
    for (let at = this.#records.get(key)?.waitsFor; at !== undefined; at = this.#records.get(at)?.waitsFor) {
      if (at === key) return closed(path);
      if (path.includes(at)) return undefined;
      path.push(at);
    }
    return undefined;
  }

  /** Something outside of its sources that it has read is different now. */
  touch(key: string): void {
    this.#dirtyAndWake(key);
  }

  #dirtyAndWake(key: string): void {
    const record = this.#records.get(key);
    if (record === undefined) return;
    this.#markDirty(record);
    this.#wake(key);
  }

  /** What was rendered may not be what is current. */
  doubt(record: AppRecord): void {
    this.#markDirty(record);
  }

  /** Its newest render is known (good or not), for the revision that is current. */
  rendered(
    record: AppRecord,
    result: { readonly render: Render; readonly input: string; readonly refs: readonly ObjectRef[] | undefined },
  ): void {
    const changed = record.render?.digest !== result.render.digest;
    record.render = result.render;
    record.input = result.input;
    this.#reads.set(record.key, result.render.trace, (source) => (source === '' ? record.head : record.others.get(source)));
    if (changed) record.unsettled = true;
    if (changed) record.settling = false;
    if (result.refs !== undefined) this.#claim(record, new Set(result.refs.map(refKey)));
    const known = !record.dirty;
    this.#clean(record);
    if (changed && known) this.#tell(record);
  }

  /** It cannot be rendered now (no such path, Git or its cluster away): what it rendered before stays its claim, but is not taken for what is current. */
  notRendered(record: AppRecord): void {
    record.unsettled = false;
    delete record.input;
    delete record.waitsFor;
    this.#clean(record);
  }

  /**
   * It has written these objects. What is written is heard of later than it is answered; until then an App among them may be taken for what it was,
   * and whoever writes it does not count as carried out.
   */
  wrote(record: AppRecord, objects: Iterable<KubeObject>): void {
    if (record.cluster !== '') return;
    const written = [...objects].filter(isApp).map((object): [string, KubeObject] => [appKey(object.metadata), object]);
    if (written.length > 0) this.#await(record, new Map([...record.awaited, ...written]));
  }

  /** Nothing of its newest render is left to be applied, or it is refused. */
  settled(record: AppRecord): void {
    if (!record.unsettled) return;
    record.settling = record.awaited.size > 0;
    if (record.settling) return;
    record.unsettled = false;
    this.#tell(record);
  }

  #await(record: AppRecord, written: ReadonlyMap<string, KubeObject>): void {
    record.awaited = new Map([...written].filter(([key, object]) => !this.#isHeard(key, object)));
    if (record.awaited.size > 0) this.#awaiting.add(record);
    else this.#awaiting.delete(record);
  }

  #isHeard(key: string, written: KubeObject): boolean {
    const known = this.#current(key);
    return known !== undefined && !isNewer(written, known);
  }

  /** An App's object was heard of, whether it can be understood or is worked on here, or not; `gone`: it was deleted. */
  heardOf(key: string, gone = false): void {
    for (const record of this.#awaiting) {
      if (!record.awaited.has(key)) continue;
      this.#await(record, gone ? new Map([...record.awaited].filter(([other]) => other !== key)) : record.awaited);
      if (record.settling) this.settled(record);
    }
  }

  /** An App that is being deleted renders nothing any more: what it owns may be taken over. */
  retire(key: string): void {
    const record = this.#records.get(key);
    if (record === undefined) return;
    const news = record.unsettled || record.claims.size > 0;
    record.unsettled = false;
    if (news) this.#tell(record);
    this.#claim(record, new Set());
    this.#clean(record);
  }

  #claim(record: AppRecord, claims: ReadonlySet<string>): void {
    for (const key of record.claims) {
      if (claims.has(key)) continue;
      const place = placeOf(record.cluster, key);
      const claimants = this.#claimants.get(place);
      claimants?.delete(record.key);
      if (claimants?.size === 0) this.#claimants.delete(place);
    }
    for (const key of claims) {
      const place = placeOf(record.cluster, key);
      const claimants = this.#claimants.get(place);
      if (claimants === undefined) this.#claimants.set(place, new Set([record.key]));
      else claimants.add(record.key);
    }
    record.claims = claims;
  }

  /** The claims as one App sees them, in the cluster it is delivered to, or in another one that it has left. */
  viewOf(own: string, cluster: string = this.#records.get(own)?.cluster ?? ''): Claims {
    return {
      app: (key) => this.#other(key),
      claimants: (objectKey) => this.claimantsOf(cluster, objectKey),
      pending: () => this.#pending(own, cluster),
    };
  }

  /** The Apps that render an object of a cluster. */
  claimantsOf(cluster: string, objectKey: string): readonly string[] {
    return [...(this.#claimants.get(placeOf(cluster, objectKey)) ?? [])].sort();
  }

  #other(key: string): OtherApp | undefined {
    const record = this.#records.get(key);
    if (record === undefined) return undefined;
    return { revision: record.render?.revision ?? 'not rendered yet', current: !record.dirty, createdAt: record.createdAt };
  }

  /** The first few are enough to say so. */
  #pending(own: string, cluster: string): readonly string[] {
    const record = this.#records.get(own);
    if (record === undefined) return [];
    const parent = this.#parentAtSameHead(record);
    const pending = parent !== undefined && (parent.dirty || parent.unsettled) ? [parent.key] : [];
    for (const key of this.#dirty.beside({ head: record.head, cluster })) {
      if (pending.length > named) break;
      if (key !== own && key !== parent?.key) pending.push(key);
    }
    return pending;
  }

  #parentAtSameHead({ parent, head }: AppRecord): AppRecord | undefined {
    const record = parent === undefined ? undefined : this.#records.get(parent);
    return record?.head === head ? record : undefined;
  }

  /** Wakes the App, once, when what it waits for is different from what its pass has seen. */
  waitFor(key: string, { apps = [], objects = [], pending = false, cluster }: WaitsFor): void {
    const record = this.#records.get(key);
    if (record === undefined) return;
    const place = { head: record.head, cluster: cluster ?? record.cluster };
    const parent = pending ? this.#parentAtSameHead(record) : undefined;
    const topics = [
      ...apps.map(appNews),
      ...objects.map((object) => objectNews(place.cluster, object)),
      ...(pending ? [pendingTopic(place)] : []),
      ...(parent === undefined ? [] : [appNews(parent.key)]),
    ];
    if (this.#waiters.wait(key, topics, record.lookedAt)) return;
    record.lookedAt = this.#waiters.now;
    this.#wake(key);
  }
}

const appNews = (key: string): string => `app\0${key}`;
const objectNews = (cluster: string, object: string): string => `object\0${placeOf(cluster, object)}`;
const pendingTopic = ({ head, cluster }: Pick<AppRecord, 'head' | 'cluster'>): string => `pending\0${head}\0${cluster}`;

function* newsOf({ key, cluster, claims }: AppRecord): Generator<string> {
  yield appNews(key);
  for (const claim of claims) yield objectNews(cluster, claim);
}

/** Told the same way by everybody in it: from the first of them by name, and back to it. */
function closed(circle: readonly string[]): readonly string[] {
  const first = circle.indexOf(circle.toSorted()[0] ?? '');
  const turned = [...circle.slice(first), ...circle.slice(0, first)];
  return [...turned, ...turned.slice(0, 1)];
}

const placeOf = (cluster: string, objectKey: string): string => `${cluster}\0${objectKey}`;

const sameEntries = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
