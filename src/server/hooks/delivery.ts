/** What reached a receiver, and how its claim to be genuine is checked: over the raw bytes, in constant time. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Delivery {
  readonly headers: IncomingHttpHeaders;
  /** As it came, before anybody parsed it: signatures are over these bytes. */
  readonly body: Uint8Array;
  /** The last part of the address, from senders that can only be told a URL. */
  readonly token?: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

export const headerOf = ({ headers }: Pick<Delivery, 'headers'>, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** Takes as long for any two texts, of whatever length. */
export const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

export type Algorithm = 'sha1' | 'sha256' | 'sha512';

/** Whether `given` is the HMAC of the body, in hex. */
export const isHmac = ({ body }: Delivery, { key, algorithm, given }: { key: string; algorithm: Algorithm; given: string }): boolean =>
  sameText(createHmac(algorithm, key).update(body).digest('hex'), given.trim().toLowerCase());

/** `sha256=<hex>`; the algorithm is the caller's choice, never the sender's. */
export function isPrefixed(delivery: Delivery, header: string, { key, algorithm }: { key: string; algorithm: Algorithm }): boolean {
  const [name, given = ''] = (headerOf(delivery, header) ?? '').split('=', 2);
  return name === algorithm && isHmac(delivery, { key, algorithm, given });
}

/** How far the sender's clock may be from ours. */
const TOLERANCE = 5 * 60_000;

/** Standard Webhooks: `webhook-signature: v1,<base64> …` over `id.timestamp.body`; refuses what is older than five minutes. */
export function isStandardWebhook(delivery: Delivery, secret: string): boolean {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headerOf(delivery, name));
  if (id === undefined || timestamp === undefined || signatures === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(delivery.now - Number(timestamp) * 1000) > TOLERANCE) return false;
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(delivery.body).digest('base64');
  return signatures.split(' ').some((each) => sameText(each, `v1,${expected}`));
}
