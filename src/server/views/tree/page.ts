/**
 * As much of a tree as a screen can use: like siblings that are well become heaps, branches that are well are closed when there is too much, and what is
 * not well is always open. Pure.
 */
import type { QueryOf, TreeNode, TreePage } from '../../../api/http/index.ts';
import { type Item, itemOf, type View } from '../view.ts';
import type { Branch } from './nodes.ts';

export interface PageInput {
  readonly branches: readonly Branch[];
  readonly version: string;
  /** Objects that were left out because the visitor may not see them. */
  readonly hidden: number;
}

/** Kinds in the order in which a person reads an application. */
const KIND_ORDER = [
  'Namespace',
  'App',
  'Ingress',
  'HTTPRoute',
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'Job',
  'ReplicaSet',
  'Pod',
  'ConfigMap',
  'Secret',
];

const kindRank = (kind: string): number => {
  const index = KIND_ORDER.indexOf(kind);
  return index < 0 ? KIND_ORDER.length : index;
};

const byReading = (a: Branch, b: Branch): number => {
  const [left, right] = [a.node.ref, b.node.ref];
  return (
    kindRank(left.kind) - kindRank(right.kind) ||
    order(left.kind, right.kind) ||
    order(left.namespace, right.namespace) ||
    order(left.name, right.name)
  );
};

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Unhealthy siblings beyond this many are a heap too: five hundred broken Pods are one problem. */
const MOST_OPEN_PROBLEMS = 50;

export function treePage({ branches, version, hidden }: PageInput, query: QueryOf<'tree'>): View<TreePage> {
  const wanted = narrowed(branches, query);
  const objects = wanted.reduce((sum, { below }) => sum + 1 + below, 0);
  const page = new Page(query, objects > query.limit);
  page.add(wanted, '', 0);
  return {
    items: page.items,
    meta: { version, objects, hidden, truncated: page.truncated },
  };
}

/** Of a list that is the very same as before, the sorting is known. */
const sorted = new WeakMap<readonly Branch[], ReadonlyMap<string, readonly Branch[]>>();

/** In the order of reading, by kind. */
function alikeIn(branches: readonly Branch[]): ReadonlyMap<string, readonly Branch[]> {
  const known = sorted.get(branches);
  if (known !== undefined) return known;
  const byKind = new Map<string, Branch[]>();
  for (const branch of branches.toSorted(byReading)) {
    const { group, kind } = branch.node.ref;
    const alike = byKind.get(`${group}/${kind}`);
    if (alike === undefined) byKind.set(`${group}/${kind}`, [branch]);
    else alike.push(branch);
  }
  sorted.set(branches, byKind);
  return byKind;
}

interface Written {
  readonly parent: string;
  readonly depth: number;
  readonly item: Item;
}

const written = new WeakMap<Branch, Written>();

/** A branch stands in one place of one tree, so it is written down once. */
function branchItem(branch: Branch, parent: string, depth: number): Item {
  const known = written.get(branch);
  if (known?.parent === parent && known.depth === depth) return known.item;
  const { node, below, problems } = branch;
  const item = itemOf(node.key, { ...node, parent, depth, children: below, problems } satisfies TreeNode);
  written.set(branch, { parent, depth, item });
  return item;
}

class Page {
  readonly items: Item[] = [];
  truncated = false;
  readonly #query: QueryOf<'tree'>;
  readonly #open: ReadonlySet<string>;
  /** Too much for one page: what is well stays closed until it is asked for. */
  readonly #crowded: boolean;

  constructor(query: QueryOf<'tree'>, crowded: boolean) {
    this.#query = query;
    this.#open = new Set((query.open ?? '').split(',').filter((key) => key !== ''));
    this.#crowded = crowded;
  }

  add(branches: readonly Branch[], parent: string, depth: number): void {
    for (const [kind, alike] of alikeIn(branches)) this.#addAlike(alike, { parent, depth, heap: `heap:${parent}:${kind}` });
  }

  #addAlike(alike: readonly Branch[], { parent, depth, heap }: Place): void {
    if (alike.length <= this.#query.heap) return alike.forEach((branch) => this.#one(branch, parent, depth));
    const sick = alike.filter(({ problems }) => problems > 0).slice(0, MOST_OPEN_PROBLEMS);
    const chosen = new Set(sick);
    for (const branch of sick) this.#one(branch, parent, depth);
    const rest = alike.filter((branch) => !chosen.has(branch));
    if (rest.length === 0) return;
    this.#push(itemOf(heap, heapNode(rest, { parent, depth, heap })));
    if (this.#open.has(heap)) for (const branch of rest) this.#one(branch, heap, depth + 1);
  }

  #one(branch: Branch, parent: string, depth: number): void {
    const { problems, branches, node } = branch;
    this.#push(branchItem(branch, parent, depth));
    if (branches.length === 0) return;
    if (!this.#crowded || problems > 0 || this.#open.has(node.key)) this.add(branches, node.key, depth + 1);
    else this.truncated = true;
  }

  #push(item: Item): void {
    if (this.items.length < this.#query.limit) this.items.push(item);
    else this.truncated = true;
  }
}

interface Place {
  readonly parent: string;
  readonly depth: number;
  readonly heap: string;
}

function heapNode(rest: readonly Branch[], { parent, depth, heap }: Place): TreeNode {
  const [first] = rest;
  const states = new Map<string, number>();
  for (const { node } of rest) states.set(node.health.state, (states.get(node.health.state) ?? 0) + 1);
  const worst = rest.find(({ problems }) => problems > 0) ?? first;
  const { ref, apiVersion, health, sync } = (worst as Branch).node;
  return {
    key: heap,
    parent,
    depth,
    heap: true,
    size: rest.length,
    ref: { ...ref, name: `${rest.length} × ${ref.kind}` },
    apiVersion,
    health,
    sync,
    badge: '',
    children: rest.reduce((sum, { below }) => sum + below, 0),
    problems: rest.reduce((sum, { problems }) => sum + problems, 0),
    states: Object.fromEntries(states),
  };
}

/** Only what matches, and what is above it. */
function narrowed(branches: readonly Branch[], { q, health }: QueryOf<'tree'>): readonly Branch[] {
  const words = (q ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const states = new Set((health ?? '').split(',').filter((word) => word !== ''));
  if (words.length === 0 && states.size === 0) return branches;
  const fits = ({ node }: Branch): boolean => {
    const text = `${node.ref.kind} ${node.ref.namespace} ${node.ref.name}`.toLowerCase();
    return words.every((word) => text.includes(word)) && (states.size === 0 || states.has(node.health.state));
  };
  const narrow = (branch: Branch): readonly Branch[] => {
    const below = branch.branches.flatMap(narrow);
    if (below.length === 0 && !fits(branch)) return [];
    return [{ ...branch, branches: below, below: below.reduce((sum, one) => sum + 1 + one.below, 0) }];
  };
  return branches.flatMap(narrow);
}
