/** The whole tree of an App as nodes, problems counted from the leaves up. What is known of an object is worked out once per version of it. */
import type { App, InventoryEntry } from '../../../api/index.ts';
import type { HealthView, ObjectRefView, TreeNode } from '../../../api/http/index.ts';
import { healthOf } from '../../../core/health/index.ts';
import { formatRef, gvkOf, type KubeObject, refKey } from '../../../core/object/index.ts';
import type { ApiResource } from '../../../ports/index.ts';
import type { ServedKinds } from '../served.ts';
import { when } from '../when.ts';
import { badgeOf } from './badge.ts';
import type { TreeWatch } from './watch.ts';

export interface Branch {
  readonly node: Omit<TreeNode, 'children' | 'problems' | 'depth' | 'parent'>;
  /** Undefined: the kind is not served. */
  readonly resource: ApiResource | undefined;
  readonly branches: readonly Branch[];
  /** Objects below, all levels. */
  readonly below: number;
  /** Of it and those below, how many are not well. */
  readonly problems: number;
}

export interface NodeParts {
  readonly watch: TreeWatch;
  readonly served: Pick<ServedKinds, 'now'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Objects that the plan would create or change, by `refKey`. */
  readonly pending: ReadonlySet<string>;
}

/** A row has one line; the object itself says all of it. */
const LONGEST_MESSAGE = 200;
const clipped = (message: string): string => (message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message);

const DEEPEST = 8;
/** What is still moving is looked at again after this long, because some states are timeouts. */
const LOOK_AGAIN = 10_000;

interface Known {
  readonly at: number;
  readonly health: HealthView;
  readonly badge: string;
}

export class Nodes {
  readonly #known = new WeakMap<KubeObject, Known>();
  /** The branch of each object as it was made last: when nothing of it changed it is the very same, and whoever wrote it down need not do so again. */
  readonly #made = new WeakMap<KubeObject, Branch>();

  of(app: App, parts: NodeParts): readonly Branch[] {
    const drift = new Map(
      (app.status?.drift ?? []).map(({ object, missing }) => [
        refKey({ ...object, group: object.group ?? '', namespace: object.namespace ?? '' }),
        missing === true,
      ]),
    );
    const seen = new Set<string>();
    return parts.watch.entries(app).map((entry) => this.#root(entry, { ...parts, drift, seen }));
  }

  #root(entry: InventoryEntry, walk: Walk): Branch {
    const { group = '', kind, namespace = '', name } = entry;
    const resource = walk.served.now(group, kind);
    const object = resource === undefined ? undefined : walk.watch.get(resource, namespace, name);
    const ref = { group, kind, namespace, name };
    const key = refKey(ref);
    if (object !== undefined) walk.seen.add(object.metadata.uid ?? '');
    const drifted = walk.drift.get(key);
    const sync = drifted === true ? 'missing' : drifted === false ? 'drifted' : walk.pending.has(key) ? 'pending' : 'inSync';
    const problem = walk.watch.problem(resource, namespace);
    return this.#branch({ ref, object, resource, sync, problem, version: entry.version ?? 'v1' }, walk);
  }

  #branch(leaf: Leaf, walk: Walk): Branch {
    const { object, sync, problem } = leaf;
    const branches = object === undefined ? NOTHING : this.#below(object, walk, 0);
    const known = object === undefined ? missing(problem) : this.#knownOf(object, walk.now);
    const before = object === undefined ? undefined : this.#unchanged(object, { known, sync, branches });
    return before ?? this.#make(leaf, known, branches);
  }

  /** What controllers made of an object; delivered objects are roots of their own, and an owner that owns itself is somebody's joke. */
  #below(owner: KubeObject, walk: Walk, depth: number): readonly Branch[] {
    const uid = owner.metadata.uid ?? '';
    const made = uid === '' || depth >= DEEPEST ? NOBODY : walk.watch.ownedBy(uid);
    if (made.length === 0) return NOTHING;
    const branches: Branch[] = [];
    for (const child of made) {
      const childUid = child.metadata.uid ?? '';
      if (walk.seen.has(childUid)) continue;
      walk.seen.add(childUid);
      branches.push(this.#child(child, walk, depth + 1));
    }
    return branches;
  }

  /** Thousands of these are looked at for one that changed, so what is as before is found out first. */
  #child(object: KubeObject, walk: Walk, depth: number): Branch {
    const branches = this.#below(object, walk, depth);
    const known = this.#knownOf(object, walk.now);
    const before = this.#unchanged(object, { known, sync: 'made', branches });
    if (before !== undefined) return before;
    const { group, kind } = gvkOf(object);
    const ref = { group, kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' };
    const resource = walk.served.now(group, kind);
    return this.#make({ ref, object, resource, sync: 'made', problem: undefined, version: object.apiVersion }, known, branches);
  }

  #unchanged(object: KubeObject, { known, sync, branches }: Standing): Branch | undefined {
    const before = this.#made.get(object);
    const same =
      before !== undefined && before.node.health === known.health && before.node.sync === sync && sameList(before.branches, branches);
    return same ? before : undefined;
  }

  #make({ ref, object, resource, sync, version }: Leaf, known: Known, branches: readonly Branch[]): Branch {
    const uid = object?.metadata.uid ?? '';
    const own = known.health.state === 'Healthy' && sync !== 'drifted' && sync !== 'missing' ? 0 : 1;
    const branch: Branch = {
      node: {
        key: uid === '' ? `ref:${formatRef(ref)}` : uid,
        size: 1,
        ref,
        apiVersion: object?.apiVersion ?? (ref.group === '' ? version : `${ref.group}/${version}`),
        health: known.health,
        sync,
        badge: known.badge,
        ...when('createdAt', object?.metadata.creationTimestamp),
      },
      resource,
      branches,
      below: branches.reduce((sum, { below }) => sum + 1 + below, 0),
      problems: branches.reduce((sum, each) => sum + each.problems, own),
    };
    if (object !== undefined) this.#made.set(object, branch);
    return branch;
  }

  #knownOf(object: KubeObject, now: number): Known {
    const known = this.#known.get(object);
    if (known !== undefined && (known.health.state === 'Healthy' || now - known.at < LOOK_AGAIN)) return known;
    const { state, provenance, message } = healthOf(object, { now });
    const told = state === 'Healthy' ? {} : { message: clipped(message) };
    const made: Known = { at: now, health: { state, provenance, ...told }, badge: badgeOf(object) };
    this.#known.set(object, made);
    return made;
  }
}

interface Standing {
  readonly known: Known;
  readonly sync: TreeNode['sync'];
  readonly branches: readonly Branch[];
}

const NOTHING: readonly Branch[] = [];
const NOBODY: readonly KubeObject[] = [];

const sameList = (before: readonly Branch[], now: readonly Branch[]): boolean =>
  before.length === now.length && before.every((branch, index) => branch === now[index]);

interface Walk extends NodeParts {
  readonly drift: ReadonlyMap<string, boolean>;
  readonly seen: Set<string>;
}

interface Leaf {
  readonly ref: ObjectRefView;
  readonly object: KubeObject | undefined;
  readonly resource: ApiResource | undefined;
  readonly sync: TreeNode['sync'];
  readonly problem: string | undefined;
  readonly version: string;
}

/** Not there; or, when nobody could look, not known. */
const missing = (problem: string | undefined): Known => ({
  at: 0,
  badge: '',
  health: {
    state: problem === undefined ? 'Missing' : 'Unknown',
    provenance: 'observed',
    message: problem ?? 'The object does not exist',
  },
});
