/** The port GitMirror: one repository as one caller may see it, over the mirror that all callers share. */
import type { FileAnswer, ListAnswer } from '../../core/ask/index.ts';
import type {
  Clock,
  Commit,
  GitAuth,
  GitChange,
  GitError,
  GitMirror,
  GitRef,
  GitRevision,
  GitWritten,
  SignatureCheck,
  VerifyKeys,
} from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { fetchRevision, resolveRevision, type Access } from './find.ts';
import { isFullId, localRef } from './names.ts';
import { parseCommit } from './objects.ts';
import type { Remote } from './remote.ts';
import { guardRead, type MirrorStore } from './store.ts';
import { verifyObject } from './verify/index.ts';
import { writeChange } from './write.ts';

const mostCommits = 10_000;

export interface MirrorOptions {
  readonly store: MirrorStore;
  readonly remote: Remote;
  readonly auth: GitAuth | undefined;
  readonly access: Access;
  readonly clock: Clock;
}

export class Mirror implements GitMirror {
  readonly #store: MirrorStore;
  readonly #remote: Remote;
  readonly #access: Access;
  readonly #auth: GitAuth | undefined;
  readonly #clock: Clock;

  constructor(options: MirrorOptions) {
    this.#store = options.store;
    this.#remote = options.remote;
    this.#access = options.access;
    this.#auth = options.auth;
    this.#clock = options.clock;
  }

