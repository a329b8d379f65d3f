/** Files of one tree: paths are resolved here, object by object, so that no path and no link of a repository can lead anywhere else. */
import { LRUCache } from 'lru-cache';
import { fileFound, type FileAnswer, type ListAnswer, type TreeEntry } from '../../core/ask/index.ts';
import { compareBytes, followLink, mostLinks, pathParts } from '../files/index.ts';
import { parseTree, TreeObject, type TreeItem } from './objects.ts';
import type { GitObject } from './cat-file-output.ts';
import type { ObjectReader } from './reader.ts';

/** An object that a tree names is not there: the mirror is damaged. */
export class ObjectMissing extends Error {}

/** A listing, or an object that is needed to find one, is over the limits. */
export class TooLarge extends Error {}

export interface TreeLimits {
  /** Bytes of one file. */
  readonly fileSize: number;
  /** Entries of one recursive listing. */
  readonly entries: number;
}

type Place = { readonly item: TreeItem } | { readonly outside: string } | null;

/** As the longest path of any system. */
const longestLink = 4096;

/** Entries kept over all trees of a mirror; trees are named by their content, so nothing ever goes stale. */
const mostCachedItems = 200_000;

interface Walk {
  readonly rest: readonly string[];
  readonly done: readonly string[];
  readonly at: TreeItem;
  readonly links: number;
}

export class TreeReader {
  readonly #reader: ObjectReader;
  readonly #limits: TreeLimits;
  readonly #trees = new LRUCache<string, TreeObject>({ maxSize: mostCachedItems, sizeCalculation: (tree) => tree.items.length + 1 });

  constructor(reader: ObjectReader, limits: TreeLimits) {
    this.#reader = reader;
    this.#limits = limits;
  }

  /** Answers in the order of `paths`; objects that many paths need are read once, and everything of one depth together. */
  async readMany(root: string, paths: readonly string[]): Promise<readonly FileAnswer[]> {
    const places = await this.#locateAll(root, paths);
    const blobs = new Map<string, FileAnswer>();
    for (const place of places)
      if (place !== null && 'item' in place && place.item.type === 'file') blobs.set(place.item.id, { found: 'nothing' });
    await this.#readBlobs(blobs);
    return places.map((place): FileAnswer => {
      if (place === null || ('item' in place && place.item.type === 'submodule')) return { found: 'nothing' };
      if ('outside' in place) return { found: 'outside', target: place.outside };
      if (place.item.type === 'directory') return { found: 'directory', id: prefixed(place.item.id) };
      return blobs.get(place.item.id) ?? { found: 'nothing' };
    });
  }

  async list(root: string, path: string, recursive: boolean): Promise<ListAnswer> {
    const [place] = await this.#locateAll(root, [path]);
    if (place === null || place === undefined || !('item' in place) || place.item.type !== 'directory') return null;
    const entries: TreeEntry[] = [];
    let level: readonly { readonly prefix: string; readonly id: string }[] = [{ prefix: '', id: place.item.id }];
    while (level.length > 0) {
      const trees = await this.#treesOf(level.map(({ id }) => id));
      const next: { prefix: string; id: string }[] = [];
      for (const [index, { prefix }] of level.entries()) {
        for (const item of trees[index]?.items ?? []) {
          entries.push(entryOf(prefix, item));
          if (recursive && item.type === 'directory') next.push({ prefix: `${prefix}${item.name}/`, id: item.id });
        }
        if (entries.length > this.#limits.entries)
          throw new TooLarge(`more than ${this.#limits.entries} files under ${path === '' ? '.' : path}`);
      }
      level = next;
    }
    entries.sort((left, right) => compareBytes(left.path, right.path));
    return { id: prefixed(place.item.id), entries };
  }

  async #locateAll(root: string, paths: readonly string[]): Promise<readonly Place[]> {
    const places: Place[] = Array.from<Place>({ length: paths.length }).fill(null);
    const top: TreeItem = { name: '', type: 'directory', executable: false, id: root };
    let walks: (Walk & { readonly index: number })[] = [];
    for (const [index, path] of paths.entries()) {
      const parts = pathParts(path);
      if (parts === null) places[index] = { outside: path };
      else walks.push({ index, rest: parts, done: [], at: top, links: 0 });
    }
    while (walks.length > 0) {
      const moved = await this.#stepAll(walks, top);
      walks = [];
      for (const { index, result } of moved) {
        if (result === null || !('rest' in result)) places[index] = result;
        else walks.push({ index, ...result });
      }
    }
    return places;
  }

