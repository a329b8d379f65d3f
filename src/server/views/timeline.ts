/** What happened, from the ledger, in lanes; and the delivery figures that follow from it. */
import type { DeliveryView, QueryOf, TimelineEntry, TimelinePage } from '../../api/http/index.ts';
import { ENTRY_KINDS } from '../../api/http/index.ts';
import { namespaceOfSubject } from '../../core/ledger/index.ts';
import type { EventQuery, Ledger, LedgerEvent } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import { badInput, type Refused } from '../http/refused.ts';
import { itemOf, type View } from './view.ts';
import { when } from './when.ts';

type Lane = TimelineEntry['kind'];

/** Which lane an event belongs to, by the beginning of its type. */
const LANES: readonly (readonly [RegExp, Lane])[] = [
  [/^(?:Fetched|Revision|Commit|Source)/, 'commit'],
  [/^(?:Planned|Refused|Waiting)/, 'plan'],
  [/^(?:Applied|Applying|Failed|Released|Installed|Upgraded)/, 'apply'],
  [/^(?:Pruned|Deleted|Orphaned)/, 'prune'],
  [/^Heal(?:ed|ing)/, 'heal'],
  [/^(?:Drift|Contested)/, 'drift'],
  [/^Health/, 'health'],
  [/^Test/, 'test'],
  [/^Appro/, 'approval'],
  [/^(?:Suspend|Resum)/, 'suspend'],
  [/^(?:Promot|Rollback|Revert|Pinned)/, 'promotion'],
  [/^Edit/, 'edit'],
];

const laneOf = (type: string): Lane => LANES.find(([pattern]) => pattern.test(type))?.[1] ?? 'other';

const BAD = /Fail|Refus|Degraded|Contested|Error|Stalled|Rejected/;

export const entryOf = ({ id, at, type, subject, revision, actor, message }: LedgerEvent): TimelineEntry => ({
  id,
  at: new Date(at).toISOString(),
  kind: laneOf(type),
  type,
  app: subject,
  ...when('revision', revision),
  ...when('actor', actor),
  message,
  bad: BAD.test(type) || (type === 'HealthChanged' && /Degraded|Missing/.test(message)),
});

/** How far back one answer looks; beyond it `incomplete` views say so. */
const LOOKED_AT = 10_000;

/** Most events of one look into the ledger. */
const PAGE = 1000;

/** Newest first, a page after the other, as many as one answer looks at. */
async function* eventsOf(ledger: Ledger, asked: Pick<EventQuery, 'subject' | 'since' | 'until'>): AsyncGenerator<LedgerEvent> {
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
    if (!visible(namespaceOfSubject(event.subject)) || (lanes.size > 0 && !lanes.has(laneOf(event.type)))) continue;
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

const DAY = 86_400_000;

interface Figures {
  deployments: number;
  failures: number;
}

export async function delivery(
  ledger: Ledger,
  query: QueryOf<'delivery'>,
  asked: { readonly visible: Visible; readonly now: number },
): Promise<DeliveryView> {
  const { visible, now } = asked;
  const from = now - query.days * DAY;
  const events: LedgerEvent[] = [];
  let looked = 0;
  for await (const event of eventsOf(ledger, { ...when('subject', query.app), since: from })) {
    looked += 1;
    if (visible(namespaceOfSubject(event.subject))) events.push(event);
  }
  const days = new Map<string, Figures>();
  const failedSince = new Map<string, number>();
  const restores: number[] = [];
  for (const event of events.toReversed()) {
    const good = event.type === 'Applied';
    const bad = /^(?:Failed|ApplyFailed|Refused|TestFailed)/.test(event.type);
    if (!good && !bad) continue;
    const key = new Date(event.at).toISOString().slice(0, 10);
    const day = days.get(key) ?? { deployments: 0, failures: 0 };
    days.set(key, day);
    if (good) day.deployments += 1;
    else day.failures += 1;
    const since = failedSince.get(event.subject);
    if (bad && since === undefined) failedSince.set(event.subject, event.at);
    if (good && since !== undefined) {
      restores.push(event.at - since);
      failedSince.delete(event.subject);
    }
  }
  const totals = [...days.values()].reduce(
    (sum, day) => ({ deployments: sum.deployments + day.deployments, failures: sum.failures + day.failures }),
    {
      deployments: 0,
      failures: 0,
    },
  );
  const attempts = totals.deployments + totals.failures;
  return {
    from: new Date(from).toISOString(),
    to: new Date(now).toISOString(),
    deployments: totals.deployments,
    perDay: Math.round((totals.deployments * 1000) / query.days),
    failureRate: attempts === 0 ? 0 : Math.round((totals.failures * 1000) / attempts),
    ...when('restoreTime', median(restores)),
    days: [...days].map(([day, figures]) => ({ day, ...figures })),
    truncated: looked >= LOOKED_AT,
  };
}

function median(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.toSorted((a, b) => a - b)[values.length >> 1];
}
