/** One request and what came of it: identity headers, refusals before anything is sent, the server's "try later", typed errors. */
import type { Clock, Identity, KubeError, KubeRequest, KubeResponse, KubeTransport } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { responseError, transportError } from './errors.ts';

const mostRetries = 5;
/** A server that asks for more patience than this is answered by the caller's own back-off. */
const longestWaitSeconds = 10;
// Header values: visible ASCII and spaces. Anything else could forge a header or be misread.
const headerSafe = /^[\x20-\x7e]+$/;

export class Exchange {
  readonly #transport: KubeTransport;
  readonly #clock: Clock;
  readonly #identity: Identity | undefined;
  readonly #refusal: KubeError | undefined;

  constructor(transport: KubeTransport, clock: Clock, identity?: Identity) {
    this.#transport = transport;
    this.#clock = clock;
    this.#identity = identity;
    this.#refusal = identity === undefined ? undefined : refusalOf(identity);
  }

  as(identity: Identity): Exchange {
    return new Exchange(this.#transport, this.#clock, identity);
  }

  /** Only the client that was given the transport closes it; those that act as somebody else share it. */
  close(): Promise<void> {
    return this.#identity === undefined ? this.#transport.close() : Promise.resolve();
  }

  /** A response below 400, or the error. 429 means that nothing was done, so it is tried again as the server says. */
  async send(request: KubeRequest): Promise<Result<KubeResponse, KubeError>> {
    if (this.#refusal !== undefined) return err(this.#refusal);
    const signed =
      this.#identity === undefined ? request : { ...request, headers: { ...request.headers, ...identityHeaders(this.#identity) } };
    for (let attempt = 0; ; attempt++) {
      const result = await this.#once(signed);
      if (result.ok || result.error.code !== 429 || attempt >= mostRetries) return result;
      const seconds = result.error.retryAfterSeconds ?? 1;
      if (seconds > longestWaitSeconds || request.signal?.aborted === true) return result;
      await this.#clock.sleep(seconds * 1000, request.signal);
    }
  }

  async #once(request: KubeRequest): Promise<Result<KubeResponse, KubeError>> {
    try {
      const response = await this.#transport.send(request);
      return response.status < 400 ? ok(response) : err(responseError(response));
    } catch (error) {
      return err(transportError(error));
    }
  }
}

function identityHeaders(identity: Identity): Record<string, string | readonly string[]> {
  const groups = identity.groups ?? [];
  return { 'impersonate-user': identity.user, ...(groups.length > 0 && { 'impersonate-group': groups }) };
}

/** S11: an empty name would make the server ignore the header and act with the controller's own rights. */
function refusalOf(identity: Identity): KubeError | undefined {
  const wrong = [identity.user, ...(identity.groups ?? [])].find((name) => name.trim() === '' || !headerSafe.test(name));
  if (wrong === undefined) return undefined;
  const what = wrong === identity.user ? 'user' : 'group';
  return { code: 0, reason: 'Invalid', message: `impersonation of ${what} ${JSON.stringify(wrong)} is refused before anything is sent` };
}
