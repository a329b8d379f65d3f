/** Which Apps read what by URL: it is looked at again at intervals, and whoever read it is told when it moved. */
import type { TraceEntry } from '../../runtime/index.ts';
import { type Outcome, type WorkQueue, outcome } from '../../runtime/index.ts';
import { type RemoteRequest, type Remotes, isPinned, isRemote } from '../remotes/index.ts';

export class RemoteReads {
  readonly #remotes: Pick<Remotes, 'refresh'>;
  readonly #queue: () => WorkQueue;
  readonly #changed: (app: string) => void;
  readonly #readers = new Map<string, { readonly request: RemoteRequest; readonly apps: Set<string> }>();
  readonly #reads = new Map<string, ReadonlySet<string>>();

  /** `queue`: works on keys with `refresh`. `changed`: what this App has read may be different now. */
  constructor(remotes: Pick<Remotes, 'refresh'>, queue: () => WorkQueue, changed: (app: string) => void) {
    this.#remotes = remotes;
    this.#queue = queue;
    this.#changed = changed;
  }

  /** Replaces what an App reads. */
  set(app: string, trace: readonly TraceEntry[]): void {
    const wanted = new Map<string, RemoteRequest>();
    for (const { request } of trace) if (isRemote(request) && !isPinned(request)) wanted.set(JSON.stringify(request), request);
    for (const old of this.#reads.get(app) ?? []) if (!wanted.has(old)) this.#unread(app, old);
    if (wanted.size === 0) this.#reads.delete(app);
    else this.#reads.set(app, new Set(wanted.keys()));
    for (const [key, request] of wanted) {
      const known = this.#readers.get(key);
      if (known === undefined) {
        this.#readers.set(key, { request, apps: new Set([app]) });
        this.#queue().add(key);
      } else known.apps.add(app);
    }
  }

  forget(app: string): void {
    for (const old of this.#reads.get(app) ?? []) this.#unread(app, old);
    this.#reads.delete(app);
  }

  /** Looks at one of them again. `interval`: milliseconds until the next time. */
  async refresh(key: string, interval: number): Promise<Outcome> {
    const known = this.#readers.get(key);
    if (known === undefined) return outcome.done();
    if (await this.#remotes.refresh(known.request)) for (const app of known.apps) this.#changed(app);
    return outcome.after(interval);
  }

  #unread(app: string, key: string): void {
    const known = this.#readers.get(key);
    known?.apps.delete(app);
    if (known?.apps.size !== 0) return;
    this.#readers.delete(key);
    this.#queue().forget(key);
  }
}
