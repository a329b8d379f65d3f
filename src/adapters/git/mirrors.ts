/** The port GitMirrors: where mirrors live on disk, one per repository, shared by everybody who names the same URL. */
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Clock, GitError, GitMirror, GitMirrors, GitRepository, Log } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { prepareEnvironment } from './environment.ts';
import type { Access } from './find.ts';
import { Mirror } from './mirror.ts';
import { runGit, type GitProgram } from './program.ts';
import { Remote } from './remote.ts';
import { MirrorStore } from './store.ts';
import { parseRemote, type RemoteUrl } from './url.ts';

export interface GitMirrorsOptions {
  /** Mirrors, and git's home, live here. One process at a time. */
  readonly root: string;
  readonly clock: Clock;
  readonly log: Log;
  /** The machine's environment: PATH and proxy variables are taken from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether repositories on this machine may be fetched from. Default: no. */
  readonly allowLocal?: boolean;
  /** Default `git`. */
  readonly command?: string;
  readonly limits?: { readonly fileSize?: number; readonly entries?: number; readonly mirrorSize?: number };
}

const defaults = { fileSize: 50 * 1024 * 1024, entries: 200_000, mirrorSize: 8 * 1024 ** 3 };

interface Shared {
  readonly store: MirrorStore;
  readonly access: Access;
  readonly ready: Promise<Result<void, GitError>>;
}

/** Mirrors under `root`. Nothing happens on disk before the first `open`. */
export const createGitMirrors = (options: GitMirrorsOptions): GitMirrors => new Mirrors(options);

class Mirrors implements GitMirrors {
  readonly #options: GitMirrorsOptions;
  readonly #root: string;
  readonly #shared = new Map<string, Shared>();
  #program: Promise<Result<GitProgram, GitError>> | undefined;

  constructor(options: GitMirrorsOptions) {
    this.#options = options;
    this.#root = resolve(options.root);
  }

  async open(repository: GitRepository): Promise<Result<GitMirror, GitError>> {
    const url = parseRemote(repository.url, { local: this.#options.allowLocal === true });
    if (!url.ok) return url;
    const prepared = await (this.#program ??= this.#prepare());
    if (!prepared.ok) {
      this.#program = undefined;
      return prepared;
    }
    const program = prepared.value;
    const shared = this.#sharedOf(url.value, program);
    const ready = await shared.ready;
    if (!ready.ok) {
      this.#shared.delete(mirrorName(url.value));
      return ready;
    }
    const limits = { mirrorSize: this.#options.limits?.mirrorSize ?? defaults.mirrorSize };
    const remote = new Remote(repository, { url: url.value, program, limits });
    return ok(new Mirror({ store: shared.store, remote, auth: repository.auth, access: shared.access, clock: this.#options.clock }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#shared.values()].map(({ store }) => store.close()));
    this.#shared.clear();
  }

  #sharedOf(url: RemoteUrl, program: GitProgram): Shared {
    const name = mirrorName(url);
    const known = this.#shared.get(name);
    if (known !== undefined) return known;
    const { clock, log, limits } = this.#options;
    const store = new MirrorStore(join(this.#root, name), {
      program,
      clock,
      log,
      limits: { fileSize: limits?.fileSize ?? defaults.fileSize, entries: limits?.entries ?? defaults.entries },
    });
    const shared: Shared = { store, access: new Set(), ready: store.prepare() };
    this.#shared.set(name, shared);
    return shared;
  }

  async #prepare(): Promise<Result<GitProgram, GitError>> {
    try {
      const environment = await prepareEnvironment(this.#root, {
        machine: this.#options.environment,
        local: this.#options.allowLocal === true,
      });
      return await checkedProgram({ command: this.#options.command ?? 'git', environment });
    } catch (error) {
      return err({ code: 'GitFailed', message: `the folder of the mirrors cannot be used: ${(error as Error).message}` });
    }
  }
}

/** The first git that has everything used here (`cat-file --batch-command`). */
const oldest = [2, 36] as const;

async function checkedProgram(program: GitProgram): Promise<Result<GitProgram, GitError>> {
  const version = await runGit(program, ['version'], { timeout: 10_000 });
  if (!version.ok) return version;
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version.value.stdout)?.slice(1) ?? []).map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return ok(program);
  const found = version.value.stdout.trim();
  return err({ code: 'GitFailed', message: `${found} is too old`, hint: `install git ${oldest.join('.')} or newer` });
}

/** The case of the host and a trailing slash make no difference; anything else might. */
function mirrorName(url: RemoteUrl): string {
  const text = url.origin === '' ? url.url : new URL(url.url).href;
  return `${createHash('sha256').update(text.replace(/\/+$/, '')).digest('hex').slice(0, 32)}.git`;
}
