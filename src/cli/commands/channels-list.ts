/** `lockstep channels list`: where news goes, how deliveries go, and what was given up. */
import { getCondition } from '../../api/index.ts';
import { type LooseChannel, listChannels, receiverOf } from '../channels/channels.ts';
import { defineCommand } from '../command.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';
import { formatTable, truncate } from '../table.ts';

const HEADER = ['NAMESPACE', 'NAME', 'RECEIVER', 'READY', 'DEAD', 'MESSAGE'];
const DEAD_HEADER = ['CHANNEL', 'AT', 'OBJECT', 'TYPE', 'TRIES', 'ERROR'];

export const channelsList = defineCommand({
  summary: 'List Channels, and the news they had to give up',
  usage: '',
  examples: ['lockstep channels list', 'lockstep channels list --dead-letters -n team-shop'],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
    'dead-letters': { type: 'boolean', doc: 'Show the news that could not be delivered; `lockstep channels retry` sends them again' },
  },
  args: { min: 0, max: 0 },
  run: ({ flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const channels = await listChannels(kube, flags.namespace);
      if (channels.length === 0) io.out('No Channels. docs/channels.md shows the first one.\n');
      else if (flags['dead-letters']) io.out(deadLetters(channels, io.columns));
      else
        io.out(
          formatTable(
            HEADER,
            channels.map((channel) => cells(channel, io.columns)),
          ),
        );
      return 0;
    }),
});

function cells(channel: LooseChannel, columns: number): readonly string[] {
  const { metadata, status } = channel;
  const ready = getCondition(status?.conditions, 'Ready');
  const message = ready === undefined ? '' : ready.status === 'True' ? ready.message : `${ready.reason}: ${ready.message}`;
  const dead = String(status?.deadLetters?.length ?? 0);
  return [
    metadata.namespace,
    metadata.name,
    receiverOf(channel),
    ready?.status ?? 'Unknown',
    dead,
    truncate(message, Math.max(30, columns - 60)),
  ];
}

function deadLetters(channels: readonly LooseChannel[], columns: number): string {
  const rows = channels.flatMap(({ metadata, status }) =>
    (status?.deadLetters ?? []).map(({ at, kind, namespace = '', name, type, attempts, error }) => [
      `${metadata.namespace}/${metadata.name}`,
      at,
      `${kind}/${namespace}/${name}`,
      type,
      String(attempts),
      truncate(error, Math.max(30, columns - 90)),
    ]),
  );
  return rows.length === 0 ? 'No dead letters.\n' : formatTable(DEAD_HEADER, rows);
}
