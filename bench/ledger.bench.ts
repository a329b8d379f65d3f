/** History at a million entries: every question that the command line asks, on SQLite and, where it is installed, on PostgreSQL. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { postgresLedger, sqliteLedger } from '../src/adapters/ledger/index.ts';
import { blame, together } from '../src/core/ledger/index.ts';
import type { Ledger, LedgerEvent } from '../src/ports/index.ts';
import { startPostgres } from '../src/testing/servers/index.ts';
import { type Figure, medianTime } from './figure.ts';

const ROWS = 1_000_000;
const APPS = 500;
const STEP = 30_000;
const START = Date.UTC(2025, 0, 1);
/** What every query of the command line has to stay below, milliseconds. */
const LIMIT = { name: '100 ms', value: 100 };

const TYPES = ['Planned', 'Changed', 'Applied', 'HealthChanged', 'HealthChanged'] as const;

/** The n-th entry: five of them are one deployment of one App. */
function eventAt(index: number): LedgerEvent {
  const deployment = Math.floor(index / TYPES.length);
  const app = `app-${deployment % APPS}`;
  const round = Math.floor(deployment / APPS);
  const type = TYPES[index % TYPES.length] ?? 'Applied';
  const commit = deployment.toString(16).padStart(40, '0');
  const object = `Deployment/shop/${app}`;
  return {
    id: index.toString(36),
    at: START + index * STEP,
    type,
    subject: `team-${deployment % 20}/${app}`,
    environment: deployment % 2 === 0 ? 'staging' : 'production',
    revision: `main@sha1:${commit}`,
    message: `what happened to ${app} in round ${round}`,
    ...(type === 'Applied' ? { versions: [{ kind: 'app' as const, name: app, version: `1.${round}.0` }] } : {}),
    ...(type === 'Changed'
      ? { touched: [{ object, operation: 'change' as const, fields: ['spec.template.spec.containers[name="main"].image'] }] }
      : {}),
  };
}

async function fill(ledger: Ledger): Promise<number> {
  const started = performance.now();
  for (let at = 0; at < ROWS; at += 10_000) await ledger.append(Array.from({ length: 10_000 }, (_, index) => eventAt(at + index)));
  return ROWS / ((performance.now() - started) / 1000);
}

const middle = START + (ROWS / 2) * STEP;

/** As the commands ask. */
const QUESTIONS: readonly (readonly [string, (ledger: Ledger) => Promise<unknown>])[] = [
  ['history', (ledger) => ledger.find({ limit: 50 })],
  ['history APP', (ledger) => ledger.find({ subject: 'team-7/app-7', limit: 50 })],
  ['history --type Applied --since', (ledger) => ledger.find({ types: ['Applied'], since: middle, limit: 50 })],
  ['history --env, a type that never came', (ledger) => ledger.find({ environment: 'production', types: ['Reverted'], limit: 50 })],
  ['history --namespace --until', (ledger) => ledger.find({ namespaces: ['team-3'], until: middle, limit: 50 })],
  ['history --at', (ledger) => ledger.stateAt(middle, {})],
  ['history --at --env', (ledger) => ledger.stateAt(middle, { environment: 'production' })],
  ['when A@1.2', (ledger) => ledger.runs({ name: 'app-7', version: '1.2' }, {})],
  ['when A with B', async (ledger) => together(await ledger.runs({ name: 'app-7' }, {}), await ledger.runs({ name: 'app-9' }, {}))],
  [
    'blame',
    async (ledger) => {
      const { events } = await ledger.find({ object: 'Deployment/shop/app-7', limit: 500 });
      return blame(events, 'Deployment/shop/app-7', 'spec.template.spec');
    },
  ],
  ['a commit', (ledger) => ledger.find({ commit: (5000).toString(16).padStart(40, '0'), limit: 50 })],
];

async function figuresOf(name: string, ledger: Ledger, filled: () => Promise<void> = () => Promise.resolve()): Promise<readonly Figure[]> {
  const rate = await fill(ledger);
  await filled();
  const figures: Figure[] = [{ name: `${name}: entries written`, value: rate, unit: 'rows/s', note: `${ROWS.toLocaleString('en')} rows` }];
  for (const [question, ask] of QUESTIONS)
    figures.push({ name: `${name}: ${question}`, value: await medianTime(5, () => ask(ledger)), unit: 'ms', baseline: LIMIT });
  await ledger.close();
  return figures;
}

/** What autovacuum does by itself a minute after so many rows came. */
async function analyze(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('analyze');
  await client.end();
}

export async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-ledger-bench-'));
  const postgres = await startPostgres(process.env);
  try {
    const file = await sqliteLedger({ file: join(folder, 'ledger.sqlite') });
    if (!file.ok) throw new Error(file.error.message);
    const figures = [...(await figuresOf('SQLite', file.value))];
    if (postgres === undefined) return [...figures, { name: 'PostgreSQL: NOT RUN, it is not installed', value: 0, unit: '' }];
    const url = await postgres.database();
    const server = await postgresLedger({ url });
    if (!server.ok) throw new Error(server.error.message);
    return [...figures, ...(await figuresOf('PostgreSQL', server.value, () => analyze(url)))];
  } finally {
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
