/** Asks Prometheus. Answers are bounded in size and time; whatever goes wrong is told beside the page, never instead of it. */
import type { App, InventoryEntry, PlatformSpec } from '../../api/index.ts';
import { targetOf } from '../../api/index.ts';
import type { TrafficView } from '../../api/http/index.ts';
import { getKey, isObject, type Json } from '../../core/object/index.ts';
import type { ApiResource, Clock, KubeClient } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { fillIn } from './queries.ts';

type Series = TrafficView['series'][number];
type Point = Series['points'][number];

/** As the Platform has it now. */
export type PrometheusSettings = NonNullable<NonNullable<PlatformSpec['dashboard']>['prometheus']>;

export interface TrafficParts {
  readonly kube: KubeClient;
  /** Where the Secret with the token is. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly settings: () => PrometheusSettings | undefined;
}

const LINES = [
  ['rate', 'requests/s'],
  ['errors', '%'],
  ['duration', 's'],
] as const;

const SECRETS: ApiResource = { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true, verbs: [] };
const TIMEOUT = 5_000;
const LARGEST = 1_000_000;
const MOST_POINTS = 240;

export class Traffic {
  readonly #parts: TrafficParts;

  constructor(parts: TrafficParts) {
    this.#parts = parts;
  }

  async of(app: App, inventory: readonly InventoryEntry[], minutes: number): Promise<Omit<TrafficView, 'deploys'>> {
    const settings = this.#parts.settings();
    if (settings === undefined) return { configured: false, series: [] };
    const names = { namespace: targetOf(app).namespace, app: app.metadata.name, inventory };
    const end = Math.floor(this.#parts.clock.now() / 1000);
    const range = { start: end - minutes * 60, end, step: Math.max(15, Math.ceil((minutes * 60) / MOST_POINTS)) };
    const token = await this.#token(settings);
    if (!token.ok) return { configured: true, error: token.error, series: [] };
    const asked = LINES.map(([name]) => ask(settings.url, { query: fillIn(settings[name], names), token: token.value, ...range }));
    const answers = await Promise.all(asked);
    const failed = answers.find((answer) => !answer.ok);
    const series = LINES.map(([name, unit], index): Series => {
      const answer = answers[index];
      return { name, unit, points: answer?.ok === true ? answer.value : [] };
    });
    return { configured: true, ...(failed === undefined || failed.ok ? {} : { error: failed.error }), series };
  }

  async #token({ tokenSecretRef }: PrometheusSettings): Promise<Result<string | undefined, string>> {
    if (tokenSecretRef === undefined) return ok(undefined);
    const secret = await this.#parts.kube.get(SECRETS, this.#parts.namespace, tokenSecretRef.name);
    const data = secret.ok ? secret.value['data'] : undefined;
    const token = isObject(data) ? getKey(data, 'token') : undefined;
    if (typeof token !== 'string') return err(`the Secret ${tokenSecretRef.name} with the key "token" cannot be read`);
    return ok(Buffer.from(token, 'base64').toString('utf8').trim());
  }
}

interface Asked {
  readonly query: string;
  readonly token: string | undefined;
  /** Seconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

async function ask(base: string, { query, token, start, end, step }: Asked): Promise<Result<readonly Point[], string>> {
  const search = new URLSearchParams({ query, start: String(start), end: String(end), step: String(step) });
  try {
    const response = await fetch(`${base.replace(/\/+$/, '')}/api/v1/query_range?${search.toString()}`, {
      headers: { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      // A token must not follow to another host.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const text = await bounded(response);
    if (text === undefined) return err('Prometheus answers more than can be shown');
    return pointsOf(JSON.parse(text) as Json, response.status);
  } catch (error) {
    const why = error instanceof Error && error.name === 'TimeoutError' ? 'it does not answer' : 'it cannot be reached';
    return err(`Prometheus: ${why}`);
  }
}

/** Undefined: too large. */
async function bounded(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LARGEST) return undefined;
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function pointsOf(answer: Json, status: number): Result<readonly Point[], string> {
  const data = isObject(answer) ? getKey(answer, 'data') : undefined;
  const result = isObject(data) ? getKey(data, 'result') : undefined;
  if (!Array.isArray(result)) {
    const said = isObject(answer) ? getKey(answer, 'error') : undefined;
    return err(`Prometheus: ${typeof said === 'string' ? said.slice(0, 300) : `it answers ${status}`}`);
  }
  const [first] = result as readonly Json[];
  const values = isObject(first) ? getKey(first, 'values') : undefined;
  if (!Array.isArray(values)) return ok([]);
  return ok((values as readonly Json[]).slice(0, 1000).flatMap(pointOf));
}

/** Gaps are left out: no traffic has no error ratio. */
function pointOf(pair: Json): readonly Point[] {
  if (!Array.isArray(pair)) return [];
  const [at, value] = pair as readonly Json[];
  if (typeof at !== 'number' || typeof value !== 'string' || !Number.isFinite(Number(value))) return [];
  return [{ at: new Date(at * 1000).toISOString(), value }];
}
