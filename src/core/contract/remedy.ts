/** The smallest change that would satisfy everybody: fewest Apps touched, and of equally many the one that touches the fewest others. */
import { compareVersions, incrementVersion, type Version, versionString } from '../go/semver/index.ts';
import { readVersion, satisfies } from './market.ts';

export interface Mismatch {
  readonly contract: string;
  readonly provider: string;
  readonly provided: string;
  /** What runs now, when it differs. */
  readonly before: string | undefined;
  /** Requirements that the provided version does not meet. */
  readonly unmet: readonly Wish[];
  /** Those that it meets. */
  readonly met: readonly Wish[];
}

export interface Wish {
  readonly consumer: string;
  readonly range: string;
}

/** The narrowest range that allows everything the old one did, and this version with what is compatible to it. */
export const widened = (range: string, version: string): string => `${range.trim()} || ^${version.replace(/^v/, '').replace(/\+.*$/, '')}`;

/** `change shop/web to require payments-api ">=2.1 <3 || ^3.0.0"; or let payments/api provide payments-api 2.4.0` */
export function remedyOf(mismatch: Mismatch): string {
  const { contract, provider, unmet, met, before, provided } = mismatch;
  const wishes = [...unmet, ...met];
  const best = bestVersion(wishes, mismatch);
  const widen = (all: readonly Wish[], version: string): string =>
    all.map(({ consumer, range }) => `${consumer} to require ${contract} "${widened(range, version)}"`).join(' and ');
  const all = `change ${widen(unmet, provided)}`;
  // The provider and those whom its other version would leave behind, against all who cannot live with this one.
  if (best === undefined || 1 + best.left.length > unmet.length) return all;
  const { version, left } = best;
  const keep = version === before ? `leave ${provider} at ${contract} ${version}` : `let ${provider} provide ${contract} ${version}`;
  const other = left.length === 0 ? keep : `${keep} and change ${widen(left, version)}`;
  return 1 + left.length < unmet.length ? `${other}; or ${all}` : `${all}; or ${other}`;
}

interface Candidate {
  readonly version: string;
  /** Requirements that it does not meet. */
  readonly left: readonly Wish[];
}

/** The version that most can live with: of equally good ones the one that runs, then the newest that the ranges themselves name or border on. */
function bestVersion(wishes: readonly Wish[], { before, provided }: Mismatch): Candidate | undefined {
  const judged = (version: string): Candidate => ({ version, left: wishes.filter(({ range }) => !satisfies(version, range)) });
  const named = wishes.flatMap(({ range }) => range.match(/\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?/g) ?? []);
  const sorted = (texts: readonly string[]): readonly Candidate[] =>
    texts
      .flatMap((text) => readVersion(text) ?? [])
      .toSorted((a, b) => compareVersions(b, a))
      .map((version) => judged(versionString(version)));
  const all = [...(before === undefined ? [] : [judged(before)]), ...sorted(named), ...sorted([...named, provided].flatMap(beside))];
  return all.reduce<Candidate | undefined>(
    (best, one) => (best === undefined || one.left.length < best.left.length ? one : best),
    undefined,
  );
}

/** Ranges are open at an end: `>2.1` is met by 2.1.1, not by 2.1, and `<3` by 2.0.0. */
function beside(text: string): readonly string[] {
  const version = readVersion(text);
  if (version === undefined) return [];
  const above = (['patch', 'minor', 'major'] as const).flatMap((part) => {
    const next = incrementVersion(version, part);
    return next.ok ? [versionString(next.value)] : [];
  });
  return [...above, ...below(version)];
}

/** With the last part that is not zero one less. */
function below(version: Version): readonly string[] {
  const [major, minor, patch] = [BigInt(version.major), BigInt(version.minor), BigInt(version.patch)];
  if (patch > 0n) return [`${major}.${minor}.${patch - 1n}`];
  if (minor > 0n) return [`${major}.${minor - 1n}.0`];
  return major > 0n ? [`${major - 1n}.0.0`] : [];
}
