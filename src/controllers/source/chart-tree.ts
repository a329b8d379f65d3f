/**
 * A chart of a repository as a revision that Apps read, in the shape Git revisions have: the archive is one file of a tree, named after the chart. It is
 * read from the cache of charts for each render, so that a thousand Apps hold no archive in memory.
 */
import { constants, gunzipSync } from 'node:zlib';
import { type FileAnswer, fileFound, type ListAnswer } from '../../core/ask/index.ts';
import type { Charts, Commit, GitError, GitRef, GitRevision } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { RevisionReader } from './heads.ts';

/** The path under which the archive of a chart is found. */
export const archivePath = (chart: string): string => `${chart}.tgz`;

export class ChartTree implements RevisionReader {
  readonly #charts: Charts;
  readonly #chart: string;

  constructor(charts: Charts, chart: string) {
    this.#charts = charts;
    this.#chart = chart;
  }

  /** `revision`: the hexadecimal digits of its sha256. */
  async #archive(revision: string): Promise<Result<Uint8Array, GitError>> {
    const kept = await this.#charts.kept(`sha256:${revision}`);
    if (!kept.ok) return err({ code: 'Corrupt', message: kept.error.message });
    if (kept.value !== undefined) return ok(kept.value);
    return err({ code: 'Corrupt', message: `the archive of ${this.#chart} is not in the cache any more and is fetched again` });
  }

  async readMany(revision: string, paths: readonly string[]): Promise<Result<readonly FileAnswer[], GitError>> {
    const archive = await this.#archive(revision);
    if (!archive.ok) return archive;
    const file = fileFound(`sha256:${revision}`, archive.value);
    return ok(
      paths.map((path) =>
        path === archivePath(this.#chart) ? file : path === '' ? { found: 'directory', id: `sha256:${revision}` } : { found: 'nothing' },
      ),
    );
  }

  async list(revision: string, path: string): Promise<Result<ListAnswer, GitError>> {
    if (path !== '') return Promise.resolve(ok(null));
    const archive = await this.#archive(revision);
    if (!archive.ok) return archive;
    const id = `sha256:${revision}`;
    return ok({ id, entries: [{ path: archivePath(this.#chart), type: 'file', id, size: archive.value.length }] });
  }

  /** Its time is the one its files carry: part of the content, so that a restart renders the same (S12). */
  async commit(id: string): Promise<Result<Commit, GitError>> {
    const archive = await this.#archive(id);
    if (!archive.ok) return archive;
    const who = { name: '', email: '', at: timeIn(archive.value) };
    return ok({ id, tree: id, parents: [], author: who, committer: who, message: '' });
  }

  async resolve({ commit = '' }: GitRef): Promise<Result<GitRevision, GitError>> {
    const archive = await this.#archive(commit);
    return archive.ok ? ok({ commit, tree: commit, name: `sha256:${commit}`, ref: `chart/${this.#chart}` }) : archive;
  }

  /** What is in use is used again and again, which keeps it in the cache. */
  keep(): Promise<Result<void, GitError>> {
    return Promise.resolve(ok(undefined));
  }

  log(): Promise<Result<readonly Commit[], GitError>> {
    return Promise.resolve(ok([]));
  }
}

/** The modification time of the first file, in milliseconds; 0 when it cannot be read. */
function timeIn(archive: Uint8Array): number {
  try {
    const start = gunzipSync(archive.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH });
    const seconds = Number.parseInt(start.subarray(136, 148).toString('latin1').replaceAll('\0', ''), 8);
    return Number.isFinite(seconds) ? seconds * 1000 : 0;
  } catch {
    return 0;
  }
}
