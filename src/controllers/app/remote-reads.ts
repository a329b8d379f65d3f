/** Which Apps read what by URL: it is looked at again at intervals, and whoever read it is told when it moved. */
import type { TraceEntry } from '../../runtime/index.ts';
import { createWorkQueue, type Outcome, outcome, type QueuePorts, type WorkQueue } from '../../runtime/index.ts';
import { type RemoteRequest, type Remotes, isRemote } from '../remotes/index.ts';

export interface RemoteReadRules {
  /** Milliseconds until something is looked at again. */
  readonly interval: () => number;
  /** What this App has read may be different now. */
  readonly changed: (app: string) => void;
}

export class RemoteReads {
  readonly #remotes: Pick<Remotes, 'refresh'>;
  readonly #rules: RemoteReadRules;
  readonly #queue: WorkQueue;
  readonly #readers = new Map<string, { readonly request: RemoteRequest; readonly apps: Set<string> }>();
  readonly #reads = new Map<string, ReadonlySet<string>>();

  constructor(remotes: Pick<Remotes, 'refresh'>, ports: QueuePorts, rules: RemoteReadRules) {
    this.#remotes = remotes;
    this.#rules = rules;
    this.#queue = createWorkQueue({ name: 'remotes', concurrency: 4, handle: (key) => this.#refresh(key) }, ports);
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  idle(): boolean {
    const { ready, running } = this.#queue.size();
    return ready + running === 0;
  }

  /** Replaces what an App reads. */
  set(app: string, trace: readonly TraceEntry[]): void {
    const wanted = new Map<string, RemoteRequest>();
    for (const { request } of trace) if (isRemote(request)) wanted.set(JSON.stringify(request), request);
    for (const old of this.#reads.get(app) ?? []) if (!wanted.has(old)) this.#unread(app, old);
    if (wanted.size === 0) this.#reads.delete(app);
    else this.#reads.set(app, new Set(wanted.keys()));
    for (const [key, request] of wanted) {
      const known = this.#readers.get(key);
      if (known === undefined) {
        this.#readers.set(key, { request, apps: new Set([app]) });
        this.#queue.add(key);
      } else known.apps.add(app);
    }
  }

  forget(app: string): void {
    for (const old of this.#reads.get(app) ?? []) this.#unread(app, old);
    this.#reads.delete(app);
  }

  async #refresh(key: string): Promise<Outcome> {
    const known = this.#readers.get(key);
    if (known === undefined) return outcome.done();
    if (await this.#remotes.refresh(known.request)) for (const app of known.apps) this.#rules.changed(app);
    return outcome.after(this.#rules.interval());
  }

  #unread(app: string, key: string): void {
    const known = this.#readers.get(key);
    known?.apps.delete(app);
    if (known?.apps.size !== 0) return;
    this.#readers.delete(key);
    this.#queue.forget(key);
  }
}
