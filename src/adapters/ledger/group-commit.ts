/**
 * What costs is the flush to disk, not the row: while one group is being written the next one gathers, so nobody waits for company and under load
 * hundreds share a flush. Order is kept; `add` resolves when its group is durable.
 */
interface Waiting<T> {
  readonly items: readonly T[];
  readonly settle: (error?: Error) => void;
}

export class GroupCommit<T> {
  readonly #write: (items: readonly T[]) => Promise<void>;
  readonly #most: number;
  #waiting: Waiting<T>[] = [];
  #running: Promise<void> | undefined;

  constructor(write: (items: readonly T[]) => Promise<void>, most: number) {
    this.#write = write;
    this.#most = most;
  }

  add(items: readonly T[]): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ items, settle: (error) => (error === undefined ? done() : failed(error)) });
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when everything added so far is written, or has failed. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #drain(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#take();
      const error = await this.#writeAll(group.flatMap(({ items }) => items));
      for (const { settle } of group) settle(error);
    }
    this.#running = undefined;
  }

  #take(): readonly Waiting<T>[] {
    let count = 0;
    let index = 0;
    while (index < this.#waiting.length && count < this.#most) count += this.#waiting[index++]?.items.length ?? 0;
    const group = this.#waiting.slice(0, index);
    this.#waiting = this.#waiting.slice(index);
    return group;
  }

  async #writeAll(items: readonly T[]): Promise<Error | undefined> {
    try {
      for (let index = 0; index < items.length; index += this.#most) await this.#write(items.slice(index, index + this.#most));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
