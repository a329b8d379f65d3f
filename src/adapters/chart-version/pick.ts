/** Versions by range. Source: Helm 4 pkg/repo/v1/index.go (Get), pkg/registry/tag.go. */
import { compareVersions, parseConstraints, parseVersion, type Version } from '../../core/go/semver/index.ts';
import { err, ok, type Result } from '../../std/index.ts';

/** Sorted, the newest first; what is no version is last, in the order given. */
export function newestFirst<T>(items: readonly T[], versionOf: (item: T) => string): T[] {
  const parsed = items.map((item) => {
    const version = parseVersion(versionOf(item));
    return { item, version: version.ok ? version.value : undefined };
  });
  const compare = (a: Version | undefined, b: Version | undefined): number =>
    a === undefined || b === undefined ? Number(a === undefined) - Number(b === undefined) : compareVersions(b, a);
  return parsed.toSorted((a, b) => compare(a.version, b.version)).map(({ item }) => item);
}

/** Whether the text names one version and no range. */
export const isExact = (text: string): boolean => /^v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]*)?$/.test(text);

/**
 * The first of `items` (the newest first) that is meant by `want`: the one written exactly so, else the newest in the range. Absent: the newest that is
 * no prerelease. Undefined: none; an error: the range cannot be read.
 */
export function pickVersion<T>(
  items: readonly T[],
  versionOf: (item: T) => string,
  want: string | undefined,
): Result<T | undefined, string> {
  const text = want === undefined || want === '' ? '*' : want;
  const exact = items.find((item) => versionOf(item) === text);
  if (exact !== undefined) return ok(exact);
  const range = parseConstraints(text);
  if (!range.ok) return err(`${JSON.stringify(text)} is no version and no range: ${range.error}`);
  return ok(
    items.find((item) => {
      const version = parseVersion(versionOf(item));
      return version.ok && range.value.check(version.value);
    }),
  );
}
