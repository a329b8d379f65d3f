/** What is rehearsed: a repository, a clone or any folder, at one revision, as a mirror that nothing is written to. */
import { execFile } from 'node:child_process';
import { mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { importFolder } from '../../githost/index.ts';
import type { GitError, GitMirror, GitMirrors, GitRef, GitRevision } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';

export interface Origin {
  /** What people call it. */
  readonly name: string;
  /** Addresses under which Sources may name it; the first one is what bootstrap Sources say. */
  readonly urls: readonly string[];
  readonly mirror: GitMirror;
  readonly revision: GitRevision;
  /** How the revision is shown. */
  readonly label: string;
  /** Answers for tags and commits; absent when nothing is known but the one revision. */
  readonly history?: GitMirror;
}

export interface OriginChoice {
  /** URL or folder. */
  readonly target: string;
  /** Absent: the folder as it is now, or the default branch. */
  readonly rev?: string;
  readonly cwd: string;
  /** An empty folder for copies. */
  readonly scratch: string;
  /** More addresses under which Sources name it. */
  readonly aliases: readonly string[];
}

const execute = promisify(execFile);
const isUrl = (target: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(target) || /^[^/\\\s]+@[^/\\\s]+:/.test(target);

/** The error is a sentence for a person. */
export async function openOrigin(choice: OriginChoice, mirrors: GitMirrors): Promise<Result<Origin, string>> {
  if (isUrl(choice.target)) return remote(choice, mirrors);
  const folder = resolve(choice.cwd, choice.target);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) return err(`${choice.target} is neither a folder nor the URL of a repository`);
  const real = await realpath(folder);
  const clone = await topOf(real);
  if (choice.rev !== undefined && clone === undefined)
    return err(`${choice.target} is not in a Git clone, so it has no revision ${choice.rev}`);
  return clone !== undefined && choice.rev !== undefined
    ? committed({ ...choice, rev: choice.rev }, { folder: real, top: clone }, mirrors)
    : asItIs(choice, { folder: real, top: clone }, mirrors);
}

const git = async (args: readonly string[]): Promise<string> =>
  (await execute('git', [...args], { maxBuffer: 64 << 20, encoding: 'utf8' })).stdout.trim();

const topOf = (folder: string): Promise<string | undefined> =>
  git(['-C', folder, 'rev-parse', '--show-toplevel']).then(
    (top) => realpath(top),
    () => undefined,
  );

/** A branch, a tag, a commit: whichever the remote has under that name. */
async function remote({ target, rev, aliases }: OriginChoice, mirrors: GitMirrors): Promise<Result<Origin, string>> {
  const opened = await mirrors.open({ url: target });
  if (!opened.ok) return err(`${target}: ${opened.error.message}`);
  const tries: GitRef[] =
    rev === undefined ? [{}] : [{ branch: rev }, { tag: rev }, ...(/^[0-9a-f]{7,64}$/.test(rev) ? [{ commit: rev }] : [])];
  let failure: GitError | undefined;
  for (const ref of tries) {
    const found = await opened.value.fetch(ref);
    if (found.ok) {
      const name = basename(target).replace(/\.git$/, '');
      const { value: mirror } = opened;
      return ok({ name, urls: [target, ...aliases], mirror, revision: found.value, label: found.value.name, history: mirror });
    }
    failure ??= found.error;
  }
  return err(`${target}: ${failure?.message ?? 'nothing found'}${rev === undefined ? '' : ` (looked for branch, tag and commit ${rev})`}`);
}

interface Place {
  readonly folder: string;
  /** Top of the clone it is in. */
  readonly top: string | undefined;
}

/** One revision of a clone, or of a folder in it. */
async function committed(
  choice: OriginChoice & { readonly rev: string },
  place: Place,
  mirrors: GitMirrors,
): Promise<Result<Origin, string>> {
  const top = place.top ?? place.folder;
  const commit = await git(['-C', top, 'rev-parse', '--verify', '--end-of-options', `${choice.rev}^{commit}`]).catch(() => undefined);
  if (commit === undefined) return err(`${top} has no revision ${choice.rev}`);
  const label = choice.rev === commit ? commit.slice(0, 12) : `${choice.rev} (${commit.slice(0, 12)})`;
  const inside = relative(top, place.folder);
  if (inside === '') return opened(choice, { place, url: pathToFileURL(top).href, ref: { commit }, label }, mirrors);
  const tree = await git(['-C', top, 'rev-parse', '--verify', '--end-of-options', `${commit}:${inside}`]).catch(() => undefined);
  if (tree === undefined) return err(`${choice.rev} has no folder ${inside}`);
  const copy = join(choice.scratch, `${commit}.git`);
  await borrow(copy, { top, tree, message: `${inside} at ${commit}` });
  return opened(choice, { place, url: pathToFileURL(copy).href, ref: { branch: 'main' }, label }, mirrors);
}

/** A repository of one commit whose content is a tree of another repository, without copying it. */
async function borrow(copy: string, from: { readonly top: string; readonly tree: string; readonly message: string }): Promise<void> {
  await git(['init', '--quiet', '--bare', '--initial-branch=main', copy]);
  const objects = await git(['-C', from.top, 'rev-parse', '--git-path', 'objects']);
  await mkdir(join(copy, 'objects/info'), { recursive: true });
  await writeFile(join(copy, 'objects/info/alternates'), `${resolve(from.top, objects)}\n`);
  const who = ['-c', 'user.name=Lockstep', '-c', 'user.email=lockstep@localhost', '-c', 'commit.gpgSign=false'];
  const commit = await git([...who, '-C', copy, 'commit-tree', from.tree, '-m', from.message]);
  await git(['-C', copy, 'update-ref', 'refs/heads/main', commit]);
}

/** What is in the folder now, changes not committed yet included. */
async function asItIs(choice: OriginChoice, place: Place, mirrors: GitMirrors): Promise<Result<Origin, string>> {
  const copy = join(choice.scratch, 'folder.git');
  await importFolder(copy, place.folder, { message: 'what is in the folder now' });
  return opened(choice, { place, url: pathToFileURL(copy).href, ref: { branch: 'main' }, label: 'what is in the folder now' }, mirrors);
}

interface Wanted {
  readonly place: Place;
  readonly url: string;
  readonly ref: GitRef;
  readonly label: string;
}

async function opened(choice: OriginChoice, { place, url, ref, label }: Wanted, mirrors: GitMirrors): Promise<Result<Origin, string>> {
  const mirror = await mirrors.open({ url });
  if (!mirror.ok) return err(mirror.error.message);
  const revision = await mirror.value.fetch(ref);
  if (!revision.ok) return err(revision.error.message);
  const { folder, top } = place;
  const remotes = top === folder ? await remotesOf(folder) : [];
  const history = top === folder ? await mirrors.open({ url: pathToFileURL(folder).href }) : undefined;
  const urls = [...choice.aliases, ...remotes, `https://git.invalid/${basename(folder)}.git`];
  const kept = history?.ok === true ? { history: history.value } : {};
  return ok({ name: basename(folder), urls, mirror: mirror.value, revision: revision.value, label, ...kept });
}

/** Where the clone was cloned from: under that address its own Sources name it. Credentials in it are nobody's business here. */
async function remotesOf(folder: string): Promise<readonly string[]> {
  const text = await git(['-C', folder, 'config', '--get-regexp', '^remote\\..*\\.url$']).catch(() => '');
  return text
    .split('\n')
    .map((line) => line.slice(line.indexOf(' ') + 1))
    .filter((url) => isUrl(url))
    .map((url) => url.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1'));
}
