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
  readonly served: ServedKinds;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Objects that the plan would create or change, by `refKey`. */
  readonly pending: ReadonlySet<string>;
}

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
    const problem = resource === undefined ? 'the cluster does not serve this kind' : walk.watch.problem(resource, namespace);
    return this.#branch({ ref, object, resource, sync, problem, version: entry.version ?? 'v1' }, walk, 0);
  }

  #branch({ ref, object, resource, sync, problem, version }: Leaf, walk: Walk, depth: number): Branch {
    const uid = object?.metadata.uid ?? '';
    const made = uid === '' || depth >= DEEPEST ? [] : walk.watch.ownedBy(uid);
    const branches = made.flatMap((child) => {
      const childUid = child.metadata.uid ?? '';
      // Delivered objects are roots of their own; an owner that owns itself is somebody's joke.
      if (walk.seen.has(childUid)) return [];
      walk.seen.add(childUid);
      const { group, kind } = gvkOf(child);
      const leaf: Leaf = {
        ref: { group, kind, namespace: child.metadata.namespace ?? '', name: child.metadata.name ?? '' },
        object: child,
        resource: walk.served.now(group, kind),
        sync: 'made',
        problem: undefined,
        version: child.apiVersion,
      };
      return [this.#branch(leaf, walk, depth + 1)];
    });
    const known = object === undefined ? missing(problem) : this.#knownOf(object, walk.now);
    const own = known.health.state === 'Healthy' && sync !== 'drifted' && sync !== 'missing' ? 0 : 1;
    return {
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
      problems: branches.reduce((sum, branch) => sum + branch.problems, own),
    };
  }

  #knownOf(object: KubeObject, now: number): Known {
    const known = this.#known.get(object);
    if (known !== undefined && (known.health.state === 'Healthy' || now - known.at < LOOK_AGAIN)) return known;
    const { state, provenance, message } = healthOf(object, { now });
    const made: Known = { at: now, health: { state, provenance, ...(state === 'Healthy' ? {} : { message }) }, badge: badgeOf(object) };
    this.#known.set(object, made);
    return made;
  }
}

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
