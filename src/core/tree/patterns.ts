/**
 * Patterns in .gitignore syntax (git: Documentation/gitignore.adoc, wildmatch.c). Matching walks path parts and characters with one remembered
 * star each, so that its cost is the product of the two lengths at worst, whatever the pattern.
 */
import { compileGlob, matchGlob, type Glob } from './glob.ts';

/** One part of a pattern: `**` or a glob over one path part. */
type Part = '**' | Glob;

interface Pattern {
  /** A later `!pattern` takes back what an earlier one selected. */
  readonly negated: boolean;
  readonly directoriesOnly: boolean;
  readonly parts: readonly Part[];
  /** Parts after the last `**`: they have to be the last of a path. Undefined: there is no `**`. */
  readonly tail: number | undefined;
}

export interface Patterns {
  readonly patterns: readonly Pattern[];
}

/** Compiles a file's worth of patterns, one per line. Blank lines and lines starting with `#` say nothing. */
export const compilePatterns = (text: string): Patterns => ({
  patterns: text
    .split('\n')
    .map(compileLine)
    .filter((pattern) => pattern !== undefined),
});

function compileLine(line: string): Pattern | undefined {
  let text = trimEnd(line.endsWith('\r') ? line.slice(0, -1) : line);
  if (text === '' || text.startsWith('#')) return undefined;
  const negated = text.startsWith('!');
  if (negated) text = text.slice(1);
  const directoriesOnly = text.endsWith('/');
  if (directoriesOnly) text = text.slice(0, -1);
  if (text === '') return undefined;
  // A slash at the start or in the middle anchors the pattern; without one it matches at any depth.
  const anchored = text.includes('/');
  const parts = (text.startsWith('/') ? text.slice(1) : text).split('/').map((part): Part => (part === '**' ? '**' : compileGlob(part)));
  return { negated, directoriesOnly, ...withTail(anchored ? parts : ['**', ...parts]) };
}

function withTail(parts: readonly Part[]): Pick<Pattern, 'parts' | 'tail'> {
  const last = parts.lastIndexOf('**');
  return { parts, tail: last === -1 ? undefined : parts.length - 1 - last };
}

/** Trailing spaces do not count unless the last one is escaped. */
function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ' && line[end - 2] !== '\\') end -= 1;
  return line.slice(0, end);
}

/**
 * Whether the patterns select a path. As in git, what lies in a selected folder is selected, and cannot be taken back by a later `!pattern`
 * for the file alone.
 */
export function matchesPatterns(patterns: Patterns, path: string, type: 'file' | 'directory'): boolean {
  if (patterns.patterns.length === 0 || path === '') return false;
  const parts = path.split('/');
  for (let depth = 1; depth < parts.length; depth++) if (selects(patterns, parts.slice(0, depth), 'directory')) return true;
  return selects(patterns, parts, type);
}

/** The last pattern that matches decides. */
function selects(patterns: Patterns, parts: readonly string[], type: 'file' | 'directory'): boolean {
  const last = patterns.patterns.findLast(
    (pattern) => (type === 'directory' || !pattern.directoriesOnly) && matchesPattern(pattern, parts),
  );
  return last !== undefined && !last.negated;
}

/** Most patterns are decided by the last part alone; a deep path is looked at whole only where that fits. */
function matchesPattern({ parts, tail }: Pattern, path: readonly string[]): boolean {
  const fixed = tail ?? parts.length;
  if (tail === undefined ? path.length !== fixed : path.length < fixed) return false;
  for (let back = 1; back <= fixed; back += 1) {
    const part = parts[parts.length - back];
    if (part === undefined || part === '**' || !matchGlob(part, path[path.length - back] ?? '')) return false;
  }
  return parts.length - fixed <= 1 || matchParts(parts, path);
}

function matchParts(pattern: readonly Part[], path: readonly string[]): boolean {
  let p = 0;
  let i = 0;
  let star = -1;
  let resume = 0;
  while (i < path.length) {
    const part = pattern[p];
    if (part === '**') {
      star = p++;
      resume = i;
      // A trailing `/**` selects everything inside, but not the folder itself.
      if (p === pattern.length) return true;
    } else if (part !== undefined && matchGlob(part, path[i] ?? '')) {
      p++;
      i++;
    } else if (star >= 0) {
      p = star + 1;
      i = ++resume;
    } else return false;
  }
  return p === pattern.length;
}
