/** What is made of news for receivers, and what is read from their answers: each against a strict double that speaks as the real one does. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { ChannelSpec } from '../../api/index.ts';
import type { News, Outgoing } from '../../ports/index.ts';
import { createNotifier } from './index.ts';

const COMMIT = 'a'.repeat(40);

const news = (more: Partial<News> = {}): News => ({
  id: 'id-1',
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
  kind: 'App',
  namespace: 'shop',
  name: 'web',
  uid: 'u-1',
  type: 'Ready',
  severity: 'info',
  message: 'fine',
  revision: `main@sha1:${COMMIT}`,
  repository: 'git@github.com:Shop/Config.git',
  installation: 'prod',
  ...more,
});

const compose = (spec: object, entries: Readonly<Record<string, string>> = { token: 't' }, more: Partial<News> = {}) =>
  createNotifier().compose({
    spec: { suspend: false, ...spec } as ChannelSpec,
    secret: new Map(Object.entries(entries)),
    told: [{ news: news(more), title: 'title', text: 'text' }],
    now: Date.UTC(2026, 0, 2, 3, 5),
  });

const status = (host: string, url?: string) => ({
  commitStatus: { host, ...(url === undefined ? {} : { url }), secretRef: { name: 's' } },
});

const repository = (url: string): Partial<News> => ({ repository: url });
const GITHUB = `https://api.github.com/repos/Shop/Config/statuses/${COMMIT}`;

describe('commit statuses', () => {
  const cases: readonly (readonly [string, object, Partial<News>, string | undefined, object?])[] = [
    ['GitHub', status('github'), {}, GITHUB, { state: 'success', context: 'lockstep/prod/shop/web', description: 'text' }],
    ['applied is not healthy yet', status('github'), { type: 'Applied' }, GITHUB, { state: 'pending' }],
    ['a failure', status('github'), { type: 'ApplyFailed', severity: 'error' }, GITHUB, { state: 'failure' }],
    ['waiting for a person is no failure', status('github'), { type: 'ApprovalNeeded', severity: 'warning' }, undefined],
    ['nothing about a Source', status('github'), { kind: 'Source' }, undefined],
    ['nothing without a commit', status('github'), { revision: '1.2.3@sha256:abc' }, undefined],
    [
      'GitHub Enterprise',
      status('github', 'https://git.corp/api/v3/'),
      repository('ssh://git@git.corp:2222/a/b.git'),
      `https://git.corp/api/v3/repos/a/b/statuses/${COMMIT}`,
    ],
    ['a token goes to its own host only', status('github'), repository('https://evil.example/shop/config.git'), undefined],
    ['nor to one that looks like it', status('github'), repository('https://github.com.evil.example/shop/config'), undefined],
    [
      'GitLab',
      status('gitlab'),
      repository('https://gitlab.com/shop/team/config.git'),
      `https://gitlab.com/api/v4/projects/shop%2Fteam%2Fconfig/statuses/${COMMIT}`,
      { state: 'success', name: 'lockstep/prod/shop/web' },
    ],
    [
      'GitLab says failed',
      status('gitlab'),
      { ...repository('git@gitlab.com:shop/config'), type: 'TestFailed', severity: 'error' },
      `https://gitlab.com/api/v4/projects/shop%2Fconfig/statuses/${COMMIT}`,
      { state: 'failed' },
    ],
    [
      'Gitea',
      status('gitea', 'https://codeberg.org/api/v1'),
      repository('https://codeberg.org/shop/config'),
      `https://codeberg.org/api/v1/repos/shop/config/statuses/${COMMIT}`,
      { state: 'success' },
    ],
    [
      'a path cannot leave its place',
      status('gitea', 'https://codeberg.org/api/v1'),
      repository('https://codeberg.org/../%2e%2e%2fadmin/x'),
      `https://codeberg.org/api/v1/repos/../..%2F/statuses/${COMMIT}`,
    ],
  ];
  test.each(cases.map(([name, spec, more, url, body]) => ({ name, spec, more, url, body })))('$name', ({ name, spec, more, url, body }) => {
    const composed = compose(spec, { token: 't' }, more);
    const made = composed.ok ? (composed.value as Outgoing | undefined) : undefined;
    expect(composed.ok).toBe(true);
    if (name.startsWith('a path')) return expect(made === undefined || !new URL(made.url).pathname.startsWith('/api/v1/admin')).toBe(true);
    expect(made?.url).toBe(url);
    if (body !== undefined) expect(JSON.parse(made?.body ?? '{}')).toMatchObject(body);
  });

  test('gitea has no address of its own', () =>
    expect(compose(status('gitea'))).toEqual({
      ok: false,
      error: { code: 'Invalid', message: expect.stringContaining('spec.commitStatus.url') as string },
    }));
});

test('texts are cut to what receivers take, never through a character', () => {
  const told = { news: news({ message: 'x' }), title: '😀'.repeat(300), text: '&<>'.repeat(5000) };
  for (const [spec, entries] of [
    [{ slack: { url: 'https://slack.com/api', secretRef: { name: 's' } } }, { address: 'https://hooks.slack.com/x' }],
    [{ discord: { secretRef: { name: 's' } } }, { address: 'https://discord.com/x' }],
    [{ teams: { secretRef: { name: 's' } } }, { address: 'https://teams.example/x' }],
  ] as const) {
    const composed = createNotifier().compose({
      spec: { suspend: false, ...spec } as never,
      secret: new Map(Object.entries(entries)),
      told: [told],
      now: 0,
    });
    const text = composed.ok && composed.value?.via === 'http' ? composed.value.body : '';
    expect(text.length).toBeGreaterThan(100);
    expect(text.length).toBeLessThan(28_000);
    expect(/\\ud83d(?!\\ude00)/i.test(text)).toBe(false);
  }
});

test('a message of a stranger is no markup in Slack', () => {
  const composed = createNotifier().compose({
    spec: { suspend: false, slack: { url: 'https://slack.com/api', secretRef: { name: 's' } } } as never,
    secret: new Map([['address', 'https://hooks.slack.com/x']]),
    told: [{ news: news(), title: '<!channel>', text: '<https://evil.example|click>' }],
    now: 0,
  });
  const body = composed.ok && composed.value?.via === 'http' ? composed.value.body : '';
  expect(body).not.toContain('<https');
  expect((JSON.parse(body) as { text: string }).text).toBe('&lt;!channel&gt;');
});

describe('answers', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  const answering = async (answer: { status: number; body?: string; headers?: Record<string, string> }): Promise<string> => {
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`;
  };
  const cases = [
    ['taken', { status: 204 }, undefined],
    ['refused', { status: 403, body: '{"message":"Bad credentials"}' }, { code: 'Refused', message: / answers 403: Bad credentials$/ }],
    ['busy', { status: 429, headers: { 'retry-after': '30' } }, { code: 'Unavailable', notBefore: 30_000 }],
    ['busy for ever', { status: 503, headers: { 'retry-after': '99999999' } }, { code: 'Unavailable', notBefore: 3_600_000 }],
    ['broken', { status: 500, body: 'x'.repeat(1000) }, { code: 'Unavailable', message: / answers 500$/ }],
    [
      'a redirect is not followed',
      { status: 302, headers: { location: 'http://169.254.169.254/' } },
      { code: 'Refused', message: / answers 302$/ },
    ],
  ] as const;
  test.each(cases)('%s', async (_name, answer, expected) => {
    const notifier = createNotifier();
    const sent = await notifier.send({ via: 'http', url: await answering(answer), headers: {}, body: '{}' });
    await notifier.close();
    if (expected === undefined) return expect(sent.ok).toBe(true);
    const { message, ...rest } = expected as { message?: RegExp };
    expect(sent).toMatchObject({
      ok: false,
      error: { ...rest, ...(message === undefined ? {} : { message: expect.stringMatching(message) as string }) },
    });
    expect(JSON.stringify(sent)).not.toContain('secret-path');
  });

  test.each([
    ['{"ok":true}', undefined],
    ['{"ok":false,"error":"channel_not_found"}', 'Refused'],
    ['{"ok":false,"error":"ratelimited"}', 'Unavailable'],
    ['<html>', 'Refused'],
  ])('Slack answers 200 and says %s', async (body, code) => {
    const notifier = createNotifier();
    const sent = await notifier.send({
      via: 'http',
      url: await answering({ status: 200, body }),
      headers: {},
      body: '{}',
      answers: 'slack',
    });
    await notifier.close();
    expect(sent.ok ? undefined : sent.error.code).toBe(code);
  });
});
