/** Channels in the whole product: which news, in which form, once, again when it failed, and given up in sight. */
import { afterEach, describe, expect, test } from 'vitest';
import { isNewsType } from '../../src/api/index.ts';
import type { JsonObject } from '../../src/core/object/index.ts';
import type { Outgoing, OutgoingMail } from '../../src/ports/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';
import { configMap } from './stories.ts';

let w: World;
afterEach(() => w.close());

interface ChannelStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string; readonly message: string }[];
  readonly deadLetters?: readonly { readonly type: string; readonly attempts: number; readonly error: string }[];
  readonly lastTest?: { readonly token: string; readonly error?: string };
}

const channel = (name: string, spec: JsonObject, namespace = 'shop') => ({
  apiVersion: 'lockstep.dev/v1',
  kind: 'Channel',
  metadata: { name, namespace },
  spec,
});

const secret = (name: string, data: Readonly<Record<string, string>>, namespace = 'shop') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
});

const statusOf = async (name: string, namespace = 'shop'): Promise<ChannelStatus> =>
  ((await w.get(`Channel/${namespace}/${name}`)) as unknown as { status?: ChannelStatus }).status ?? {};

const readyOf = async (name: string): Promise<string> => {
  const ready = (await statusOf(name)).conditions?.find(({ type }) => type === 'Ready');
  return `${ready?.status ?? ''} ${ready?.reason ?? ''}: ${ready?.message ?? ''}`;
};

const bodies = (): readonly Record<string, unknown>[] =>
  w.notifier.sent.flatMap((each) => (each.via === 'http' ? [JSON.parse(each.body) as Record<string, unknown>] : []));

/** `Applied shop/web`, in order, as a generic webhook is told. */
const told = (): readonly string[] =>
  bodies().map(
    ({ reason, involvedObject }) =>
      `${String(reason)} ${(involvedObject as { namespace: string }).namespace}/${(involvedObject as { name: string }).name}`,
  );

const url = 'https://hooks.example.com/lockstep';

async function start(...specs: readonly (readonly [string, JsonObject])[]): Promise<void> {
  w = await world();
  for (const [name, spec] of specs) await w.put(channel(name, spec));
  await w.commit({ 'web/a.yaml': configMap('a') });
  await w.source();
  await w.app();
  await w.settle(6000);
}

test('a delivery, drift and trouble are told in order and once', async () => {
  await start(['all', { webhook: { url } }]);
  expect(told().filter((line) => /^(Applied|Ready) shop\/web/.test(line))).toEqual(['Applied shop/web', 'Ready shop/web']);
  w.notifier.sent.length = 0;
  await w.edit('ConfigMap/shop/a', { data: { a: 'by hand' } });
  await w.settle(5000);
  expect(told()).toEqual(['Healed shop/web']);
  w.notifier.sent.length = 0;
  await w.commit({ 'web/a.yaml': 'kind: [' });
  await w.settle(60_000);
  expect(told()).toEqual(['InvalidYaml shop/web']);
  const [body] = bodies();
  expect(body).toMatchObject({
    severity: 'error',
    involvedObject: { kind: 'App' },
    reportingController: 'lockstep',
    reportingInstance: 'test',
  });
  expect(bodies().every(({ reason }) => isNewsType(String(reason)))).toBe(true);
  await w.commit({ 'web/a.yaml': configMap('a') });
  await w.settle(6000);
  await w.commit({ 'web/a.yaml': 'kind: [' });
  await w.settle(6000);
  // The same trouble after a good time is news again.
  expect(told()).toEqual(['InvalidYaml shop/web', 'Ready shop/web', 'InvalidYaml shop/web']);
  expect(await readyOf('all')).toBe('True Succeeded: ');
}, 60_000);

test('where nothing is put right by itself, divergence is told', async () => {
  w = await world();
  await w.put(channel('all', { webhook: { url }, filter: { severity: 'warning' } }));
  await w.commit({ 'web/a.yaml': configMap('a') });
  await w.source();
  await w.app({ spec: { sync: { heal: 'report' } } });
  await w.settle(6000);
  expect(told()).toEqual([]);
  await w.edit('ConfigMap/shop/a', { data: { a: 'by hand' } });
  await w.settle(6000);
  expect(told()).toEqual(['DriftDetected shop/web']);
});

