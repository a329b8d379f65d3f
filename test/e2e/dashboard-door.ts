/** A dashboard on a world, as a browser meets it: over HTTP, with a cookie from the printed link. */
import { request } from 'undici';
import { silentLog } from '../../src/adapters/log/index.ts';
import { noMetrics } from '../../src/adapters/metrics/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import {
  answerProblems,
  routes,
  type AnswerOf,
  type Route,
  type RouteName,
  type SessionView,
  type StreamMessage,
} from '../../src/api/http/index.ts';
import type { Json } from '../../src/core/object/index.ts';
import type { Identity } from '../../src/ports/index.ts';
import { maskText, maskValue, secretTexts, untold } from '../../src/controllers/index.ts';
import { startDashboard, type Dashboard, type DashboardSettings } from '../../src/server/index.ts';
import type { World } from '../../src/testing/world/index.ts';

export const admin: Identity = { user: 'ada', groups: ['system:masters'] };

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: StreamMessage;
}

export class Browser {
  readonly url: string;
  cookie = '';
  csrf = '';

  constructor(url: string) {
    this.url = url;
  }

  async send(
    method: string,
    path: string,
    options: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
  ): Promise<Reply> {
    const response = await request(this.url + path, {
      method: method as 'GET',
      headers: {
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(this.csrf === '' || method === 'GET' ? {} : { 'x-lockstep-csrf': this.csrf }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
    });
    const set = response.headers['set-cookie'];
    if (set !== undefined) this.cookie = String(Array.isArray(set) ? set[0] : set).split(';')[0] ?? '';
    return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
  }

  async follow(link: string): Promise<void> {
    const { pathname, search } = new URL(link);
    await this.send('GET', pathname + search);
    this.csrf = (JSON.parse((await this.send('GET', '/api/v1/session')).text) as SessionView).csrf;
  }

  /** The answer, checked against its table: a view that says more or less than it documents fails every test that reads it. */
  async get<N extends RouteName>(name: N, path: string): Promise<AnswerOf<N>> {
    const { status, text } = await this.send('GET', `/api/v1${path}`);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return checked(name, JSON.parse(text) as Json);
  }

  async post<N extends RouteName>(name: N, path: string, body: unknown): Promise<AnswerOf<N>> {
    const { status, text } = await this.send('POST', `/api/v1${path}`, { body });
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return checked(name, JSON.parse(text) as Json);
  }

  /** Messages of a stream until `enough`. */
  async stream(
    topics: readonly string[],
    enough: (events: readonly StreamEvent[]) => boolean | Promise<boolean>,
    options: { readonly last?: string } = {},
  ): Promise<readonly StreamEvent[]> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 20_000);
    const response = await request(`${this.url}/api/v1/stream?topics=${encodeURIComponent(topics.join(' '))}`, {
      headers: { cookie: this.cookie, ...(options.last === undefined ? {} : { 'last-event-id': options.last }) },
      signal: stop.signal,
    });
    if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${await response.body.text()}`);
    const events: StreamEvent[] = [];
    let rest = '';
    try {
      for await (const chunk of response.body) {
        const parts = (rest + String(chunk)).split('\n\n');
        rest = parts.pop() ?? '';
        events.push(...parts.flatMap(parseEvent));
        if (await enough(events)) return events;
      }
    } finally {
      clearTimeout(timer);
      stop.abort();
    }
    throw new Error(`the stream ended after ${JSON.stringify(events)}`);
  }
}

function checked<N extends RouteName>(name: N, value: Json): AnswerOf<N> {
  const problems = answerProblems(routes[name] as Route, value);
  if (problems.length > 0) throw new Error(`${name} is not as its table says: ${JSON.stringify(problems.slice(0, 3))}`);
  return value as unknown as AnswerOf<N>;
}

function parseEvent(block: string): StreamEvent[] {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const [id, event, data] = [field('id'), field('event'), field('data')];
  return id === undefined || event === undefined || data === undefined ? [] : [{ id, event, data: JSON.parse(data) as StreamMessage }];
}

export async function openDashboard(world: World, settings: Partial<DashboardSettings> = {}): Promise<Dashboard> {
  const dashboard = await startDashboard(
    {
      kube: world.admin,
      ledger: world.ledger,
      river: world.controllers,
      masking: { secretTexts, untold, maskText, maskValue, key: new Uint8Array(32).fill(7) },
      clock: systemClock(),
      random: systemRandom(),
      log: silentLog(),
      metrics: noMetrics(),
    },
    { host: '127.0.0.1', port: 0, namespace: 'lockstep-system', version: '0.0.0', installation: 'test', simulated: true, ...settings },
  );
  while (dashboard.notReady() !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  return dashboard;
}

/** Signed in by the printed link. */
export async function signedIn(dashboard: Dashboard, identity: Identity = admin): Promise<Browser> {
  const browser = new Browser(dashboard.url);
  await browser.follow(dashboard.link(identity));
  return browser;
}
