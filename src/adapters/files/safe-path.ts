/** Paths inside a tree: what a request may name, and where a symbolic link leads. Shared by directories on disk and Git trees. */

/** The parts of a relative path, or null when it is absolute, leaves the tree, or cannot name a file. The empty path is the root. */
export function pathParts(path: string): readonly string[] | null {
  if (path === '') return [];
  if (path.startsWith('/') || path.includes('\0')) return null;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else parts.push(part);
  }
  return parts;
}

/** Where a link at `parent` (parts of its directory) with `target` leads, followed by `rest`; null when that is outside the tree. */
export function followLink(parent: readonly string[], target: string, rest: readonly string[]): readonly string[] | null {
  if (target === '' || target.startsWith('/')) return null;
  return pathParts([...parent, target, ...rest].join('/'));
}

/** As the kernel's limit on links in one path. */
export const mostLinks = 40;

/** Order of the UTF-8 bytes, which is Git's and the order of listings; UTF-16 order differs beyond the basic plane. */
export function compareBytes(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) {
    const difference = codePointRank(left.charCodeAt(at)) - codePointRank(right.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Halves of a pair stand for code points above every single unit. */
const codePointRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x8000 : unit);
