/**
 * As much of a tree as a screen can use: like siblings that are well become heaps, branches that are well are closed when there is too much, and what is
 * not well is always open. Pure.
 */
import type { QueryOf, TreeNode, TreePage } from '../../../api/http/index.ts';
import { ok, type Result } from '../../../std/index.ts';
import type { Refused } from '../../http/refused.ts';
import { PAGE_BYTES, readCursor, writeCursor } from '../page.ts';
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

/** Beyond this many objects what is well stays closed until it is asked for. */
const CROWDED = 500;

type Query = QueryOf<'tree'>;

export function treePage({ branches, version, hidden }: PageInput, query: Query): Result<View<TreePage>, Refused> {
  const cursor = readCursor(query.cursor);
  if (!cursor.ok) return cursor;
  const { rows, objects } = rowsOf(branches, query);
  const kept = query.key === undefined ? rows : rows.filter(({ key }) => key === query.key);
  const start = Number(cursor.value?.[0] ?? 0);
  const items = within(kept, start, query.limit);
  const end = start + items.length;
  const next = end < kept.length && items.length > 0 ? { next: writeCursor([end]) } : {};
  return ok({ items, meta: { version, objects, hidden, total: kept.length, ...next } });
}

/** From `start` on, as many as a page holds by number and by size; at least one. */
function within(rows: readonly Item[], start: number, limit: number): readonly Item[] {
  let [end, bytes] = [start, 0];
  while (end < rows.length && end - start < limit) {
    bytes += (rows[end]?.json.length ?? 0) + 1;
    if (bytes > PAGE_BYTES && end > start) break;
    end += 1;
  }
  return rows.slice(start, end);
}

interface Rows {
  readonly rows: readonly Item[];
  readonly objects: number;
}

/** All pages of a tree are cut from the same rows; a tree that did not change is the same list. */
const laidOut = new WeakMap<readonly Branch[], Map<string, Rows>>();
/** Ways in which one tree is looked at at the same time. */
const MOST_WAYS = 20;

function rowsOf(branches: readonly Branch[], query: Query): Rows {
  const way = JSON.stringify([query.open, query.heap, query.q, query.health]);
  const known = laidOut.get(branches)?.get(way);
  if (known !== undefined) return known;
  const wanted = narrowed(branches, query);
  const objects = wanted.reduce((sum, { below }) => sum + 1 + below, 0);
  const page = new Page(query, objects > CROWDED);
  page.add(wanted, '', 0);
  const ways = laidOut.get(branches) ?? new Map<string, Rows>();
  const made = { rows: page.items, objects };
  if (ways.size >= MOST_WAYS) ways.clear();
  laidOut.set(branches, ways.set(way, made));
  return made;
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
  readonly closed: boolean;
  readonly item: Item;
}

const written = new WeakMap<Branch, Written>();

/** A branch stands in one place of one tree, so it is written down once. */
function branchItem(branch: Branch, { parent, depth, closed }: Omit<Written, 'item'>): Item {
  const known = written.get(branch);
  if (known?.parent === parent && known.depth === depth && known.closed === closed) return known.item;
  const { node, below, problems } = branch;
  const shut = closed ? { closed } : {};
  const item = itemOf(node.key, { ...node, parent, depth, children: below, problems, ...shut } satisfies TreeNode);
  written.set(branch, { parent, depth, closed, item });
  return item;
}

class Page {
  readonly items: Item[] = [];
  readonly #query: QueryOf<'tree'>;
  readonly #open: ReadonlySet<string>;
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
    const open = this.#open.has(heap);
    this.items.push(itemOf(heap, { ...heapNode(rest, { parent, depth, heap }), ...(open ? {} : { closed: true }) }));
    if (open) for (const branch of rest) this.#one(branch, heap, depth + 1);
  }

  #one(branch: Branch, parent: string, depth: number): void {
    const { problems, branches, node } = branch;
    const open = branches.length === 0 || !this.#crowded || problems > 0 || this.#open.has(node.key);
    this.items.push(branchItem(branch, { parent, depth, closed: !open }));
    if (open && branches.length > 0) this.add(branches, node.key, depth + 1);
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
