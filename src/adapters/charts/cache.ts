/**
 * Archives, manifests and indexes on disk. What is named by a digest is checked when it is read, so that a damaged file is fetched again instead of being
 * used. Files are written beside and renamed, so that a crash leaves no half of one.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IndexStore, StoredIndex } from '../helm-repo/index.ts';
import type { Clock } from '../../ports/index.ts';

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const digestForm = /^sha256:([0-9a-f]{64})$/;

export class ChartCache implements IndexStore {
  readonly #folder: string;
  readonly #most: number;
  readonly #clock: Clock;
  #written = 0;

  /** `most`: bytes of archives that are kept; the ones not used for the longest time go first. */
  constructor(folder: string, options: { readonly most: number; readonly clock: Clock }) {
    this.#folder = folder;
    this.#most = options.most;
    this.#clock = options.clock;
  }

  #blob(digest: string): string | undefined {
    const hex = digestForm.exec(digest)?.[1];
    return hex === undefined ? undefined : join(this.#folder, 'blobs', hex);
  }

  /** Undefined when it is not here, or not what its name says. */
  async read(digest: string): Promise<Uint8Array | undefined> {
    const file = this.#blob(digest);
    const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined);
    if (file === undefined || bytes === undefined) return undefined;
    if (digestOf(bytes) !== digest) {
      await rm(file, { force: true });
      return undefined;
    }
    const now = this.#clock.now() / 1000;
    await utimes(file, now, now).catch(() => undefined);
    return bytes;
  }

  /** Returns the digest. */
  async write(bytes: Uint8Array): Promise<string> {
    const digest = digestOf(bytes);
    const file = this.#blob(digest) ?? '';
    await this.#replace(file, bytes);
    this.#written += bytes.length;
    if (this.#written > this.#most / 8) await this.#trim();
    return digest;
  }

  async #replace(file: string, content: Uint8Array | string): Promise<void> {
    await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
    const beside = `${file}.${randomBytes(6).toString('hex')}`;
    await writeFile(beside, content, { mode: 0o600 });
    await rename(beside, file);
  }

  async #trim(): Promise<void> {
    this.#written = 0;
    const folder = join(this.#folder, 'blobs');
    const names = await readdir(folder).catch(() => []);
    const files = await Promise.all(
      names.map(async (name) => {
        const found = await stat(join(folder, name)).catch(() => undefined);
        return { name, size: found?.size ?? 0, used: found?.mtimeMs ?? 0 };
      }),
    );
    let left = files.reduce((sum, { size }) => sum + size, 0);
    for (const { name, size } of files.toSorted((a, b) => a.used - b.used)) {
      if (left <= this.#most) return;
      await rm(join(folder, name), { force: true });
      left -= size;
    }
  }

  #index(url: string): string {
    return join(this.#folder, 'indexes', createHash('sha256').update(url).digest('hex'));
  }

  async get(url: string): Promise<StoredIndex | undefined> {
    try {
      const file = this.#index(url);
      const about = JSON.parse(await readFile(`${file}.json`, 'utf8')) as { digest?: string; etag?: string; lastModified?: string };
      const bytes = await readFile(file);
      if (digestOf(bytes) !== about.digest) return undefined;
      const { etag, lastModified } = about;
      return { bytes, ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) };
    } catch {
      return undefined;
    }
  }

  async put(url: string, { bytes, etag, lastModified }: StoredIndex): Promise<void> {
    const file = this.#index(url);
    await this.#replace(file, bytes);
    await this.#replace(`${file}.json`, JSON.stringify({ digest: digestOf(bytes), etag, lastModified }));
  }
}
