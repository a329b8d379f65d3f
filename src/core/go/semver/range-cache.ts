/** Ranges and versions that were read before: charts ask the same question in every template. */
import { type Result, ok } from '../../../std/index.ts';
import { type Constraints, parseConstraints } from './constraint.ts';
import { parseVersion, type Version } from './version.ts';

const maxCached = 1000;

/** Holds at most 1,000 texts of each kind, then starts anew. */
export class RangeCache {
  readonly #ranges = new Map<string, Result<Constraints, string>>();
  readonly #versions = new Map<string, Result<Version, string>>();

  /** Whether the version satisfies the range; the range's error comes first. */
  check(range: string, version: string): Result<boolean, string> {
    const constraints = remembered(this.#ranges, range, parseConstraints);
    if (!constraints.ok) return constraints;
    const parsed = remembered(this.#versions, version, parseVersion);
    return parsed.ok ? ok(constraints.value.check(parsed.value)) : parsed;
  }
}

function remembered<T>(known: Map<string, T>, text: string, read: (text: string) => T): T {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= maxCached) known.clear();
  const made = read(text);
  known.set(text, made);
  return made;
}
