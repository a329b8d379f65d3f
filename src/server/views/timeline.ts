/** What happened, from the ledger, in lanes. */
import type { QueryOf, TimelineEntry, TimelinePage } from '../../api/http/index.ts';
import { ENTRY_KINDS } from '../../api/http/index.ts';
import { namespaceOfSubject } from '../../core/ledger/index.ts';
import type { EventQuery, Ledger, LedgerEvent } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import { badInput, type Refused } from '../http/refused.ts';
import { itemOf, type View } from './view.ts';
import { when } from './when.ts';

type Lane = TimelineEntry['kind'];

/** Which lane an event belongs to, by the beginning of its type. What matches none is an attempt that came to nothing, if it is bad news. */
const LANES: readonly (readonly [RegExp, Lane])[] = [
  [/^(?:Fetched|Revision|Commit|Source)/, 'commit'],
  [/^(?:Planned|Refused|Waiting|Dependenc|OutsideWindow)|NeedsApproval$|^ApprovalNeeded/, 'plan'],
  [/^(?:Applied|Applying|Changed|Failed|Released|Installed|Upgraded)/, 'apply'],
  [/^(?:Pruned|Deleted|Orphaned|Uninstalled|Deletion)/, 'prune'],
  [/^Heal(?:ed|ing)/, 'heal'],
  [/^(?:Drift|Contested|Unmanaged)/, 'drift'],
  [/^(?:Health|Degraded|Missing)/, 'health'],
  [/^Test/, 'test'],
  [/^Appro/, 'approval'],
  [/^(?:Suspend|Resum)/, 'suspend'],
  [/^(?:Promot|Rollback|RolledBack|Revert|Pinned)/, 'promotion'],
  [/^Edit/, 'edit'],
];

/** Tools that people use by hand, as field managers call themselves. */
const BY_HAND = /\b(?:kubectl|helm|k9s|lens|octant|dashboard)\b/i;

function laneOf({ type, message, actor = '' }: Pick<LedgerEvent, 'type' | 'message' | 'actor'>): Lane {
  const lane = laneOfType(type);
  return lane === 'drift' && BY_HAND.test(`${actor} ${message}`) ? 'edit' : lane;
}

const laneOfType = (type: string): Lane => LANES.find(([pattern]) => pattern.test(type))?.[1] ?? (isFailure(type) ? 'apply' : 'other');

const BAD = /Refus|Degraded|Contested|Stalled|Rejected|Missing/;

/** A word of an attempt that came to nothing. `…NotReady` only waits. */
const FAILURE =
  /Fail|Error|Invalid|NotFound|NotAllowed|NotSet|Timeout|Exhausted|Exceeded|Forbidden|Unreachable|Unreadable|Unknown|TooMany|TooLarge|Mismatch|Escapes|Cycle|NoIdentity|Immutable|Conflict|OwnedByOther|Unsupported|Duplicate|NothingRendered|NotKubernetes|Nested|Corrupt|DiskFull/;

export const isFailure = (type: string): boolean => FAILURE.test(type) && !/NotReady$|NothingContested/.test(type);

export const entryOf = (event: LedgerEvent): TimelineEntry => {
  const { id, at, type, subject, revision, actor, message, commit, touched = [] } = event;
  return {
    id,
    at: new Date(at).toISOString(),
    kind: laneOf(event),
    type,
    app: subject,
    ...when('revision', revision),
    ...when('actor', actor),
    message,
    bad: BAD.test(type) || isFailure(type) || (type === 'HealthChanged' && /→ (?:Degraded|Missing)/.test(message)),
    ...when('commit', commitView(commit)),
    objects: touched.length,
    touched: touched.slice(0, 20).map(({ object, operation, fields }) => ({ object, operation, fields: fields.slice(0, 20) })),
  };
};

export const commitView = (commit: LedgerEvent['commit']): TimelineEntry['commit'] =>
  commit === undefined ? undefined : { ...commit, at: new Date(commit.at).toISOString() };

/** How far back one answer looks; beyond it `incomplete` views say so. */
export const LOOKED_AT = 10_000;

/** Most events of one look into the ledger. */
const PAGE = 1000;

/** Newest first, a page after the other, as many as one answer looks at. */
export async function* eventsOf(ledger: Ledger, asked: Omit<EventQuery, 'limit' | 'cursor'>): AsyncGenerator<LedgerEvent> {
  let cursor: string | undefined;
  for (let seen = 0; seen < LOOKED_AT; seen += PAGE) {
    const page = await ledger.find({ ...asked, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    yield* page.events;
    if (page.next === undefined) return;
    cursor = page.next;
  }
}

/** A cursor is the place of the last entry: its moment and id. */
const cursorOf = ({ at, id }: LedgerEvent): string => Buffer.from(JSON.stringify([at, id])).toString('base64url');

function readPlace(cursor: string | undefined): Result<readonly [number, string] | undefined, Refused> {
  if (cursor === undefined || cursor === '') return ok(undefined);
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(place) && typeof place[0] === 'number' && typeof place[1] === 'string') return ok([place[0], place[1]]);
  } catch {
    // Not written by us.
  }
  return err(badInput({ field: 'cursor', message: 'is not a cursor of this list' }));
}

export async function timeline(ledger: Ledger, query: QueryOf<'timeline'>, visible: Visible): Promise<Result<View<TimelinePage>, Refused>> {
  const place = readPlace(query.cursor);
  if (!place.ok) return place;
  const lanes = new Set((query.kind ?? '').split(',').filter((word) => word !== ''));
  const unknown = [...lanes].find((word) => !ENTRY_KINDS.some((kind) => kind === word));
  if (unknown !== undefined) return err(badInput({ field: 'kind', message: `must be among ${ENTRY_KINDS.join(', ')}, not "${unknown}"` }));
  const [from, to] = [Date.parse(query.from ?? ''), Date.parse(query.to ?? '')];
  const until = Math.min(place.value?.[0] ?? Infinity, Number.isNaN(to) ? Infinity : to);
  const asked = {
    ...when('subject', query.app),
    ...(Number.isNaN(from) ? {} : { since: from }),
    ...(until === Infinity ? {} : { until: until + 1 }),
  };
  const shown: LedgerEvent[] = [];
  // Entries of the moment where the page before ended come before its last one.
  let begun = place.value === undefined;
  for await (const event of eventsOf(ledger, asked)) {
    if (!begun && event.at === place.value?.[0]) {
      begun = event.id === place.value[1];
      continue;
    }
    begun = true;
    if (!visible(namespaceOfSubject(event.subject)) || (lanes.size > 0 && !lanes.has(laneOf(event)))) continue;
    shown.push(event);
    if (shown.length > query.limit) break;
  }
  const items = shown.slice(0, query.limit);
  const last = shown.length > query.limit ? items.at(-1) : undefined;
  return ok({
    items: items.map((event) => itemOf(event.id, entryOf(event))),
    meta: last === undefined ? {} : { next: cursorOf(last) },
  });
}
