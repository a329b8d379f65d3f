/**
 * Objects that renders have read: a change of one is a reason to look again (S1, S12). Kinds are watched while somebody reads them, in the namespaces they
 * are read in; a watch only wakes, what an App may see is asked for as the App.
 */
import type { Request } from '../../core/ask/index.ts';
import { parseApiVersion } from '../../core/object/index.ts';
import type { ApiResource } from '../../ports/index.ts';
import type { Change, Informers, TraceEntry } from '../../runtime/index.ts';
import type { Served } from './cluster.ts';

type LookupRequest = Extract<Request, { kind: 'lookup' }>;

interface Watch {
  readonly release: () => void;
  /** By name; the empty name stands for all of them. */
  readonly readers: Map<string, Set<string>>;
}

export class Lookups {
  readonly #informers: Informers;
  readonly #changed: (app: string) => void;
  readonly #watches = new Map<string, Watch>();
  readonly #reads = new Map<string, ReadonlySet<string>>();
  /** Apps that asked what the cluster can do. */
  readonly #capable = new Set<string>();

  /** `changed`: what this App has read may be different now. */
  constructor(informers: Informers, changed: (app: string) => void) {
    this.#informers = informers;
    this.#changed = changed;
  }

  /** Replaces what an App reads. */
  set(app: string, trace: readonly TraceEntry[], served: Served): void {
    if (trace.some(({ request }) => request.kind === 'capabilities')) this.#capable.add(app);
    else this.#capable.delete(app);
    const wanted = new Set<string>();
    for (const { request } of trace) {
      const found = request.kind === 'lookup' ? readOf(request, served) : undefined;
      if (found === undefined) continue;
      wanted.add(`${found.key}\0${found.name}`);
      this.#watch(found.key, found).add(app);
    }
    for (const old of this.#reads.get(app) ?? []) if (!wanted.has(old)) this.#unread(app, old);
    if (wanted.size === 0) this.#reads.delete(app);
    else this.#reads.set(app, wanted);
  }

  /** The cluster serves other kinds now. */
  kindsChanged(): void {
    for (const app of this.#capable) this.#changed(app);
  }

  forget(app: string): void {
    this.#capable.delete(app);
    for (const read of this.#reads.get(app) ?? []) this.#unread(app, read);
    this.#reads.delete(app);
  }

  #watch(key: string, read: Read): Set<string> {
    let watch = this.#watches.get(key);
    if (watch === undefined) {
      const held = this.#informers.acquire(read.resource, read.namespace === '' ? {} : { namespace: read.namespace });
      const readers = new Map<string, Set<string>>();
      const stop = held.informer.subscribe((change) => this.#tell(readers, change));
      const release = (): void => {
        stop();
        held.release();
      };
      watch = { release, readers };
      this.#watches.set(key, watch);
    }
    const known = watch.readers.get(read.name) ?? new Set();
    watch.readers.set(read.name, known);
    return known;
  }

  #tell(readers: ReadonlyMap<string, ReadonlySet<string>>, change: Change): void {
    const { metadata } = change.type === 'deleted' ? change.old : change.now;
    for (const name of ['', metadata.name ?? '']) for (const app of readers.get(name) ?? []) this.#changed(app);
  }

  #unread(app: string, read: string): void {
    const at = read.lastIndexOf('\0');
    const [key, name] = [read.slice(0, at), read.slice(at + 1)];
    const watch = this.#watches.get(key);
    const readers = watch?.readers.get(name);
    readers?.delete(app);
    if (readers?.size === 0) watch?.readers.delete(name);
    if (watch === undefined || watch.readers.size > 0) return;
    watch.release();
    this.#watches.delete(key);
  }
}

interface Read {
  readonly key: string;
  readonly resource: ApiResource;
  readonly namespace: string;
  readonly name: string;
}

function readOf({ apiVersion, kindName, namespace, name }: LookupRequest, served: Served): Read | undefined {
  const resource = served.find({ ...parseApiVersion(apiVersion), kind: kindName });
  if (resource === undefined) return undefined;
  const where = resource.namespaced ? namespace : '';
  return { key: [resource.group, resource.version, resource.resource, where].join('\0'), resource, namespace: where, name };
}
