/** What all commits have in common that somebody makes from the dashboard: the right to, the author, what came of it. */
import type { App } from '../../api/index.ts';
import type { Identity } from '../../ports/index.ts';
import type { Visitor } from '../access/visitor.ts';
import { fromKube, refused, type Refused } from '../http/refused.ts';
import type { Committed } from '../ports.ts';

/** A commit is made with the Source's credentials: the cluster itself has to say whether this person may change the App. Undefined: they may. */
export async function mayChange({ access }: Visitor, { metadata: { namespace, name } }: App): Promise<Refused | undefined> {
  const may = await access.may({ verb: 'patch', group: 'lockstep.dev', resource: 'apps', namespace, name });
  if (!may.ok) return fromKube(may.error);
  return may.value
    ? undefined
    : refused.forbidden(`you may not change Apps in ${namespace}`, 'it takes the right to patch apps.lockstep.dev there');
}

/** The cluster's word for who it is; no address is made up that could be somebody's. */
export function authorOf({ user }: Identity): { readonly name: string; readonly email: string } {
  const name = user.replace(/[\p{Cc}<>]+/gu, ' ').trim() || 'somebody';
  return { name, email: /^[^\s<>@]+@[^\s<>@]+$/.test(user) ? user : '' };
}

export function toldOf({ commit, branch, proposed, changed }: Committed): string {
  if (!changed) return `${branch} is so already, at ${commit}`;
  return proposed === undefined
    ? `pushed ${commit} to ${branch}`
    : `pushed ${commit} to ${branch}, because ${proposed}; open a change request from it`;
}