  fetch(ref: GitRef, signal?: AbortSignal): Promise<Result<GitRevision, GitError>> {
    const options = { auth: this.#auth, access: this.#access, ...(signal !== undefined && { signal }) };
    const work = () => fetchRevision(this.#store, this.#remote, { ref, ...options });
    return this.#store.exclusively(() => this.#repairing(work, (seen) => this.#repair(seen)));
  }

  resolve(ref: GitRef): Promise<Result<GitRevision, GitError>> {
    return resolveRevision(this.#store, ref);
  }

  readMany(revision: string, paths: readonly string[]): Promise<Result<readonly FileAnswer[], GitError>> {
    return this.#reading(revision, (tree) => this.#store.trees.readMany(tree, paths));
  }

  list(revision: string, path: string, options: { readonly recursive: boolean }): Promise<Result<ListAnswer, GitError>> {
    return this.#reading(revision, (tree) => this.#store.trees.list(tree, path, options.recursive));
  }

  async commit(id: string): Promise<Result<Commit, GitError>> {
    const commits = await this.#commits([id]);
    if (!commits.ok) return commits;
    const [commit] = commits.value;
    return commit === undefined ? err(unknownCommit(id)) : ok(commit);
  }

  async log(
    id: string,
    options: { readonly limit: number; readonly paths?: readonly string[] },
  ): Promise<Result<readonly Commit[], GitError>> {
    if (!isFullId(id)) return err(unknownCommit(id));
    const limit = Math.max(0, Math.min(mostCommits, Math.trunc(options.limit)));
    const paths = options.paths === undefined ? [] : options.paths.map((path) => (path === '' ? '.' : path));
    const listed = await this.#store.git(['rev-list', `--max-count=${limit}`, '--end-of-options', id, '--', ...paths]);
    return listed.ok ? this.#commits(listed.value.stdout.split('\n').filter((line) => line !== '')) : listed;
  }

  async isAncestor(ancestor: string, descendant: string): Promise<Result<boolean, GitError>> {
    const unknown = [ancestor, descendant].find((id) => !isFullId(id));
    if (unknown !== undefined) return err(unknownCommit(unknown));
    const checked = await this.#store.git(['merge-base', '--is-ancestor', ancestor, descendant], { accept: [0, 1] });
    return checked.ok ? ok(checked.value.exitCode === 0) : checked;
  }

  async keep(name: string, commit: string): Promise<Result<void, GitError>> {
    if (!isFullId(commit) || name === '') return err(unknownCommit(commit));
    const ref = localRef('keep', name);
    const present = await guardRead(() => this.#store.resolveNames([ref, `${commit}^{commit}`]));
    if (!present.ok) return present;
    if (present.value[0] === commit) return ok(undefined);
    if (present.value[1] === null) return err(unknownCommit(commit));
    return this.#store.exclusively(async () => done(await this.#store.git(['update-ref', '--no-deref', ref, commit])));
  }

  release(name: string): Promise<Result<void, GitError>> {
    return this.#store.exclusively(async () => done(await this.#store.git(['update-ref', '--no-deref', '-d', localRef('keep', name)])));
  }

  write(change: GitChange, signal?: AbortSignal): Promise<Result<GitWritten, GitError>> {
    const head = async (): Promise<Result<GitRevision, GitError>> => {
      const found = await this.fetch({ branch: change.branch }, signal);
      const isNew = !found.ok && found.error.code === 'RefNotFound' && change.from !== undefined;
      return isNew ? this.fetch({ branch: change.from }, signal) : found;
    };
    const parts = { store: this.#store, remote: this.#remote, head };
    return writeChange(change, { ...parts, ...(signal !== undefined && { signal }) });
  }

  async verify(
    target: { readonly commit: string } | { readonly tag: string },
    keys: VerifyKeys,
  ): Promise<Result<SignatureCheck, GitError>> {
    const name = 'commit' in target ? target.commit : localRef('tags', target.tag);
    if ('commit' in target && !isFullId(name)) return err(unknownCommit(name));
    const read = await guardRead(() => this.#store.reader.contents([name]));
    if (!read.ok) return read;
    const object = read.value[0];
    if (object === null || object === undefined)
      return err({
        code: 'RefNotFound',
        message: `${'tag' in target ? `the tag ${target.tag}` : `the commit ${name}`} is not in the mirror`,
      });
    if (object.type !== 'commit' && object.type !== 'tag')
      return err({ code: 'VerificationFailed', message: `${name} is a ${object.type}` });
    if ('tag' in target && object.type === 'commit')
      return err({ code: 'VerificationFailed', message: `the tag ${target.tag} is not annotated, so it cannot be signed` });
    if (object.bytes === undefined) return err({ code: 'TooLarge', message: `${name} is too large to be verified` });
    return verifyObject({ type: object.type, bytes: object.bytes }, keys, this.#clock.now());
  }

  async #reading<T>(revision: string, read: (tree: string) => Promise<T>): Promise<Result<T, GitError>> {
    if (!isFullId(revision)) return err(unknownCommit(revision));
    const work = async (): Promise<Result<T, GitError>> => {
      const tree = await guardRead(async () => (await this.#store.resolveNames([`${revision}^{tree}`]))[0] ?? null);
      if (!tree.ok) return tree;
      const id = tree.value;
      return id === null ? err(unknownCommit(revision)) : guardRead(() => read(id));
    };
    return this.#repairing(work, async (seen) => {
      const repaired = await this.#store.exclusively(() => this.#repair(seen));
      return repaired.ok
        ? repaired
        : err({ code: 'Corrupt', message: `the mirror is damaged and cannot be cloned again: ${repaired.error.message}` });
    });
  }

  /** Damage is repaired once, by cloning again; a second failure is reported. */
  async #repairing<T>(
    work: () => Promise<Result<T, GitError>>,
    repair: (seen: number) => Promise<Result<void, GitError>>,
  ): Promise<Result<T, GitError>> {
    const seen = this.#store.generation;
    const first = await work();
    if (first.ok || first.error.code !== 'Corrupt') return first;
    const repaired = await repair(seen);
    return repaired.ok ? work() : repaired;
  }

  async #repair(seen: number): Promise<Result<void, GitError>> {
    // Somebody else found the same damage first.
    if (this.#store.generation !== seen) return ok(undefined);
    const everything = ['+refs/heads/*:refs/lockstep/all/heads/*', '+refs/tags/*:refs/lockstep/all/tags/*'];
    return this.#store.replace(() => this.#remote.fetch(this.#store.directory, everything, { prune: true }));
  }

  async #commits(ids: readonly string[]): Promise<Result<readonly Commit[], GitError>> {
    const wrong = ids.find((id) => !isFullId(id));
    if (wrong !== undefined) return err(unknownCommit(wrong));
    const read = await guardRead(() => this.#store.reader.contents(ids));
    if (!read.ok) return read;
    return ok(
      read.value.flatMap((object) =>
        object?.type === 'commit' && object.bytes !== undefined ? [parseCommit(object.id, object.bytes)] : [],
      ),
    );
  }
}

const done = (result: Result<unknown, GitError>): Result<void, GitError> => (result.ok ? ok(undefined) : result);

const unknownCommit = (id: string): GitError => ({ code: 'RefNotFound', message: `the commit ${JSON.stringify(id)} is not in the mirror` });
