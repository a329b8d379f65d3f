/** From what a Source asks for (branch, tag, range, commit) to one commit: with the network, or from what is already here. */
import { createHash } from 'node:crypto';
import type { GitAuth, GitError, GitRef, GitRevision } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { checkRefName, isAbbreviatedId, isFullId, localRef, remoteName } from './names.ts';
import { highestVersion, type Remote, type RemoteRef } from './remote.ts';
import { guardRead, type MirrorStore } from './store.ts';

/** Which credentials have proved that they may read this repository since the program started. */
export type Access = Set<string>;

export interface FetchOptions {
  readonly ref: GitRef;
  readonly auth: GitAuth | undefined;
  readonly access: Access;
  readonly signal?: AbortSignal;
}

type Found = Result<GitRevision, GitError>;

/** Where a remote ref goes, and what the revision is called. */
interface Wanted {
  readonly remote: string;
  readonly local: string;
  /** Before the `@`; empty for a bare commit. */
  readonly label: string;
}

const branch = (name: string): Wanted => ({ remote: `refs/heads/${name}`, local: localRef('heads', name), label: name });
const tag = (name: string): Wanted => ({ remote: `refs/tags/${name}`, local: localRef('tags', name), label: name });

const headRef = 'refs/lockstep/head';

export async function fetchRevision(store: MirrorStore, remote: Remote, options: FetchOptions): Promise<Found> {
  let found = await fetchKind(store, remote, options);
  if (!found.ok && /mismatched algorithms/.test(found.error.message)) {
    const changed = await store.becomeSha256();
    found = changed.ok ? await fetchKind(store, remote, options) : changed;
  }
  if (found.ok) {
    options.access.add(fingerprint(options.auth));
    await store.fetched(found.value.commit);
  } else await store.sweep();
  return found;
}

async function fetchKind(store: MirrorStore, remote: Remote, options: FetchOptions): Promise<Found> {
  const { ref } = options;
  if (ref.commit !== undefined) return fetchCommit(store, remote, { ...options, commit: ref.commit });
  if (ref.semver !== undefined) return fetchRange(store, remote, { ...options, range: ref.semver });
  const name = ref.tag ?? ref.branch;
  if (name === undefined) return fetchHead(store, remote, options);
  const checked = checkRefName(name);
  if (!checked.ok) return checked;
  return fetchNamed(store, remote, { ...options, wanted: ref.tag === undefined ? branch(name) : tag(name) });
}

/** One process, one round trip when nothing moved. */
async function fetchNamed(store: MirrorStore, remote: Remote, options: FetchOptions & { readonly wanted: Wanted }): Promise<Found> {
  const { wanted, signal } = options;
  const fetched = await remote.fetch(store.directory, [`+${wanted.remote}:${wanted.local}`], signal === undefined ? {} : { signal });
  if (fetched.ok) return revisionAt(store, wanted.local, wanted);
  return fetched.error.code === 'RefNotFound' ? err(await explainMissing(remote, wanted)) : fetched;
}

async function fetchHead(store: MirrorStore, remote: Remote, options: FetchOptions): Promise<Found> {
  const refs = await remote.refs(['HEAD'], options.signal);
  if (!refs.ok) return refs;
  const head = refs.value.find((ref) => ref.name === 'HEAD');
  if (head === undefined) return err(emptyRepository());
  const name = head.target?.startsWith('refs/heads/') === true ? head.target.slice('refs/heads/'.length) : undefined;
  const wanted = name === undefined ? { remote: 'HEAD', local: headRef, label: 'HEAD' } : branch(name);
  const present = await guardRead(() => store.resolveNames([`${head.id}^{commit}`, wanted.local]));
  if (!present.ok) return present;
  if (present.value[0] === null || present.value[1] !== head.id) {
    const fetched = await fetchNamed(store, remote, { ...options, wanted });
    if (!fetched.ok) return fetched;
  }
  const pointed = await store.pointHead(wanted.local);
  if (!pointed.ok) return pointed;
  return revisionAt(store, wanted.local, wanted);
}

async function fetchRange(store: MirrorStore, remote: Remote, options: FetchOptions & { readonly range: string }): Promise<Found> {
  const refs = await remote.refs(['refs/tags/*'], options.signal);
  if (!refs.ok) return refs;
  const tags = new Map(refs.value.map((ref) => [ref.name.slice('refs/tags/'.length), ref]));
  const best = highestVersion([...tags.keys()], options.range);
  if (!best.ok) return best;
  const wanted = tag(best.value);
  const present = await guardRead(() => store.resolveNames([wanted.local]));
  if (!present.ok) return present;
  return present.value[0] === tags.get(best.value)?.id
    ? revisionAt(store, wanted.local, wanted)
    : fetchNamed(store, remote, { ...options, wanted });
}

