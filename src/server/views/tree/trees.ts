/** The trees that somebody looks at. Each is followed while it is asked for, and forgotten a while after the last look. */
import type { App } from '../../../api/index.ts';
import type { QueryOf, TreePage } from '../../../api/http/index.ts';
import type { Plan } from '../../../core/plan/index.ts';
import { refKey } from '../../../core/object/index.ts';
import type { ApiResource, Clock, KubeError, Timer } from '../../../ports/index.ts';
import type { Informer } from '../../../runtime/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import type { Acting, Visitor } from '../../access/visitor.ts';
import { fromKube, type Refused } from '../../http/refused.ts';
import type { Clusters, Place } from '../clusters.ts';
import type { View } from '../view.ts';
import { type Branch, Nodes } from './nodes.ts';
import { treePage } from './page.ts';
import { TreeWatch } from './watch.ts';

export interface TreeParts {
  readonly clusters: Clusters;
  readonly inventories: Informer;
  readonly clock: Clock;
  readonly planOf: (app: App) => Plan | undefined;
  readonly changed: () => void;
}

/** Milliseconds. Longer than the pause between two looks of a stream. */
const FORGET = 45_000;
const MOST_TREES = 200;

interface Looked {
  readonly watch: TreeWatch;
  readonly place: Place | undefined;
  at: number;
  inventory: string;
  built: { readonly version: string; readonly branches: readonly Branch[] } | undefined;
}

export class Trees {
  readonly #parts: TreeParts;
  readonly #looked = new Map<string, Looked>();
  readonly #nodes = new Nodes();
  #forgetting: Timer | undefined;

  constructor(parts: TreeParts) {
    this.#parts = parts;
  }

  async page(app: App, visitor: Visitor, query: QueryOf<'tree'>): Promise<Result<View<TreePage>, Refused>> {
    const { version, branches } = await this.#branches(app);
    const actor = this.#parts.clusters.actorFor(app, visitor);
    // Of a cluster that is away nothing is shown but what is in the inventory here.
    if (!actor.ok && this.#parts.clusters.placeOf(app).ok) return actor;
    const seen = await visibleTo(actor.ok ? actor.value : visitor, branches);
    if (!seen.ok) return err(fromKube(seen.error));
    return treePage({ branches: seen.value.branches, version, hidden: seen.value.hidden }, query);
  }

  close(): void {
    this.#forgetting?.cancel();
    for (const { watch } of this.#looked.values()) watch.end();
    this.#looked.clear();
  }

  async #branches(app: App): Promise<{ readonly version: string; readonly branches: readonly Branch[] }> {
    const looked = this.#look(app);
    const inventory = `${app.metadata.uid ?? ''} ${app.status?.inventory?.digest ?? ''} ${looked.watch.entries(app).length}`;
    if (looked.inventory !== inventory) {
      await looked.watch.follow(app);
      looked.inventory = inventory;
    }
    const now = this.#parts.clock.now();
    // Timeouts make news without any change; every ten seconds is soon enough.
    const version = `${app.metadata.resourceVersion ?? ''}.${looked.watch.version}.${Math.floor(now / 10_000)}`;
    if (looked.built?.version === version) return looked.built;
    const { served } = looked.watch;
    const branches = this.#nodes.of(app, { watch: looked.watch, served, now, pending: pendingOf(this.#parts.planOf(app)) });
    looked.built = { version, branches };
    return looked.built;
  }

  #look(app: App): Looked {
    const key = app.metadata.uid ?? '';
    const now = this.#parts.clock.monotonic();
    const place = this.#parts.clusters.placeOf(app);
    const known = this.#known(key, place.ok ? place.value : undefined);
    const looked = known ?? this.#begin(place, now);
    looked.at = now;
    // The one looked at last is last in the map.
    this.#looked.delete(key);
    this.#looked.set(key, looked);
    if (this.#looked.size > MOST_TREES) this.#forget(this.#looked.keys().next().value ?? '');
    this.#forgetLater();
    return looked;
  }

  /** Undefined also when its cluster is reached in another way than before, or not any more. */
  #known(key: string, place: Place | undefined): Looked | undefined {
    const known = this.#looked.get(key);
    if (known === undefined || known.place === place) return known;
    this.#forget(key);
    return undefined;
  }

  #begin(place: Result<Place, string>, at: number): Looked {
    const { inventories, changed } = this.#parts;
    return {
      watch: new TreeWatch(place, { inventories, changed }),
      place: place.ok ? place.value : undefined,
      at,
      inventory: '',
      built: undefined,
    };
  }

  #forgetLater(): void {
    if (this.#forgetting !== undefined || this.#looked.size === 0) return;
    this.#forgetting = this.#parts.clock.after(FORGET, () => {
      this.#forgetting = undefined;
      const now = this.#parts.clock.monotonic();
      for (const [key, { at }] of this.#looked) if (now - at >= FORGET) this.#forget(key);
      this.#forgetLater();
    });
  }

  #forget(key: string): void {
    this.#looked.get(key)?.watch.end();
    this.#looked.delete(key);
  }
}

function pendingOf(plan: Plan | undefined): ReadonlySet<string> {
  const open = (plan?.items ?? []).filter(({ operation, cause }) => operation !== 'keep' && operation !== 'skip' && cause !== 'drift');
  return new Set(open.map(({ ref }) => refKey(ref)));
}

interface Seen {
  readonly branches: readonly Branch[];
  readonly hidden: number;
}

async function visibleTo({ access }: Acting, branches: readonly Branch[]): Promise<Result<Seen, KubeError>> {
  const wishes = new Map<string, { readonly resource: ApiResource; readonly namespace: string }>();
  const collect = ({ resource, node, branches: below }: Branch): void => {
    if (resource !== undefined) wishes.set(wishKey(resource, node.ref.namespace), { resource, namespace: node.ref.namespace });
    below.forEach(collect);
  };
  branches.forEach(collect);
  const hidden = new Set<string>();
  for (const [key, { resource, namespace }] of wishes) {
    const may = await access.may({ verb: 'list', group: resource.group, resource: resource.resource, namespace });
    if (!may.ok) return may;
    if (!may.value) hidden.add(key);
  }
  return ok(hidden.size === 0 ? { branches, hidden: 0 } : without(branches, hidden));
}

const wishKey = ({ group, resource }: ApiResource, namespace: string): string => `${group}/${resource}/${namespace}`;

function without(branches: readonly Branch[], hidden: ReadonlySet<string>): Seen {
  let count = 0;
  const kept: Branch[] = [];
  for (const branch of branches) {
    if (branch.resource !== undefined && hidden.has(wishKey(branch.resource, branch.node.ref.namespace))) {
      count += 1 + branch.below;
      continue;
    }
    const below = without(branch.branches, hidden);
    count += below.hidden;
    kept.push(
      below.hidden === 0
        ? branch
        : { ...branch, branches: below.branches, below: below.branches.reduce((sum, one) => sum + 1 + one.below, 0) },
    );
  }
  return { branches: kept, hidden: count };
}
