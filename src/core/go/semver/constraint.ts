/** Version ranges. Source: Masterminds/semver v3.5, constraints.go. */
import { err, ok, utf8Length, type Result } from '../../../std/index.ts';
import { quote } from '../strconv/index.ts';
import { comparePrereleases, compareVersions, parseVersion, versionString, type Version } from './version.ts';

const maxLength = 512;
const maxGroups = 32;

/** One comparator such as `>=1.2`. */
export interface Comparator {
  readonly operator: string;
  /** The version as it was written. */
  readonly original: string;
  /** Missing and wildcard numbers are 0. */
  readonly version: Version;
  /** Whether any number is missing or a wildcard, and which one is the first of them. */
  readonly isDirty: boolean;
  readonly isMinorDirty: boolean;
  readonly isPatchDirty: boolean;
}

export interface CheckOptions {
  /** Lets pre-releases satisfy comparators that name none. */
  readonly includePrerelease?: boolean;
}

/** Groups of comparators; one group must hold entirely. */
export class Constraints {
  readonly groups: readonly (readonly Comparator[])[];

  constructor(groups: readonly (readonly Comparator[])[]) {
    this.groups = groups;
  }

  /** `Constraints.Check`. */
  check(version: Version, options: CheckOptions = {}): boolean {
    return this.groups.some((group) => {
      const includePrerelease = options.includePrerelease === true || namesPrerelease(group);
      return group.every((comparator) => failureOf(comparator, version, includePrerelease ? 'any' : 'release') === undefined);
    });
  }

  /** `Constraints.Validate`: no message when the version fits, otherwise why it does not. */
  validate(version: Version, options: CheckOptions = {}): readonly string[] {
    const messages: string[] = [];
    let hasToldPrerelease = false;
    for (const group of this.groups) {
      const isOpen = options.includePrerelease === true || namesPrerelease(group);
      const isBarred = !isOpen && version.prerelease !== '';
      const failures = isBarred
        ? []
        : group.map((comparator) => failureOf(comparator, version, 'any')).filter((text) => text !== undefined);
      if (isBarred && !hasToldPrerelease) messages.push(onlyReleases(version));
      hasToldPrerelease ||= isBarred;
      if (!isBarred && failures.length === 0) return [];
      messages.push(...failures);
    }
    return messages;
  }

  /** `Constraints.String`: as written, with the white space made regular. */
  toString(): string {
    return this.groups.map((group) => group.map(({ operator, original }) => operator + original).join(' ')).join(' || ');
  }
}

const namesPrerelease = (group: readonly Comparator[]): boolean => group.some(({ version }) => version.prerelease !== '');

const versionText = String.raw`v?([0-9|xX*]+)(\.[0-9|xX*]+)?(\.[0-9|xX*]+)?(-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?`;
const space = String.raw`[\t\n\f\r ]`;
const comparatorPattern = new RegExp(`${space}*(=>|=<|=|!=|>=|<=|>|<|~>|~|\\^|)${space}*(${versionText})${space}*`, 'y');
const rangePattern = new RegExp(`${space}*(${versionText})${space}+-${space}+(${versionText})${space}*`, 'g');

/** `NewConstraint`: comparators joined by spaces or commas (all must hold) and `||` (one group must hold), and hyphen ranges. */
export function parseConstraints(text: string): Result<Constraints, string> {
  if (utf8Length(text) > maxLength) return err(`constraint string is too long (max ${maxLength} bytes)`);
  const parts = rewriteRange(text).split('||');
  if (parts.length > maxGroups) return err(`too many constraint groups (max ${maxGroups})`);
  const groups: (readonly Comparator[])[] = [];
  for (const part of parts) {
    const group = parseGroup(part);
    if (!group.ok) return group;
    groups.push(group.value);
  }
  return ok(new Constraints(groups));
}

/** `1.2 - 1.4` becomes `>= 1.2, <= 1.4`. */
export function rewriteRange(text: string): string {
  let result = text;
  for (const match of text.matchAll(rangePattern)) {
    const [all, from = ''] = match;
    result = result.replace(all, () => `>= ${from}, <= ${match[6] ?? ''} `);
  }
  return result;
}

function parseGroup(text: string): Result<readonly Comparator[], string> {
  const improper = err(`improper constraint: ${quote(text)}`);
  const matches: RegExpExecArray[] = [];
  let at = 0;
  do {
    // Between two comparators stands white space, which the pattern takes with the first, or a comma.
    if (text[at] === ',' && at > 0) at++;
    const isSeparated = at === 0 || /[\t\n\f\r ,]/.test(text[at - 1] as string);
    comparatorPattern.lastIndex = at;
    const match = isSeparated ? comparatorPattern.exec(text) : null;
    if (match === null) return improper;
    matches.push(match);
    at += match[0].length;
  } while (at < text.length);
  const group: Comparator[] = [];
  for (const match of matches) {
    const comparator = comparatorOf(match);
    if (comparator === undefined) return err('constraint parser error');
    group.push(comparator);
  }
  return ok(group);
}

/** Whether a number is a wildcard. */
export const isWildcard = (token: string): boolean => token === 'x' || token === 'X' || token === '*';

