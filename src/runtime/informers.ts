/** Informers shared by kind: however many controllers look at Deployments, the server is asked once and memory holds one copy. */
import type { KubeObject } from '../core/object/index.ts';
import type { ApiResource, KubeError } from '../ports/index.ts';
import { Reflector, type ReflectorPorts, type ReflectorTarget } from './reflector.ts';
import { ObjectStore, type Change, type IndexBy } from './store.ts';

export interface Informer {
  readonly resource: ApiResource;
  /** True after the first complete list. Stays true while the server is away: what was seen last is still what is known. */
  readonly synced: boolean;
  /** Why the copy may be out of date; undefined while in step. */
  readonly error: KubeError | undefined;
  readonly size: number;
  /** Resolves with true after the first complete list, with false when `signal` aborts or the informer is released first. */
  ready(signal?: AbortSignal): Promise<boolean>;
  get(namespace: string, name: string): KubeObject | undefined;
  values(): IterableIterator<KubeObject>;
  /** Built in: `namespace`, and `owner` (the uids of the owner references). */
  byIndex(index: string, value: string): readonly KubeObject[];
  /** Kept up to date from now on; the first definition of a name stands. */
  addIndex(index: string, by: IndexBy): void;
  /** Calls `handler` for everything known (as `added`) and then for every change. Returns the way to stop. */
  subscribe(handler: (change: Change) => void): () => void;
  /** The same for many objects: what is known is told in pieces that hold nobody up, in order before what comes meanwhile. Resolves when it has caught up. */
  follow(handler: (change: Change) => void): Promise<() => void>;
}

export interface InformerOptions {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
}

export interface Informers {
  /** Starts the informer of a kind or shares the running one. Each `acquire` needs one `release`; the last one stops it and frees its memory. */
  acquire(resource: ApiResource, options?: InformerOptions): { readonly informer: Informer; readonly release: () => void };
  stop(): Promise<void>;
}

export interface InformerSettings {
  /** Applied to every object before it is kept, for example to drop what nobody reads. */
  readonly keep?: (object: KubeObject) => KubeObject;
}

/** Informers over one client (one cluster, one identity). */
export const createInformers = (ports: ReflectorPorts, settings: InformerSettings = {}): Informers => new SharedInformers(ports, settings);

interface Shared {
  readonly informer: RunningInformer;
  holders: number;
}

class SharedInformers implements Informers {
  readonly #ports: ReflectorPorts;
  readonly #settings: InformerSettings;
  readonly #running = new Map<string, Shared>();
  readonly #ending = new Set<Promise<void>>();

  constructor(ports: ReflectorPorts, settings: InformerSettings) {
    this.#ports = ports;
    this.#settings = settings;
  }

  acquire(resource: ApiResource, options: InformerOptions = {}): { readonly informer: Informer; readonly release: () => void } {
    const key = [resource.group, resource.version, resource.resource, options.namespace ?? '', options.labelSelector ?? ''].join('\0');
    const shared = this.#running.get(key) ?? this.#start(key, { resource, ...options });
    shared.holders++;
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      shared.holders--;
      if (shared.holders === 0) this.#end(key, shared.informer);
    };
    return { informer: shared.informer, release };
  }

  async stop(): Promise<void> {
    for (const [key, shared] of this.#running) this.#end(key, shared.informer);
    await Promise.all(this.#ending);
  }

  #start(key: string, target: ReflectorTarget): Shared {
    const shared: Shared = { informer: new RunningInformer(this.#ports, target, this.#settings), holders: 0 };
    this.#running.set(key, shared);
    return shared;
  }

  #end(key: string, informer: RunningInformer): void {
    this.#running.delete(key);
    const ended = informer.stop().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}

class RunningInformer implements Informer {
  readonly resource: ApiResource;
  readonly #ports: ReflectorPorts;
  readonly #store = new ObjectStore({
    namespace: (object) => [object.metadata.namespace ?? ''],
    owner: (object) => (object.metadata.ownerReferences ?? []).map((owner) => owner.uid),
  });
  readonly #handlers = new Set<{ handle: (change: Change) => void }>();
  readonly #waiting = new Set<(ready: boolean) => void>();
  readonly #reflector: Reflector;
  readonly #ended: Promise<void>;
  synced = false;
  error: KubeError | undefined;

  constructor(ports: ReflectorPorts, target: ReflectorTarget, settings: InformerSettings) {
    this.resource = target.resource;
    this.#ports = ports;
    const keep = settings.keep ?? ((object: KubeObject) => object);
    this.#reflector = new Reflector(ports, target, {
      replaced: (items) => this.#replaced(items.map(keep)),
      put: (object) => this.#tell(this.#store.put(keep(object))),
      removed: (object) => this.#tell(this.#store.remove(keep(object))),
      failing: (error) => {
        this.error = error;
      },
    });
    this.#ended = this.#reflector.run();
  }

  get size(): number {
    return this.#store.size;
  }

  ready(signal?: AbortSignal): Promise<boolean> {
    if (this.synced || signal?.aborted === true) return Promise.resolve(this.synced);
    return new Promise((resolve) => {
      const finish = (ready: boolean): void => {
        this.#waiting.delete(finish);
        signal?.removeEventListener('abort', giveUp);
        resolve(ready);
      };
      const giveUp = (): void => finish(false);
      this.#waiting.add(finish);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.#store.get(namespace, name);
  }

  values(): IterableIterator<KubeObject> {
    return this.#store.values();
  }

  byIndex(index: string, value: string): readonly KubeObject[] {
    return this.#store.byIndex(index, value);
  }

  addIndex(index: string, by: IndexBy): void {
    this.#store.addIndex(index, by);
  }

  subscribe(handler: (change: Change) => void): () => void {
    for (const now of this.#store.values()) this.#call(handler, { type: 'added', now });
    const entry = { handle: handler };
    this.#handlers.add(entry);
    return () => void this.#handlers.delete(entry);
  }

  async follow(handler: (change: Change) => void): Promise<() => void> {
    const behind: Change[] = [];
    for (const now of this.#store.values()) behind.push({ type: 'added', now });
    const entry = { handle: (change: Change): void => void behind.push(change) };
    this.#handlers.add(entry);
    // It grows while it is read.
    for (const change of behind) {
      this.#call(handler, change);
      await this.#ports.clock.turn();
    }
    entry.handle = handler;
    return () => void this.#handlers.delete(entry);
  }

  async stop(): Promise<void> {
    this.#reflector.stop();
    for (const finish of this.#waiting) finish(false);
    await this.#ended;
    this.#handlers.clear();
  }

  #replaced(items: readonly KubeObject[]): void {
    for (const change of this.#store.replace(items)) this.#tell(change);
    this.synced = true;
    for (const finish of this.#waiting) finish(true);
  }

  #tell(change: Change | null): void {
    // A handler that subscribes another one has already shown it this change.
    if (change !== null) for (const { handle } of Array.from(this.#handlers)) this.#call(handle, change);
  }

  /** A handler that throws is a bug of its own; the others must not miss the change. */
  #call(handler: (change: Change) => void, change: Change): void {
    try {
      handler(change);
    } catch (error) {
      this.#ports.log.error('an event handler failed', {
        resource: this.resource.resource,
        error: error instanceof Error ? error.stack : String(error),
      });
    }
  }
}
