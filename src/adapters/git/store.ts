/** One bare mirror on disk: its files, its reader, one writer at a time, and its repair when it is damaged. */
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock, GitError, Log } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { runGit, type GitProgram, type RunOptions, type RunResult } from './program.ts';
import { ObjectReader, ReaderFailed } from './reader.ts';
import { TooLarge, ObjectMissing, TreeReader, type TreeLimits } from './trees.ts';

const localTimeout = 120_000;
const movesPerRepack = 100;
/** Trees, commits and tags may be as large as this, whatever the limit for files is. */
const largestObject = 32 * 1024 * 1024;

export interface StorePorts {
  readonly program: GitProgram;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: TreeLimits;
}

export class MirrorStore {
  readonly directory: string;
  readonly reader: ObjectReader;
  readonly trees: TreeReader;
  readonly #ports: StorePorts;
  /** How often the mirror was replaced: tells damage that was already repaired from damage that was not. */
  generation = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #lastCommit = '';
  #moves = 0;

  constructor(directory: string, ports: StorePorts) {
    this.directory = directory;
    this.#ports = ports;
    this.reader = new ObjectReader(ports.program, {
      directory,
      clock: ports.clock,
      objectSize: Math.max(ports.limits.fileSize, largestObject),
    });
    this.trees = new TreeReader(this.reader, ports.limits);
  }

  /** Makes the mirror if it is not there and removes what a killed process left behind. */
  async prepare(): Promise<Result<void, GitError>> {
    try {
      await mkdir(dirname(this.directory), { recursive: true });
      await removeLocks(this.directory);
    } catch (error) {
      return err(fileError(error));
    }
    const made = await this.#init();
    if (made.ok || made.error.code !== 'Corrupt') return made;
    // The configuration of a mirror says nothing that is not made again.
    await rm(join(this.directory, 'config'), { force: true });
    return this.#init();
  }

  async #init(format: readonly string[] = []): Promise<Result<void, GitError>> {
    const args = ['init', '--quiet', '--bare', '--template=', ...format, '--', this.directory];
    const made = await runGit(this.#ports.program, args, { timeout: localTimeout });
    return made.ok ? ok(undefined) : made;
  }

  /** The remote names its objects by SHA-256: so must the mirror, which is only possible while it is empty. */
  async becomeSha256(): Promise<Result<void, GitError>> {
    const refs = await this.git(['for-each-ref', '--count=1', '--format=%(refname)']);
    if (!refs.ok) return refs;
    if (refs.value.stdout !== '')
      return err({
        code: 'GitFailed',
        message: 'the repository now names its objects by SHA-256, its mirror does not',
        hint: 'use another URL for it',
      });
    await this.reader.stop();
    await rm(this.directory, { recursive: true, force: true });
    return this.#init(['--object-format=sha256']);
  }

