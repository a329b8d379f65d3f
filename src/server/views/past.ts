/** The system as it was at a moment, from the ledger: what ran, from which commit, and the health that was reported last before. */
import type { PastPage, QueryOf } from '../../api/http/index.ts';
import { namespaceOfSubject } from '../../core/ledger/index.ts';
import type { Ledger, LedgerEvent } from '../../ports/index.ts';
import { ok, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import type { Refused } from '../http/refused.ts';
import { shortRevision } from './app-row.ts';
import { readCursor, writeCursor } from './page.ts';
import { commitView, eventsOf } from './timeline.ts';
import { when } from './when.ts';

type PastApp = PastPage['items'][number];

export async function past(ledger: Ledger, query: QueryOf<'past'>, visible: Visible): Promise<Result<PastPage, Refused>> {
  const cursor = readCursor(query.cursor);
  if (!cursor.ok) return cursor;
  const at = Date.parse(query.at);
  const ran = (await ledger.stateAt(at, {})).filter(({ subject }) => visible(namespaceOfSubject(subject)));
  const health = await healthAt(ledger, at);
  const words = (query.q ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const matching = ran
    .map((event) => pastApp(event, health.get(event.subject) ?? ''))
    .filter((app) => words.every((word) => textOf(app).includes(word)))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const after = cursor.value?.[0];
  const rest = after === undefined ? matching : matching.filter(({ key }) => key > String(after));
  const items = rest.slice(0, query.limit);
  const last = items.at(-1);
  return ok({
    at: new Date(at).toISOString(),
    items,
    total: matching.length,
    ...(rest.length > items.length && last !== undefined ? { next: writeCursor([last.key]) } : {}),
  });
}

const MOST_VERSIONS = 50;

const pastApp = ({ subject, environment = '', revision, at, commit, versions = [] }: LedgerEvent, health: string): PastApp => ({
  key: subject,
  environment,
  revision: shortRevision(revision),
  since: new Date(at).toISOString(),
  health,
  versions: versions
    .filter(({ kind }) => kind === 'image' || kind === 'chart')
    .slice(0, MOST_VERSIONS)
    .map(({ name, version }) => `${name}:${version}`),
  ...when('commit', commitView(commit)),
});

const textOf = ({ key, environment, revision, versions, commit }: PastApp): string =>
  [key, environment, revision, ...versions, commit?.subject ?? '', commit?.author ?? ''].join(' ').toLowerCase();

/** Of each App the state that its newest report before a moment ended in; of one App, or of all as far back as one answer looks. */
export async function healthAt(ledger: Ledger, at: number, subject?: string): Promise<ReadonlyMap<string, string>> {
  const states = new Map<string, string>();
  for await (const event of eventsOf(ledger, { ...when('subject', subject), types: ['HealthChanged'], until: at + 1 })) {
    const state = /→ (\w+)/.exec(event.message)?.[1];
    if (state === undefined || states.has(event.subject)) continue;
    states.set(event.subject, state);
    if (subject !== undefined) break;
  }
  return states;
}
