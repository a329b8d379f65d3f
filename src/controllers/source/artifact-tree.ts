/** The files of an OCI artifact (manifests packed into a registry) as a revision that Apps read, in the shape Git revisions have. */
import { createHash } from 'node:crypto';
import { type FileAnswer, fileFound, type ListAnswer, type TreeEntry } from '../../core/ask/index.ts';
import { compareStrings } from '../../core/go/sort/index.ts';
import type { Charts, Commit, GitError, GitRef, GitRevision } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { RevisionReader } from './heads.ts';

type FileMap = ReadonlyMap<string, Uint8Array>;

const idOf = (content: Uint8Array | string): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

export class ArtifactTree implements RevisionReader {
  readonly #charts: Charts;
  /** The revision that was read last: an App reads one after the other, and all Apps read the same. */
  #last: { readonly revision: string; readonly files: FileMap } | undefined;

  constructor(charts: Charts) {
    this.#charts = charts;
  }

  async #files(revision: string): Promise<Result<FileMap, GitError>> {
    if (this.#last?.revision === revision) return ok(this.#last.files);
    const found = await this.#charts.files(`sha256:${revision}`);
    if (!found.ok) return err({ code: 'Corrupt', message: found.error.message });
    if (found.value === undefined)
      return err({ code: 'Corrupt', message: 'the artifact is not in the cache any more and is fetched again' });
    this.#last = { revision, files: found.value };
    return ok(found.value);
  }

  async readMany(revision: string, paths: readonly string[]): Promise<Result<readonly FileAnswer[], GitError>> {
    const files = await this.#files(revision);
    return files.ok ? ok(paths.map((path) => read(files.value, path))) : files;
  }

  async list(revision: string, path: string, options: { readonly recursive: boolean }): Promise<Result<ListAnswer, GitError>> {
    const files = await this.#files(revision);
    return files.ok ? ok(list(files.value, path, options.recursive)) : files;
  }

  /** Its time is not known: nothing in an artifact has to tell it. */
  async commit(id: string): Promise<Result<Commit, GitError>> {
    const files = await this.#files(id);
    const who = { name: '', email: '', at: 0 };
    return files.ok ? ok({ id, tree: id, parents: [], author: who, committer: who, message: '' }) : files;
  }

  async resolve({ commit = '' }: GitRef): Promise<Result<GitRevision, GitError>> {
    const files = await this.#files(commit);
    return files.ok ? ok({ commit, tree: commit, name: `sha256:${commit}`, ref: 'artifact' }) : files;
  }

  keep(): Promise<Result<void, GitError>> {
    return Promise.resolve(ok(undefined));
  }

  log(): Promise<Result<readonly Commit[], GitError>> {
    return Promise.resolve(ok([]));
  }
}

const below = (folder: string): string => (folder === '' ? '' : `${folder}/`);

function read(files: FileMap, path: string): FileAnswer {
  const bytes = files.get(path);
  if (bytes !== undefined) return fileFound(idOf(bytes), bytes);
  const listed = list(files, path, false);
  return listed === null ? { found: 'nothing' } : { found: 'directory', id: listed.id };
}

function list(files: FileMap, folder: string, recursive: boolean): ListAnswer {
  const prefix = below(folder);
  const entries = new Map<string, TreeEntry>();
  for (const [path, bytes] of files) {
    if (!path.startsWith(prefix)) continue;
    const parts = path.slice(prefix.length).split('/');
    for (let depth = 1; depth < parts.length && (recursive || depth === 1); depth++) {
      const name = parts.slice(0, depth).join('/');
      entries.set(name, { path: name, type: 'directory', id: `directory:${name}` });
    }
    const name = parts.join('/');
    if (recursive || parts.length === 1) entries.set(name, { path: name, type: 'file', id: idOf(bytes), size: bytes.length });
  }
  if (entries.size === 0 && folder !== '') return null;
  const sorted = [...entries.values()].sort((a, b) => compareStrings(a.path, b.path));
  return { id: idOf(sorted.map(({ path, id }) => `${path} ${id}`).join('\n')), entries: sorted };
}
