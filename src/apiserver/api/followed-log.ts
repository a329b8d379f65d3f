/**
 * A log that is followed: what is there, then what comes, until the container that ran when it began has ended or its Pod is gone. Kubernetes:
 * pkg/kubelet/kuberuntime/logs, ReadLogs.
 */
import type { KubeObject } from '../../core/object/index.ts';
import type { Change, Table } from '../store/index.ts';

export interface Following {
  readonly table: Table;
  /** Store key of the Pod. */
  readonly key: string;
  /** What is there already. */
  readonly first: string;
  /** The last line, once the container has ended; undefined while it runs. */
  readonly lastOf: (pod: KubeObject) => string | undefined;
}

/** Nothing waits for a reader that has left: `return` ends it at once, also while it is being read. */
export class FollowedLog implements AsyncIterableIterator<Uint8Array> {
  readonly #following: Following;
  readonly #waiting: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  readonly #listener = (change: Change): void => this.#changed(change);

  constructor(following: Following) {
    this.#following = following;
    this.#add(following.first);
    following.table.listeners.add(this.#listener);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    for (;;) {
      const chunk = this.#waiting.shift();
      if (chunk !== undefined) return { done: false, value: chunk };
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#waiting.length = 0;
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  #changed({ type, key, entry }: Change): void {
    if (key !== this.#following.key) return;
    const last = type === 'DELETED' ? '' : this.#following.lastOf(entry.graph);
    if (last === undefined) return;
    this.#add(last);
    this.#end();
  }

  #add(text: string): void {
    if (text !== '') this.#waiting.push(Buffer.from(text));
  }

  #end(): void {
    this.#ended = true;
    this.#following.table.listeners.delete(this.#listener);
    this.#wake?.();
  }
}
