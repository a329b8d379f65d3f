/** Who may come in, and what the visitor may do where. Every line is an answer of Kubernetes, asked as the visitor; users are read as them too. */
import type { PlatformSpec } from '../../api/index.ts';
import type { AccessView } from '../../api/http/index.ts';
import type { KubeError } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Wish } from '../access/access.ts';
import { listLocalUsers } from '../access/local-users.ts';
import type { Visitor } from '../access/visitor.ts';
import { fromKube, type Refused } from '../http/refused.ts';
import { when } from './when.ts';

type Rights = AccessView['rights'][number];

const WISHES: Readonly<Record<Exclude<keyof Rights, 'namespace'>, Omit<Wish, 'namespace'>>> = {
  see: { verb: 'list', group: 'lockstep.dev', resource: 'apps' },
  change: { verb: 'patch', group: 'lockstep.dev', resource: 'apps' },
  approve: { verb: 'create', group: 'lockstep.dev', resource: 'approvals' },
  logs: { verb: 'get', group: '', resource: 'pods', subresource: 'log' },
  secrets: { verb: 'get', group: '', resource: 'secrets' },
};

/** Namespaces beyond this many are not asked about. */
const MOST = 200;

export interface AccessAsked {
  readonly visitor: Visitor;
  /** Those with Apps, in order. */
  readonly namespaces: readonly string[];
  readonly dashboard: PlatformSpec['dashboard'];
  /** Lockstep's own. */
  readonly home: string;
}

export async function accessView({ visitor, namespaces, dashboard, home }: AccessAsked): Promise<Result<AccessView, Refused>> {
  const rights: Rights[] = [];
  for (const namespace of ['', ...namespaces.slice(0, MOST)]) {
    const row = await rightsIn(namespace, visitor);
    if (!row.ok) return err(fromKube(row.error));
    // A namespace in which somebody may do nothing is none of their business.
    if (Object.values(row.value).includes(true)) rights.push(row.value);
  }
  const users = await listLocalUsers(visitor.client, home);
  const { oidc, anonymous = false } = dashboard ?? {};
  return ok({
    rights,
    truncated: namespaces.length > MOST,
    users: { known: users.ok, items: users.ok ? users.value : [] },
    anonymous,
    home,
    ...when('oidc', oidc === undefined ? undefined : providerOf(oidc)),
  });
}

async function rightsIn(namespace: string, { access }: Visitor): Promise<Result<Rights, KubeError>> {
  const may = async (wish: keyof typeof WISHES): Promise<Result<boolean, KubeError>> => access.may({ ...WISHES[wish], namespace });
  const [see, change, approve, logs, secrets] = await Promise.all([may('see'), may('change'), may('approve'), may('logs'), may('secrets')]);
  if (!see.ok) return see;
  if (!change.ok) return change;
  if (!approve.ok) return approve;
  if (!logs.ok) return logs;
  if (!secrets.ok) return secrets;
  return ok({ namespace, see: see.value, change: change.value, approve: approve.value, logs: logs.value, secrets: secrets.value });
}

type Provider = NonNullable<NonNullable<PlatformSpec['dashboard']>['oidc']>;

const providerOf = ({ issuer, clientId, userClaim, groupsClaim, userPrefix = '', groupPrefix = '' }: Provider): AccessView['oidc'] => ({
  issuer,
  clientId,
  user: `${userPrefix}‹${userClaim}›`,
  groups: `${groupPrefix}‹${groupsClaim}›`,
});
