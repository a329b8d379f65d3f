/** A process that writes the ledger is killed between any two writes to the file: what was acknowledged is there, what is said again is there once, and the indexes agree. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { sqliteLedger } from '../../src/adapters/ledger/index.ts';
import type { LedgerEvent } from '../../src/ports/index.ts';
import { killEvent } from './ledger-kill.events.ts';

/**
 * At which write to the file each process in turn dies: the creation of the tables, several places in a group of entries, and in one that moves them from
 * the write-ahead log into the database.
 */
const strikes = [2, 9, 40, 61, 76, 93, 118, 147, 800, 2400];
/** Said again by the next process, as controllers do whose status was not written yet. */
const replayed = 40;

/** The number of the last acknowledged entry. */
async function killed(file: string, first: number, strike: number): Promise<number> {
  const program = join(import.meta.dirname, 'ledger-kill.program.ts');
  const preloaded = pathToFileURL(join(import.meta.dirname, 'ledger-kill.strike.mjs')).href;
  const child = spawn(process.execPath, ['--import', 'tsx', program, file, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: `--import=${preloaded}`, LEDGER_STRIKE: String(strike) },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return said === '' ? -1 : Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1));
}

async function contents(file: string): Promise<{ readonly all: readonly LedgerEvent[]; readonly written: number; readonly runs: number }> {
  const opened = await sqliteLedger({ file });
  if (!opened.ok) throw new Error(opened.error.message);
  const ledger = opened.value;
  const all: LedgerEvent[] = [];
  let cursor: string | undefined;
  do {
    const page = await ledger.find({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    all.push(...page.events);
    cursor = page.next;
  } while (cursor !== undefined);
  const objects = await Promise.all([0, 1, 2].map((app) => ledger.find({ object: `Deployment/shop/app-${app}`, limit: 1000 })));
  const runs = await Promise.all([0, 1, 2].map((app) => ledger.runs({ name: `app-${app}` }, {})));
  await ledger.close();
  return { all, written: objects.flatMap(({ events }) => events).length, runs: runs.flat().length };
}

test('killed at any write, each entry is there once', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-ledger-kill-'));
  const file = join(folder, 'ledger.sqlite');
  try {
    let acknowledged = -1;
    for (const strike of strikes) {
      acknowledged = Math.max(acknowledged, await killed(file, Math.max(0, acknowledged - replayed), strike));
      const { all, written, runs } = await contents(file);
      const ids = all.map(({ id }) => id).toReversed();
      expect(ids.length).toBeGreaterThan(acknowledged);
      expect(ids).toEqual(ids.map((_, index) => killEvent(index).id));
      if (all.length > 0) expect(all[0]).toEqual(killEvent(all.length - 1));
      if (all.length < 1000) expect([written, runs]).toEqual([all.length, all.length]);
    }
    expect(acknowledged).toBeGreaterThan(100);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
