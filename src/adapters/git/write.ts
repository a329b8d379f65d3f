/**
 * Commits made from files, pushed to the remote: no work tree, nothing of a repository is ever checked out. The change is whole files, so when somebody
 * else pushed first it is simply put on top of what is there now.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitChange, GitError, GitRevision, GitWritten } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { checkRefName } from './names.ts';
import type { Remote } from './remote.ts';
import type { MirrorStore } from './store.ts';

/** Attempts after others pushed in between (S7). */
const mostRebases = 3;

export interface WriteParts {
  readonly store: MirrorStore;
  readonly remote: Remote;
  /** Fetches the branch. */
  readonly head: () => Promise<Result<GitRevision, GitError>>;
  readonly signal?: AbortSignal;
}

export async function writeChange(change: GitChange, parts: WriteParts): Promise<Result<GitWritten, GitError>> {
  const branch = checkRefName(change.branch);
  if (!branch.ok) return branch;
  const wrong = [...change.files.keys()].find((path) => !isSafePath(path));
  if (wrong !== undefined) return err({ code: 'GitFailed', message: `${JSON.stringify(wrong)} is not a path inside the repository` });
  for (let attempt = 0; ; attempt += 1) {
    const written = await writeOnce(change, parts);
    if (written.ok || written.error.code !== 'PushRejected' || attempt >= mostRebases) return written;
    const moved = await parts.head();
    // The branch stands where it stood: it is the server's rules that refuse, and no second attempt helps.
    if (moved.ok && moved.value.commit === written.error.parent) return written;
  }
}

type Refused = GitError & { readonly parent?: string };

async function writeOnce(change: GitChange, parts: WriteParts): Promise<Result<GitWritten, Refused>> {
  const head = await headOf(parts);
  if (!head.ok) return head;
  const parent = head.value?.commit;
  const made = await parts.store.exclusively(() => makeCommit(change, parent, parts.store));
  if (!made.ok) return made;
  if (made.value === parent) return ok({ commit: made.value, changed: false });
  const target = { commit: made.value, branch: change.branch, ...(parts.signal !== undefined && { signal: parts.signal }) };
  const pushed = await parts.remote.push(parts.store.directory, target);
  if (pushed.ok) return ok({ commit: made.value, changed: true });
  return err({ ...pushed.error, ...(parent !== undefined && { parent }) });
}

/** Undefined for a repository without any commit: the change is its first. */
async function headOf({ head, remote, signal }: WriteParts): Promise<Result<GitRevision | undefined, GitError>> {
  const found = await head();
  if (found.ok) return found;
  if (found.error.code !== 'RefNotFound' && found.error.code !== 'EmptyRepository') return found;
  const refs = await remote.refs([], signal);
  if (!refs.ok) return refs;
  return refs.value.length === 0 ? ok(undefined) : found;
}

/** The id of a commit that has the change; `parent` itself when it has it already. */
async function makeCommit(change: GitChange, parent: string | undefined, store: MirrorStore): Promise<Result<string, GitError>> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-index-'));
  const environment = { GIT_INDEX_FILE: join(folder, 'index') };
  try {
    const read = await store.git(['read-tree', parent ?? '--empty'], { environment });
    if (!read.ok) return read;
    const lines = await indexLines(change.files, { store, idLength: parent?.length ?? 40 });
    if (!lines.ok) return lines;
    const updated = await store.git(['update-index', '-z', '--index-info'], { environment, input: lines.value });
    if (!updated.ok) return updated;
    const tree = await line(store.git(['write-tree'], { environment }));
    if (!tree.ok) return tree;
    const before = parent === undefined ? null : (await store.resolveNames([`${parent}^{tree}`]))[0];
    return before === tree.value && parent !== undefined ? ok(parent) : await commitTree(change, tree.value, { parent, store });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function indexLines(
  files: GitChange['files'],
  { store, idLength }: { readonly store: MirrorStore; readonly idLength: number },
): Promise<Result<string, GitError>> {
  let lines = '';
  for (const [path, content] of files) {
    if (content === null) {
      lines += `0 ${'0'.repeat(idLength)}\t${path}\0`;
      continue;
    }
    const blob = await line(store.git(['hash-object', '-w', '--stdin', '--no-filters'], { input: content }));
    if (!blob.ok) return blob;
    lines += `100644 ${blob.value}\t${path}\0`;
  }
  return ok(lines);
}

function commitTree(
  { author, message }: GitChange,
  tree: string,
  { parent, store }: { readonly parent: string | undefined; readonly store: MirrorStore },
): Promise<Result<string, GitError>> {
  const date = `${Math.floor(author.at / 1000)} +0000`;
  const environment = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
  const args = ['commit-tree', '--no-gpg-sign', ...(parent === undefined ? [] : ['-p', parent]), '-F', '-', tree];
  return line(store.git(args, { environment, input: message }));
}

async function line(run: ReturnType<MirrorStore['git']>): Promise<Result<string, GitError>> {
  const result = await run;
  return result.ok ? ok(result.value.stdout.trim()) : result;
}

/** Git itself refuses these in a checkout; here nothing is checked out, so they are refused before they are written. */
function isSafePath(path: string): boolean {
  if (path === '' || path.length > 4096 || path.includes('\0')) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
}