const filters: readonly (readonly [string, JsonObject, readonly string[]])[] = [
  ['severity', { severity: 'error' }, ['InvalidYaml shop/web']],
  ['types', { types: ['Invalid*'] }, ['InvalidYaml shop/web']],
  ['names', { names: ['web*'], types: ['Applied'] }, ['Applied shop/web']],
  ['other names', { names: ['*shop*', 'we'] }, []],
  ['kinds', { kinds: ['Source'], severity: 'trace' }, ['Fetched shop/config', 'Fetched shop/config']],
];

test.each(filters)('filter by %s', async (_name, filter, expected) => {
  await start(['some', { webhook: { url }, filter }]);
  await w.commit({ 'web/a.yaml': 'kind: [' });
  await w.settle(6000);
  expect(told()).toEqual(expected);
});

test('a Channel tells the news of its own namespace; one of Lockstep’s own those of everybody, or of some', async () => {
  w = await world({ namespaces: ['shop', 'bank'] });
  await w.put(channel('own', { webhook: { url: `${url}/own` } }, 'bank'));
  await w.put(channel('everybody', { webhook: { url: `${url}/all` }, filter: { types: ['Applied'] } }, 'lockstep-system'));
  await w.put(channel('some', { webhook: { url: `${url}/some` }, filter: { namespaces: ['ba*'] } }, 'lockstep-system'));
  await w.commit({ 'web/a.yaml': configMap('a') });
  await w.source();
  await w.app();
  await w.settle(6000);
  expect([...new Set(w.notifier.sent.map((each) => (each as Outgoing).url))]).toEqual([`${url}/all`]);
});

describe('when a receiver fails', () => {
  test('it is tried again with growing delays, in order, and nothing is lost', async () => {
    w = await world();
    const times: number[] = [];
    w.notifier.fail = () => {
      times.push(w.clock.monotonic());
      return times.length < 5 ? { code: 'Unavailable', message: 'hooks.example.com answers 503' } : undefined;
    };
    await w.put(channel('all', { webhook: { url }, filter: { types: ['Applied', 'Ready'] } }));
    await w.commit({ 'web/a.yaml': configMap('a') });
    await w.source();
    await w.app();
    await w.settle(6000);
    expect(await readyOf('all')).toBe('False ChannelUnavailable: hooks.example.com answers 503');
    await w.settle(40_000);
    expect(told()).toEqual(['Applied shop/web', 'Ready shop/web']);
    const gaps = times
      .slice(0, 5)
      .map((at, index) => at - (times[index - 1] ?? at))
      .slice(1);
    expect(gaps.every((gap, index) => index === 0 || gap > (gaps[index - 1] ?? 0) * 1.4)).toBe(true);
    expect(await readyOf('all')).toBe('True Succeeded: ');
  });

  test('it is not asked earlier than it wants', async () => {
    w = await world();
    w.notifier.fail = () => (w.notifier.tries === 1 ? { code: 'Unavailable', message: '429', notBefore: 120_000 } : undefined);
    await w.put(channel('all', { webhook: { url }, filter: { types: ['Applied'] } }));
    await w.commit({ 'web/a.yaml': configMap('a') });
    await w.source();
    await w.app();
    await w.settle(100_000);
    expect(w.notifier.tries).toBe(1);
    await w.settle(30_000);
    expect(w.notifier.tries).toBe(2);
  }, 60_000);

  test('what is refused, or fails too often, is a dead letter until somebody asks for it again', async () => {
    w = await world();
    w.notifier.fail = () => ({ code: 'Refused', message: 'hooks.example.com answers 403' });
    await w.put(channel('all', { webhook: { url }, filter: { types: ['Applied'] } }));
    await w.commit({ 'web/a.yaml': configMap('a') });
    await w.source();
    await w.app();
    await w.settle(6000);
    expect((await statusOf('all')).deadLetters).toMatchObject([{ type: 'Applied', attempts: 1, error: 'hooks.example.com answers 403' }]);
    w.notifier.fail = () => ({ code: 'Unavailable', message: 'no route' });
    await w.commit({ 'web/a.yaml': configMap('a', { a: '2' }) });
    await w.settle(1_300_000);
    expect((await statusOf('all')).deadLetters).toMatchObject([{ type: 'Applied', attempts: 10, error: 'no route' }, { attempts: 1 }]);
    expect(w.notifier.tries).toBe(11);
    w.notifier.fail = () => undefined;
    await w.crash();
    await w.edit('Channel/shop/all', { metadata: { annotations: { 'lockstep.dev/reconcileAt': 'now' } } });
    await w.settle(6000);
    expect(told()).toEqual(['Applied shop/web', 'Applied shop/web']);
    expect((await statusOf('all')).deadLetters).toEqual([]);
  }, 120_000);

  test('what waits when Lockstep ends is told by the next one', async () => {
    w = await world();
    w.notifier.fail = () => ({ code: 'Unavailable', message: '503' });
    await w.put(channel('all', { webhook: { url }, filter: { types: ['Applied'] } }));
    await w.commit({ 'web/a.yaml': configMap('a') });
    await w.source();
    await w.app();
    await w.settle(6000);
    const stopping = w.controllers.stop();
    await w.clock.advance(2000);
    await stopping;
    expect((await statusOf('all')).deadLetters).toHaveLength(1);
    w.notifier.fail = () => undefined;
    await w.crash();
    await w.settle(6000);
    expect(told()).toEqual(['Applied shop/web']);
    expect((await statusOf('all')).deadLetters).toEqual([]);
  });

  test('an incomplete Channel says what it lacks', async () => {
    await start(
      ['a', { slack: { secretRef: { name: 'gone' } } }],
      ['b', { webhook: { url }, template: { title: '{{ .message | nosuch }}' } }],
    );
    expect(await readyOf('a')).toBe('False ChannelInvalid: there is no Secret gone in namespace shop');
    expect(await readyOf('b')).toMatch(/^False ChannelInvalid: spec\.template\.title: .*nosuch/);
    await w.put(secret('empty', {}));
    await w.edit('Channel/shop/a', {
      spec: { slack: { secretRef: { name: 'empty' } } },
      metadata: { annotations: { 'lockstep.dev/testAt': '1' } },
    });
    await w.settle(2000);
    expect((await statusOf('a')).lastTest).toMatchObject({ token: '1', error: 'the Secret has neither "address" nor "token"' });
  });
});

