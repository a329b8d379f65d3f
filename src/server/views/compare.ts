/** Two moments side by side, from the ledger: what of every App was applied last before each. */
import type { Comparison, QueryOf } from '../../api/http/index.ts';
import { namespaceOfSubject } from '../../core/ledger/index.ts';
import type { Ledger, LedgerEvent } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import { badInput, type Refused } from '../http/refused.ts';

type Side = Comparison['apps'][number]['from'];

export async function compare(
  ledger: Ledger,
  query: QueryOf<'compare'>,
  { visible, now }: { readonly visible: Visible; readonly now: number },
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
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const apps = keys.flatMap((key) => {
    const [left, right] = [sideOf(before.get(key), from), sideOf(after.get(key), to)];
    const change = changeOf(before.get(key), after.get(key));
    return change === 'same' && query.app === undefined ? [] : [{ key, change, from: left, to: right }];
  });
  return ok({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    apps: apps.slice(0, 2000),
    images: keys.flatMap((key) => imageChanges(key, before.get(key), after.get(key))).slice(0, 2000),
    objects: [],
    incomplete: 'Versions and images are compared; objects of the past are not kept here: compare the two revisions in Git.',
    total: apps.length,
  });
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

const sideOf = (event: LedgerEvent | undefined, at: number): Side => ({
  at: new Date(event?.at ?? at).toISOString(),
  revision: event?.revision ?? '',
  digest: '',
  health: '',
});
