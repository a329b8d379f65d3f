/** `lockstep approve`: a person's yes to the plan that an App waits with. RBAC decides who may give it (S2). */
import type { ApiResource } from '../../ports/index.ts';
import { findApp } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';

const APPROVALS: ApiResource = {
  group: 'lockstep.dev',
  version: 'v1',
  kind: 'Approval',
  resource: 'approvals',
  namespaced: true,
  verbs: [],
};

export const approve = defineCommand({
  summary: 'Approve the plan that an App waits with',
  usage: 'APP [DIGEST]',
  details: 'Look at the plan first: lockstep plan APP. A new plan needs a new approval.',
  examples: ['lockstep approve shop', 'lockstep approve shop sha256:9f86d081… --reason "reviewed with Ada"'],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
    reason: { type: 'string', value: 'TEXT', doc: 'Why, for the ledger' },
  },
  args: { min: 1, max: 2 },
  run: ({ args, flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const app = await findApp(kube, args[0] ?? '', flags.namespace);
      const { name, namespace, uid = '' } = app.metadata;
      const digest = args[1] ?? app.status?.plan?.digest;
      if (digest === undefined) throw new CommandError(`${namespace}/${name} has no plan that waits`);
      const created = await kube.create(APPROVALS, {
        apiVersion: 'lockstep.dev/v1',
        kind: 'Approval',
        metadata: { generateName: `${name}-`, namespace },
        spec: { app: { name, uid }, plan: digest, ...(flags.reason === undefined ? {} : { reason: flags.reason }) },
      });
      if (!created.ok) throw new CommandError(created.error.message);
      io.out(`${namespace}/${name}: plan ${digest} approved\n`);
      return 0;
    }),
});
