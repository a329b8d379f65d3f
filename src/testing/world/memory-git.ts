/**
 * Git repositories in memory behind the port GitMirrors, for tests that tell stories: commits, force pushes, outages, damaged signatures.
 * In: files and faults. Out: a GitMirrors. Never: a process, a disk. Ids are real SHA-1 over the content, so equal trees have equal ids.
 */
import semver from 'semver';
import type { FileAnswer, ListAnswer } from '../../core/ask/index.ts';
import type {
  Commit,
  GitChange,
  GitError,
  GitErrorCode,
  GitMirror,
  GitMirrors,
  GitRef,
  GitRevision,
  GitWritten,
} from '../../ports/index.ts';
import { type Result, err, ok } from '../../std/index.ts';
import { type Files, MemoryTree, sha1 } from './memory-tree.ts';

interface Stored extends Commit {
  readonly files: Files;
  readonly content: MemoryTree;
}

/** What the remote side looks like, and what is wrong with it. */
export class MemoryRepository {
  readonly commits = new Map<string, Stored>();
  readonly branches = new Map<string, string>();
  readonly tags = new Map<string, string>();
  /** When set, every network operation answers with it. */
  failure: GitErrorCode | undefined;
  /** Commits (or tags) whose signature holds. */
  readonly signed = new Set<string>();
  fetches = 0;
  /** Bytes; larger files are not read. */
  fileLimit = 50 * 1024 * 1024;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds a commit on top of `branch` with exactly these files. */
  commit(files: Files, options: { readonly branch?: string; readonly message?: string; readonly parent?: string | null } = {}): string {
    const branch = options.branch ?? 'main';
    const parent = options.parent === undefined ? this.branches.get(branch) : (options.parent ?? undefined);
    const at = Math.floor(this.#now() / 1000) * 1000;
    const who = { name: 'Ada', email: 'ada@example.com', at };
    const content = new MemoryTree(files);
    const tree = content.id;
    const message = options.message ?? 'change';
    const parents = parent === undefined ? [] : [parent];
    const id = sha1(`commit ${tree} ${parents.join(' ')} ${at} ${message}`);
    this.commits.set(id, { id, tree, parents, author: who, committer: who, message, files, content });
    this.branches.set(branch, id);
    return id;
  }

  files(branch = 'main'): Files {
    return this.commits.get(this.branches.get(branch) ?? '')?.files ?? {};
  }
}

/** All repositories by URL. Mirrors remember what was fetched: an unreachable remote still resolves from here. */
export class MemoryGit implements GitMirrors {
  readonly repositories = new Map<string, MemoryRepository>();
  readonly #mirrors = new Map<string, MemoryMirror>();
  /** Called before every operation of every mirror; may throw, to model a crash. */
  onCall: (operation: string) => void = () => undefined;
  /** What every exchange with a remote waits for first: a slow line. */
  line: () => Promise<void> = () => Promise.resolve();

  repository(url: string, now: () => number): MemoryRepository {
    const known = this.repositories.get(url) ?? new MemoryRepository(now);
    this.repositories.set(url, known);
    return known;
  }

