/** Counts what is under way to the outside world: virtual time stands still until it is answered. */
import type { GitMirrors } from '../../ports/index.ts';

export class Traffic {
  #open = 0;
  #waiting: (() => void)[] = [];

  get busy(): boolean {
    return this.#open > 0;
  }

  /** Resolves when something was answered; at once when nothing is under way. */
  next(): Promise<void> {
    return this.#open === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  track<T>(result: T): T {
    if (!(result instanceof Promise)) return result;
    this.#open += 1;
    const done = (): void => {
      this.#open -= 1;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resolve of waiting) resolve();
    };
    result.then(done, done);
    return result;
  }

  /** The same port; each of its calls counts until it is answered. */
  counted<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        return typeof member === 'function' ? (...args: unknown[]): unknown => this.track(Reflect.apply(member, target, args)) : member;
      },
    });
  }

  countedMirrors(mirrors: GitMirrors): GitMirrors {
    return {
      open: (repository) =>
        this.track(mirrors.open(repository).then((found) => (found.ok ? { ok: true, value: this.counted(found.value) } : found))),
      close: () => mirrors.close(),
    };
  }
}
