/** A PostgreSQL for tests: the one that is asked for, else the machine's own, started in a folder of its own and stopped afterwards. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TestPostgres {
  /** Where it is from, for the report. */
  readonly origin: string;
  /** A database that nobody else uses. */
  database(): Promise<string>;
  stop(): Promise<void>;
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** Undefined when there is none: neither `LOCKSTEP_TEST_POSTGRES` nor the programs. */
export async function startPostgres(env: Readonly<Record<string, string | undefined>>): Promise<TestPostgres | undefined> {
  const given = env['LOCKSTEP_TEST_POSTGRES'];
  if (given !== undefined && given !== '')
    return { origin: 'LOCKSTEP_TEST_POSTGRES', database: databaseMaker(given), stop: () => Promise.resolve() };
  const found = await run('initdb', ['--version']).catch(() => undefined);
  const account = await accountOf();
  if (found === undefined || account === undefined) return undefined;
  const root = mkdtempSync(join(tmpdir(), 'lockstep-postgres-'));
  mkdirSync(join(root, 'socket'));
  for (const folder of [root, join(root, 'socket')]) if (account.uid !== undefined) chownSync(folder, account.uid, account.gid ?? 0);
  const data = join(root, 'data');
  await run('initdb', ['-D', data, '-U', 'lockstep', '--auth=trust', '--no-sync', '-E', 'UTF8'], account);
  const server = spawn('postgres', ['-D', data, '-k', join(root, 'socket'), '-c', 'listen_addresses=', '-c', 'fsync=off'], {
    ...account,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    await ready(server);
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
  return {
    origin: found.stdout.trim(),
    database: databaseMaker(`postgres://lockstep@localhost/postgres?host=${encodeURIComponent(join(root, 'socket'))}`),
    stop: async () => {
      const ended = new Promise((done) => server.once('exit', done));
      server.kill('SIGINT');
      await ended;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
async function accountOf(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    return undefined;
  }
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((done, failed) => {
    let said = '';
    server.once('error', failed);
    server.once('exit', () => failed(new Error(`postgres ended: ${said}`)));
    server.stderr?.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes('ready to accept connections')) done();
    });
  });
}

function databaseMaker(url: string): () => Promise<string> {
  let next = 0;
  return async () => {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const name = `lockstep_test_${process.pid}_${(next += 1)}`;
    await client.query(`create database ${name}`);
    await client.end();
    const own = new URL(url);
    own.pathname = `/${name}`;
    return own.href;
  };
}
