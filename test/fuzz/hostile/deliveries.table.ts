/** Bad deliveries to the receiver of webhooks, made by code, with the status each must get. Well signed ones too: a key may be stolen, or its owner careless. */
import { createHmac } from 'node:crypto';

export const KEY = 'hostile key';

export interface HostileDelivery {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly status: number;
  /** A hint without an address still moves the one Source the hook is about. */
  readonly moves?: true;
}

const sign = (body: string | Buffer, key = KEY): string => `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;

const github = (name: string, body: string | Buffer, status: number, more: Readonly<Record<string, string>> = {}): HostileDelivery => ({
  name,
  headers: { 'x-github-event': 'push', 'x-hub-signature-256': sign(body), 'content-type': 'application/json', ...more },
  body,
  status,
});

const deep = (depth: number): string => `${'{"repository":'.repeat(depth)}1${'}'.repeat(depth)}`;

export const hostileDeliveries: readonly HostileDelivery[] = [
  github('no JSON', 'hello', 400),
  github('JSON cut off', '{"repository": {', 400),
  github('two values', '{}{}', 400),
  github('broken UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400),
  github('a form without a payload', 'a=b', 400, { 'content-type': 'application/x-www-form-urlencoded' }),
  github('larger than allowed', Buffer.alloc(5 * 1024 * 1024 + 1, 32), 413),
  github('a signature of another body', '{}', 401, { 'x-hub-signature-256': sign('{ }') }),
  github('a signature of another key', '{}', 401, { 'x-hub-signature-256': sign('{}', 'other') }),
  github('an empty signature', '{}', 401, { 'x-hub-signature-256': '' }),
  github('a signature without an algorithm', '{}', 401, { 'x-hub-signature-256': sign('{}').slice(7) }),
  github('a signature that is cut', '{}', 401, { 'x-hub-signature-256': sign('{}').slice(0, -1) }),
  github('a signature that is too long', '{}', 401, { 'x-hub-signature-256': `${sign('{}')}00` }),
  github('a signature that is no hex', '{}', 401, { 'x-hub-signature-256': `sha256=${'z'.repeat(64)}` }),
  github('two signatures', '{}', 401, { 'x-hub-signature-256': `${sign('{}', 'other')}, ${sign('{}')}` }),
  github('an event of 8 KB', '{}', 200, { 'x-github-event': 'x'.repeat(8000) }),
  github('an unknown event', '{}', 200, { 'x-github-event': '__proto__' }),
  { ...github('a payload that is a list', '[]', 202), moves: true },
  { ...github('a payload that is a text', '"x"', 202), moves: true },
  { ...github('a payload that is null', 'null', 202), moves: true },
  { ...github('a repository that is a number', '{"repository": 7}', 202), moves: true },
  { ...github('an address that is a list', '{"repository": {"clone_url": ["a"]}}', 202), moves: true },
  { ...github('a poisoned payload', '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}', 202), moves: true },
  { ...github('100,000 levels', deep(100_000), 202), moves: true },
  { ...github('an address of 1 MB', JSON.stringify({ repository: { clone_url: `https://a/${'x'.repeat(1 << 20)}` } }), 202), moves: true },
  { ...github('an address that backtracks', JSON.stringify({ repository: { clone_url: `${'a:'.repeat(900)}@` } }), 202), moves: true },
  { name: 'no headers of any sender', headers: { 'content-type': 'application/json' }, body: '{}', status: 400 },
  { name: 'GitLab without a token', headers: { 'x-gitlab-event': 'Push Hook' }, body: '{}', status: 401 },
  {
    name: 'Gitea with a signature of GitHub’s form',
    headers: { 'x-gitea-event': 'push', 'x-gitea-signature': sign('{}') },
    body: '{}',
    status: 401,
  },
  { name: 'Standard Webhooks without an id', headers: { 'webhook-signature': 'v1,x', 'webhook-timestamp': '1' }, body: '{}', status: 401 },
  {
    name: 'Standard Webhooks of 1970',
    headers: { 'webhook-signature': 'v1,x', 'webhook-timestamp': '1', 'webhook-id': 'a' },
    body: '{}',
    status: 401,
  },
  {
    name: 'Standard Webhooks with a time that is none',
    headers: { 'webhook-signature': 'v1,x', 'webhook-timestamp': '1e99', 'webhook-id': 'a' },
    body: '{}',
    status: 401,
  },
];
