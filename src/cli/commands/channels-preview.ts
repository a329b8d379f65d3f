/** `lockstep channels preview`: exactly what a Channel would send, before anybody reads it. Works from a file too, without a cluster. */
import { previewNews } from '../../app/index.ts';
import { type Channel, isNewsType, newsTypes } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { Outgoing, OutgoingMail } from '../../ports/index.ts';
import { checkedChannel, findChannel } from '../channels/channels.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { readManifests } from '../manifest-files.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, type ClusterChoice, withCluster } from '../session.ts';

export const channelsPreview = defineCommand({
  summary: 'Print what a Channel would send',
  usage: '[CHANNEL]',
  details: 'What is secret is a placeholder. Nothing is sent; `lockstep channels test-send` does that.',
  examples: ['lockstep channels preview on-call --type HealthChanged', 'lockstep channels preview -f channel.yaml --app team-shop/web'],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
    filename: { type: 'string', short: 'f', value: 'FILE', doc: 'A Channel in a file, or - for standard input' },
    type: { type: 'string', value: 'TYPE', doc: 'Type of the news (docs/reference/news.md)', default: 'Ready' },
    app: { type: 'string', value: 'NAMESPACE/NAME', doc: 'The App it is about', default: 'shop/web' },
    message: { type: 'string', value: 'TEXT', doc: 'What it says; default: what the type means' },
    revision: { type: 'string', value: 'REVISION', doc: 'The revision it is about', default: `main@sha1:${'0'.repeat(40)}` },
    repository: { type: 'string', value: 'URL', doc: 'Where that is from', default: 'https://github.com/example/config.git' },
  },
  args: { min: 0, max: 1 },
  run: async ({ args, flags, io }) => {
    if (!isNewsType(flags.type)) throw new UsageError(`there is no news of type ${flags.type}; docs/reference/news.md lists them`);
    const [namespace = '', name = ''] = flags.app.split('/');
    if (name === '') throw new UsageError('--app must be NAMESPACE/NAME');
    const channel = await chosen(args[0], flags, io);
    const message = flags.message ?? newsTypes[flags.type]?.meaning ?? 'An example.';
    const { type, revision, repository } = flags;
    const made = previewNews(channel, { type, subject: { namespace, name }, message, revision, repository });
    if (!made.ok) throw new CommandError(made.error);
    const { wanted, outgoing } = made.value;
    if (!wanted)
      io.err(`The filter of ${channel.metadata.name} lets no ${type} of ${flags.app} through; without it this would be sent:\n\n`);
    io.out(outgoing === undefined ? `Nothing: this receiver is not told of ${type}.\n` : shown(outgoing));
    return 0;
  },
});

interface Choice extends ClusterChoice {
  readonly filename: string | undefined;
  readonly namespace: string | undefined;
}

async function chosen(name: string | undefined, choice: Choice, io: Io): Promise<Channel> {
  if ((name === undefined) === (choice.filename === undefined)) throw new UsageError('name a CHANNEL, or a file with -f');
  if (choice.filename === undefined)
    return withCluster(choice, io, async (kube) =>
      checkedChannel((await findChannel(kube, name ?? '', choice.namespace)) as unknown as KubeObject),
    );
  const found = (await readManifests(choice.filename, io)).find(({ kind }) => kind === 'Channel');
  if (found === undefined) throw new CommandError(`there is no Channel in ${choice.filename}`);
  return checkedChannel({
    ...found,
    metadata: { ...found.metadata, namespace: found.metadata.namespace ?? choice.namespace ?? 'default' },
  });
}

function shown(outgoing: Outgoing | OutgoingMail): string {
  if (outgoing.via === 'http') {
    const headers = Object.entries(outgoing.headers).map(([name, value]) => `${name}: ${value}`);
    return `${[`POST ${outgoing.url}`, ...headers, '', JSON.stringify(JSON.parse(outgoing.body), null, 2)].join('\n')}\n`;
  }
  const { host, port, tls, from, to, subject, text, messageId } = outgoing;
  return `${[`SMTP ${host}:${port} (${tls})`, `From: ${from}`, `To: ${to.join(', ')}`, `Subject: ${subject}`, `Message-ID: ${messageId}`, '', text].join('\n')}`;
}
