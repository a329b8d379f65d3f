/** The ledger as it was written, for programs: the same answers as the port gives, with times as the API writes them. */
import type { LedgerEventView, LedgerPage, LedgerRuns, LedgerState, QueryOf } from '../../api/http/index.ts';
import type { Ledger, LedgerEvent, Scope } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import { badInput, type Refused } from '../http/refused.ts';
import { when } from './when.ts';

/** What was asked for, cut down to what the visitor may see. Of namespaces that hold no App any more only those who see all of them are told. */
export function scopeFor(
  { environment, namespace }: { readonly environment?: string; readonly namespace?: string },
  visible: Visible,
  known: ReadonlySet<string>,
): Scope {
  const everything = visible('');
  const asked = namespace === undefined ? (everything ? undefined : [...known]) : [namespace];
  return { ...when('environment', environment), ...when('namespaces', everything ? asked : asked?.filter(visible)) };
}

const momentOf = (at: number): string => new Date(at).toISOString();

export const eventView = ({ at, commit, details, ...event }: LedgerEvent): LedgerEventView => ({
  ...event,
  at: momentOf(at),
  ...(commit === undefined ? {} : { commit: { ...commit, at: momentOf(commit.at) } }),
  ...when('details', details as LedgerEventView['details']),
});

export async function ledgerEvents(ledger: Ledger, query: QueryOf<'ledgerEvents'>, scope: Scope): Promise<Result<LedgerPage, Refused>> {
  const { subject, types, commit, object, since, until, cursor, limit } = query;
  try {
    const { events, next } = await ledger.find({
      ...scope,
      limit,
      ...when('subject', subject),
      ...when('types', types?.split(',')),
      ...when('commit', commit),
      ...when('object', object),
      ...when('since', since === undefined ? undefined : Date.parse(since)),
      ...when('until', until === undefined ? undefined : Date.parse(until)),
      ...when('cursor', cursor),
    });
    return ok({ events: events.map(eventView), ...when('next', next) });
  } catch (error) {
    if (error instanceof RangeError) return err(badInput({ field: 'cursor', message: 'is not a cursor of this list' }));
    throw error;
  }
}

export async function ledgerState(ledger: Ledger, { at }: QueryOf<'ledgerState'>, scope: Scope): Promise<LedgerState> {
  return { events: (await ledger.stateAt(Date.parse(at), scope)).map(eventView) };
}

export async function ledgerRuns(ledger: Ledger, { name, version }: QueryOf<'ledgerRuns'>, scope: Scope): Promise<LedgerRuns> {
  const runs = await ledger.runs({ name, ...when('version', version) }, scope);
  return {
    runs: runs.map(({ from, until, ...run }) => ({
      ...run,
      from: momentOf(from),
      ...when('until', until === undefined ? undefined : momentOf(until)),
    })),
  };
}