/** A commit that is here needs no network, unless these credentials never proved that they may read the repository. */
async function fetchCommit(store: MirrorStore, remote: Remote, options: FetchOptions & { readonly commit: string }): Promise<Found> {
  const id = options.commit.toLowerCase();
  if (!isAbbreviatedId(id)) return err(wrongId(options.commit));
  if (options.access.has(fingerprint(options.auth))) {
    const present = await commitRevision(store, id);
    if (present.ok) return present;
  } else {
    const refs = await remote.refs(['HEAD'], options.signal);
    if (!refs.ok) return refs;
    const present = await commitRevision(store, id);
    if (present.ok) return present;
  }
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  if (isFullId(id)) {
    // Servers may refuse ids that no ref shows; then everything they do show is fetched.
    const direct = await remote.fetch(store.directory, [`+${id}:${localRef('heads', `commit-${id}`)}`], signal);
    if (direct.ok) return commitRevision(store, id);
    if (direct.error.code !== 'RefNotFound' && direct.error.code !== 'GitFailed' && direct.error.code !== 'Corrupt') return direct;
  }
  const all = await remote.fetch(store.directory, ['+refs/heads/*:refs/lockstep/all/heads/*', '+refs/tags/*:refs/lockstep/all/tags/*'], {
    ...signal,
    prune: true,
  });
  return all.ok ? commitRevision(store, id) : all;
}

/** From the mirror alone. */
export async function resolveRevision(store: MirrorStore, ref: GitRef): Promise<Found> {
  if (ref.commit !== undefined) {
    const id = ref.commit.toLowerCase();
    return isAbbreviatedId(id) ? commitRevision(store, id) : err(wrongId(ref.commit));
  }
  if (ref.semver !== undefined) return resolveRange(store, ref.semver);
  const name = ref.tag ?? ref.branch;
  if (name === undefined) return resolveHead(store);
  const checked = checkRefName(name);
  if (!checked.ok) return checked;
  const wanted = ref.tag === undefined ? branch(name) : tag(name);
  return revisionAt(store, wanted.local, wanted);
}

async function resolveRange(store: MirrorStore, range: string): Promise<Found> {
  const listed = await store.git(['for-each-ref', '--format=%(refname)', 'refs/lockstep/tags/']);
  if (!listed.ok) return listed;
  const tags = listed.value.stdout.split('\n').filter((line) => line !== '');
  const best = highestVersion(tags.map(remoteName), range);
  if (!best.ok) return best;
  const wanted = tag(best.value);
  return revisionAt(store, wanted.local, wanted);
}

async function resolveHead(store: MirrorStore): Promise<Found> {
  const local = await store.head();
  if (local === headRef) return revisionAt(store, headRef, { remote: 'HEAD', local: headRef, label: 'HEAD' });
  if (!local.startsWith('refs/lockstep/heads/')) return err({ code: 'RefNotFound', message: 'the default branch was never fetched' });
  return revisionAt(store, local, branch(remoteName(local)));
}

async function revisionAt(store: MirrorStore, local: string, wanted: Wanted): Promise<Found> {
  const ids = await guardRead(() => store.resolveNames([`${local}^{commit}`, `${local}^{tree}`]));
  if (!ids.ok) return ids;
  const [commit, tree] = ids.value;
  if (commit === null || commit === undefined || tree === null || tree === undefined) {
    return err({ code: 'RefNotFound', message: `${wanted.remote} does not lead to a commit in the mirror` });
  }
  return ok({ commit, tree, name: `${wanted.label}@${algorithm(commit)}:${commit}`, ref: wanted.remote });
}

async function commitRevision(store: MirrorStore, id: string): Promise<Found> {
  const ids = await guardRead(() => store.resolveNames([`${id}^{commit}`, `${id}^{tree}`]));
  if (!ids.ok) return ids;
  const [commit, tree] = ids.value;
  if (commit === null || commit === undefined || tree === null || tree === undefined) {
    return err({ code: 'RefNotFound', message: `the repository has no commit ${id}, or more than one that starts so` });
  }
  return ok({ commit, tree, name: `${algorithm(commit)}:${commit}`, ref: commit });
}

/** The remote was reached and does not have the ref: say what it has. */
async function explainMissing(remote: Remote, wanted: Wanted): Promise<GitError> {
  const refs = await remote.refs([]);
  if (!refs.ok) return refs.error;
  if (refs.value.length === 0) return emptyRepository();
  const prefix = wanted.remote.slice(0, wanted.remote.length - wanted.label.length);
  const others = refs.value.flatMap((ref: RemoteRef) => (ref.name.startsWith(prefix) ? [ref.name.slice(prefix.length)] : [])).slice(0, 10);
  const what = prefix === 'refs/tags/' ? 'tag' : 'branch';
  return {
    code: 'RefNotFound',
    message: `the repository has no ${what} ${wanted.label}`,
    hint: others.length === 0 ? `it has no ${what} at all` : `it has: ${others.join(', ')}`,
  };
}

const emptyRepository = (): GitError => ({
  code: 'EmptyRepository',
  message: 'the repository has no commits yet',
  hint: 'push a first commit',
});

const wrongId = (commit: string): GitError => ({
  code: 'RefNotFound',
  message: `${JSON.stringify(commit)} is not a commit id (7 to 64 hexadecimal digits)`,
});

const algorithm = (id: string): string => (id.length === 64 ? 'sha256' : 'sha1');

const fingerprint = (auth: GitAuth | undefined): string =>
  auth === undefined ? 'anonymous' : createHash('sha256').update(JSON.stringify(auth)).digest('hex');