  /** Every fetch leaves loose objects or a pack; many of them make reading slow, so now and then they are joined. Nothing is dropped. */
  async fetched(commit: string): Promise<void> {
    if (commit === this.#lastCommit) return;
    this.#lastCommit = commit;
    if (++this.#moves % movesPerRepack === 0) await this.git(['repack', '-d', '--quiet', '--geometric=2']);
  }

  /** A local git command on this mirror. */
  git(
    args: readonly string[],
    options: Pick<RunOptions, 'accept' | 'signal' | 'input' | 'environment'> = {},
  ): Promise<Result<RunResult, GitError>> {
    return runGit(this.#ports.program, args, { timeout: localTimeout, directory: this.directory, ...options });
  }

  /** Writers take turns; readers need not wait, objects never change. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** The ids that expressions of our own making stand for; null for those that stand for nothing. */
  async resolveNames(names: readonly string[]): Promise<readonly (string | null)[]> {
    return (await this.reader.info(names)).map((object) => object?.id ?? null);
  }

  /** What the mirror's HEAD stands for: the default branch of the remote, once it was asked for. */
  async head(): Promise<string> {
    const text = await readFile(join(this.directory, 'HEAD'), 'utf8').catch(() => '');
    return text.replace(/^ref: /, '').trim();
  }

  async pointHead(ref: string): Promise<Result<void, GitError>> {
    if ((await this.head()) === ref) return ok(undefined);
    const pointed = await this.git(['symbolic-ref', 'HEAD', ref]);
    return pointed.ok ? ok(undefined) : pointed;
  }

  /** Removes what an interrupted fetch left: nothing refers to it, and on a full disk it is in the way. */
  async sweep(): Promise<void> {
    const packs = join(this.directory, 'objects/pack');
    const names = await readdir(packs).catch(() => []);
    await Promise.all(names.filter((name) => name.startsWith('tmp_')).map((name) => rm(join(packs, name), { force: true })));
  }

  /**
   * Puts a fresh mirror in the place of a damaged one, filled by `refill`. What the old one pinned is carried over as far as it can still be read.
   * When the remote is away, the damaged mirror stays: part of it is more than nothing.
   */
  async replace(refill: () => Promise<Result<void, GitError>>): Promise<Result<void, GitError>> {
    const { log } = this.#ports;
    log.warn('a mirror is damaged; cloning it again', { mirror: this.directory });
    this.generation++;
    const damaged = `${this.directory}.damaged`;
    const pinned = await this.git(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/lockstep/keep/']);
    await this.reader.stop();
    await rm(damaged, { recursive: true, force: true });
    await rename(this.directory, damaged).catch(() => undefined);
    const made = await this.prepare();
    const filled = made.ok ? await refill() : made;
    if (!filled.ok) {
      await this.reader.stop();
      await rm(this.directory, { recursive: true, force: true });
      await rename(damaged, this.directory).catch(() => undefined);
      return filled;
    }
    const lost = await this.#carryOver(damaged, pinned.ok ? pinned.value.stdout : '');
    if (lost.length > 0)
      log.error('revisions that were pinned are lost with the damaged mirror', { mirror: this.directory, lost: lost.join(' ') });
    await rm(damaged, { recursive: true, force: true });
    return ok(undefined);
  }

  async #carryOver(damaged: string, pinned: string): Promise<readonly string[]> {
    const lost: string[] = [];
    for (const line of pinned.split('\n').filter((text) => text !== '')) {
      const [id = '', ref = ''] = line.split(' ');
      const here = await this.git(['update-ref', ref, id]);
      if (here.ok && (await this.git(['rev-list', '--quiet', '--objects', '--end-of-options', id])).ok) continue;
      await this.git(['update-ref', '-d', ref]);
      const copied = await this.git([
        '-c',
        'protocol.file.allow=always',
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-write-fetch-head',
        '--',
        damaged,
        `+${ref}:${ref}`,
      ]);
      if (!copied.ok) lost.push(ref);
    }
    return lost;
  }

  close(): Promise<void> {
    return this.reader.stop();
  }
}

async function removeLocks(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const leftovers = names.filter((name) => name.endsWith('.lock') || /(^|\/)tmp_[^/]*$/.test(name));
  await Promise.all(leftovers.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}

function fileError(error: unknown): GitError {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' ? { code: 'DiskFull', message } : { code: 'GitFailed', message };
}

/** Runs a read; what it throws about the mirror becomes an error of the port. */
export async function guardRead<T>(read: () => Promise<T>): Promise<Result<T, GitError>> {
  try {
    return ok(await read());
  } catch (error) {
    if (error instanceof TooLarge) return err({ code: 'TooLarge', message: error.message });
    if (error instanceof ObjectMissing || error instanceof ReaderFailed) return err({ code: 'Corrupt', message: error.message });
    if (error instanceof Error && error.message === 'a tree object is damaged') return err({ code: 'Corrupt', message: error.message });
    throw error;
  }
}