  async open({ url }: { readonly url: string }): Promise<Result<GitMirror, GitError>> {
    this.onCall('git.open');
    const known =
      this.#mirrors.get(url) ??
      new MemoryMirror({
        remote: () => this.repositories.get(url),
        called: (operation) => this.onCall(operation),
        line: () => this.line(),
      });
    this.#mirrors.set(url, known);
    return Promise.resolve(ok(known));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** As listings say it. */
const idOf = (text: string | undefined): string | null => (text === undefined ? null : `sha1:${sha1(text)}`);

interface Wires {
  readonly remote: () => MemoryRepository | undefined;
  readonly called: (operation: string) => void;
  readonly line: () => Promise<void>;
}

class MemoryMirror implements GitMirror {
  readonly #branches = new Map<string, string>();
  readonly #tags = new Map<string, string>();
  readonly #commits = new Map<string, Stored>();
  readonly kept = new Map<string, string>();
  readonly #remote: () => MemoryRepository | undefined;
  readonly #called: (operation: string) => void;
  readonly #line: () => Promise<void>;

  constructor({ remote, called, line }: Wires) {
    this.#remote = remote;
    this.#called = called;
    this.#line = line;
  }

  async fetch(ref: GitRef): Promise<Result<GitRevision, GitError>> {
    this.#called('git.fetch');
    const remote = this.#remote();
    if (remote === undefined) return err({ code: 'RepositoryNotFound', message: 'no such repository' });
    remote.fetches += 1;
    await this.#line();
    if (remote.failure !== undefined) return err({ code: remote.failure, message: `the remote says ${remote.failure}` });
    if (remote.commits.size === 0) return err({ code: 'EmptyRepository', message: 'the repository has no commits' });
    this.#branches.clear();
    for (const [name, id] of remote.branches) this.#branches.set(name, id);
    for (const [name, id] of remote.tags) this.#tags.set(name, id);
    for (const [id, commit] of remote.commits) this.#commits.set(id, commit);
    return this.resolve(ref);
  }

  async resolve(ref: GitRef): Promise<Result<GitRevision, GitError>> {
    this.#called('git.resolve');
    const found = this.#find(ref);
    const commit = this.#commits.get(found?.id ?? '');
    if (found === undefined || commit === undefined)
      return Promise.resolve(err({ code: 'RefNotFound', message: `no ${JSON.stringify(ref)}` }));
    const name = found.label === '' ? `sha1:${commit.id}` : `${found.label}@sha1:${commit.id}`;
    return Promise.resolve(ok({ commit: commit.id, tree: commit.tree, name, ref: found.ref }));
  }

  #find(ref: GitRef): { readonly id: string; readonly label: string; readonly ref: string } | undefined {
    if (ref.commit !== undefined) {
      const id = [...this.#commits.keys()].find((candidate) => candidate.startsWith(ref.commit ?? ''));
      return id === undefined ? undefined : { id, label: '', ref: id };
    }
    if (ref.semver !== undefined) return this.#tag(semver.maxSatisfying([...this.#tags.keys()], ref.semver) ?? '');
    if (ref.tag !== undefined) return this.#tag(ref.tag);
    const branch = ref.branch ?? 'main';
    const id = this.#branches.get(branch);
    return id === undefined ? undefined : { id, label: branch, ref: `refs/heads/${branch}` };
  }

  #tag(name: string): { readonly id: string; readonly label: string; readonly ref: string } | undefined {
    const id = this.#tags.get(name);
    return id === undefined ? undefined : { id, label: name, ref: `refs/tags/${name}` };
  }

  /** The files of a commit, or of the tree of any commit. */
  #treeOf(revision: string): MemoryTree | undefined {
    return this.#commits.get(revision)?.content ?? [...this.#commits.values()].find(({ tree }) => tree === revision)?.content;
  }

  async readMany(revision: string, paths: readonly string[]): Promise<Result<readonly FileAnswer[], GitError>> {
    this.#called('git.readMany');
    await Promise.resolve();
    const tree = this.#treeOf(revision);
    if (tree === undefined) return err({ code: 'Corrupt', message: `no revision ${revision}` });
    const limit = this.#remote()?.fileLimit ?? Number.POSITIVE_INFINITY;
    const bounded = (answer: FileAnswer): FileAnswer =>
      answer.found === 'file' && answer.bytes.length > limit ? { found: 'tooLarge', size: answer.bytes.length, limit } : answer;
    return ok(paths.map((path) => bounded(tree.read(path))));
  }

  async list(revision: string, path: string, options: { readonly recursive: boolean }): Promise<Result<ListAnswer, GitError>> {
    this.#called('git.list');
    await Promise.resolve();
    const tree = this.#treeOf(revision);
    return tree === undefined ? err({ code: 'Corrupt', message: `no revision ${revision}` }) : ok(tree.list(path, options));
  }

  async commit(id: string): Promise<Result<Commit, GitError>> {
    const found = this.#commits.get(id);
    return Promise.resolve(found === undefined ? err({ code: 'RefNotFound', message: `no commit ${id}` }) : ok(found));
  }

