/** A process that writes the ledger is killed at any instant: what was acknowledged is there, what is said again is there once, and the indexes agree. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sqliteLedger } from '../../src/adapters/ledger/index.ts';
import type { LedgerEvent } from '../../src/ports/index.ts';
import { killEvent } from './ledger-kill.events.ts';

const rounds = 3;
/** Said again by the next process, as controllers do whose status was not written yet. */
const replayed = 40;

/** The number of the last acknowledged entry. */
async function killed(file: string, first: number, round: number): Promise<number> {
  const program = join(import.meta.dirname, 'ledger-kill.program.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, file, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await new Promise((resolve) => setTimeout(resolve, 15 + round * 23));
  child.kill('SIGKILL');
  await ended;
  return Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1) ?? -1);
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
    for (let round = 0; round < rounds; round += 1) {
      acknowledged = Math.max(acknowledged, await killed(file, Math.max(0, acknowledged - replayed), round));
      const { all, written, runs } = await contents(file);
      const ids = all.map(({ id }) => id).toReversed();
      expect(ids.length).toBeGreaterThan(acknowledged);
      expect(ids).toEqual(ids.map((_, index) => killEvent(index).id));
      expect(all[0]).toEqual(killEvent(all.length - 1));
      if (all.length < 1000) expect([written, runs]).toEqual([all.length, all.length]);
    }
    expect(acknowledged).toBeGreaterThan(rounds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
