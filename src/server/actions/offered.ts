/** Which buttons an App's page shows, and why one cannot be pressed. */
import type { App } from '../../api/index.ts';
import { ACTIONS, type ActionName, type AppDetail } from '../../api/http/index.ts';
import type { KubeError } from '../../ports/index.ts';
import { ok, type Result } from '../../std/index.ts';
import type { Visitor } from '../access/visitor.ts';

export interface Offering {
  readonly app: App;
  /** Waits for a person. */
  readonly approval: boolean;
  readonly suspended: boolean;
}

export async function offeredActions({ access, via }: Visitor, offering: Offering): Promise<Result<AppDetail['actions'], KubeError>> {
  const { namespace, name } = offering.app.metadata;
  const patch = await access.may({ verb: 'patch', group: 'lockstep.dev', resource: 'apps', namespace, name });
  if (!patch.ok) return patch;
  const approve = await access.may({ verb: 'create', group: 'lockstep.dev', resource: 'approvals', namespace });
  if (!approve.ok) return approve;
  const why = (action: ActionName): string | undefined => {
    if (via === 'anonymous') return 'sign in first';
    const allowed = action === 'approve' ? approve.value : patch.value;
    if (!allowed) return action === 'approve' ? `you may not create Approvals in ${namespace}` : `you may not change Apps in ${namespace}`;
    return notNow(action, offering);
  };
  return ok(
    ACTIONS.map((action) => {
      const reason = why(action);
      return { action, allowed: reason === undefined, ...(reason === undefined ? {} : { reason }) };
    }),
  );
}

function notNow(action: ActionName, { app, approval, suspended }: Offering): string | undefined {
  switch (action) {
    case 'suspend':
      return suspended ? 'it is suspended' : undefined;
    case 'resume':
      return suspended ? undefined : 'it is not suspended';
    case 'approve':
      return approval ? undefined : 'no plan waits for a person';
    case 'test':
      return (app.status?.tests ?? []).length > 0 ? undefined : 'it has no tests: Helm’s test hooks, or objects with lockstep.dev/test';
    case 'rollback':
    case 'sync':
      return undefined;
  }
}
