/** `lockstep rollback`: the commit that goes back. The command changes Git, never the cluster. */
import { callApi } from '../../app/index.ts';
import type { ActionPlan } from '../../api/http/index.ts';
import type { JsonObject } from '../../core/object/index.ts';
import { findApp } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';

export const rollback = defineCommand({
  summary: 'Commit the files of an App as they were at an earlier revision',
  usage: 'APP',
  details:
    "One new commit restores only the files that this App reads, with the Source's own credentials. Files that other Apps read too, and branches that\n" +
    'take no push, get the commit on a branch of its own, for a change request. Newer work of others on the same files is never undone.',
  examples: [
    'lockstep rollback shop',
    'lockstep rollback shop --to main@3f2c1a0 --reason "checkout fails"',
    'lockstep rollback shop --dry-run',
  ],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
    to: { type: 'string', value: 'REVISION', doc: 'A revision it ran, a commit or a tag; default: the last one that succeeded' },
    reason: { type: 'string', value: 'TEXT', doc: 'Why; written into the commit' },
    'dry-run': { type: 'boolean', doc: 'Only say what would be committed' },
  },
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const { namespace, name } = (await findApp(kube, args[0] ?? '', flags.namespace)).metadata;
      const path = `/apps/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}/actions/rollback`;
      const asked: JsonObject = {
        ...(flags.to === undefined ? {} : { revision: flags.to }),
        ...(flags.reason === undefined ? {} : { reason: flags.reason }),
      };
      const call = async (body: JsonObject): Promise<ActionPlan> => {
        const answer = await callApi<ActionPlan>(kube, { method: 'POST', path, body });
        if (!answer.ok) throw new CommandError(answer.error.message, answer.error.hint);
        return answer.value;
      };
      const plan = await call(asked);
      io.out(`${plan.effects.map(({ text }, index) => (index === 0 ? text : `  ${text}`)).join('\n')}\n`);
      if (flags['dry-run']) return 0;
      const done = await call({ ...asked, confirm: plan.digest });
      io.out(`${done.result ?? 'done'}\n`);
      return 0;
    }),
});