describe('forms', () => {
  const one = async (spec: JsonObject, data: Readonly<Record<string, string>>): Promise<Outgoing | OutgoingMail> => {
    w = await world({ settings: { dashboardUrl: () => 'https://lockstep.example.com/' } });
    await w.put(secret('s', data));
    await w.put(channel('c', { ...spec, filter: { types: ['Ready'] } }));
    await w.commit({ 'web/a.yaml': configMap('a') });
    await w.source();
    await w.app();
    await w.settle(8000);
    expect(await readyOf('c')).toBe('True Succeeded: ');
    const [sent] = w.notifier.sent;
    if (sent === undefined) throw new Error('nothing was sent');
    return sent;
  };
  const ref = { secretRef: { name: 's' } };
  const body = (sent: Outgoing | OutgoingMail): unknown => (sent.via === 'http' ? JSON.parse(sent.body) : undefined);

  test('Slack, by address and as a bot', async () => {
    const sent = await one({ slack: ref }, { address: 'https://hooks.slack.com/services/T0/B0/secret\n' });
    expect(sent).toMatchObject({ url: 'https://hooks.slack.com/services/T0/B0/secret' });
    expect(body(sent)).toMatchObject({
      text: '✔ shop/web: Ready',
      attachments: [{ color: '#2e7d4f', blocks: [{ type: 'header' }, { type: 'section' }, { type: 'section' }, { type: 'actions' }] }],
    });
    await w.close();
    const bot = await one({ slack: { ...ref, channel: '#deploys' } }, { token: 'xoxb-1' });
    expect(bot).toMatchObject({
      url: 'https://slack.com/api/chat.postMessage',
      answers: 'slack',
      headers: { authorization: 'Bearer xoxb-1' },
    });
    expect(body(bot)).toMatchObject({ channel: '#deploys' });
  });

  test('Teams, new and old', async () => {
    const sent = await one({ teams: ref }, { address: 'https://prod.westeurope.logic.azure.com/workflows/1' });
    expect(body(sent)).toMatchObject({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard', version: '1.4' } }],
    });
    await w.close();
    const old = await one({ teams: ref }, { address: 'https://shop.webhook.office.com/webhookb2/1' });
    expect(body(old)).toMatchObject({ '@type': 'MessageCard', summary: '✔ shop/web: Ready' });
  });

  test('Discord calls nobody', async () => {
    const sent = await one(
      { discord: ref, template: { title: '@everyone {{ .name | upper }}' } },
      { address: 'https://discord.com/api/webhooks/1/x' },
    );
    expect(body(sent)).toMatchObject({ embeds: [{ title: '@everyone WEB', color: 0x2e7d4f }], allowed_mentions: { parse: [] } });
  });

  test('a webhook is signed in two ways', async () => {
    const sent = (await one({ webhook: { url, ...ref } }, { key: 'k', token: 't' })) as Outgoing;
    const { createHmac } = await import('node:crypto');
    expect(sent.headers['x-signature']).toBe(`sha256=${createHmac('sha256', 'k').update(sent.body).digest('hex')}`);
    const signed = `${sent.headers['webhook-id'] ?? ''}.${sent.headers['webhook-timestamp'] ?? ''}.${sent.body}`;
    expect(sent.headers['webhook-signature']).toBe(`v1,${createHmac('sha256', 'k').update(signed).digest('base64')}`);
    expect(sent.headers['authorization']).toBe('Bearer t');
    expect(body(sent)).toMatchObject({
      metadata: { link: 'https://lockstep.example.com/apps/shop/web', repository: 'https://git.test/shop.git' },
    });
  });

  test('mail has a subject of one line and an id of its own', async () => {
    const sent = await one(
      {
        email: { server: 'mail.example.com:587', from: 'lockstep@example.com', to: ['ops@example.com'], ...ref },
        template: { title: 'a\r\nBcc: x@example.com' },
      },
      { username: 'u', password: 'p' },
    );
    expect(sent).toMatchObject({
      via: 'smtp',
      host: 'mail.example.com',
      port: 587,
      tls: 'starttls',
      subject: 'a Bcc: x@example.com',
      username: 'u',
    });
  });
});

