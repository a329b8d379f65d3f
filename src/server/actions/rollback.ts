/** The button "Roll back": the commit that goes back, shown before it is made, in the name of whoever presses it. */
import type { App } from '../../api/index.ts';
import type { Identity } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { fromKube, refused, type Refused } from '../http/refused.ts';
import type { River, Rollback } from '../ports.ts';
import { shellQuote } from '../views/object/index.ts';
import { shortRevision } from '../views/app-row.ts';
import type { ActionCall, Prepared } from './actions.ts';

const mostShown = 50;
const RIGHT = 'it takes the right to patch apps.lockstep.dev there';

const nameOf = ({ metadata: { namespace, name } }: App): Pick<App['metadata'], 'namespace' | 'name'> => ({ namespace, name });

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
    command: `lockstep rollback ${name} --to ${shellQuote(to)}`,
    carryOut: async () => {
      // The commit is made with the Source's credentials: the cluster has to say itself whether this person may change the App.
      const may = await visitor.access.may({ verb: 'patch', group: 'lockstep.dev', resource: 'apps', ...nameOf(app) });
      if (!may.ok) return err(fromKube(may.error));
      if (!may.value) return err(refused.forbidden(`you may not change Apps in ${app.metadata.namespace}`, RIGHT));
      const written = await found.value.write(authorOf(visitor.identity), body.reason);
      if (!written.ok) return err(refused.conflict(written.error.message, written.error.hint));
      return ok(told(written.value));
    },
  });
}

function where({ from, to, branch, files, shared }: Rollback): string {
  const count = `${files.length} file${files.length === 1 ? '' : 's'}`;
  return shared.length === 0
    ? `A commit on ${branch} puts ${count} back from ${shortRevision(from)} to ${shortRevision(to)}`
    : `A commit beside ${branch}, for a review, puts ${count} back from ${shortRevision(from)} to ${shortRevision(to)}`;
}

function told(written: {
  readonly commit: string;
  readonly branch: string;
  readonly changed: boolean;
  readonly proposed?: string;
}): string {
  const { commit, branch, proposed, changed } = written;
  if (!changed) return `${branch} is so already, at ${commit}`;
  return proposed === undefined
    ? `pushed ${commit} to ${branch}`
    : `pushed ${commit} to ${branch}, because ${proposed}; open a change request from it`;
}

/** The cluster's word for who it is; no address is made up that could be somebody's. */
function authorOf({ user }: Identity): { readonly name: string; readonly email: string } {
  const name = user.replace(/[\p{Cc}<>]+/gu, ' ').trim() || 'somebody';
  return { name, email: /^[^\s<>@]+@[^\s<>@]+$/.test(user) ? user : '' };
}
