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
  return { negated, directoriesOnly, parts: anchored ? parts : ['**', ...parts] };
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
    (pattern) => (type === 'directory' || !pattern.directoriesOnly) && matchParts(pattern.parts, parts),
  );
  return last !== undefined && !last.negated;
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