  async log(
    id: string,
    options: { readonly limit: number; readonly paths?: readonly string[] },
  ): Promise<Result<readonly Commit[], GitError>> {
    const found: Commit[] = [];
    for (let at = this.#commits.get(id); at !== undefined && found.length < options.limit; at = this.#commits.get(at.parents[0] ?? ''))
      if (this.#touches(at, options.paths)) found.push(at);
    return Promise.resolve(ok(found));
  }

  #touches(commit: Stored, paths: readonly string[] | undefined): boolean {
    if (paths === undefined || paths.length === 0) return true;
    const before = this.#commits.get(commit.parents[0] ?? '')?.files ?? {};
    const names = new Set([...Object.keys(before), ...Object.keys(commit.files)]);
    return [...names].some(
      (name) => before[name] !== commit.files[name] && paths.some((path) => name === path || name.startsWith(`${path}/`)),
    );
  }

  async isAncestor(ancestor: string, descendant: string): Promise<Result<boolean, GitError>> {
    const log = await this.log(descendant, { limit: Number.MAX_SAFE_INTEGER });
    return ok(log.ok && log.value.some(({ id }) => id === ancestor));
  }

  keep(name: string, commit: string): Promise<Result<void, GitError>> {
    this.#called('git.keep');
    this.kept.set(name, commit);
    return Promise.resolve(ok(undefined));
  }

  release(name: string): Promise<Result<void, GitError>> {
    this.kept.delete(name);
    return Promise.resolve(ok(undefined));
  }

  async write({ branch, from, files, expected, message }: GitChange): Promise<Result<GitWritten, GitError>> {
    this.#called('git.write');
    const remote = this.#remote();
    await Promise.resolve();
    if (remote === undefined) return err({ code: 'RepositoryNotFound', message: 'no such repository' });
    if (remote.failure !== undefined) return err({ code: remote.failure, message: `the remote says ${remote.failure}` });
    const base = remote.branches.has(branch) || from === undefined ? branch : from;
    const head = remote.branches.get(base);
    if (head === undefined && remote.commits.size > 0) return err({ code: 'RefNotFound', message: `there is no branch ${branch}` });
    const next = new Map(Object.entries(remote.files(base)));
    const moved = [...(expected ?? [])].find(([path, id]) => {
      const [now, wanted] = [idOf(next.get(path)), idOf(this.#textOf(files.get(path)))];
      return now !== wanted && now !== id;
    });
    if (moved !== undefined) return err({ code: 'ContentMoved', message: `${moved[0]} was changed by somebody else meanwhile` });
    for (const [path, content] of files) {
      const text = this.#textOf(content);
      if (text === undefined) next.delete(path);
      else next.set(path, text);
    }
    const wanted = Object.fromEntries(next);
    if (head !== undefined && new MemoryTree(wanted).id === remote.commits.get(head)?.tree) return ok({ commit: head, changed: false });
    const commit = remote.commit(wanted, { branch, message, ...(base === branch ? {} : { parent: head ?? null }) });
    for (const [id, stored] of remote.commits) this.#commits.set(id, stored);
    return ok({ commit, changed: true });
  }

  #textOf(content: ReturnType<GitChange['files']['get']>): string | undefined {
    if (content === null || content === undefined || typeof content === 'string') return content ?? undefined;
    if (!('type' in content)) return Buffer.from(content as Uint8Array).toString('utf8');
    const all = [...this.#commits.values()].flatMap(({ files }) => Object.values(files));
    return all.find((text) => idOf(text) === content.id);
  }

  verify(target: { readonly commit: string } | { readonly tag: string }): Promise<Result<{ signer: string; kind: 'ssh' }, GitError>> {
    const name = 'commit' in target ? target.commit : target.tag;
    const holds = this.#remote()?.signed.has(name) === true;
    return Promise.resolve(
      holds
        ? ok({ signer: 'ada@example.com', kind: 'ssh' })
        : err({ code: 'VerificationFailed', message: `${name} is not signed by a trusted key` }),
    );
  }
}
