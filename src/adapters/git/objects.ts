/** Git objects as values: trees and commits read from their bytes. */
import type { TreeEntry } from '../../core/ask/index.ts';
import type { Commit } from '../../ports/index.ts';

export interface TreeItem {
  readonly name: string;
  readonly type: TreeEntry['type'];
  readonly executable: boolean;
  readonly id: string;
}

const decoder = new TextDecoder('utf-8');

/** One folder. Large ones are searched by name many times, so they get an index with the first search. */
export class TreeObject {
  readonly items: readonly TreeItem[];
  #byName: ReadonlyMap<string, TreeItem> | undefined;

  constructor(items: readonly TreeItem[]) {
    this.items = items;
  }

  find(name: string): TreeItem | undefined {
    if (this.items.length <= 16) return this.items.find((item) => item.name === name);
    this.#byName ??= new Map(this.items.map((item) => [item.name, item]));
    return this.#byName.get(name);
  }
}

/** Entries in the order of the tree, which is the byte order of names with folders counted as `name/`. @throws Error when the bytes are no tree. */
export function parseTree(bytes: Uint8Array, idLength: number): readonly TreeItem[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items: TreeItem[] = [];
  for (let at = 0; at < buffer.length;) {
    const space = buffer.indexOf(0x20, at);
    const zero = buffer.indexOf(0, space);
    if (space < 0 || zero < 0 || zero + 1 + idLength > buffer.length) throw new Error('a tree object is damaged');
    const mode = buffer.toString('latin1', at, space);
    const id = buffer.toString('hex', zero + 1, zero + 1 + idLength);
    items.push({ name: decoder.decode(buffer.subarray(space + 1, zero)), type: typeOf(mode), executable: mode === '100755', id });
    at = zero + 1 + idLength;
  }
  return items;
}

function typeOf(mode: string): TreeEntry['type'] {
  if (mode === '40000' || mode === '040000') return 'directory';
  if (mode === '120000') return 'symlink';
  return mode === '160000' ? 'submodule' : 'file';
}

/** A commit or tag object taken apart: headers, message. Header values keep their continuation lines, joined by line breaks. */
function parseHeaders(bytes: Uint8Array): { readonly headers: readonly (readonly [string, string])[]; readonly message: string } {
  const text = decoder.decode(bytes);
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const headers: [string, string][] = [];
  for (const line of head.split('\n')) {
    const last = headers.at(-1);
    if (line.startsWith(' ') && last !== undefined) last[1] += `\n${line.slice(1)}`;
    else headers.push([line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]);
  }
  return { headers, message: end < 0 ? '' : text.slice(end + 2) };
}

export function parseCommit(id: string, bytes: Uint8Array): Commit {
  const { headers, message } = parseHeaders(bytes);
  const all = (name: string): readonly string[] => headers.filter(([key]) => key === name).map(([, value]) => value);
  return {
    id,
    tree: all('tree')[0] ?? '',
    parents: all('parent'),
    author: person(all('author')[0]),
    committer: person(all('committer')[0]),
    message,
  };
}

/** `at` in milliseconds since the epoch. */
function person(line = ''): Commit['author'] {
  const match = /^(.*?) ?<([^>]*)> (-?\d+)/s.exec(line);
  if (match === null) return { name: line, email: '', at: 0 };
  return { name: match[1] ?? '', email: match[2] ?? '', at: Number(match[3]) * 1000 };
}
