/** The button "Roll back": the commit that goes back, shown before it is made, in the name of whoever presses it. */
import { err, ok, type Result } from '../../std/index.ts';
import { refused, type Refused } from '../http/refused.ts';
import type { River, Rollback } from '../ports.ts';
import { shellQuote } from '../shell-quote.ts';
import { shortRevision } from '../views/app-row.ts';
import type { ActionCall, Prepared } from './actions.ts';
import { authorOf, mayChange, toldOf } from './commit.ts';

const mostShown = 50;

/** Says what would be committed; carried out, it is. */
export async function rollback({ app, body, visitor }: ActionCall, river: Pick<River, 'rollback'>): Promise<Result<Prepared, Refused>> {
  const found = await river.rollback(app, body.revision);
  if (!found.ok) return err(refused.conflict(found.error.message, found.error.hint));
  const { to, files, shared } = found.value;
  const more = files.length > mostShown ? [{ text: `… and ${files.length - mostShown} more files`, danger: false }] : [];
  const name = `${app.metadata.namespace}/${app.metadata.name}`;
  return ok({
    effects: [
      { text: where(found.value), danger: false },
      ...files.slice(0, mostShown).map(({ path, change }) => ({ text: `${path} is ${change}`, danger: change === 'removed' })),
      ...more,
      ...shared.slice(0, 5).map(({ path, apps }) => ({ text: `${path} is also read by ${apps.slice(0, 5).join(', ')}`, danger: true })),
    ],
    command: `lockstep rollback ${name} --to ${shellQuote(shortRevision(to))}`,
    carryOut: async () => {
      const not = await mayChange(visitor, app);
      if (not !== undefined) return err(not);
      const written = await found.value.write(authorOf(visitor.identity), body.reason);
      if (!written.ok) return err(refused.conflict(written.error.message, written.error.hint));
      return ok(toldOf(written.value));
    },
  });
}

function where({ from, to, branch, files, shared }: Rollback): string {
  const count = `${files.length} file${files.length === 1 ? '' : 's'}`;
  return shared.length === 0
    ? `A commit on ${branch} puts ${count} back from ${shortRevision(from)} to ${shortRevision(to)}`
    : `A commit beside ${branch}, for a review, puts ${count} back from ${shortRevision(from)} to ${shortRevision(to)}`;
}
