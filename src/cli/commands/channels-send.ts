/** `lockstep channels test-send` and `retry`: both ask the running Lockstep, which holds the Secret and sends as it always does. */
import { names } from '../../api/index.ts';
import { annotate, findChannel, until } from '../channels/channels.ts';
import { defineCommand } from '../command.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';

const FLAGS = {
  ...CLUSTER_FLAGS,
  ...NAMESPACE_FLAG,
  timeout: { type: 'duration', value: 'DURATION', doc: 'How long to wait', default: '1m' },
} as const;

export const channelsTestSend = defineCommand({
  summary: 'Have a Channel send a test message, and say whether it was taken',
  usage: 'CHANNEL',
  examples: ['lockstep channels test-send on-call -n team-shop'],
  flags: FLAGS,
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const channel = await findChannel(kube, args[0] ?? '', flags.namespace);
      const token = await annotate(kube, channel, names.testAt);
      const done = await until(kube, channel, {
        done: ({ status }) => status?.lastTest?.token === token,
        timeout: flags.timeout,
        signal: io.signal,
      });
      const error = done.status?.lastTest?.error;
      io.out(`${channel.metadata.namespace}/${channel.metadata.name}: ${error === undefined ? 'delivered' : `not delivered: ${error}`}\n`);
      return error === undefined ? 0 : 1;
    }),
});

export const channelsRetry = defineCommand({
  summary: 'Send the dead letters of a Channel again',
  usage: 'CHANNEL',
  flags: FLAGS,
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const channel = await findChannel(kube, args[0] ?? '', flags.namespace);
      const before = channel.status?.deadLetters?.length ?? 0;
      const name = `${channel.metadata.namespace}/${channel.metadata.name}`;
      if (before === 0) {
        io.out(`${name}: no dead letters\n`);
        return 0;
      }
      const token = await annotate(kube, channel, names.reconcileAt);
      await until(kube, channel, {
        done: ({ status }) => status?.lastHandledReconcileAt === token,
        timeout: flags.timeout,
        signal: io.signal,
      });
      io.out(`${name}: ${before} sent again; what fails once more is listed by: lockstep channels list --dead-letters\n`);
      return 0;
    }),
});
