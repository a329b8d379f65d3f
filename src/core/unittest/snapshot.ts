/** Snapshots of a suite file: what was there, what is there now. Source: helm-unittest pkg/unittest/snapshot/cache.go. */
import { err, ok, type Result } from '../../std/index.ts';
import { getKey, isObject, type Json, mapValues, record } from '../object/index.ts';
import { decode, encode, goYamlV3, type Variant } from '../yaml/index.ts';

const snapshotYaml: Variant = Object.freeze({ ...goYamlV3, indent: 2 });

function withoutLeadingNewlines(value: Json): Json {
  if (typeof value === 'string') return value.replace(/^\n+/, '');
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutLeadingNewlines);
  return isObject(value) ? (mapValues(value as { readonly [key: string]: Json }, withoutLeadingNewlines) as Json) : value;
}

/** A value as snapshots and failures show it. */
export const shownYaml = (value: Json): string => encode(withoutLeadingNewlines(value), { variant: snapshotYaml });

export interface Compared {
  readonly passed: boolean;
  readonly index: number;
  readonly cached: string;
  readonly current: string;
}

type Entries = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** The file's snapshots by test and number. */
export function parseSnapshots(text: string): Result<Entries, string> {
  const decoded = decode(text, { variant: goYamlV3 });
  if (!decoded.ok) return { ok: false, error: decoded.error.message };
  const tests = new Map<string, Map<number, string>>();
  if (!isObject(decoded.value)) return ok(tests);
  for (const test of Object.keys(decoded.value)) {
    const entries = getKey(decoded.value, test);
    if (!isObject(entries)) continue;
    const snapshots = new Map<number, string>();
    for (const [index, snapshot] of Object.entries(entries)) {
      if (typeof snapshot === 'object' && snapshot !== null) return err(`snapshot ${index} of ${JSON.stringify(test)} is no text`);
      snapshots.set(Number(index), String(snapshot));
    }
    tests.set(test, snapshots);
  }
  return ok(tests);
}

export class SnapshotCache {
  private readonly cached: Entries;
  private readonly isUpdating: boolean;
  private readonly current = new Map<string, Map<number, string>>();
  updated = 0;
  inserted = 0;
  total = 0;

  constructor(cached: Entries, isUpdating: boolean) {
    this.cached = cached;
    this.isUpdating = isUpdating;
  }

  /** `check` takes the place of the comparison; it says whether the text passes. */
  compare(test: string, index: number, content: Json, check?: (text: string) => boolean): Compared {
    this.total++;
    const current = shownYaml(content);
    const cached = this.cached.get(test)?.get(index);
    if (cached === undefined) this.inserted++;
    const isEqual = check === undefined ? cached === undefined || cached === current : check(current);
    if (check === undefined && !isEqual) this.updated++;
    const entries = this.current.get(test) ?? new Map<number, string>();
    entries.set(index, this.isUpdating || cached === undefined ? current : cached);
    this.current.set(test, entries);
    return { passed: this.isUpdating || isEqual, index, cached: cached ?? '', current };
  }

  get failed(): number {
    return this.isUpdating ? 0 : this.updated;
  }

  /** Snapshots nothing was compared with. */
  get vanished(): number {
    let count = 0;
    for (const [test, entries] of this.cached) for (const index of entries.keys()) if (this.current.get(test)?.has(index) !== true) count++;
    return count;
  }

  /** The new content of the file, when there is any. */
  toWrite(): string | undefined {
    if (!(this.isUpdating && this.updated > 0) && this.inserted === 0 && this.vanished === 0) return undefined;
    const tests = [...this.current].map(([test, entries]): [string, Json] => [
      test,
      record([...entries].map(([index, text]): [string, Json] => [String(index), text])) as Json,
    ]);
    const text = encode(record(tests) as Json, { variant: snapshotYaml });
    return text.replaceAll(/^( {2})"(\d+)":/gm, '$1$2:');
  }
}
