/**
 * The receiver of webhooks: one request from a stranger to, at most, a hint that some Source should look now. Verified before it is parsed; nothing it says
 * is believed. Its answers tell the sender what became of it and nothing about the cluster.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Moved, SenderName } from '../../api/index.ts';
import { getKey, isObject, type Json } from '../../core/object/index.ts';
import type { ApiResource, Clock, KubeClient, Log, Metrics } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { readBytes } from '../http/incoming.ts';
import { type Sending, sendJson, sendRefusal } from '../http/outgoing.ts';
import { RateLimit } from '../http/rate.ts';
import { refused, type Refused } from '../http/refused.ts';
import type { Delivery } from './delivery.ts';
import { Replays } from './replays.ts';
import type { Hint, Sender } from './sender.ts';
import { senderOf } from './senders.table.ts';

/** An address at which somebody may announce that something moved. */
export interface Hook {
  /** For limits and the log. */
  readonly name: string;
  /** Absent: told by the headers. */
  readonly sender?: SenderName;
  /** The Secret with the key `token`, and `previousToken` while it is being changed. */
  readonly secret: { readonly namespace: string; readonly name: string };
  /** The one repository it is about; absent: those that payloads name. */
  readonly url?: string;
}

/** Who knows the hooks, and whom the hints are for. */
export interface Hooks {
  /** `path`: `/hooks/…` without the token of senders that cannot sign. */
  find(path: string): Hook | undefined;
  /** How many Sources look now. */
  announce(moved: Moved): number;
}

export interface ReceiverPorts {
  readonly hooks: Hooks;
  readonly kube: Pick<KubeClient, 'get'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Bytes of one body. Pushes are far smaller; whoever sends more is found out by the interval of the Source. */
const BODY_LIMIT = 5 * 1024 * 1024;
/** Bytes of all bodies that are being read. */
const BODIES_LIMIT = 32 * 1024 * 1024;
/** Requests of one address, good and bad ones. */
const FROM_ADDRESS = { burst: 120, perSecond: 20 };
/** Genuine deliveries to one hook: each may cost a fetch. */
const TO_HOOK = { burst: 60, perSecond: 2 };
/** How long a copy of a delivery is known as one. */
const REPLAY_WINDOW = 24 * 3_600_000;

const SECRETS: ApiResource = { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true, verbs: ['get'] };

interface Answer {
  readonly status: 200 | 202;
  readonly result: 'accepted' | 'ping' | 'ignored' | 'repeated';
  readonly why?: string;
  readonly sources?: number;
}

export class Receiver {
  readonly #ports: ReceiverPorts;
  readonly #replays: Replays;
  readonly #fromAddress: RateLimit;
  readonly #toHook: RateLimit;
  #reading = 0;

  constructor(ports: ReceiverPorts) {
    this.#ports = ports;
    this.#replays = new Replays(ports.clock);
    this.#fromAddress = new RateLimit(FROM_ADDRESS, ports.clock);
    this.#toHook = new RateLimit(TO_HOOK, ports.clock);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sending: Sending = { request, response };
    response.on('error', () => undefined);
    response.setHeader('x-content-type-options', 'nosniff');
    try {
      const answer = await this.#answer(request);
      this.#ports.metrics.count('lockstep_webhooks_total', { result: answer.ok ? answer.value.result : answer.error.code });
      if (!answer.ok) return sendRefusal(sending, answer.error);
      const { status, ...said } = answer.value;
      sendJson(sending, status, JSON.stringify(said));
    } catch (error) {
      this.#ports.log.error('a webhook failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      sendRefusal(sending, refused.internal('something is broken in Lockstep itself; its log says more'));
    }
  }

  async #answer(request: IncomingMessage): Promise<Result<Answer, Refused>> {
    if (request.method !== 'POST') return err(refused.methodNotAllowed('webhooks are posted'));
    const wait = this.#fromAddress.take(request.socket.remoteAddress ?? '');
    if (wait > 0) return err(refused.tooMany('too many requests from here', wait));
    const addressed = this.#addressed(request.url ?? '/');
    if (addressed === undefined) return err(refused.notFound('nothing listens here'));
    const body = await this.#read(request);
    if (!body.ok) return body;
    const delivery: Delivery = {
      headers: request.headers,
      body: body.value,
      now: this.#ports.clock.now(),
      ...(addressed.token === undefined ? {} : { token: addressed.token }),
    };
    const sender = await this.#genuine(addressed.hook, delivery);
    return sender.ok ? this.#act(addressed.hook, sender.value, delivery) : sender;
  }

