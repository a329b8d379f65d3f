/**
 * Differences that stay, each with the heading of `docs/cluster-differences.md` that gives the reason. A row must match every differing leaf of
 * an answer; anything beside it is a difference that nobody explained.
 */
import type { Sent } from './generator.ts';

interface Explained {
  readonly reason: string;
  readonly matches: (sent: Sent | undefined, lines: readonly string[]) => boolean;
}

const rows: readonly Explained[] = [];

/** The heading that explains these differing leaves, or undefined. */
export const explanationOf = (sent: Sent | undefined, lines: readonly string[]): string | undefined =>
  rows.find(({ matches }) => matches(sent, lines))?.reason;
