/** Semantic versions as Kubernetes' CEL reads them (library/semverlib.go, blang/semver). */
import { type Result, err, ok } from '../../../std/index.ts';

export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly pre: readonly (bigint | string)[];
  /** The text that equal versions share; build metadata does not count. */
  readonly identity: string;
}

const MAX_LENGTH = 256;

/** `normalize`: a leading `v` and missing minor and patch numbers are forgiven, leading zeros dropped. */
export function parseVersion(text: string, options: { readonly normalize: boolean }): Result<Version, string> {
  const source = options.normalize ? normalized(text) : text;
  if (source === '') return err('Version string empty');
  const match = source.length > MAX_LENGTH ? null : /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/.exec(source);
  if (match === null)
    return err(
      /^[^.]*(\.[^.]*)?$/.test(source)
        ? 'No Major.Minor.Patch elements found'
        : `Invalid character(s) found in version ${JSON.stringify(source)}`,
    );
  const [, major = '', minor = '', patch = '', pre, build] = match;
  for (const part of [major, minor, patch])
    if (part.length > 1 && part.startsWith('0')) return err(`Version number must not contain leading zeroes ${JSON.stringify(part)}`);
  const parts = pre?.split('.') ?? [];
  if (parts.includes('') || (build?.split('.') ?? []).includes('')) return err('Prerelease is empty');
  if (parts.some((part) => /^0\d+$/.test(part))) return err('Numeric PreRelease version must not contain leading zeroes');
  const identity = `${major}.${minor}.${patch}${pre === undefined ? '' : `-${pre}`}`;
  return ok({
    major: BigInt(major),
    minor: BigInt(minor),
    patch: BigInt(patch),
    pre: parts.map((part) => (/^\d+$/.test(part) ? BigInt(part) : part)),
    identity,
  });
}

function normalized(text: string): string {
  const rest = text.startsWith('v') ? text.slice(1) : text;
  const [, core = '', tail = ''] = /^([^-+]*)(.*)$/s.exec(rest) ?? [];
  const parts = core.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  while (parts.length < 3 && tail === '') parts.push('0');
  return parts.join('.') + tail;
}

const order = (a: bigint | string, b: bigint | string): number => (a < b ? -1 : a > b ? 1 : 0);

export function compareVersions(a: Version, b: Version): number {
  const core = order(a.major, b.major) || order(a.minor, b.minor) || order(a.patch, b.patch);
  if (core !== 0 || (a.pre.length === 0 && b.pre.length === 0)) return core;
  if (a.pre.length === 0 || b.pre.length === 0) return a.pre.length === 0 ? 1 : -1;
  for (let index = 0; index < Math.min(a.pre.length, b.pre.length); index++) {
    const [left = '', right = ''] = [a.pre[index], b.pre[index]];
    // Numbers come before words.
    const compared = typeof left === typeof right ? order(left, right) : typeof left === 'bigint' ? -1 : 1;
    if (compared !== 0) return compared;
  }
  return Math.sign(a.pre.length - b.pre.length);
}
