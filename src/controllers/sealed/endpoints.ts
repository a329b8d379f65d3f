/**
 * What kubeseal asks the controller: the certificate, whether a SealedSecret can be opened, and the same one sealed for the newest key.
 * Source: sealed-secrets pkg/controller/server.go. Anybody who reaches them may ask, so that they answer no more than yes or no, never anything in
 * clear, not too often; what is sealed again keeps the scope of its own metadata (CVE-2026-22728).
 */
import { createKeys, openSealedValues, sealFor } from '../../adapters/decrypt/index.ts';
import { isObject, type JsonObject } from '../../core/object/index.ts';
import { isSealedSecret, placeOf, resealed } from '../../core/secrets/sealed/index.ts';
import { decodeManifests, yamlText } from '../../core/yaml/index.ts';
import type { Clock, ServiceBackend, ServiceResponse } from '../../ports/index.ts';
import { encodeUtf8 } from '../../std/index.ts';
import type { SealingKeys } from './keys.ts';
import type { Sealing } from './sealing.ts';

/** Two a second, and as many at once. Source: sealed-secrets pkg/controller/main.go, RateLimitPerSecond, RateLimitBurst. */
const perSecond = 2;
const burst = 2;
const largest = 1 << 20;

const text = (status: number, content: string): ServiceResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: encodeUtf8(content),
});

/** Answers `/v1/cert.pem`, `/v1/verify`, `/v1/rotate` and `/healthz`. */
export function sealedEndpoints(keys: SealingKeys, sealing: Pick<Sealing, 'elsewhere'>, clock: Clock): ServiceBackend {
  const allowance = new Allowance(clock);
  return async ({ method, path, body }) => {
    if (path === '/healthz') return text(200, 'ok\n');
    const { elsewhere } = sealing;
    if (elsewhere !== undefined && path.startsWith('/v1/')) return text(503, `${elsewhere}\n`);
    if (path === '/v1/cert.pem') return method === 'GET' || method === 'HEAD' ? certificate(keys) : text(405, 'only GET\n');
    if (path !== '/v1/verify' && path !== '/v1/rotate') return text(404, 'not found\n');
    if (method !== 'POST') return text(405, 'only POST\n');
    if (!allowance.take()) return text(429, 'limit exceeded\n');
    const object = body.length > largest ? undefined : onlySealed(body);
    if (object === undefined) return text(500, 'the body must be one SealedSecret, JSON or YAML\n');
    return path === '/v1/verify' ? verify(object, keys) : rotate(object, keys);
  };
}

async function certificate(keys: SealingKeys): Promise<ServiceResponse> {
  const found = await keys.certificate();
  if (!found.ok) return text(500, `no sealing key could be made: ${found.error.message}\n`);
  return { status: 200, headers: { 'content-type': 'application/x-pem-file' }, body: encodeUtf8(found.value) };
}

/** One SealedSecret that says where it belongs. */
function onlySealed(body: Uint8Array): JsonObject | undefined {
  const { value, problems } = decodeManifests(yamlText(body), { file: 'the body' });
  const object = value[0]?.object;
  return problems.length > 0 || value.length !== 1 || !isObject(object) || !isSealedSecret(object) ? undefined : object;
}

async function verify(object: JsonObject, keys: SealingKeys): Promise<ServiceResponse> {
  const opened = await openSealedValues(object, await keys.ring());
  return opened.ok ? text(200, '') : text(409, '');
}

async function rotate(object: JsonObject, keys: SealingKeys): Promise<ServiceResponse> {
  const opened = await openSealedValues(object, await keys.ring());
  if (!opened.ok) return text(500, 'it cannot be opened with any key of this cluster\n');
  const newest = await keys.certificate();
  if (!newest.ok) return text(500, 'there is no key to seal for\n');
  const place = placeOf(object);
  const again: [string, string][] = [];
  for (const [key, plain] of opened.value) {
    const sealed = sealFor(createKeys(), newest.value, { plain, place });
    if (!sealed.ok) return text(500, 'it cannot be sealed again\n');
    again.push([key, sealed.value]);
  }
  const body = encodeUtf8(JSON.stringify(resealed(object, again)));
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

/** A bucket that fills with time. */
class Allowance {
  readonly #clock: Clock;
  #left = burst;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.monotonic();
  }

  take(): boolean {
    const now = this.#clock.monotonic();
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
