/** Bare repositories on disk: made from a folder, and their refs compared before and after a push. */
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from './git.ts';

/** Bytes that one push may send. */
const LARGEST_PUSH = 256 * 1024 * 1024;

const AUTHOR = { name: 'Lockstep', email: 'lockstep@localhost' };

/**
 * Makes the bare repository `path` with one commit of everything in `folder` (files that its `.gitignore` names are left out).
 * Does nothing when the repository is there. It appears whole or not at all.
 */
export async function createRepository(path: string, folder: string, { message }: { readonly message: string }): Promise<void> {
  if (await exists(path)) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = await mkdtemp(join(dirname(path), '.new-'));
  try {
    await git(['init', '--quiet', '--bare', '--initial-branch=main', draft], { repository: draft });
    await configure(draft);
    await commitFolder(draft, folder, message);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Pushing is allowed, hooks and automatic gc are not: a gc in the middle of a push would hold it up. */
async function configure(repository: string): Promise<void> {
  const settings = {
    'http.receivepack': 'true',
    'receive.maxInputSize': String(LARGEST_PUSH),
    'receive.fsckObjects': 'true',
    'gc.auto': '0',
  };
  for (const [name, value] of Object.entries(settings)) await git(['config', name, value], { repository });
}

async function commitFolder(repository: string, folder: string, message: string): Promise<void> {
  const index = { GIT_INDEX_FILE: join(repository, 'import-index') };
  await git(['--work-tree', folder, 'add', '--all', '.'], { repository, env: { ...index, GIT_WORK_TREE: folder } });
  const tree = await git(['write-tree'], { repository, env: index });
  const who = {
    GIT_AUTHOR_NAME: AUTHOR.name,
    GIT_AUTHOR_EMAIL: AUTHOR.email,
    GIT_COMMITTER_NAME: AUTHOR.name,
    GIT_COMMITTER_EMAIL: AUTHOR.email,
  };
  const commit = await git(['commit-tree', tree, '-m', message], { repository, env: who });
  await git(['update-ref', 'refs/heads/main', commit], { repository });
  await rm(join(repository, 'import-index'), { force: true });
}

/** Branches and tags by name. */
export async function readRefs(repository: string): Promise<ReadonlyMap<string, string>> {
  const text = await git(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags'], { repository });
  const lines = text === '' ? [] : text.split('\n');
  return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]));
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
