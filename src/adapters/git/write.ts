/**
 * Commits made from files, pushed to the remote: no work tree, nothing of a repository is ever checked out. The change is whole files, so when somebody
 * else pushed first it is simply put on top of what is there now.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TreeEntry } from '../../core/ask/index.ts';
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

interface Index {
  readonly store: MirrorStore;
  readonly environment: Readonly<Record<string, string>>;
  readonly idLength: number;
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
    const lines = await indexLines(change, { store, environment, idLength: parent?.length ?? 40 });
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

/** What a path of the index holds. */
interface Held {
  readonly mode: string;
  readonly blob: string;
}

/** Paths of one call: below what a command line takes. */
const chunk = 100;

async function heldBy(paths: readonly string[], index: Index): Promise<Result<ReadonlyMap<string, Held>, GitError>> {
  const found = new Map<string, Held>();
  const environment = { ...index.environment, GIT_LITERAL_PATHSPECS: '1' };
  for (let at = 0; at < paths.length; at += chunk) {
    const listed = await index.store.git(['ls-files', '-s', '-z', '--', ...paths.slice(at, at + chunk)], { environment });
    if (!listed.ok) return listed;
    for (const line of listed.value.stdout.split('\0')) {
      const [, mode = '', blob = '', path = ''] = /^(\d+) (\w+) \d\t([^]*)$/.exec(line) ?? [];
      if (path !== '') found.set(path, { mode, blob });
    }
  }
  return ok(found);
}

const bare = (id: string): string => id.slice(id.indexOf(':') + 1);

/** Lines for `update-index`, when everything is as it is expected to be. */
async function indexLines({ files, expected }: GitChange, index: Index): Promise<Result<string, GitError>> {
  const held = await heldBy([...new Set([...files.keys(), ...(expected?.keys() ?? [])])], index);
  if (!held.ok) return held;
  let lines = '';
  for (const [path, content] of files) {
    const before = held.value.get(path);
    const wanted = await blobOf(content, index.store);
    if (!wanted.ok) return wanted;
    const { blob, mode = before?.mode ?? '100644' } = wanted.value;
    const expects = expected?.get(path);
    if (expects !== undefined && (before?.blob ?? null) !== blob && (before?.blob ?? null) !== (expects === null ? null : bare(expects)))
      return err({ code: 'ContentMoved', message: `${path} was changed by somebody else meanwhile` });
    lines += blob === null ? `0 ${'0'.repeat(index.idLength)}\t${path}\0` : `${mode} ${blob}\t${path}\0`;
  }
  return ok(lines);
}

async function blobOf(
  content: string | Uint8Array | TreeEntry | null,
  store: MirrorStore,
): Promise<Result<{ readonly blob: string | null; readonly mode?: string }, GitError>> {
  if (content === null) return ok({ blob: null });
  if (typeof content === 'object' && 'type' in content) {
    const mode = content.type === 'symlink' ? '120000' : content.executable === true ? '100755' : '100644';
    return ok({ blob: bare(content.id), mode });
  }
  const blob = await line(store.git(['hash-object', '-w', '--stdin', '--no-filters'], { input: content as string | Uint8Array }));
  return blob.ok ? ok({ blob: blob.value }) : blob;
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
