/** Fetching by URL for builds on this machine, set up when the first address is met: most builds name none, and what it takes is slow to load. */
import type { Remotes } from '../controllers/remotes/index.ts';
import type { OpenRemotes } from './open-remotes.ts';

export type RemoteReader = Pick<Remotes, 'webFile' | 'gitDirectory' | 'repositoryChart' | 'tree'>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds after which waiting deserves a word. */
const LONG = 2_000;

export class MachineRemotes implements RemoteReader {
  readonly #env: Environment;
  readonly #progress: (message: string) => void;
  #open: Promise<OpenRemotes> | undefined;
  #remotes: Remotes | undefined;

  /** `progress`: told what takes a while. */
  constructor(env: Environment, progress: (message: string) => void) {
    this.#env = env;
    this.#progress = progress;
  }

  async #fetching<T>(address: string, fetch: (remotes: Remotes) => Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.#progress(`still fetching ${address} …`), LONG);
    try {
      this.#open ??= import('./open-remotes.ts').then(({ openRemotes }) => openRemotes(this.#env));
      this.#remotes = (await this.#open).remotes;
      return await fetch(this.#remotes);
    } finally {
      clearTimeout(timer);
    }
  }

  webFile(request: Parameters<Remotes['webFile']>[0]): ReturnType<Remotes['webFile']> {
    return this.#fetching(request.url, (remotes) => remotes.webFile(request));
  }

  gitDirectory(request: Parameters<Remotes['gitDirectory']>[0]): ReturnType<Remotes['gitDirectory']> {
    return this.#fetching(request.repository, (remotes) => remotes.gitDirectory(request));
  }

  repositoryChart(request: Parameters<Remotes['repositoryChart']>[0]): ReturnType<Remotes['repositoryChart']> {
    return this.#fetching(`${request.chart} from ${request.repository}`, (remotes) => remotes.repositoryChart(request));
  }

  tree(source: string): ReturnType<Remotes['tree']> {
    return this.#remotes?.tree(source);
  }

  /** Removes what was fetched. */
  async close(): Promise<void> {
    if (this.#open !== undefined) await (await this.#open).close();
  }
}
