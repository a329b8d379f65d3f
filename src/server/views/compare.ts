/** Two moments side by side, from the ledger: what of every App was applied last before each. */
import type { Comparison, QueryOf } from '../../api/http/index.ts';
import { namespaceOfSubject } from '../../core/ledger/index.ts';
import type { Ledger, LedgerEvent } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import { badInput, type Refused } from '../http/refused.ts';
import type { Revisions } from './compare-manifests.ts';
import { healthAt } from './past.ts';
import { commitView, eventsOf } from './timeline.ts';
import { when } from './when.ts';

type Side = Comparison['apps'][number]['from'];

export interface Looking {
  readonly visible: Visible;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The manifests of one App at two revisions; undefined: they cannot be had any more. */
  readonly manifests: (app: string, revisions: Revisions) => Promise<Comparison['objects'] | undefined>;
}

export async function compare(
  ledger: Ledger,
  query: QueryOf<'compare'>,
  { visible, now, manifests }: Looking,
): Promise<Result<Comparison, Refused>> {
  const [from, to] = [Date.parse(query.from), query.to === undefined ? now : Date.parse(query.to)];
  if (from > to) return err(badInput({ field: 'from', message: 'lies after to' }));
  const stateAt = async (at: number): Promise<ReadonlyMap<string, LedgerEvent>> => {
    const seen = (await ledger.stateAt(at, {})).filter(
      ({ subject }) => visible(namespaceOfSubject(subject)) && (query.app === undefined || subject === query.app),
    );
    return new Map(seen.map((event) => [event.subject, event]));
  };
  const [before, after] = [await stateAt(from), await stateAt(to)];
  const [healthBefore, healthAfter] = [await healthAt(ledger, from, query.app), await healthAt(ledger, to, query.app)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const apps = keys.flatMap((key) => {
    const left = sideOf(before.get(key), from, healthBefore.get(key));
    const right = sideOf(after.get(key), to, healthAfter.get(key));
    const change = changeOf(before.get(key), after.get(key));
    return change === 'same' && query.app === undefined ? [] : [{ key, change, from: left, to: right }];
  });
  const objects =
    query.app === undefined || !visible(namespaceOfSubject(query.app))
      ? { objects: [] }
      : await objectsOf(ledger, query.app, {
          span: [from, to],
          manifests: () => manifests(query.app ?? '', { before: revisionOf(before, query.app), after: revisionOf(after, query.app) }),
        });
  return ok({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    apps: apps.slice(0, MOST),
    images: keys.flatMap((key) => imageChanges(key, before.get(key), after.get(key))).slice(0, MOST),
    ...objects,
    total: apps.length,
  });
}

const MOST = 2000;

const revisionOf = (state: ReadonlyMap<string, LedgerEvent>, app = ''): string => state.get(app)?.revision ?? '';

interface Between {
  readonly span: readonly [number, number];
  readonly manifests: () => Promise<Comparison['objects'] | undefined>;
}

/** The manifests themselves; where a revision cannot be had any more, what the ledger knows of the applies in between. */
async function objectsOf(ledger: Ledger, app: string, { span, manifests }: Between): Promise<Pick<Comparison, 'objects' | 'incomplete'>> {
  const compared = await manifests();
  if (compared !== undefined) return { objects: compared.slice(0, MOST) };
  const incomplete =
    'One of the two revisions cannot be rendered any more: objects and fields are those that applies wrote in between, without their values.';
  return { objects: await objectsBetween(ledger, app, span), incomplete };
}

type ObjectChange = Comparison['objects'][number];

/** What applies and prunes wrote between two moments; what came and went again in between is left out. */
async function objectsBetween(ledger: Ledger, subject: string, [from, to]: readonly [number, number]): Promise<Comparison['objects']> {
  const written = new Map<string, { readonly change: ObjectChange['change']; readonly fields: Set<string> }>();
  const events: LedgerEvent[] = [];
  for await (const event of eventsOf(ledger, { subject, types: ['Changed', 'Applied', 'Pruned'], since: from + 1, until: to + 1 }))
    events.push(event);
  for (const { object, operation, fields } of events.toReversed().flatMap(({ touched = [] }) => touched)) {
    const now = operation === 'create' || operation === 'adopt' ? 'added' : operation === 'prune' ? 'removed' : 'changed';
    const before = written.get(object);
    if (before?.change === 'added' && now === 'removed') written.delete(object);
    else
      written.set(object, {
        change: before?.change === 'added' ? 'added' : before?.change === 'removed' && now === 'added' ? 'changed' : now,
        fields: new Set([...(before?.fields ?? []), ...fields]),
      });
  }
  return [...written].slice(0, MOST).map(([object, { change, fields }]) => ({
    ref: refOf(object),
    change,
    fields: [...fields].slice(0, 500).map((path) => ({ path })),
  }));
}

/** `Deployment/shop/web`, `Namespace/shop`; the ledger does not keep the group. */
function refOf(object: string): ObjectChange['ref'] {
  const [kind = '', ...rest] = object.split('/');
  const name = rest.pop() ?? '';
  return { group: '', kind, namespace: rest.join('/'), name };
}

function changeOf(before: LedgerEvent | undefined, after: LedgerEvent | undefined): Comparison['apps'][number]['change'] {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  return before.revision === after.revision ? 'same' : 'changed';
}

/** An image of the same name before and after is one change; what is only on one side came or went. */
function imageChanges(app: string, before: LedgerEvent | undefined, after: LedgerEvent | undefined): Comparison['images'] {
  const [old, now] = [imagesOf(before), imagesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name) => {
    const [left, right] = [old.get(name) ?? '', now.get(name) ?? ''];
    return left === right ? [] : [{ app, before: left, after: right }];
  });
}

/** Several versions of one image beside each other are one entry. */
function imagesOf(event: LedgerEvent | undefined): ReadonlyMap<string, string> {
  const images = new Map<string, string>();
  for (const { kind, name, version } of event?.versions ?? []) {
    if (kind !== 'image') continue;
    const known = images.get(name);
    images.set(name, known === undefined ? `${name}:${version}` : `${known}, ${name}:${version}`);
  }
  return images;
}

const sideOf = (event: LedgerEvent | undefined, at: number, health = ''): Side => ({
  at: new Date(event?.at ?? at).toISOString(),
  revision: event?.revision ?? '',
  health: event === undefined ? '' : health,
  ...when('commit', commitView(event?.commit)),
});
