/** The ledger for reading: through the cluster's own address where Lockstep runs, a stopped one's file, or a PostgreSQL named by URL. */
import { existsSync } from 'node:fs';
import { postgresLedger, sqliteLedger } from '../adapters/ledger/index.ts';
import { type LedgerEventView, type LedgerPage, type LedgerRuns, type LedgerState } from '../api/http/index.ts';
import type { KubeClient, Ledger, LedgerEvent, Scope } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { type ClusterChoice, connect } from './connect.ts';
import { type ApiCall, callApi } from './http-api.ts';
import { ledgerFile } from './ledger.ts';
import { runningState } from './state.ts';

/** The ledger cannot be asked, in a sentence. */
export class HistoryUnreachable extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** What can be asked. Through the cluster every question may throw HistoryUnreachable. */
export type History = Pick<Ledger, 'find' | 'stateAt' | 'runs' | 'close'>;

export interface HistoryChoice extends ClusterChoice {
  /** `postgres://…`: read this one. */
  readonly url?: string | undefined;
  /** Data folder of a Lockstep that may be stopped. */
  readonly folder?: string | undefined;
}

export interface HistoryError {
  readonly message: string;
  readonly hint?: string;
}

export async function openHistory({ url, folder, ...cluster }: HistoryChoice): Promise<Result<History, HistoryError>> {
  if (url !== undefined) return postgresLedger({ url });
  const running = folder === undefined ? undefined : await runningState(folder);
  if (folder !== undefined && running === undefined) return readFile(folder);
  const kube = await connect(running === undefined ? cluster : { ...cluster, kubeconfig: running.kubeconfig });
  return kube.ok ? ok(throughCluster(kube.value)) : kube;
}

const readFile = (folder: string): Promise<Result<History, HistoryError>> =>
  existsSync(ledgerFile(folder))
    ? sqliteLedger({ file: ledgerFile(folder) })
    : Promise.resolve(err({ message: `there is no ledger in ${folder}`, hint: 'Name the data folder of a Lockstep that has run.' }));

/** The HTTP API behind Lockstep's Service: RBAC of the cluster says what is told. */
function throughCluster(kube: KubeClient): History {
  return {
    find: async ({ namespaces, types, since, until, ...query }) => {
      const page = await ask<LedgerPage>(kube, 'events', {
        ...query,
        namespace: namespaces?.[0],
        types: types?.join(','),
        since: moment(since),
        until: moment(until),
      });
      return { events: page.events.map(eventOf), ...(page.next === undefined ? {} : { next: page.next }) };
    },
    stateAt: async (at, scope) => (await ask<LedgerState>(kube, 'state', { at: moment(at), ...scopeQuery(scope) })).events.map(eventOf),
    runs: async (wanted, scope) => {
      const { runs } = await ask<LedgerRuns>(kube, 'runs', { ...wanted, ...scopeQuery(scope) });
      return runs.map(({ from, until, ...run }) => ({
        ...run,
        from: Date.parse(from),
        ...(until === undefined ? {} : { until: Date.parse(until) }),
      }));
    },
    close: () => kube.close(),
  };
}

const moment = (at: number | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString());

const scopeQuery = ({ environment, namespaces }: Scope): Query => ({ environment, namespace: namespaces?.[0] });

const eventOf = ({ at, commit, ...event }: LedgerEventView): LedgerEvent => ({
  ...event,
  at: Date.parse(at),
  ...(commit === undefined ? {} : { commit: { ...commit, at: Date.parse(commit.at) } }),
});

type Query = NonNullable<ApiCall['query']>;

async function ask<T>(kube: KubeClient, what: string, query: Query): Promise<T> {
  const answer = await callApi<T>(kube, { method: 'GET', path: `/ledger/${what}`, query });
  if (answer.ok) return answer.value;
  throw new HistoryUnreachable(`the ledger does not answer: ${answer.error.message}`, answer.error.hint);
}