  #addressed(url: string): { readonly hook: Hook; readonly token?: string } | undefined {
    const path = url.split('?')[0] ?? '';
    const whole = this.#ports.hooks.find(path);
    if (whole !== undefined) return { hook: whole };
    const slash = path.lastIndexOf('/');
    const hook = this.#ports.hooks.find(path.slice(0, slash));
    return hook === undefined ? undefined : { hook, token: path.slice(slash + 1) };
  }

  async #read(request: IncomingMessage): Promise<Result<Uint8Array, Refused>> {
    const announced = Number(request.headers['content-length'] ?? BODY_LIMIT);
    if (announced > BODY_LIMIT) return err(refused.tooLarge(`the body is larger than ${BODY_LIMIT} bytes`));
    if (this.#reading + announced > BODIES_LIMIT) return err({ ...refused.unavailable('busy'), retryAfter: 5 });
    this.#reading += announced;
    const body = await readBytes(request, BODY_LIMIT);
    this.#reading -= announced;
    return body;
  }

  /** Who sent it, if it is genuine. */
  async #genuine({ name, sender: configured, secret }: Hook, delivery: Delivery): Promise<Result<Sender, Refused>> {
    const sender = senderOf(delivery.headers, configured);
    if (sender === undefined) return err(refused.badRequest('the headers are of no known sender', 'name it in webhook.sender'));
    const found = await this.#ports.kube.get(SECRETS, secret.namespace, secret.name);
    const keys = found.ok ? keysOf(found.value['data']) : [];
    if (keys.length === 0) {
      const why = found.ok ? 'the Secret has no key "token"' : found.error.message;
      this.#ports.log.warn('a webhook cannot be verified', { hook: name, why });
      return err({ ...refused.unavailable('deliveries cannot be verified now'), retryAfter: 60 });
    }
    // Each key is tried, so that the time does not tell which one is right.
    const right = keys.map((key) => sender.verify(delivery, key));
    return right.includes(true) ? ok(sender) : err(refused.unauthorized('the signature is missing or wrong'));
  }

  #act({ name, url }: Hook, sender: Sender, delivery: Delivery): Result<Answer, Refused> {
    const payload = payloadOf(delivery);
    if (!payload.ok) return payload;
    const wait = this.#toHook.take(name);
    if (wait > 0) return err(refused.tooMany('too many deliveries', wait));
    const id = createHash('sha256').update(`${name}\0`).update(delivery.body).digest('base64');
    if (this.#replays.isRepeated(id, sender.repeatsAfter ?? REPLAY_WINDOW)) return ok({ status: 200, result: 'repeated' });
    const hint: Hint = sender.read(payload.value, delivery.headers);
    if (hint.kind === 'ping') return ok({ status: 200, result: 'ping' });
    if (hint.kind === 'ignored') return ok({ status: 200, result: 'ignored', why: hint.why });
    const sources = this.#ports.hooks.announce(url === undefined ? hint.moved : { urls: [url] });
    this.#ports.log.debug('a webhook was accepted', { hook: name, sources });
    return ok({ status: 202, result: 'accepted', sources });
  }
}

function keysOf(data: Json | undefined): readonly string[] {
  if (data === undefined || !isObject(data)) return [];
  const entries = ['token', 'previousToken'].map((name) => getKey(data, name));
  return entries
    .filter((entry) => typeof entry === 'string')
    .map((entry) => Buffer.from(entry, 'base64').toString('utf8').trim())
    .filter((key) => key !== '');
}

/** JSON, or GitHub's other choice: a form with JSON in it. An empty body says nothing more than that it was sent. */
function payloadOf({ headers, body }: Delivery): Result<Json, Refused> {
  const text = Buffer.from(body).toString('utf8');
  if (text.trim() === '') return ok({});
  const form = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  try {
    return ok(JSON.parse(form ? (new URLSearchParams(text).get('payload') ?? '') : text) as Json);
  } catch {
    return err(refused.badRequest('the body is not valid JSON'));
  }
}
