/** S16: a floating reference that now stands for a lower version than the one that runs, without anybody having asked for that. Pure. */
import type { App } from '../../api/index.ts';
import { isExact } from '../../adapters/chart-version/index.ts';
import { compareVersions, parseConstraints, parseVersion, type Version } from '../../core/go/semver/index.ts';

/** `1.2.3@sha256:…`, `v1.2.3@sha1:…` */
function versionIn(revision: string | undefined): Version | undefined {
  const version = parseVersion((revision ?? '').split('@')[0] ?? '');
  return version.ok ? version.value : undefined;
}

const isWithin = (range: string, version: Version): boolean => {
  const parsed = parseConstraints(range === '' ? '*' : range);
  return parsed.ok && parsed.value.check(version);
};

/** The range that names a version, out of the key of a head (`shop/config#semver/>=1`, `shop/charts#chart/web@1.x`); undefined when none does. */
function rangeIn(head: string): string | undefined {
  const ref = head.slice(head.indexOf('#') + 1);
  if (ref.startsWith('semver/')) return ref.slice('semver/'.length);
  const [, range = ''] = /^chart\/[^@]*(?:@(.*))?$/.exec(ref) ?? [undefined, undefined];
  return ref.startsWith('chart/') && !isExact(range) ? range : undefined;
}

/** What a person has to say yes to; undefined when nothing goes down. A range that the running version is no longer in was changed on purpose. */
export function downgradeOf(
  { spec, status }: App,
  { head, revision }: { readonly head: string; readonly revision: string },
): string | undefined {
  const range = rangeIn(head);
  const input = status?.applied?.inputs[0];
  if (range === undefined || input === undefined || input.source !== spec.source.name) return undefined;
  const [before, now] = [versionIn(input.revision), versionIn(revision)];
  if (before === undefined || now === undefined || compareVersions(now, before) >= 0 || !isWithin(range, before)) return undefined;
  const [from = '', to = ''] = [input.revision, revision].map((text) => text.split('@')[0]);
  return `${range === '' ? 'the newest version' : range} now stands for ${to}, which is lower than ${from} that runs`;
}
