/** Tells of every ref that moved, each once: pushes to one repository are compared one after the other, however many arrive at the same time. */
import { readRefs } from './repository.ts';

/** One branch or tag that moved. */
export interface Push {
  /** Name of the repository, without `.git`. */
  readonly repository: string;
  /** `refs/heads/main` */
  readonly ref: string;
  /** Absent: the ref is new. */
  readonly before?: string;
  /** Absent: the ref is gone. */
  readonly after?: string;
}

type Refs = ReadonlyMap<string, string>;

export class Announcer {
  readonly #pathOf: (repository: string) => string;
  readonly #listeners: ((push: Push) => void)[] = [];
  /** The refs as they were told last; the promise is the queue. */
  readonly #told = new Map<string, Promise<Refs>>();

  constructor(pathOf: (repository: string) => string) {
    this.#pathOf = pathOf;
  }

  listen(listener: (push: Push) => void): void {
    this.#listeners.push(listener);
  }

  /** Before the first push to a repository: what is there already is no news. */
  async prepare(repository: string): Promise<void> {
    const known = this.#told.get(repository) ?? readRefs(this.#pathOf(repository));
    this.#told.set(repository, known);
    await this.#settled(repository, known);
  }

  /** After a push. */
  async announce(repository: string): Promise<void> {
    const before = this.#told.get(repository) ?? Promise.resolve<Refs>(new Map());
    const after = before.then(async (told) => {
      const now = await readRefs(this.#pathOf(repository));
      for (const push of movedRefs(repository, told, now)) for (const listener of this.#listeners) listener(push);
      return now;
    });
    this.#told.set(repository, after);
    await this.#settled(repository, after);
  }

  /** A failure is its caller's; the next one starts anew. */
  async #settled(repository: string, refs: Promise<Refs>): Promise<void> {
    try {
      await refs;
    } catch (error) {
      if (this.#told.get(repository) === refs) this.#told.delete(repository);
      throw error;
    }
  }
}

function movedRefs(repository: string, before: Refs, after: Refs): Push[] {
  const refs = new Set([...before.keys(), ...after.keys()]);
  return [...refs].flatMap((ref) => {
    const was = before.get(ref);
    const is = after.get(ref);
    if (was === is) return [];
    return [{ repository, ref, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }];
  });
}
