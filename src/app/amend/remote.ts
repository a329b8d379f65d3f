/** A branch of a repository elsewhere: read through a mirror, written by one commit on top, never over somebody else's work. */
import type { FileChange } from '../../core/amend/index.ts';
import type { GitError, GitMirror, GitMirrors, GitRef, GitRepository } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { type Committed, type CommitWish, isConfiguration, largestFile, type Repository } from './repository.ts';

export interface RemoteChoice {
  readonly repository: GitRepository;
  readonly ref: GitRef;
  readonly author: { readonly name: string; readonly email: string };
}

const batch = 500;

/** The error is a sentence for a person. */
export async function openRemote(mirrors: GitMirrors, choice: RemoteChoice): Promise<Result<Repository, string>> {
  const { repository, ref } = choice;
  const opened = await mirrors.open(repository);
  if (!opened.ok) return err(told(opened.error));
  const head = await opened.value.fetch(ref);
  if (!head.ok) return err(`${repository.url}: ${told(head.error)}`);
  const { commit, ref: found } = head.value;
  const branch = /^refs\/heads\/(.+)$/.exec(found)?.[1];
  const read = await readFiles(opened.value, commit);
  if (!read.ok) return err(told(read.error));
  const { texts, ids } = read.value;
  return ok({
    name: `${repository.url} at ${head.value.name}`,
    files: { paths: [...texts.keys()].toSorted(), read: (path) => texts.get(path) },
    commit: (changes, wish) => commitOn(opened.value, changes, { ...wish, ids, base: branch, author: choice.author }),
  });
}

interface Read {
  readonly texts: ReadonlyMap<string, string>;
  readonly ids: ReadonlyMap<string, string>;
}

async function readFiles(mirror: GitMirror, commit: string): Promise<Result<Read, GitError>> {
  const listed = await mirror.list(commit, '', { recursive: true });
  if (!listed.ok) return listed;
  const entries = (listed.value?.entries ?? []).filter(
    ({ path, type, size }) => type === 'file' && isConfiguration(path) && (size ?? 0) <= largestFile,
  );
  const texts = new Map<string, string>();
  for (let at = 0; at < entries.length; at += batch) {
    const some = entries.slice(at, at + batch);
    const read = await mirror.readMany(
      commit,
      some.map(({ path }) => path),
    );
    if (!read.ok) return read;
    for (const [index, answer] of read.value.entries()) if (answer.found === 'file') texts.set(some[index]?.path ?? '', answer.text);
  }
  return ok({ texts, ids: new Map(entries.map(({ path, id }) => [path, id])) });
}

interface CommitPlace extends CommitWish {
  readonly ids: ReadonlyMap<string, string>;
  readonly base: string | undefined;
  readonly author: RemoteChoice['author'];
}

async function commitOn(mirror: GitMirror, changes: readonly FileChange[], place: CommitPlace): Promise<Result<Committed, string>> {
  const { message, branch, base, ids, author } = place;
  if (base === undefined) return err('it follows a tag or a commit, not a branch; name a clone with --repo DIR');
  const written = await mirror.write({
    branch: branch ?? base,
    ...(branch === undefined ? {} : { from: base }),
    files: new Map(changes.map(({ path, after }) => [path, after])),
    expected: new Map(changes.map(({ path }) => [path, ids.get(path) ?? null])),
    message,
    author: { ...author, at: Date.now() },
  });
  if (written.ok) return ok({ commit: written.value.commit, branch: branch ?? base, pushed: true });
  const refused = written.error.code === 'PushRejected' && branch === undefined;
  return err(`${told(written.error)}${refused ? '; propose it on a branch of its own with --branch NAME' : ''}`);
}

function told({ message, hint, code }: GitError): string {
  const help = code === 'AuthenticationFailed' ? 'or name a clone with --repo DIR, which pushes with your own credentials' : undefined;
  return [message, hint, help].filter((part) => part !== undefined).join('; ');
}
