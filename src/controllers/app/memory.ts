/** What a running controller remembers of one App. Losing all of it (a restart) costs work, never correctness. */
import type { AppStatus } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { InventoryEntry, Plan, WantedObject } from '../../core/plan/index.ts';
import { sameIntent } from '../../core/plan/changes/index.ts';
import type { InventoryState } from './inventory.ts';
import type { Yield } from './manifests.ts';
import type { Stored } from './release/records.ts';
import type { Render } from './render.ts';
import type { Originals } from './three-way.ts';

export interface Contest {
  readonly path: string;
  readonly manager: string;
  /** RFC 3339. */
  readonly since: string;
}

/** Of a Helm release: its stored revisions, as long as nobody else changes them. */
export interface ReleaseMemory {
  /** `storage namespace/name`. */
  key: string;
  namespace: string;
  stored: readonly Stored[] | undefined;
  /** Resource versions of records, by revision, that were told of while they were being listed: the list may be older. */
  readonly heard: Map<number, string>;
  /** Why tests failed, by the name of the test, as far as this process saw it. */
  readonly failures: Map<string, string>;
  /** The newest revision as its record says. */
  target: { readonly version: number; readonly objects: readonly WantedObject[]; readonly hooks: readonly WantedObject[] } | undefined;
  /** What the last revisions had, for releases that are merged three-way; good for these records as they are. */
  originals: { readonly versions: string; readonly objects: Originals } | undefined;
  /** What the status tells of the newest revision. */
  told:
    | { readonly version: number; readonly chart?: string; readonly appVersion?: string; readonly tests?: NonNullable<AppStatus['tests']> }
    | undefined;
}

/** Healing of one field by one manager counts as a contest from this many heals in this time (S8). */
const mostHeals = 3;
const healWindow = 600_000;
/** Heals of one object are at least this far apart, doubling while they go on (S8). */
const healPause = 1000;
const longestPause = 300_000;

/** The manifests of one pass, as rendered: they may hold secrets, and are masked by `secrets` before anybody sees them (S18). */
export interface Wanted {
  readonly objects: readonly WantedObject[];
  readonly secrets: readonly string[];
}

export class AppMemory {
  /** The App as our newest write left it, until the informer has heard of that: what is written next differs from this, not from what was before it. */
  written: KubeObject | undefined;
  /** Milliseconds: since when nobody can delete what it owns, while it is being deleted. */
  nobodySince: number | undefined;
  /** A lost inventory is not rebuilt whole yet (S6); undefined: not known since the start. */
  rebuilding: boolean | undefined;
  /** Objects found as wanted, with the digest of what was wanted. */
  readonly #verified = new Map<string, { object: KubeObject; readonly digest: string }>();
  readonly #heals = new Map<string, number[]>();
  readonly #objectHeals = new Map<string, number[]>();
  #revision = '';
  readonly contests = new Map<string, readonly Contest[]>();
  readonly yields = new Map<string, readonly Yield[]>();
  /** Decisions of approved plans, by plan digest. */
  readonly approved = new Map<string, ReadonlySet<string>>();
  /** Of the newest pass; for whoever wants to look. */
  plan: Plan | undefined;
  /** What that plan was made for. */
  wanted: Wanted | undefined;
  /** What was written last; newer than what the informer may have. */
  inventory: InventoryState | undefined;
  /** What was pruned by this process, by object key: see `returned.ts`. */
  readonly pruned = new Map<string, InventoryEntry>();
  /** The render that was applied whole last. */
  applied: Render | undefined;
  /** What is known of its Helm release. */
  readonly release: ReleaseMemory = {
    key: '',
    namespace: '',
    stored: undefined,
    heard: new Map(),
    failures: new Map(),
    target: undefined,
    originals: undefined,
    told: undefined,
  };
  /** While it is renamed or moved: what the release before delivered stays until the hooks of that one have run. */
  readonly former = { keepsOld: false, unhooked: false };
  /** Failures in a row of one manifest digest. */
  failures = 0;
  failing = '';
  /** Passes in a row that ended because the API server could not be asked. */
  failedPasses = 0;
  /** The App it waits for, as it was when that was found out. */
  waitedFor: KubeObject | undefined;
  /** The newest pass ended with a verdict that was overtaken, and was not told. */
  overtaken = false;
  /** The reconcileAt token for which the Source was asked. */
  asked = '';
  /** Milliseconds (monotonic) since when it has been waiting for health; by manifest digest. */
  progressing: { readonly digest: string; readonly since: number } | undefined;

  /** Whether this object, with nothing of meaning changed since, was found to be as wanted. */
  isVerified(key: string, object: KubeObject, digest: string): boolean {
    const known = this.#verified.get(key);
    if (known === undefined || known.digest !== digest || known.object.metadata.uid !== object.metadata.uid) return false;
    if (known.object === object) return true;
    if (known.object.metadata.resourceVersion !== object.metadata.resourceVersion && !sameIntent(known.object, object)) {
      this.#verified.delete(key);
      return false;
    }
    known.object = object;
    return true;
  }

  verify(key: string, object: KubeObject, digest: string): void {
    this.#verified.set(key, { object, digest });
  }

  forget(key: string): void {
    this.#verified.delete(key);
    this.#objectHeals.delete(key);
    this.contests.delete(key);
    this.yields.delete(key);
  }

  /** Milliseconds until this object may be healed again; 0: now. */
  healPause(key: string, now: number): number {
    const times = recent(this.#objectHeals.get(key), now);
    const last = times.at(-1);
    if (last === undefined) return 0;
    return Math.max(0, last + Math.min(longestPause, healPause * 2 ** (times.length - 1)) - now);
  }

  healedObject(key: string, now: number): void {
    this.#objectHeals.set(key, [...recent(this.#objectHeals.get(key), now), now]);
  }

  /** Counts a heal of a field that another controller set. True: it was healed often enough, from now on it is contested. */
  healedField(key: string, field: { readonly path: string; readonly manager: string }, now: number): boolean {
    const id = `${key}\0${field.path}\0${field.manager}`;
    const times = [...recent(this.#heals.get(id), now), now];
    this.#heals.set(id, times);
    return times.length > mostHeals;
  }

  /** Another revision: what was contested is ours again. */
  atRevision(digest: string): void {
    if (this.#revision === digest) return;
    this.#revision = digest;
    this.contests.clear();
    this.yields.clear();
    this.#heals.clear();
  }
}

const recent = (times: readonly number[] | undefined, now: number): number[] => (times ?? []).filter((time) => now - time < healWindow);
