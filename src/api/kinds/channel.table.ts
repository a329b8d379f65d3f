/** `Channel`: where news goes, which news, and in which words. */
import { bool, by, int, list, must, object, str, time, word, type Infer } from '../schema/field.ts';
import { AGE, conditionColumn, type Kind } from './kind.ts';
import { commonStatus, secretRef } from './shared.table.ts';

const httpUrl = (doc: string) =>
  str(doc, { maxLength: 2048, pattern: '^https?://[^ @]+$', means: 'an http(s):// URL without credentials' });

const namePattern = (doc: string) =>
  str(doc, { maxLength: 253, pattern: '^[A-Za-z0-9.*-]+$', means: 'a name, in which * stands for any characters' });

const slack = object('Slack, or Mattermost and Rocket.Chat through their Slack-like addresses.', {
  channel: str('Name or id; needed with a bot token.', { maxLength: 80 }),
  url: by('https://slack.com/api', httpUrl('Base of the Web API, for a bot token.')),
  secretRef: must(secretRef('Secret with `address` (an incoming webhook) or `token` (a bot).')),
});

const byAddress = (doc: string) => object(doc, { secretRef: must(secretRef('Secret with `address`, the webhook’s URL.')) });

const webhook = object('Anything that takes a JSON body.', {
  url: must(httpUrl('Where to post.')),
  secretRef: secretRef('Secret with `key` (signs each body) or `token` (sent as a bearer token), or both.'),
});

const email = object('Mail.', {
  server: must(str('host:port', { pattern: '^[A-Za-z0-9.-]+:[0-9]{1,5}$', means: 'host:port' })),
  tls: by('starttls', word(['starttls', 'tls', 'none'], 'How the connection is secured; `none` sends no password.')),
  from: must(str('Sender.', { maxLength: 320 })),
  to: must(list(str('An address.', { maxLength: 320 }), 'Recipients.', { minItems: 1, maxItems: 32, merge: 'set' })),
  secretRef: secretRef('Secret with `username` and `password`, and `ca.crt` for a private certificate authority.'),
});

const alertmanager = object('Prometheus Alertmanager: what is wrong fires, and is resolved when it is over.', {
  url: must(httpUrl('Base, without `/api/v2`.')),
  secretRef: secretRef('Secret with `token`, or `username` and `password`.'),
});

const commitStatus = object('The commit an App runs carries a status on its Git host.', {
  host: must(word(['github', 'gitlab', 'gitea'], 'Whose API it is; gitea also for Forgejo.')),
  url: str(
    'Base of the API. Default: https://api.github.com, https://gitlab.com/api/v4. Only commits of Sources on this host get a status.',
    {
      maxLength: 2048,
      pattern: '^https?://[^ @]+$',
      means: 'an http(s):// URL without credentials',
    },
  ),
  context: str('Name of the status. Default: `lockstep/<installation>/<namespace>/<name>`.', { maxLength: 200 }),
  secretRef: must(secretRef('Secret with `token`.')),
});

const filter = object('Which news; absent: all of severity info and above.', {
  severity: by('info', word(['trace', 'info', 'warning', 'error'], 'This, and worse.')),
  types: list(str('A type of news (docs/reference/news.md); `*` stands for any characters.', { maxLength: 64 }), 'Absent: all.', {
    merge: 'set',
  }),
  kinds: list(word(['App', 'Source', 'SealedSecret', 'Secret'], 'Kind of the object.'), 'Absent: all.', { merge: 'set' }),
  names: list(namePattern('Name of an App or Source.'), 'Absent: all.', { merge: 'set' }),
  namespaces: list(
    namePattern('Name of a namespace.'),
    "In Lockstep's own namespace only: whose news. Absent: everybody's. A Channel elsewhere tells the news of its own namespace.",
    { merge: 'set' },
  ),
});

const channelSpec = object(
  'Where news goes. Exactly one of the receivers is set.',
  {
    slack,
    teams: byAddress('Microsoft Teams: a Workflows address, or an older incoming webhook.'),
    discord: byAddress('Discord.'),
    webhook,
    email,
    alertmanager,
    commitStatus,
    filter,
    template: object('Go templates with sprig over the fields of the news: `{{ .namespace }}/{{ .name }}: {{ .message }}`.', {
      title: str('One line; absent: severity, object and type.', { maxLength: 1024 }),
      text: str('Absent: the message, with revision and author.', { maxLength: 8192 }),
    }),
    suspend: by(false, bool('News wait until it is resumed; the oldest beyond 500 are dropped.')),
  },
  { exactlyOne: ['slack', 'teams', 'discord', 'webhook', 'email', 'alertmanager', 'commitStatus'] },
);

const deadLetter = object('News that could not be delivered.', {
  id: must(str('Of the news.', { maxLength: 64 })),
  at: must(time('When it happened.')),
  kind: must(str('Kind of the object.', { maxLength: 63 })),
  namespace: str('Namespace of the object.', { minLength: 0 }),
  name: must(str('Name of the object.')),
  uid: str('Uid of the object.', { minLength: 0, maxLength: 64 }),
  type: must(str('Type of the news.', { maxLength: 64 })),
  severity: must(word(['trace', 'info', 'warning', 'error'], 'Its severity.')),
  message: must(str('What it says.', { minLength: 0, maxLength: 1024 })),
  revision: str('Revision it is about.', { maxLength: 512 }),
  attempts: must(int('How often it was tried.', 0, 1000)),
  error: must(str('Why the last try failed.', { maxLength: 1024 })),
});

const channelStatus = object('How deliveries go.', {
  ...commonStatus,
  deadLetters: list(deadLetter, 'The newest news that were given up; `lockstep channels retry` sends them again.', { maxItems: 20 }),
  lastTest: object('The last test-send.', {
    token: must(str('Which one.', { maxLength: 256 })),
    at: must(time('When.')),
    error: str('Why it failed; absent: it was delivered.', { maxLength: 1024 }),
  }),
});

export type ChannelSpec = Infer<typeof channelSpec>;
export type ChannelStatus = Infer<typeof channelStatus>;

export const channelKind: Kind = {
  kind: 'Channel',
  plural: 'channels',
  singular: 'channel',
  shortName: 'lschannel',
  scope: 'Namespaced',
  doc: 'Where news goes: chat, mail, webhooks, alerts, commit statuses; with a filter and words of its own (docs/channels.md).',
  spec: must(channelSpec),
  status: channelStatus,
  columns: [
    conditionColumn('Ready', 'Ready', 'status'),
    conditionColumn('Reason', 'Ready', 'reason'),
    conditionColumn('Message', 'Ready', 'message'),
    AGE,
  ],
  example: `apiVersion: lockstep.dev/v1
kind: Channel
metadata: {name: on-call, namespace: team-shop}
spec:
  slack: {secretRef: {name: slack}}
  filter: {severity: warning}
`,
};
