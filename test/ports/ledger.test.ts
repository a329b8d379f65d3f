/** The ledgers of the product against their suite, and what only the one on disk can get wrong. */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryLedger, postgresLedger, sqliteLedger } from '../../src/adapters/ledger/index.ts';
import { takeOwnership } from '../../src/adapters/system/index.ts';
import type { Ledger } from '../../src/ports/index.ts';
import { ledgerEvent, ledgerSuite } from '../../src/testing/ports/index.ts';
import { startPostgres, type TestPostgres } from '../../src/testing/servers/index.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lockstep-ledger-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let next = 0;
const newFile = (): string => join(root, `l${next++}`, 'ledger.db');

async function openFile(file: string): Promise<Ledger> {
  const opened = await sqliteLedger({ file });
  if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.message}`);
  return opened.value;
}

ledgerSuite('memory', () => Promise.resolve(memoryLedger()));
ledgerSuite('sqlite', () => openFile(newFile()));

/** Without a server the suite says so and is left out; CI is expected to have one. */
const postgres: TestPostgres | undefined = await startPostgres(process.env);
afterAll(() => postgres?.stop());

async function openDatabase(url: string): Promise<Ledger> {
  const opened = await postgresLedger({ url });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

if (postgres !== undefined) {
  ledgerSuite('postgres', async () => openDatabase(await postgres.database()));
} else console.log('NOT RUN: the ledger on PostgreSQL; install it, or set LOCKSTEP_TEST_POSTGRES to the URL of a server');

describe.skipIf(postgres === undefined)('in PostgreSQL', () => {
  test('several replicas write at once: each event is there once; history cannot be changed', async () => {
    const url = (await postgres?.database()) ?? '';
    const replicas = await Promise.all([openDatabase(url), openDatabase(url), openDatabase(url)]);
    const all = Array.from({ length: 300 }, (_, index) => ledgerEvent(`e${index}`));
    await Promise.all(replicas.flatMap((replica) => all.map((event) => replica.append([event]))));
    expect((await replicas[0]?.find({ limit: 1000 }))?.events).toHaveLength(300);
    expect(await replicas[0]?.stateAt(Number.MAX_SAFE_INTEGER, {})).toHaveLength(1);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await expect(client.query("update events set body = '{}'")).rejects.toThrow('append-only');
    await expect(client.query('delete from events')).rejects.toThrow('append-only');
    await client.end();
    for (const replica of replicas) await replica.close();
  });

  test('a server that is not there is an error without the password', async () => {
    const opened = await postgresLedger({ url: 'postgres://me:secret@127.0.0.1:1/none' });
    expect(opened).toMatchObject({ ok: false, error: { code: 'Unreadable', message: expect.stringContaining('127.0.0.1:1/none') } });
    expect(JSON.stringify(opened)).not.toContain('secret');
  });
});

test('memory keeps the newest', async () => {
  const ledger = memoryLedger({ most: 2 });
  await ledger.append(['a', 'b', 'c'].map((id) => ledgerEvent(id)));
  expect((await ledger.find({ limit: 9 })).events.map((event) => event.id)).toEqual(['c', 'b']);
});

describe('on disk', () => {
  test('what was acknowledged is there after opening again; a replay changes nothing', async () => {
    const file = newFile();
    const first = await openFile(file);
    await first.append([ledgerEvent('a'), ledgerEvent('b')]);
    await first.close();
    await first.close();
    await expect(first.append([ledgerEvent('x')])).rejects.toThrow('closed');
    const second = await openFile(file);
    await second.append([ledgerEvent('a'), ledgerEvent('c')]);
    expect((await second.find({ limit: 9 })).events.map((event) => event.id)).toEqual(['c', 'b', 'a']);
    await second.close();
  });

  test('one owner at a time; locks of a killed process are taken over', async () => {
    const file = newFile();
    const first = await openFile(file);
    expect(await sqliteLedger({ file })).toMatchObject({
      ok: false,
      error: { code: 'InUse', message: expect.stringContaining(`process ${process.pid}`) },
    });
    await first.close();
    const gone = spawn('true');
    await new Promise((resolve) => gone.once('close', resolve));
    const folder = join(file, '..');
    writeFileSync(join(folder, 'owner.lock'), JSON.stringify({ pid: gone.pid, started: 'boot/1' }));
    mkdirSync(`${file}.lock`);
    const second = await openFile(file);
    await second.append([ledgerEvent('a')]);
    await second.close();
  });

  test.each([
    ['a process id that now belongs to another', JSON.stringify({ pid: process.pid, started: 'another-boot/1' })],
    ['a lock that was never written completely', '{"pid":'],
    ['an empty lock', ''],
  ])('%s does not hold the folder', async (_name, content) => {
    const folder = join(root, `owner${next++}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'owner.lock'), content);
    const taken = await takeOwnership(folder);
    expect(taken.ok).toBe(true);
    expect(await takeOwnership(folder)).toMatchObject({ ok: false, error: { pid: process.pid } });
    if (taken.ok) await taken.value.release();
  });

  test('nobody changes history, not even with another tool', async () => {
    const file = newFile();
    const ledger = await openFile(file);
    await ledger.append([ledgerEvent('a')]);
    await ledger.close();
    const database = new sqlite.Database(file);
    // Without it this library opens no write-ahead log: it has no memory that processes share.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    expect(() => database.run("UPDATE events SET body = '{}'")).toThrow('append-only');
    expect(() => database.run('DELETE FROM events')).toThrow('append-only');
    database.close();
  });

  test('a copy without the write-ahead log opens, with what had reached the file by then, and goes on', async () => {
    const file = newFile();
    const ledger = await openFile(file);
    await ledger.append([ledgerEvent('a')]);
    await ledger.close();
    const again = await openFile(file);
    await again.append([ledgerEvent('b')]);
    expect(existsSync(`${file}-wal`)).toBe(true);
    const copy = newFile();
    mkdirSync(join(copy, '..'));
    copyFileSync(file, copy);
    await again.close();
    const opened = await openFile(copy);
    await opened.append([ledgerEvent('c')]);
    expect((await opened.find({ limit: 9 })).events.map((event) => event.id)).toEqual(['c', 'a']);
    await opened.close();
  });

  test('the write-ahead log stays small however much is written and forgotten', async () => {
    const file = newFile();
    const ledger = await openFile(file);
    const message = 'x'.repeat(4000);
    for (let round = 0; round < 8; round += 1)
      await ledger.append(Array.from({ length: 1000 }, (_, index) => ({ ...ledgerEvent(`${round}-${index}`), message })));
    // What changed last is kept: it is what runs.
    expect(await ledger.forget(Number.MAX_SAFE_INTEGER)).toBe(7999);
    expect(statSync(file).size).toBeGreaterThan(20_000_000);
    expect(statSync(`${file}-wal`).size).toBeLessThan(20_000_000);
    await ledger.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  test('a file that is no ledger is an error, not a crash', async () => {
    const file = newFile();
    mkdirSync(join(file, '..'));
    writeFileSync(file, 'this is not a database, and long enough to be read as one'.repeat(100));
    expect(await sqliteLedger({ file })).toMatchObject({ ok: false, error: { code: 'Unreadable' } });
  });
});
