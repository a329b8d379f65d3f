/** Paths are relative, `/`-separated, without `.`, `..`, empty parts or a leading `/`; the root is the empty string. */

/**
 * The clean form of a path as people write it; undefined when it leaves the tree, is absolute, or holds a NUL or a backslash
 * (which other systems read as a separator).
 */
export const cleanPath = (path: string): string | undefined => joinPath('', path);

/** `path` seen from the folder `base` (a clean path); undefined when it leaves the tree. */
export function joinPath(base: string, path: string): string | undefined {
  if (path.startsWith('/') || path.includes('\\') || path.includes('\0')) return undefined;
  const parts = base === '' ? [] : base.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** The folder a clean path lies in. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The last part of a clean path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
