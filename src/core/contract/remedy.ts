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

/** `set requires payments-api of shop/web to ">=2.1 <3 || ^3.0.0"; or let payments/api provide 2.4.0` */
export function remedyOf(mismatch: Mismatch): string {
  const { contract, provider, unmet } = mismatch;
  const widen = unmet
    .map(({ consumer, range }) => `${consumer} to require ${contract} "${widened(range, mismatch.provided)}"`)
    .join(' and ');
  const version = versionForAll(mismatch);
  if (version === undefined) return `change ${widen}`;
  const keep =
    version === mismatch.before ? `leave ${provider} at ${contract} ${version}` : `let ${provider} provide ${contract} ${version}`;
  return unmet.length > 1 ? `${keep}; or change ${widen}` : `change ${widen}; or ${keep}`;
}

/** The version that runs, when all can live with it; else the newest that the ranges themselves name or border on. */
function versionForAll({ before, provided, unmet, met }: Mismatch): string | undefined {
  const ranges = [...unmet, ...met].map(({ range }) => range);
  const fits = (version: string): boolean => ranges.every((range) => satisfies(version, range));
  if (before !== undefined && fits(before)) return before;
  const named = ranges.flatMap((range) => range.match(/\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?/g) ?? []);
  const newestOf = (texts: readonly string[]): Version | undefined =>
    texts
      .filter(fits)
      .flatMap((text) => readVersion(text) ?? [])
      .toSorted((a, b) => compareVersions(b, a))[0];
  const newest = newestOf(named) ?? newestOf([...named, provided].flatMap(beside));
  return newest === undefined ? undefined : versionString(newest);
}

/** Ranges are open at an end: `>2.1` is met by 2.1.1, not by 2.1. */
function beside(text: string): readonly string[] {
  const version = readVersion(text);
  return version === undefined
    ? []
    : (['patch', 'minor', 'major'] as const).flatMap((part) => {
        const next = incrementVersion(version, part);
        return next.ok ? [versionString(next.value)] : [];
      });
}