function comparatorOf(match: RegExpExecArray): Comparator | undefined {
  const [, operator = '', original = '', major = '', minor = '', patch = '', prerelease = ''] = match;
  const isAny = (token: string): boolean => token === '' || isWildcard(token.replace('.', ''));
  const isMajorDirty = isAny(major);
  const isMinorDirty = !isMajorDirty && isAny(minor);
  const isPatchDirty = !isMajorDirty && !isMinorDirty && isAny(patch);
  const text = isMajorDirty
    ? `0.0.0${prerelease}`
    : isMinorDirty
      ? `${major}.0.0${prerelease}`
      : isPatchDirty
        ? `${major}${minor}.0${prerelease}`
        : original;
  const version = parseVersion(text);
  if (!version.ok) return undefined;
  const isDirty = isMajorDirty || isMinorDirty || isPatchDirty;
  return { operator, original, version: version.value, isDirty, isMinorDirty, isPatchDirty };
}

const onlyReleases = (version: Version): string =>
  `${quote(versionString(version))} is a prerelease version and the constraint is only looking for release versions`;

type Test = (version: Version, comparator: Comparator) => string | undefined;

/** Why a version fails a comparator; undefined when it satisfies it. `admitted` says whether pre-releases count. */
function failureOf(comparator: Comparator, version: Version, admitted: 'any' | 'release'): string | undefined {
  if (version.prerelease !== '' && admitted === 'release') return onlyReleases(version);
  const failure = tests.get(comparator.operator)?.(version, comparator);
  return failure === undefined ? undefined : `${quote(versionString(version))} ${failure}`;
}

const checkTilde: Test = (version, { version: wanted, original, isMinorDirty, isPatchDirty }) => {
  if (compareVersions(version, wanted) < 0) return `is less than ${quote(original)}`;
  // ~0.0.0 and * are every version.
  if (wanted.major === 0 && wanted.minor === 0 && wanted.patch === 0 && !isMinorDirty && !isPatchDirty) return undefined;
  if (version.major !== wanted.major) return `does not have same major version as ${quote(original)}`;
  if (version.minor !== wanted.minor && !isMinorDirty) return `does not have same major and minor version as ${quote(original)}`;
  return undefined;
};

const checkEqual: Test = (version, comparator) => {
  if (comparator.isDirty) return checkTilde(version, comparator);
  return compareVersions(version, comparator.version) === 0 ? undefined : `is not equal to ${quote(comparator.original)}`;
};

const checkNotEqual: Test = (version, { version: wanted, original, isDirty, isMinorDirty, isPatchDirty }) => {
  const failure = `is equal to ${quote(original)}`;
  if (isDirty) {
    if (wanted.major !== version.major) return undefined;
    if (isMinorDirty) return failure;
    if (wanted.minor !== version.minor) return undefined;
    if (isPatchDirty) return comparePrereleases(version.prerelease, wanted.prerelease) === 0 ? failure : undefined;
    if (wanted.patch !== version.patch) return undefined;
  }
  return compareVersions(version, wanted) === 0 ? failure : undefined;
};

const checkGreater: Test = (version, { version: wanted, original, isDirty, isMinorDirty, isPatchDirty }) => {
  const failure = `is less than or equal to ${quote(original)}`;
  if (isDirty) {
    if (version.major !== wanted.major) return version.major > wanted.major ? undefined : failure;
    if (isMinorDirty) return failure;
    if (isPatchDirty) return version.minor > wanted.minor ? undefined : failure;
  }
  return compareVersions(version, wanted) > 0 ? undefined : failure;
};

const checkLess: Test = (version, { version: wanted, original }) =>
  compareVersions(version, wanted) < 0 ? undefined : `is greater than or equal to ${quote(original)}`;

const checkGreaterOrEqual: Test = (version, { version: wanted, original }) =>
  compareVersions(version, wanted) >= 0 ? undefined : `is less than ${quote(original)}`;

const checkLessOrEqual: Test = (version, { version: wanted, original, isDirty, isMinorDirty }) => {
  const failure = `is greater than ${quote(original)}`;
  if (!isDirty) return compareVersions(version, wanted) <= 0 ? undefined : failure;
  if (version.major > wanted.major) return failure;
  return version.major === wanted.major && version.minor > wanted.minor && !isMinorDirty ? failure : undefined;
};

const checkCaret: Test = (version, { version: wanted, original, isMinorDirty, isPatchDirty }) => {
  const name = quote(original);
  if (compareVersions(version, wanted) < 0) return `is less than ${name}`;
  const otherMajor = `does not have same major version as ${name}`;
  if (wanted.major > 0 || isMinorDirty) return version.major === wanted.major ? undefined : otherMajor;
  if (version.major > 0) return otherMajor;
  const otherMinor = `does not have same minor version as ${name}`;
  if (wanted.minor > 0 || isPatchDirty) {
    if (version.minor === wanted.minor) return undefined;
    return `${otherMinor}. Expected minor versions to match when constraint major version is 0`;
  }
  if (version.minor > 0) return otherMinor;
  if (version.patch === wanted.patch) return undefined;
  return `does not equal ${name}. Expect version and constraint to equal when major and minor versions are 0`;
};

const tests: ReadonlyMap<string, Test> = new Map([
  ['', checkEqual],
  ['=', checkEqual],
  ['!=', checkNotEqual],
  ['>', checkGreater],
  ['<', checkLess],
  ['>=', checkGreaterOrEqual],
  ['=>', checkGreaterOrEqual],
  ['<=', checkLessOrEqual],
  ['=<', checkLessOrEqual],
  ['~', checkTilde],
  ['~>', checkTilde],
  ['^', checkCaret],
]);
