/**
 * The vocabulary of news: what Channels tell, the ledger keeps and Kubernetes Events say. `docs/reference/news.md` is generated from here. A stop or a wait has
 * its reason (`reasons.table.ts`) as its type.
 */
import { reasons, type ReasonCode } from './reasons.table.ts';

/** From what nobody needs to hear to what somebody has to act on. */
export const severities = ['trace', 'info', 'warning', 'error'] as const;
export type Severity = (typeof severities)[number];

interface NewsType {
  readonly severity: Severity;
  readonly meaning: string;
}

const news = (severity: Severity, meaning: string): NewsType => ({ severity, meaning });

export const newsTypes: Readonly<Record<string, NewsType>> = {
  Ready: news('info', 'An App is as its source says, and healthy: after a new revision, or again.'),
  Applied: news('info', 'A revision was applied; its objects need not be healthy yet.'),
  Pruned: news('info', 'Objects that the source no longer has were deleted.'),
  Healed: news('info', 'What was changed behind Git’s back was put back.'),
  DriftDetected: news('warning', 'The cluster differs from Git and is not put right by itself.'),
  Contested: news('warning', 'Another controller sets a field again and again; healing of it stopped (S8).'),
  HealthChanged: news('info', 'The health of an App changed; an error when it is worse than progressing.'),
  Suspended: news('info', 'An App was suspended.'),
  Resumed: news('info', 'The suspension of an App ended.'),
  Deleted: news('info', 'An App was deleted with what it owned.'),
  Moved: news('info', 'What an App had left in a cluster that it named before is deleted.'),
  Orphaned: news('warning', 'An App was deleted and what it owned stays.'),
  Fetched: news('trace', 'A Source stands at a new revision.'),
  KeyNotBackedUp: news('warning', 'A new sealing key exists only in this cluster.'),
};

/** What only a person's yes, or time, is needed for. */
const PATIENT: ReadonlySet<string> = new Set<ReasonCode>([
  'ApprovalNeeded',
  'PruneNeedsApproval',
  'DowngradeNeedsApproval',
  'DependencyNotReady',
  'DiscoveryFailed',
  'WaitingForOwner',
  'DependenciesIgnored',
  'WindowClosed',
  'WindowsIgnored',
  'Unmanaged',
  'HooksRunning',
  'TestsRunning',
]);

/** `warning`: whether it was recorded as one. */
export function severityOf(type: string, warning: boolean): Severity {
  const known = newsTypes[type]?.severity;
  if (!warning) return known ?? 'info';
  if (known === 'warning') return 'warning';
  return PATIENT.has(type) ? 'warning' : 'error';
}

export const isNewsType = (type: string): boolean => Object.hasOwn(newsTypes, type) || Object.hasOwn(reasons, type);
