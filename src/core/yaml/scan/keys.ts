/**
 * Things that would be keys if `:` followed: at most one per flow level. Source of the rules: go-yaml scannerc.go, yaml_parser_*_simple_key.
 */
import type { Mark } from '../failure.ts';
import type { Cursor } from './cursor.ts';

/** A key without `?` ends on its line and within this many characters. */
export const longestKey = 1024;

/** One per level, used again and again. */
class PossibleKey implements Mark {
  index = 0;
  line = 0;
  column = 0;
  /** The number of the token it starts with. */
  token = 0;
  possible = false;
  /** Whether it must be a key, because nothing else may stand at its column. */
  required = false;
  /** Whether its token waits for what follows. Not any more once it has turned out to be an empty collection, as go-yaml happens to have it. */
  awaited = false;
}

export class PossibleKeys {
  private readonly cursor: Cursor;
  private readonly levels: PossibleKey[] = [new PossibleKey()];
  /** For each open flow collection the token that was last taken for a possible key in it, at first the collection's own. */
  private readonly lastTokens: number[] = [];
  /** From the number of a token to the level at which it may be a key; only for levels above 0. */
  private readonly levelOf = new Map<number, number>();
  level = 0;

  constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  /** The possible key of the current level. */
  get current(): PossibleKey {
    return this.levels[this.level] as PossibleKey;
  }

  /** Whether the token with this number may still become a key. */
  awaits(token: number): boolean {
    const first = this.levels[0] as PossibleKey;
    if (first.possible && first.token === token && first.awaited) return this.isPossible(first);
    if (this.levelOf.size === 0) return false;
    const level = this.levelOf.get(token);
    return level !== undefined && this.isPossible(this.levels[level] as PossibleKey);
  }

  isPossible(key: PossibleKey): boolean {
    if (!key.possible) return false;
    if (key.line === this.cursor.line && key.index + longestKey >= this.cursor.pos) return true;
    this.drop(key);
    return false;
  }

  /** Remembers what starts at `at` with the token of this number. The one before is gone: call `remove` first. */
  save(at: Mark, token: number, required: boolean): void {
    const key = this.current;
    key.index = at.index;
    key.line = at.line;
    key.column = at.column;
    key.token = token;
    key.possible = true;
    key.required = required;
    key.awaited = true;
    if (this.level === 0) return;
    this.levelOf.set(token, this.level);
    this.lastTokens[this.level - 1] = token;
  }

  /** What might have been a key on this level is none. */
  remove(): void {
    const key = this.current;
    if (key.possible) this.drop(key);
  }

  private drop(key: PossibleKey): void {
    if (key.required) this.cursor.fail("could not find expected ':'", key);
    this.use(key);
  }

  /** The key has become one. */
  use(key: PossibleKey): void {
    key.possible = false;
    if (this.levelOf.size > 0) this.levelOf.delete(key.token);
  }

  /** A flow collection starts with the token of this number. */
  open(token: number): void {
    this.level++;
    this.levels[this.level] ??= new PossibleKey();
    this.current.possible = false;
    this.lastTokens.push(token);
  }

  /** The innermost flow collection ends. */
  close(): void {
    if (this.level === 0) return;
    this.level--;
    const token = this.lastTokens.pop() as number;
    if (this.current.token === token) this.current.awaited = false;
    this.levelOf.delete(token);
  }
}
