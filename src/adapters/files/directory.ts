/** A directory on disk as a tree of files, for `lockstep plan ./dir` and for tests: the same answers a Git tree gives. */
import { createHash } from 'node:crypto';
import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileFound, type FileAnswer, type ListAnswer, type TreeEntry } from '../../core/ask/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { compareBytes, followLink, mostLinks, pathParts } from './safe-path.ts';

export interface FilesError {
  readonly code: 'Unreadable' | 'TooManyFiles';
  /** A sentence that names the path relative to the directory. */
  readonly message: string;
}

export interface FilesLimits {
  /** Bytes of one file. Default 50 MiB. */
  readonly fileSize?: number;
  /** Entries of one listing. Default 100,000. */
  readonly entries?: number;
}

export interface DirectoryTree {
  readMany(paths: readonly string[]): Promise<Result<readonly FileAnswer[], FilesError>>;
  list(path: string, options: { readonly recursive: boolean }): Promise<Result<ListAnswer, FilesError>>;
}

const defaultFileSize = 50 * 1024 * 1024;
const defaultEntries = 100_000;
const atOnce = 32;

class ListingTooLarge extends Error {}

interface Place {
  readonly parts: readonly string[];
  readonly stats: Stats;
}

/** Opens `root`; nothing is read yet. `.git` is never shown. Reads go to the disk each time, so one tree should serve one render. */
export function openDirectory(root: string, limits: FilesLimits = {}): DirectoryTree {
  const disk = new Disk(root, limits.fileSize ?? defaultFileSize, limits.entries ?? defaultEntries);
  return {
    readMany: (paths) => guarded(() => inBatches(paths, (path) => disk.read(path))),
    list: (path, options) => guarded(() => disk.list(path, options.recursive)),
  };
}

class Disk {
  readonly #root: string;
  readonly #fileSize: number;
  readonly #entries: number;

  constructor(root: string, fileSize: number, entries: number) {
    this.#root = root;
    this.#fileSize = fileSize;
    this.#entries = entries;
  }

  async read(path: string): Promise<FileAnswer> {
    const place = await this.#locate(path);
    if (place === null) return { found: 'nothing' };
    if ('outside' in place) return { found: 'outside', target: place.outside };
    if (place.stats.isDirectory()) return { found: 'directory', id: digest(place.parts.join('/')) };
    if (!place.stats.isFile()) return { found: 'nothing' };
    if (place.stats.size > this.#fileSize) return { found: 'tooLarge', size: place.stats.size, limit: this.#fileSize };
    const bytes = await readFile(this.#absolute(place.parts));
    return fileFound(digest(bytes), bytes);
  }

  async list(path: string, recursive: boolean): Promise<ListAnswer> {
    const place = await this.#locate(path);
    if (place === null || 'outside' in place || !place.stats.isDirectory()) return null;
    const entries: TreeEntry[] = [];
    await this.#collect(place.parts, '', { recursive, entries });
    entries.sort((left, right) => compareBytes(left.path, right.path));
    return { id: digest(entries.map((entry) => `${entry.path}\0${entry.type}\0${entry.id}`).join('\n')), entries };
  }

  async #collect(
    parts: readonly string[],
    prefix: string,
    into: { readonly recursive: boolean; readonly entries: TreeEntry[] },
  ): Promise<void> {
    const children = (await readdir(this.#absolute(parts), { withFileTypes: true })).filter((child) => child.name !== '.git');
    if (into.entries.length + children.length > this.#entries)
      throw new ListingTooLarge(`more than ${this.#entries} files under ${parts.join('/') || '.'}`);
    into.entries.push(...(await inBatches(children, (child) => this.#entry(parts, `${prefix}${child.name}`, child))));
    if (!into.recursive) return;
    for (const child of children) {
      if (child.isDirectory()) await this.#collect([...parts, child.name], `${prefix}${child.name}/`, into);
    }
  }

  async #entry(parent: readonly string[], path: string, child: Dirent): Promise<TreeEntry> {
    const place = this.#absolute([...parent, child.name]);
    if (child.isDirectory()) return { path, type: 'directory', id: digest(path) };
    if (child.isSymbolicLink()) return { path, type: 'symlink', id: digest(await readlink(place)) };
    const stats = await lstat(place);
    const executable = (stats.mode & 0o100) !== 0;
    if (!stats.isFile() || stats.size > this.#fileSize) {
      return { path, type: 'file', id: digest(`${stats.size}:${stats.mtimeMs}`), size: stats.size, executable };
    }
    return { path, type: 'file', id: digest(await readFile(place)), size: stats.size, executable };
  }

  /** Walks part by part, following links only inside the root. */
  async #locate(path: string): Promise<Place | { readonly outside: string } | null> {
    let rest = pathParts(path);
    if (rest === null) return { outside: path };
    let done: readonly string[] = [];
    let stats = await statOf(await this.#realRoot());
    for (let links = 0; rest.length > 0;) {
      const [head, ...tail]: readonly string[] = rest;
      if (head === undefined || head === '.git' || stats === null || !stats.isDirectory()) return null;
      stats = await statOf(this.#absolute([...done, head]));
      if (stats?.isSymbolicLink() !== true) {
        done = [...done, head];
        rest = tail;
        continue;
      }
      if (++links > mostLinks) return null;
      const target = await readlink(this.#absolute([...done, head]));
      rest = followLink(done, target, tail);
      if (rest === null) return { outside: target };
      done = [];
      stats = await statOf(await this.#realRoot());
    }
    return stats === null ? null : { parts: done, stats };
  }

  /** The directory the user named may itself be a link; that one is trusted. */
  async #realRoot(): Promise<string> {
    return realpath(this.#root);
  }

  #absolute(parts: readonly string[]): string {
    return join(this.#root, ...parts);
  }
}

async function statOf(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null;
    throw error;
  }
}

async function guarded<T>(run: () => Promise<T>): Promise<Result<T, FilesError>> {
  try {
    return ok(await run());
  } catch (error) {
    if (error instanceof ListingTooLarge) return err({ code: 'TooManyFiles', message: error.message });
    return err({ code: 'Unreadable', message: error instanceof Error ? error.message : String(error) });
  }
}

async function inBatches<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += atOnce) results.push(...(await Promise.all(items.slice(at, at + atOnce).map(run))));
  return results;
}

const digest = (content: string | Uint8Array): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;
