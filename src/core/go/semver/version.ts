/** Versions. Source: Masterminds/semver v3.5, version.go. */
import { err, ok, utf8Length, type Result } from '../../../std/index.ts';
import { compareStrings } from '../sort/index.ts';
import { numError, parseGoUint } from '../strconv/index.ts';

/** Numbers are bigint beyond 2^53. `original` is the text the version was read from. */
export interface Version {
  readonly major: number | bigint;
  readonly minor: number | bigint;
  readonly patch: number | bigint;
  /** Without the dash; empty for a release. */
  readonly prerelease: string;
  /** Without the plus. */
  readonly metadata: string;
  readonly original: string;
}

const maxLength = 256;
const maxUint64 = (1n << 64n) - 1n;

const tooLong = err(`version string is too long (max ${maxLength} bytes)`);
const invalid = err('invalid semantic version');
const startsWithZero = 'version segment starts with 0';

const strictPattern =
  /^v?(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:\.(0|[1-9]\d*))?(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;
const loosePattern =
  /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

export interface VersionReading {
  /** Whether numbers may start with zeros; `CoerceNewVersion`, on in Helm and sprig. Default true. */
  readonly coerce?: boolean;
  /** Whether the error says what is wrong; `DetailedNewVersionErrors`. Default true. Only without coercion. */
  readonly detailed?: boolean;
}

/** `NewVersion`: `v1.2`, `1`, `1.2.3-beta.1+build`; missing numbers are 0. */
export function parseVersion(text: string, reading: VersionReading = {}): Result<Version, string> {
  if (utf8Length(text) > maxLength) return tooLong;
  const isLoose = reading.coerce !== false;
  const match = (isLoose ? loosePattern : strictPattern).exec(text);
  if (match !== null) return versionOf(match, text, { mayStartWithZero: true });
  const loose = isLoose || reading.detailed === false ? null : loosePattern.exec(text);
  if (loose === null) return invalid;
  const detail = versionOf(loose, text, { mayStartWithZero: false });
  return detail.ok ? invalid : detail;
}

function versionOf(
  match: RegExpExecArray,
  original: string,
  { mayStartWithZero }: { readonly mayStartWithZero: boolean },
): Result<Version, string> {
  const [, major = '0', minor = '0', patch = '0', prerelease = '', metadata = ''] = match;
  const numbers: (number | bigint)[] = [];
  for (const segment of [major, minor, patch]) {
    if (!mayStartWithZero && segment.length > 1 && segment.startsWith('0')) return err(startsWithZero);
    const { value, error } = parseGoUint(segment);
    if (error !== '') return err(`error parsing version segment: ${numError('ParseUint', segment, error)}`);
    numbers.push(value);
  }
  const wrong = (prerelease === '' ? '' : prereleaseProblem(prerelease)) || (metadata === '' ? '' : metadataProblem(metadata));
  if (wrong !== '') return err(wrong);
  const [a = 0, b = 0, c = 0] = numbers;
  return ok({ major: a, minor: b, patch: c, prerelease, metadata, original });
}

/** `StrictNewVersion`: exactly what the specification allows. */
export function parseStrictVersion(text: string): Result<Version, string> {
  if (text === '') return err('version string empty');
  if (utf8Length(text) > maxLength) return tooLong;
  const match = /^([^.]*)\.([^.]*)\.([^]*)$/.exec(text);
  if (match === null) return invalid;
  const [, major = '', minor = '', rest = ''] = match;
  const [beforeMetadata, metadata] = cut(rest, '+');
  if (metadata !== undefined && metadataProblem(metadata) !== '') return err(metadataProblem(metadata));
  const [patch, prerelease] = cut(beforeMetadata, '-');
  if (prerelease !== undefined && prereleaseProblem(prerelease) !== '') return err(prereleaseProblem(prerelease));
  const numbers: (number | bigint)[] = [];
  for (const part of [major, minor, patch]) {
    if (/[^0-9]/.test(part)) return err('invalid characters in version');
    if (part.length > 1 && part.startsWith('0')) return err(startsWithZero);
  }
  for (const part of [major, minor, patch]) {
    const { value, error } = parseGoUint(part);
    if (error !== '') return err(numError('ParseUint', part, error));
    numbers.push(value);
  }
  const [a = 0, b = 0, c = 0] = numbers;
  return ok({ major: a, minor: b, patch: c, prerelease: prerelease ?? '', metadata: metadata ?? '', original: text });
}

function cut(text: string, separator: string): readonly [before: string, after: string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** What is wrong with a pre-release, or nothing. */
export function prereleaseProblem(text: string): string {
  for (const part of text.split('.')) {
    if (!/^[0-9A-Za-z-]+$/.test(part)) return 'invalid prerelease string';
    if (/^0[0-9]+$/.test(part)) return startsWithZero;
  }
  return '';
}

/** What is wrong with build metadata, or nothing. */
export const metadataProblem = (text: string): string =>
  text.split('.').every((part) => /^[0-9A-Za-z-]+$/.test(part)) ? '' : 'invalid metadata string';

/** `New`: a version of its parts; `original` is its text. */
export function newVersion(parts: Omit<Version, 'original'>): Version {
  return { ...parts, original: versionString(parts) };
}

/** `Version.String`: all three numbers, never a `v`. */
export function versionString(version: Omit<Version, 'original'>): string {
  const { major, minor, patch, prerelease, metadata } = version;
  return `${major}.${minor}.${patch}${prerelease === '' ? '' : `-${prerelease}`}${metadata === '' ? '' : `+${metadata}`}`;
}

const renamed = (version: Version, from: Version): Version => ({
  ...version,
  original: (from.original.startsWith('v') ? 'v' : '') + versionString(version),
});

/** `IncMajor`, `IncMinor`, `IncPatch`; the patch of a pre-release is its release. Fails where Go panics: past 64 bits. */
export function incrementVersion(version: Version, part: 'major' | 'minor' | 'patch'): Result<Version, string> {
  const release = { ...version, prerelease: '', metadata: '' };
  if (part === 'patch' && version.prerelease !== '') return ok(renamed(release, version));
  const next = BigInt(version[part]) + 1n;
  if (next > maxUint64) return err(`${part} version increment would overflow uint64`);
  const value = Number.isSafeInteger(Number(next)) ? Number(next) : next;
  const zeros = part === 'major' ? { minor: 0, patch: 0 } : part === 'minor' ? { patch: 0 } : {};
  return ok(renamed({ ...release, ...zeros, [part]: value }, version));
}

/** `SetPrerelease`; the empty text removes it. */
export function withPrerelease(version: Version, prerelease: string): Result<Version, string> {
  const wrong = prerelease === '' ? '' : prereleaseProblem(prerelease);
  return wrong === '' ? ok(renamed({ ...version, prerelease }, version)) : err(wrong);
}

/** `SetMetadata`; the empty text removes it. */
export function withMetadata(version: Version, metadata: string): Result<Version, string> {
  const wrong = metadata === '' ? '' : metadataProblem(metadata);
  return wrong === '' ? ok(renamed({ ...version, metadata }, version)) : err(wrong);
}

/** `Version.Compare`: -1, 0, 1. Metadata does not count. */
export function compareVersions(a: Version, b: Version): -1 | 0 | 1 {
  return compareNumbers(a.major, b.major) || compareNumbers(a.minor, b.minor) || compareNumbers(a.patch, b.patch) || compareReleases(a, b);
}

const compareNumbers = (a: number | bigint, b: number | bigint): -1 | 0 | 1 => (a < b ? -1 : a > b ? 1 : 0);

function compareReleases(a: Version, b: Version): -1 | 0 | 1 {
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === '') return 1;
  return b.prerelease === '' ? -1 : comparePrereleases(a.prerelease, b.prerelease);
}

/** Part by part: fewer parts first, numbers before words. */
export function comparePrereleases(a: string, b: string): -1 | 0 | 1 {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareParts(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  if (a === '') return -1;
  if (b === '') return 1;
  const left = parseGoUint(a);
  const right = parseGoUint(b);
  if (left.error !== '' && right.error !== '') return compareStrings(a, b) > 0 ? 1 : -1;
  if (right.error !== '') return -1;
  if (left.error !== '') return 1;
  return left.value > right.value ? 1 : -1;
}
