/** What the commands about history share: flags, opening the ledger, times and subjects as people write them. */
import { resolve } from 'node:path';
import { HistoryUnreachable, openHistory, type History } from '../app/index.ts';
import { CommandError, UsageError } from './errors.ts';
import type { FlagTable } from './flags.ts';
import type { Io } from './io.ts';
import { CLUSTER_FLAGS, type ClusterChoice } from './session.ts';

export const HISTORY_FLAGS = {
  env: {
    type: 'string',
    short: 'e',
    value: 'ENVIRONMENT',
    doc: 'Only this environment: the label lockstep.dev/environment of an App, else its cluster, else its folder (environments/ENVIRONMENT)',
  },
  namespace: { type: 'string', short: 'n', value: 'NAMESPACE', doc: 'Only Apps of this namespace' },
  ...CLUSTER_FLAGS,
  ledger: { type: 'string', value: 'URL', doc: 'Read this PostgreSQL (postgres://…) instead of asking the Lockstep of the cluster' },
  data: { type: 'string', value: 'DIR', doc: 'Read the data folder of this Lockstep, which may be stopped' },
  output: { type: 'string', short: 'o', value: 'FORMAT', doc: 'Output format', choices: ['table', 'json'], default: 'table' },
} as const satisfies FlagTable;

export interface HistoryFlags extends ClusterChoice {
  readonly env: string | undefined;
  readonly namespace: string | undefined;
  readonly ledger: string | undefined;
  readonly data: string | undefined;
  readonly output: string;
}

/** Runs `body` with the ledger and closes it afterwards. @throws CommandError when there is none. */
export async function withHistory<T>(flags: HistoryFlags, io: Io, body: (history: History) => Promise<T>): Promise<T> {
  const { kubeconfig, context, ledger } = flags;
  const folder = flags.data === undefined ? undefined : resolve(io.cwd, flags.data);
  const history = await openHistory({ kubeconfig, context, url: ledger, folder, cwd: io.cwd, env: io.env });
  if (!history.ok) throw new CommandError(history.error.message, history.error.hint);
  try {
    return await body(history.value);
  } catch (error) {
    if (error instanceof HistoryUnreachable)
      throw new CommandError(
        error.message,
        error.hint ?? 'Where Lockstep is stopped, name its data with --data DIR; its database can be read with --ledger URL.',
      );
    throw error;
  } finally {
    await history.value.close();
  }
}

export const scopeOf = ({ env, namespace }: HistoryFlags): { readonly environment?: string; readonly namespaces?: readonly string[] } => ({
  ...(env === undefined ? {} : { environment: env }),
  ...(namespace === undefined ? {} : { namespaces: [namespace] }),
});

/** `shop` or `team/shop` → `team/shop`. @throws CommandError when no App or several Apps of that name ever ran. */
export async function subjectOf(history: History, name: string, flags: HistoryFlags): Promise<string> {
  const plain = name.replace(/^apps?\//i, '');
  if (plain.includes('/')) return plain;
  const runs = await history.runs({ name: plain }, scopeOf(flags));
  const subjects = [...new Set(runs.map(({ subject }) => subject).filter((subject) => subject.endsWith(`/${plain}`)))];
  if (subjects[0] === undefined) throw new CommandError(`history knows no App "${plain}"`, 'Say NAMESPACE/NAME if it was never applied.');
  if (subjects.length > 1)
    throw new CommandError(`there are ${subjects.length} Apps called "${plain}": ${subjects.join(', ')}`, 'Say which: NAMESPACE/NAME');
  return subjects[0];
}

/** `2026-11-24T14:00:00Z`, `2026-11-24 14:00` (local), `14:00` (today), `2h` (ago). Milliseconds since the epoch. @throws UsageError */
export function parseMoment(flag: string, text: string, now: number): number {
  const ago = /^(\d+)(s|m|h|d|w)$/.exec(text);
  if (ago !== null) return now - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? 0);
  const clock = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (clock !== null) return new Date(now).setHours(Number(clock[1]), Number(clock[2]), 0, 0);
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text.replace(' ', 'T'));
  if (Number.isNaN(at))
    throw new UsageError(`--${flag} must be a time such as 2026-11-24T14:00:00Z, "2026-11-24 14:00", 14:00 or 2h (ago); it is "${text}"`);
  return at;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Local time, to the second. */
export function formatMoment(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
