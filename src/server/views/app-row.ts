/** One App as a row: what its status says, in the one vocabulary of every screen. Pure. */
import { type App, type AppStatus, getCondition, type Why } from '../../api/index.ts';
import type { AppRow, HealthView, Level, WhyView } from '../../api/http/index.ts';
import type { Place } from './place.ts';
import { safeUrls } from './safe-url.ts';

/** `main@sha1:0123456…` → `main@0123456`. */
export const shortRevision = (revision: string | undefined): string =>
  (revision ?? '').replace(/(^|@)sha(?:1|256):([0-9a-f]{7})[0-9a-f]+$/, '$1$2');

export interface RowInput {
  readonly place: Place;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function appRowOf(app: App, { place, now }: RowInput): AppRow {
  const { status } = app;
  const { namespace, name, uid = '' } = app.metadata;
  const health = healthView(status?.health);
  const pending = pendingOf(status);
  const suspended = suspendedOf(app, now);
  const [first] = status?.why ?? [];
  const [url] = safeUrls(status?.urls);
  const standing = { suspended: suspended !== undefined, waits: pending?.approval === true };
  const sync = syncWord(app, standing);
  const revision = shortRevision(status?.applied?.inputs[0]?.revision);
  const since = status?.applied?.at;
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    uid,
    ...place,
    level: levelOf(app, { sync, ...standing }),
    health,
    sync,
    revision,
    version: status?.release?.appVersion ?? status?.release?.chart ?? revision,
    ...(since === undefined ? {} : { since }),
    drifted: (status?.drift ?? []).reduce((sum, { fields }) => sum + Math.max(1, fields?.length ?? 0), 0),
    ...(pending === undefined ? {} : { pending }),
    ...(suspended === undefined ? {} : { suspended }),
    ...(first === undefined ? {} : { why: whyView(first) }),
    ...(url === undefined ? {} : { url }),
  };
}

export const whyView = ({ since, reason, message, object, file, hint }: Why): WhyView => ({
  since,
  reason,
  message,
  ...(object === undefined ? {} : { object }),
  ...(file === undefined ? {} : { file }),
  ...(hint === undefined ? {} : { hint }),
});

export function healthView(health: AppStatus['health']): HealthView {
  if (health === undefined) return { state: 'Unknown', provenance: 'observed' };
  const message = health.cause?.message;
  return {
    state: health.state,
    provenance: health.provenance ?? 'observed',
    ...(health.since === undefined ? {} : { since: health.since }),
    ...(message === undefined ? {} : { message }),
  };
}

function pendingOf(status: AppStatus | undefined): AppRow['pending'] {
  const plan = status?.plan;
  if (plan === undefined || plan.creates + plan.changes + plan.prunes + plan.refused === 0) return undefined;
  const reason = getCondition(status?.conditions, 'Ready')?.reason;
  const approval = reason === 'ApprovalNeeded' || reason === 'PruneNeedsApproval' || reason === 'DowngradeNeedsApproval';
  // The plan of a pass that is over says what was done, not what is to come.
  const phase = status?.attempted?.phase;
  const open = phase === 'Planning' || phase === 'Waiting' || phase === 'Applying' || phase === 'Refused';
  if (!approval && !open) return undefined;
  const { digest, creates, changes, prunes, refused } = plan;
  return { digest, creates, changes, prunes, refused, approval };
}

/** Undefined: it is not suspended, or no longer. */
export function suspendedOf({ spec }: App, now: number): { readonly reason?: string; readonly until?: string } | undefined {
  const { suspend, suspendReason, suspendUntil } = spec;
  if (!suspend || (suspendUntil !== undefined && Date.parse(suspendUntil) <= now)) return undefined;
  return {
    ...(suspendReason === undefined ? {} : { reason: suspendReason }),
    ...(suspendUntil === undefined ? {} : { until: suspendUntil }),
  };
}

const is = (app: App, type: Parameters<typeof getCondition>[1]): string | undefined => getCondition(app.status?.conditions, type)?.status;

function syncWord(app: App, { suspended, waits }: { readonly suspended: boolean; readonly waits: boolean }): AppRow['sync'] {
  if (suspended) return 'Suspended';
  if (waits) return 'Waiting';
  if (is(app, 'Contested') === 'True') return 'Contested';
  if (is(app, 'Drifted') === 'True') return 'Drifted';
  if (is(app, 'Pinned') === 'True') return 'Pinned';
  if (is(app, 'Stalled') === 'True') return 'Stalled';
  if (is(app, 'Synced') === 'True') return 'Synced';
  if (app.status?.attempted?.phase === 'Waiting') return 'Waiting';
  return app.status?.attempted === undefined ? 'New' : 'Syncing';
}

interface Judging {
  readonly sync: AppRow['sync'];
  readonly suspended: boolean;
  readonly waits: boolean;
}

/** Worst first: what has failed, what a person has to look at, what moves, what rests. */
function levelOf(app: App, { sync, suspended, waits }: Judging): Level {
  const state = app.status?.health?.state ?? 'Unknown';
  const ready = is(app, 'Ready');
  const phase = app.status?.attempted?.phase;
  const failed = is(app, 'Stalled') === 'True' || phase === 'Failed' || phase === 'Refused';
  if (state === 'Degraded' || (ready === 'False' && failed && !waits)) return 'broken';
  if (waits || sync === 'Contested' || sync === 'Pinned' || is(app, 'SourceFresh') === 'False') return 'attention';
  if (is(app, 'Drifted') === 'True') return 'attention';
  if (suspended) return 'paused';
  if (is(app, 'Reconciling') === 'True' || state === 'Progressing' || sync === 'New' || sync === 'Syncing' || sync === 'Waiting')
    return 'moving';
  return state === 'Missing' || state === 'Unknown' || ready !== 'True' ? 'attention' : 'fine';
}
