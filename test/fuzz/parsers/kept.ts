/** Inputs that once broke a reader. Each is read again by `npm test`, so that it can break it only once. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from './target.ts';

export interface Kept {
  readonly target: string;
  /** What it did when it was found. */
  readonly was: string;
  /** Base64. */
  readonly input: string;
}

const file = join(import.meta.dirname, 'kept.json');

export const keptCases = (): readonly Kept[] => JSON.parse(readFileSync(file, 'utf8')) as readonly Kept[];

export function keep(found: readonly Kept[]): void {
  const known = keptCases();
  const fresh = found.filter(({ target, input }) => !known.some((each) => each.target === target && each.input === input));
  writeFileSync(file, `${JSON.stringify([...known, ...fresh], null, 2)}\n`);
}

/** What reading does wrong; undefined when it does well. */
export async function wrongWith(target: Target, bytes: Buffer): Promise<string | undefined> {
  try {
    await target.read(bytes);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const polluted = Object.keys(Object.prototype).length > 0 || Reflect.get({}, 'polluted') !== undefined;
  return polluted ? 'the prototype of all objects was changed' : undefined;
}

/** The kind of a crash: its message without what differs from input to input, and where it happened. */
export function kindOf(wrong: string): string {
  const [message = '', ...frames] = wrong.split('\n');
  const place = frames.find((frame) => /\/(src|node_modules)\//.test(frame)) ?? '';
  return `${message.replaceAll(/\d+|"[^"]*"|'[^']*'/g, '…').slice(0, 120)} ${/\(?([^/(]+\/[^/]+):\d+:\d+\)?$/.exec(place)?.[1] ?? ''}`.trim();
}
