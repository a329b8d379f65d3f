/** Git as the rehearsed system sees it: its own repository stands at the revision that is rehearsed, all others are really read. */
import type { GitError, GitMirror, GitMirrors, GitRef, GitRepository, GitRevision } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Origin } from './origin.ts';

/** `git@host:team/x.git`, `ssh://git@host/team/x` and `https://host/team/x/` are one repository. */
export const addressOf = (url: string): string =>
  url
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/^[^/@]*@/, '')
    .replace(/^([^/:]+):(?:\d+\/)?/, '$1/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();

/** `others` answers for every other repository. Nothing is ever written. */
export function ownMirrors(origin: Origin, others: GitMirrors): GitMirrors {
  const own = new Set(origin.urls.map(addressOf));
  const mirror = pinned(origin);
  return {
    open: (repository: GitRepository) =>
      own.has(addressOf(repository.url)) ? Promise.resolve(ok(mirror)) : others.open(repository).then((found) => readOnly(found)),
    close: () => others.close(),
  };
}

const refused: Result<never, GitError> = err({ code: 'PushRejected', message: 'a rehearsal writes to no repository' });

const readOnly = (found: Result<GitMirror, GitError>): Result<GitMirror, GitError> =>
  found.ok ? ok(bind(found.value, { write: () => Promise.resolve(refused) })) : found;

/** The mirror with some answers of one's own; its methods need their own `this`. */
function bind(mirror: GitMirror, over: Partial<GitMirror>): GitMirror {
  return {
    fetch: (ref, signal) => mirror.fetch(ref, signal),
    resolve: (ref) => mirror.resolve(ref),
    readMany: (revision, paths) => mirror.readMany(revision, paths),
    list: (revision, path, options) => mirror.list(revision, path, options),
    commit: (id) => mirror.commit(id),
    log: (id, options) => mirror.log(id, options),
    isAncestor: (ancestor, descendant) => mirror.isAncestor(ancestor, descendant),
    keep: () => Promise.resolve(ok(undefined)),
    release: () => Promise.resolve(ok(undefined)),
    write: (change, signal) => mirror.write(change, signal),
    verify: (target, keys) => mirror.verify(target, keys),
    ...over,
  };
}

/** Every branch stands where the rehearsal is; tags and commits are where they are. */
function pinned({ mirror, revision, history }: Origin): GitMirror {
  const here = new Set([revision.commit, revision.tree]);
  const of = (id: string): GitMirror => (here.has(id) || history === undefined ? mirror : history);
  const at = async (
    ref: GitRef,
    find: (from: GitMirror) => Promise<Result<GitRevision, GitError>>,
  ): Promise<Result<GitRevision, GitError>> => {
    const isBranch = ref.commit === undefined && ref.semver === undefined && ref.tag === undefined;
    if (!isBranch && ref.commit !== revision.commit) return find(history ?? mirror);
    const branch = ref.branch ?? 'main';
    return Promise.resolve(ok({ ...revision, name: `${branch}@sha1:${revision.commit}`, ref: `refs/heads/${branch}` }));
  };
  return bind(mirror, {
    fetch: (ref, signal) => at(ref, (from) => from.fetch(ref, signal)),
    resolve: (ref) => at(ref, (from) => from.resolve(ref)),
    readMany: (id, paths) => of(id).readMany(id, paths),
    list: (id, path, options) => of(id).list(id, path, options),
    commit: (id) => of(id).commit(id),
    log: (id, options) => of(id).log(id, options),
    isAncestor: (ancestor, descendant) =>
      ancestor === descendant ? Promise.resolve(ok(true)) : of(descendant).isAncestor(ancestor, descendant),
    verify: (target, keys) => ('commit' in target ? of(target.commit) : (history ?? mirror)).verify(target, keys),
    write: () => Promise.resolve(refused),
  });
}
