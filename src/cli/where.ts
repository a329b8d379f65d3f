/** What `lockstep where` and `lockstep wait` share: what is asked for, what Lockstep answers, and how it is told. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { callApi } from '../app/index.ts';
import type { WherePage, WherePlace } from '../api/http/index.ts';
import type { KubeClient } from '../ports/index.ts';
import { CommandError, UsageError } from './errors.ts';
import type { FlagTable } from './flags.ts';
import type { Io } from './io.ts';
import { CLUSTER_FLAGS } from './session.ts';
import { formatAge, formatTable } from './table.ts';

export const WHERE_FLAGS = {
  env: { type: 'string', short: 'e', value: 'ENVIRONMENT', doc: 'Only this environment' },
  namespace: { type: 'string', short: 'n', value: 'NAMESPACE', doc: 'Only Apps of this namespace' },
  ...CLUSTER_FLAGS,
  output: { type: 'string', short: 'o', value: 'FORMAT', doc: 'Output format', choices: ['table', 'json'], default: 'table' },
} as const satisfies FlagTable;

export interface WhereScope {
  readonly env: string | undefined;
  readonly namespace: string | undefined;
}

/** What is asked for, in the order in which it is tried: the first that anything runs or waits for is meant. */
export interface Asked {
  readonly tries: readonly Wanted[];
  /** For people: a commit by its first digits. */
  readonly what: string;
  /** The commit whole, or what was written. */
  readonly text: string;
}

type Wanted = { readonly commit: string } | { readonly image: string } | { readonly chart: string };

const COMMIT = /(?:^|@sha1:|@)([0-9a-f]{7,64})$/;
/** Of an image, of a chart, or of a repository of Git whose commits are that long. */
const LONG = /(?:^|@)sha256:([0-9a-f]{64})$/;
const CHART = /^[a-z0-9][\w./-]*@v?\d+(?:\.|$)/i;

/** Names that Git of the folder knows, such as HEAD, stand for their commit; `NAME@1.2` is a chart, everything else an image or a chart. */
export async function askedFor(text: string, io: Io): Promise<Asked> {
  const [, long] = LONG.exec(text) ?? [];
  if (long !== undefined) return { tries: [{ commit: long }, { image: text }, { chart: text }], what: text, text };
  if (CHART.test(text)) return { tries: [{ chart: text }], what: text, text };
  const commit = COMMIT.exec(text)?.[1] ?? (await commitOf(text, io));
  if (commit !== undefined) return { tries: [{ commit }], what: commit.slice(0, 12), text: commit };
  return { tries: [{ image: text }, { chart: text }], what: text, text };
}

function commitOf(text: string, io: Io): Promise<string | undefined> {
  if (text.startsWith('-')) throw new UsageError(`"${text}" is no commit, no image and no chart`);
  return promisify(execFile)('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${text}^{commit}`], {
    cwd: io.cwd,
    env: io.env,
  }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

export interface Found {
  readonly places: readonly WherePlace[];
  /** Which of the three it is taken for. */
  readonly as: 'commit' | 'image' | 'chart';
}

const asOf = (wanted: Wanted): Found['as'] => ('commit' in wanted ? 'commit' : 'image' in wanted ? 'image' : 'chart');

export async function placesOf(kube: KubeClient, { tries }: Asked, scope: WhereScope): Promise<Found> {
  let first: Found | undefined;
  for (const wanted of tries) {
    const found = { places: await ask(kube, wanted, scope), as: asOf(wanted) };
    if (found.places.some(({ state }) => state !== 'unknown')) return found;
    first ??= found;
  }
  return first ?? { places: [], as: 'commit' };
}

async function ask(kube: KubeClient, wanted: Wanted, { env, namespace }: WhereScope): Promise<readonly WherePlace[]> {
  const answer = await callApi<WherePage>(kube, { method: 'GET', path: '/where', query: { ...wanted, environment: env, namespace } });
  if (answer.ok) return answer.value.places;
  throw new CommandError(
    answer.error.message,
    answer.error.hint ?? 'Is Lockstep running in this cluster? It answers this through its Service.',
  );
}

/** Behind the commit, or nothing to do with it. */
export const isThere = ({ state, ready }: WherePlace): boolean =>
  state === 'unaffected' || state === 'other' || (state === 'live' && ready);

export const formatPlaces = (places: readonly WherePlace[], now: number): string =>
  formatTable(
    ['ENVIRONMENT', 'APP', 'STATE', 'RUNS', 'SINCE', 'WHY'],
    places.map((place) => [
      place.environment === '' ? '-' : place.environment,
      place.app,
      stateOf(place),
      place.images === undefined || place.images.length === 0 ? place.revision || '-' : place.images.join(', '),
      place.since === undefined ? '-' : formatAge(now - Date.parse(place.since)),
      whyOf(place),
    ]),
  );

export const stateOf = ({ state, ready, stuck }: WherePlace): string => {
  if (state === 'live' && !ready) return 'live, not ready';
  return state === 'waiting' && stuck ? 'stuck' : state;
};

export function whyOf({ state, message, hint, by }: WherePlace): string {
  if (state === 'reverted') return `taken back by ${(by ?? '').slice(0, 12)}`;
  const first = message.split('\n')[0] ?? '';
  return hint === undefined || first === '' || first.includes(hint) ? first : `${first} (${hint})`;
}
