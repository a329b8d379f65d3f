/** LIST and WATCH: snapshots, pages, resourceVersion rules, expiry. Kubernetes: apiserver pkg/storage/etcd3/store.go, pkg/apis/meta/internalversion/validation. */
import type { Clock, Random } from '../../ports/index.ts';
import { parseJson } from '../../core/kube/json/index.ts';
import { Refusal, refuse, statusOf } from '../../core/kube/status/index.ts';
import type { Entry, Store } from '../store/index.ts';
import { WatchFeed } from '../watch/index.ts';
import type { Answer, ListMeta } from './answer.ts';
import { checkListOptions, checkWatchOptions, integerOf } from './list-options.ts';
import type { ResourceRequest } from './request.ts';
import { type Selection, selectionOf } from './selection.ts';

interface Continue {
  readonly revision: number;
  /** Store key to start at. */
  readonly from: string;
}

export function parseRevision(text: string, verb: 'list' | 'watch' | 'get'): number {
  if (text === '' || text === '0') return 0;
  if (!/^\d+$/.test(text)) {
    const why = `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw verb === 'list' ? refuse.badRequest(`invalid resource version: ${why}`) : refuse.plain(why);
  }
  return Number(text);
}

export function tooLarge(revision: number, current: number): Refusal {
  return new Refusal(504, 'Timeout', `Timeout: Too large resource version: ${revision}, current: ${current}`, {
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
  });
}

export const expiredWatch = (revision: number, oldest: number): Refusal =>
  refuse.expired(`too old resource version: ${revision} (${oldest})`);

const prefixOf = (request: ResourceRequest): string => (request.namespace === '' ? '' : `${request.namespace}/`);

/** Kubernetes: apiserver pkg/storage/continue.go. `start` is relative to the listed prefix; pages from the watch cache begin with a slash. */
function decodeContinue(token: string, prefix: string): Continue {
  const bad = (why: string): Refusal => refuse.badRequest(`invalid continue token: continue key is not valid: ${why}`);
  const wrong = /[^A-Za-z0-9_-]/.exec(token)?.index ?? (token.length % 4 === 1 ? token.length - 1 : -1);
  if (wrong >= 0) throw bad(`illegal base64 data at input byte ${wrong}`);
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const read = parseJson(text);
  if ('error' in read) throw bad(read.error);
  const parsed: unknown = read.value;
  const { v, rv, start } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as { v?: unknown; rv?: unknown; start?: unknown };
  if (v !== 'meta.k8s.io/v1') throw bad(`server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`);
  if (typeof rv !== 'number' || rv === 0) throw bad('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof start !== 'string' || start === '') throw bad('encoded start key empty (version meta.k8s.io/v1)');
  const key = start.startsWith('/') ? start : `/${start}`;
  if (/\/\.{0,2}(\/|$)/.test(key)) throw bad(start);
  return { revision: rv, from: prefix + key.slice(1) };
}

const encodeContinue = (revision: number, lastKey: string, { prefix, from }: Pick<Page, 'prefix' | 'from'>): string => {
  const start = `${from === 'cache' ? '/' : ''}${lastKey.slice(prefix.length)}\u0000`;
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
};

const EXPIRED_CONTINUE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

type Listed = Answer & { readonly kind: 'list' };

export class Lister {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  /** Whether `sendInitialEvents` is served (on by default from Kubernetes 1.34). */
  readonly #watchList: boolean;

  constructor(store: Store, options: { readonly clock: Clock; readonly random: Random; readonly watchList: boolean }) {
    this.#store = store;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#watchList = options.watchList;
  }

  list(request: ResourceRequest, selectableFields: readonly string[]): Listed {
    const { query, resource } = request;
    const selection = selectionOf(request, selectableFields);
    const token = query.get('continue');
    const requested = query.get('resourceVersion');
    const match = query.get('resourceVersionMatch');
    integerOf(query, 'timeoutSeconds');
    const limit = integerOf(query, 'limit') ?? 0;
    checkListOptions(query);
    if (token !== '' && requested !== '' && requested !== '0')
      throw refuse.badRequest('specifying resource version is not allowed when using continue');
    const prefix = prefixOf(request);
    // Lists of any age come whole, from a cache that has no pages.
    const whole = requested === '0' && token === '' && match !== 'Exact';
    const paged = token !== '' || (requested !== '' && requested !== '0');
    const page: Page = { limit: limit > 0 && !whole ? limit : Infinity, selection, prefix, from: paged ? 'storage' : 'cache' };
    if (token !== '') return this.#continued(request, decodeContinue(token, prefix), page);
    const revision = parseRevision(requested, 'list');
    if (revision > this.#store.revision) throw tooLarge(revision, this.#store.revision);
    const exact = revision > 0 && (match === 'Exact' || (match === '' && limit > 0));
    const table = this.#store.table(resource.table);
    if (!exact) return this.#page(request, { revision: this.#store.revision, from: prefix }, page);
    const snapshot = table.at(revision, prefix);
    if (snapshot === undefined) throw refuse.expired(`The resourceVersion for the provided list is too old.`);
    return this.#paged(request, { entries: snapshot, revision, page });
  }

  watch(request: ResourceRequest, selectableFields: readonly string[]): Answer {
    const { query, resource } = request;
    const selection = selectionOf(request, selectableFields);
    const seconds = integerOf(query, 'timeoutSeconds') ?? 0;
    const initial = query.has('sendInitialEvents');
    checkWatchOptions(query, this.#watchList);
    const requested = parseRevision(query.get('resourceVersion'), 'watch');
    const table = this.#store.table(resource.table);
    const fromScratch = query.flag('sendInitialEvents') || (requested === 0 && !initial);
    const feed = new WatchFeed(this.#store, this.#clock, {
      table,
      prefix: prefixOf(request),
      matches: selection.matches,
      since: fromScratch ? undefined : requested === 0 ? this.#store.revision : requested,
      bookmarks: query.flag('allowWatchBookmarks'),
      initialEnd: query.flag('sendInitialEvents'),
      timeoutMs: seconds > 0 ? seconds * 1000 : 1_800_000 * (1 + this.#random.fraction()),
    });
    if (!fromScratch && requested !== 0 && requested < table.compacted) feed.fail(statusOf(expiredWatch(requested, table.compacted + 1)));
    return { kind: 'watch', resource, feed };
  }

  #continued(request: ResourceRequest, at: Continue, page: Page): Listed {
    if (at.revision < 0 || at.revision === this.#store.revision)
      return this.#page(request, { ...at, revision: this.#store.revision }, page);
    const table = this.#store.table(request.resource.table);
    const snapshot = table.at(at.revision, page.prefix);
    if (snapshot === undefined) throw this.#expiredContinue(at, page);
    const entries = snapshot.filter((entry) => entry.key >= at.from);
    return this.#paged(request, { entries, revision: at.revision, page });
  }

  /** 410 with a token that goes on from the same key without the old snapshot. */
  #expiredContinue(at: Continue, page: Page): Refusal {
    const refusal = new Refusal(410, 'Expired', EXPIRED_CONTINUE);
    const token = encodeContinue(-1, at.from.replace(/\u0000$/, ''), page);
    return Object.assign(refusal, { continueToken: token });
  }

  /** A page of the present state. */
  #page(request: ResourceRequest, at: Continue, page: Page): Listed {
    const table = this.#store.table(request.resource.table);
    const single =
      page.selection.name !== undefined && request.namespace !== '' ? [`${request.namespace}/${page.selection.name}`] : undefined;
    const keys = single ?? (page.selection.name !== undefined && !request.resource.namespaced ? [page.selection.name] : undefined);
    if (keys !== undefined) {
      const found = keys.map((key) => table.entries.get(key)).filter((entry) => entry !== undefined);
      return this.#answer(
        request,
        found.filter((entry) => page.selection.matches?.(entry.graph) ?? true),
        { resourceVersion: String(at.revision) },
      );
    }
    if (page.limit === Infinity && page.selection.matches === undefined) {
      return this.#answer(request, table.range(page.prefix, { from: at.from }), { resourceVersion: String(at.revision) });
    }
    return this.#paged(request, { entries: table.range(page.prefix, { from: at.from }), revision: at.revision, page });
  }

  #paged(request: ResourceRequest, from: { readonly entries: readonly Entry[]; readonly revision: number; readonly page: Page }): Listed {
    const { entries, revision, page } = from;
    const { limit, selection } = page;
    const taken: Entry[] = [];
    let next = 0;
    for (; next < entries.length && taken.length < limit; next++) {
      const entry = entries[next] as Entry;
      if (selection.matches === undefined || selection.matches(entry.graph)) taken.push(entry);
    }
    const resourceVersion = String(revision);
    if (next >= entries.length) return this.#answer(request, taken, { resourceVersion });
    const token = encodeContinue(revision, (entries[next - 1] as Entry).key, page);
    const remaining = selection.matches === undefined ? { remainingItemCount: entries.length - next } : {};
    return this.#answer(request, taken, { resourceVersion, continue: token, ...remaining });
  }

  #answer(request: ResourceRequest, entries: readonly Entry[], meta: ListMeta): Listed {
    return { kind: 'list', resource: request.resource, entries, meta };
  }
}

interface Page {
  /** Whether the real server would read it from its watch cache or from etcd: their tokens are written differently. */
  readonly from: 'cache' | 'storage';
  readonly limit: number;
  readonly selection: Selection;
  readonly prefix: string;
}