describe('Alertmanager', () => {
  const alerts = (): readonly { labels: Record<string, string>; endsAt: string; startsAt: string }[] =>
    w.notifier.sent.flatMap((each) => JSON.parse((each as Outgoing).body) as never[]);
  const firing = (): readonly string[] =>
    alerts()
      .filter(({ endsAt }) => Date.parse(endsAt) > w.clock.now())
      .map(({ labels }) => labels['alertname'] ?? '');

  test('trouble fires, is repeated while it lasts, also by the next process, and is resolved with the same labels', async () => {
    w = await world();
    await w.put(channel('am', { alertmanager: { url: 'http://alertmanager:9093/' }, filter: { severity: 'error' } }));
    await w.commit({ 'web/a.yaml': 'kind: [' });
    await w.source();
    await w.app();
    await w.settle(6000);
    expect((w.notifier.sent[0] as Outgoing).url).toBe('http://alertmanager:9093/api/v2/alerts');
    expect(firing()).toEqual(['LockstepNotReady']);
    const labels = alerts()[0]?.labels;
    w.notifier.sent.length = 0;
    await w.settle(330_000);
    expect(firing()).toContain('LockstepNotReady');
    w.notifier.sent.length = 0;
    await w.crash();
    await w.settle(5000);
    expect(firing()).toContain('LockstepNotReady');
    w.notifier.sent.length = 0;
    await w.commit({ 'web/a.yaml': configMap('a') });
    await w.settle(6000);
    const ended = alerts().filter(({ endsAt }) => Date.parse(endsAt) <= w.clock.now());
    expect(ended.map((alert) => alert.labels)).toContainEqual(labels);
    w.notifier.sent.length = 0;
    await w.settle(330_000);
    expect(firing()).toEqual([]);
  }, 120_000);
});
