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

/** A commit, or an image. */
export type Wanted = { readonly commit: string } | { readonly image: string };

/** Names that Git of the folder knows, such as HEAD, stand for their commit. */
export async function commitOf(text: string, io: Io): Promise<string | undefined> {
  const plain = /(?:^|@sha(?:1|256):|@)([0-9a-f]{7,64})$/.exec(text)?.[1];
  if (plain !== undefined) return plain;
  if (text.startsWith('-')) throw new UsageError(`"${text}" is neither a commit nor an image`);
  return promisify(execFile)('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${text}^{commit}`], {
    cwd: io.cwd,
    env: io.env,
  }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

export async function placesOf(kube: KubeClient, wanted: Wanted, { env, namespace }: WhereScope): Promise<readonly WherePlace[]> {
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