  /** Moves every walk one part further. */
  async #stepAll(
    walks: readonly (Walk & { readonly index: number })[],
    top: TreeItem,
  ): Promise<readonly { readonly index: number; readonly result: Walk | Place }[]> {
    const open = walks.filter((walk) => walk.rest.length > 0 && walk.at.type === 'directory');
    const trees = await this.#treesOf(open.map((walk) => walk.at.id));
    const treeOf = new Map(open.map((walk, index) => [walk.index, trees[index]]));
    const results: { index: number; result: Walk | Place }[] = [];
    for (const walk of walks) {
      const found = treeOf.get(walk.index)?.find(walk.rest[0] ?? '');
      results.push({ index: walk.index, result: await this.#step(walk, found, top) });
    }
    return results;
  }

  async #step(walk: Walk, found: TreeItem | undefined, top: TreeItem): Promise<Walk | Place> {
    if (walk.rest.length === 0) return { item: walk.at };
    if (found === undefined) return null;
    const [head = '', ...rest] = walk.rest;
    if (found.type !== 'symlink') return { rest, done: [...walk.done, head], at: found, links: walk.links };
    if (walk.links >= mostLinks) return null;
    const target = await this.#linkTarget(found.id);
    const parts = followLink(walk.done, target, rest);
    return parts === null ? { outside: target } : { rest: parts, done: [], at: top, links: walk.links + 1 };
  }

  async #linkTarget(id: string): Promise<string> {
    const [link] = await this.#reader.contents([id]);
    const bytes = contentOf(link, id);
    if (bytes.length > longestLink) throw new TooLarge(`the symbolic link ${id} is longer than ${longestLink} bytes`);
    return Buffer.from(bytes).toString('utf8');
  }

  async #treesOf(ids: readonly string[]): Promise<readonly TreeObject[]> {
    const known = new Map<string, TreeObject>();
    for (const id of ids) {
      const tree = this.#trees.get(id);
      if (tree !== undefined) known.set(id, tree);
    }
    const missing = [...new Set(ids)].filter((id) => !known.has(id));
    const objects = missing.length === 0 ? [] : await this.#reader.contents(missing);
    for (const [index, id] of missing.entries()) {
      const tree = new TreeObject(parseTree(contentOf(objects[index], id), id.length / 2));
      known.set(id, tree);
      this.#trees.set(id, tree);
    }
    return ids.map((id) => known.get(id) ?? new TreeObject([]));
  }

  /** Sizes first, so that a huge file costs a line and not its bytes. */
  async #readBlobs(blobs: Map<string, FileAnswer>): Promise<void> {
    const ids = [...blobs.keys()];
    const infos = await this.#reader.info(ids);
    const small: { readonly id: string; readonly size: number }[] = [];
    for (const [index, id] of ids.entries()) {
      const info = infos[index];
      if (info === null || info === undefined) throw new ObjectMissing(`the file ${id} is missing`);
      if (info.size > this.#limits.fileSize) blobs.set(id, { found: 'tooLarge', size: info.size, limit: this.#limits.fileSize });
      else small.push({ id, size: info.size });
    }
    const contents = await this.#reader.contents(
      small.map(({ id }) => id),
      small.map(({ size }) => size),
    );
    for (const [index, { id }] of small.entries()) blobs.set(id, fileFound(prefixed(id), contentOf(contents[index], id)));
  }
}

function contentOf(object: GitObject | null | undefined, id: string): Uint8Array {
  if (object === null || object === undefined) throw new ObjectMissing(`the object ${id} is missing`);
  if (object.bytes === undefined) throw new TooLarge(`the ${object.type} ${id} is too large to be read (${object.size} bytes)`);
  return object.bytes;
}

const prefixed = (id: string): string => `${id.length === 64 ? 'git-sha256' : 'sha1'}:${id}`;

const entryOf = (prefix: string, item: TreeItem): TreeEntry => ({
  path: prefix + item.name,
  type: item.type,
  id: prefixed(item.id),
  ...(item.executable && { executable: true }),
});
