/** Pages of ordered things: a cursor that holds its place while things move, and a bound on the bytes of an answer. */
import type { Level } from '../../api/http/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { badInput, type Refused } from '../http/refused.ts';
import type { Rank } from './ordered.ts';

/** A page stays below 50 KB with what is around its items. */
export const PAGE_BYTES = 46_000;

export const writeCursor = (rank: Rank): string => Buffer.from(JSON.stringify(rank)).toString('base64url');

export function readCursor(cursor: string | undefined): Result<Rank | undefined, Refused> {
  if (cursor === undefined || cursor === '') return ok(undefined);
  try {
    const rank: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(rank) && rank.length <= 8 && rank.every((part) => typeof part === 'string' || typeof part === 'number'))
      return ok(rank as Rank);
  } catch {
    // Not written by us.
  }
  return err(badInput({ field: 'cursor', message: 'is not a cursor of this list', hint: 'pass `next` of the page before' }));
}

export const noCounts = (): Record<Level, number> => ({ broken: 0, attention: 0, moving: 0, paused: 0, fine: 0 });
