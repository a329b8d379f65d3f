/** Slack, Teams and Discord. Limits: each product's documentation of its messages. */
import type { ChannelSpec } from '../../api/index.ts';
import type { NotifyError, NotifyRequest, Outgoing, Told } from '../../ports/index.ts';
import { ok, type Result } from '../../std/index.ts';
import { addressOf, colours, cut, entry, factsOf, invalid, JSON_HEADERS, only } from './parts.ts';

type Composed = Result<Outgoing, NotifyError>;

const http = (url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Outgoing => ({
  via: 'http',
  url,
  headers: { ...JSON_HEADERS, ...headers },
  body: JSON.stringify(body),
});

/** `&`, `<` and `>` are Slack's markup; escaped, a message of a stranger can neither link nor call a channel. */
const mrkdwn = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function slackBody(told: Told, channel: string | undefined): unknown {
  const fields = factsOf(told).map(([name, value]) => ({ type: 'mrkdwn', text: cut(`*${name}*\n${mrkdwn(value)}`, 2000) }));
  const { link } = told.news;
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: cut(told.title, 150) } },
    { type: 'section', text: { type: 'mrkdwn', text: cut(mrkdwn(told.text), 3000) } },
    { type: 'section', fields },
    ...(link === undefined
      ? []
      : [{ type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Open' }, url: link }] }]),
  ];
  const color = `#${colours[told.news.severity].toString(16).padStart(6, '0')}`;
  return { ...(channel === undefined ? {} : { channel }), text: cut(mrkdwn(told.title), 3000), attachments: [{ color, blocks }] };
}

export function slack({ channel, url }: NonNullable<ChannelSpec['slack']>, request: NotifyRequest): Composed {
  const told = only(request);
  if (request.secret.has('address')) {
    const address = addressOf(request);
    return address.ok ? ok(http(address.value.href, slackBody(told, undefined))) : address;
  }
  const token = entry(request, 'token');
  if (!token.ok) return invalid('the Secret has neither "address" nor "token"');
  if (channel === undefined) return invalid('spec.slack.channel is needed with a bot token');
  return ok({
    ...http(`${url.replace(/\/+$/, '')}/chat.postMessage`, slackBody(told, channel), { authorization: `Bearer ${token.value}` }),
    answers: 'slack',
  });
}

/** Addresses of this kind are the older incoming webhooks, which take another format. */
const OLD_TEAMS = /\.webhook\.office\.com$/;

function oldCard(told: Told): unknown {
  const facts = factsOf(told).map(([name, value]) => ({ name, value }));
  return {
    '@type': 'MessageCard',
    '@context': 'http://schema.org/extensions',
    themeColor: colours[told.news.severity].toString(16).padStart(6, '0'),
    summary: cut(told.title, 200),
    sections: [{ activityTitle: cut(told.title, 200), activitySubtitle: cut(told.text, 4000), facts }],
  };
}

function adaptiveCard(told: Told): unknown {
  const color = { trace: 'default', info: 'good', warning: 'warning', error: 'attention' }[told.news.severity];
  const facts = factsOf(told).map(([title, value]) => ({ title, value: cut(value, 500) }));
  const { link } = told.news;
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      { type: 'TextBlock', text: cut(told.title, 500), wrap: true, weight: 'bolder', size: 'medium', color },
      { type: 'TextBlock', text: cut(told.text, 8000), wrap: true },
      { type: 'FactSet', facts },
    ],
    ...(link === undefined ? {} : { actions: [{ type: 'Action.OpenUrl', title: 'Open', url: link }] }),
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}

export function teams(request: NotifyRequest): Composed {
  const address = addressOf(request);
  if (!address.ok) return address;
  const told = only(request);
  return ok(http(address.value.href, OLD_TEAMS.test(address.value.hostname) ? oldCard(told) : adaptiveCard(told)));
}

export function discord(request: NotifyRequest): Composed {
  const address = addressOf(request);
  if (!address.ok) return address;
  const told = only(request);
  const { link, severity, at } = told.news;
  const embed = {
    title: cut(told.title, 256),
    description: cut(told.text, 4096),
    color: colours[severity],
    timestamp: new Date(at).toISOString(),
    fields: factsOf(told).map(([name, value]) => ({ name, value: cut(value, 1024), inline: true })),
    ...(link === undefined ? {} : { url: link }),
  };
  // Nobody is called, whatever a message says.
  return ok(http(address.value.href, { embeds: [embed], allowed_mentions: { parse: [] } }));
}
