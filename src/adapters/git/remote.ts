/** Talks to the remote: what refs it has, and how to get what is missing. Every call is one git process with a time limit. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareVersions, parseConstraints, parseVersion } from '../../core/go/semver/index.ts';
import type { GitError, GitRepository } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { withCredentials } from './credentials.ts';
import { runGit, type GitProgram } from './program.ts';
import type { RemoteUrl } from './url.ts';

export interface RemoteRef {
  /** `refs/heads/main`, `HEAD`, … */
  readonly name: string;
  readonly id: string;
  /** For annotated tags the commit behind. */
  readonly peeled: string;
  /** For HEAD the branch it stands for. */
  readonly target?: string;
}

export interface RemoteLimits {
  /** Bytes of one mirror. */
  readonly mirrorSize: number;
}

const defaultTimeout = 60_000;

export class Remote {
  readonly url: RemoteUrl;
  readonly #repository: GitRepository;
  readonly #program: GitProgram;
  readonly #limits: RemoteLimits;

  constructor(
    repository: GitRepository,
    options: { readonly url: RemoteUrl; readonly program: GitProgram; readonly limits: RemoteLimits },
  ) {
    this.#repository = repository;
    this.url = options.url;
    this.#program = options.program;
    this.#limits = options.limits;
  }

  /** The refs that match (all when none is named), in the remote's order. */
  async refs(patterns: readonly string[], signal?: AbortSignal): Promise<Result<readonly RemoteRef[], GitError>> {
    const listed = await this.#run(
      ['ls-remote', '--quiet', '--symref', '--', this.url.url, ...patterns],
      signal === undefined ? {} : { signal },
    );
    return listed.ok ? ok(parseRefs(listed.value)) : listed;
  }

  /** Fetches refspecs into the mirror at `directory`; costs one round trip when nothing moved. */
  async fetch(
    directory: string,
    refspecs: readonly string[],
    options: { readonly signal?: AbortSignal; readonly prune?: boolean } = {},
  ): Promise<Result<void, GitError>> {
    const flags = [
      '--quiet',
      '--no-tags',
      '--force',
      '--no-write-fetch-head',
      '--no-auto-maintenance',
      '--no-recurse-submodules',
      '--update-shallow',
    ];
    if (options.prune === true) flags.push('--prune');
    const fetched = await this.#run(['fetch', ...flags, '--', this.url.url, ...refspecs], {
      directory,
      watch: () => tooLarge(directory, this.#limits.mirrorSize),
      ...(options.signal !== undefined && { signal: options.signal }),
    });
    if (!fetched.ok) return fetched;
    const grown = await tooLarge(directory, this.#limits.mirrorSize);
    return grown === undefined ? ok(undefined) : err({ code: 'TooLarge', message: grown });
  }

  /** Pushes one commit to a branch, never with force: the server refuses when the branch has moved. */
  async push(
    directory: string,
    { commit, branch, signal }: { readonly commit: string; readonly branch: string; readonly signal?: AbortSignal },
  ): Promise<Result<void, GitError>> {
    const args = ['push', '--quiet', '--no-verify', '--no-signed', '--', this.url.url, `${commit}:refs/heads/${branch}`];
    const pushed = await this.#run(args, { directory, ...(signal !== undefined && { signal }) });
    return pushed.ok ? ok(undefined) : pushed;
  }

  #run(
    args: readonly string[],
    options: { readonly directory?: string; readonly signal?: AbortSignal; readonly watch?: () => Promise<string | undefined> },
  ): Promise<Result<string, GitError>> {
    return withCredentials(this.url, this.#repository.auth, async (lent) => {
      const result = await runGit(this.#program, args, { ...options, ...lent, timeout: this.#repository.timeout ?? defaultTimeout });
      return result.ok ? ok(result.value.stdout) : result;
    });
  }
}

function parseRefs(text: string): readonly RemoteRef[] {
  const refs = new Map<string, RemoteRef>();
  let target: string | undefined;
  for (const line of text.split('\n')) {
    const [left = '', name = ''] = line.split('\t');
    if (left.startsWith('ref: ')) target = left.slice('ref: '.length);
    else if (name.endsWith('^{}')) peel(refs, name.slice(0, -3), left);
    else if (name !== '') refs.set(name, { name, id: left, peeled: left, ...(name === 'HEAD' && target !== undefined && { target }) });
  }
  return [...refs.values()];
}

function peel(refs: Map<string, RemoteRef>, name: string, id: string): void {
  const tag = refs.get(name);
  if (tag !== undefined) refs.set(name, { ...tag, peeled: id });
}

/** The highest of `tags` (short names) that a Masterminds range takes. Of equal versions the first in byte order. */
export function highestVersion(tags: readonly string[], range: string): Result<string, GitError> {
  const constraints = parseConstraints(range);
  if (!constraints.ok)
    return err({ code: 'RefNotFound', message: `${JSON.stringify(range)} is not a version range: ${constraints.error}` });
  const versions = tags.toSorted().flatMap((tag) => {
    const version = parseVersion(tag);
    return version.ok && constraints.value.check(version.value) ? [{ tag, version: version.value }] : [];
  });
  const best = versions.reduce<(typeof versions)[number] | undefined>(
    (top, next) => (top === undefined || compareVersions(next.version, top.version) > 0 ? next : top),
    undefined,
  );
  if (best !== undefined) return ok(best.tag);
  const some = tags.slice(-5).join(', ');
  return err({
    code: 'RefNotFound',
    message: `no tag satisfies the range ${JSON.stringify(range)}`,
    hint: some === '' ? 'the repository has no tags' : `tags there: ${some}`,
  });
}

/** What is still being received counts as well. */
async function tooLarge(directory: string, limit: number): Promise<string | undefined> {
  const objects = join(directory, 'objects');
  const files = await readdir(objects, { recursive: true, withFileTypes: true }).catch(() => []);
  let total = 0;
  for (const file of files) {
    if (!file.isFile()) continue;
    total += (await stat(join(file.parentPath, file.name)).catch(() => undefined))?.size ?? 0;
    if (total > limit) return `the repository is larger than the limit of ${limit} bytes`;
  }
  return undefined;
}
