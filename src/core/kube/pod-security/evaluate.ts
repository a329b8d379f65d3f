/** The rules of a level and version on a Pod. Kubernetes: pod-security-admission policy/registry.go. */
import { securityChecks } from './checks.table.ts';
import type { LevelVersion } from './policy.ts';
import type { Finding, PodParts } from './reading.ts';

/** What breaks the policy, in the order of the messages; empty when nothing does. */
export function findings({ level, version }: LevelVersion, pod: PodParts): readonly Finding[] {
  if (level === 'privileged') return [];
  const minor = version === 'latest' ? Infinity : version;
  const inForce = new Map(
    securityChecks.filter((row) => row.since <= minor && (level === 'restricted' || row.level === 'baseline')).map((row) => [row.id, row]),
  );
  const covered = new Set([...inForce.values()].map((row) => row.covers));
  return [...inForce.values()].filter(({ id }) => !covered.has(id)).flatMap(({ check }) => check(pod) ?? []);
}

/** `privileged (container "a" must not …), hostPort (…)`. */
export const shownFindings = (found: readonly Finding[]): string =>
  found.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
