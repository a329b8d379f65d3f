/** Text differences for people: what `diff -u` prints. */
import { createTwoFilesPatch } from 'diff';

export interface UnifiedOptions {
  /** Names of the two sides. */
  readonly from: string;
  readonly to: string;
  /** Lines around a change. Default 3. */
  readonly context?: number;
  /** Above this many changed lines the texts are shown as one replacement: finding the smallest difference would take too long. Default 2000. */
  readonly maxEditLength?: number;
}

/** The unified difference of two texts; empty when they are the same. */
export function unifiedDiff(before: string, after: string, options: UnifiedOptions): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(options.from, options.to, before, after, undefined, undefined, {
    context: options.context ?? 3,
    maxEditLength: options.maxEditLength ?? 2000,
  });
  return patch === undefined ? replacement(before, after, options) : patch.slice(patch.indexOf('---'));
}

function replacement(before: string, after: string, options: UnifiedOptions): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  const range = (lines: readonly string[]): string => `${lines.length === 0 ? 0 : 1},${lines.length}`;
  const header = [`--- ${options.from}`, `+++ ${options.to}`, `@@ -${range(old)} +${range(now)} @@`];
  return `${[...header, ...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)].join('\n')}\n`;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
