/** Which Apps read what by URL: it is looked at again at intervals, and whoever read it is told when it moved. */
import type { TraceEntry } from '../../runtime/index.ts';
import { createWorkQueue, type Outcome, outcome, type QueuePorts, type WorkQueue } from '../../runtime/index.ts';
import type { Clock } from '../../ports/index.ts';
import { addressOf, type RemoteRequest, type Remotes, isRemote } from '../remotes/index.ts';
import { rfc3339 } from '../time.ts';

export interface RemoteReadRules {
  /** Milliseconds until something is looked at again. */
  readonly interval: () => number;
  /** What this App has read may be different now. */
  readonly changed: (app: string) => void;
}

/** Since when something cannot be had, and why. */
export interface Away {
  /** RFC 3339. */
  readonly since: string;
  readonly message: string;
}

interface Read {
  readonly request: RemoteRequest;
  readonly apps: Set<string>;
  away?: Away;
}

export class RemoteReads {
  readonly #remotes: Pick<Remotes, 'refresh'>;
  readonly #rules: RemoteReadRules;
  readonly #queue: WorkQueue;
  readonly #clock: Clock;
  readonly #readers = new Map<string, Read>();
  readonly #reads = new Map<string, ReadonlySet<string>>();

  constructor(remotes: Pick<Remotes, 'refresh'>, ports: QueuePorts, rules: RemoteReadRules) {
    this.#remotes = remotes;
    this.#rules = rules;
    this.#clock = ports.clock;
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

  /** What this App has read and cannot be looked at again now; the last content stands for it (S17). */
  away(app: string): Away | undefined {
    for (const key of this.#reads.get(app) ?? []) {
      const away = this.#readers.get(key)?.away;
      if (away !== undefined) return away;
    }
    return undefined;
  }

  async #refresh(key: string): Promise<Outcome> {
    const known = this.#readers.get(key);
    if (known === undefined) return outcome.done();
    const { moved, away } = await this.#remotes.refresh(known.request);
    const turned = (away === undefined) !== (known.away === undefined);
    const address = addressOf(known.request);
    if (away === undefined) delete known.away;
    else known.away ??= { since: rfc3339(this.#clock.now()), message: away.includes(address) ? away : `${address}: ${away}` };
    if (moved || turned) for (const app of known.apps) this.#rules.changed(app);
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
