/** `npm run conformance`: runs every corpus and prints a table: suite, rows, passed, skipped. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RowReport } from './corpus.ts';

const root = join(import.meta.dirname, '../..');
const report = join(root, 'build/reports/conformance-rows.jsonl');

mkdirSync(join(root, 'build/reports'), { recursive: true });
rmSync(report, { force: true });
const { status } = spawnSync(join(root, 'node_modules/.bin/vitest'), ['run', '--project', 'conformance', '--reporter=dot'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, LOCKSTEP_CONFORMANCE_REPORT: report },
});

const lines = existsSync(report) ? readFileSync(report, 'utf8').trimEnd().split('\n') : [];
const rows = lines.map((line) => JSON.parse(line) as RowReport & { readonly suite: string });
const width = Math.max(20, ...rows.map(({ suite }) => suite.length));
console.log(`${'SUITE'.padEnd(width)}  ${'ROWS'.padStart(6)}  ${'PASSED'.padStart(6)}  ${'SKIPPED'.padStart(7)}  ${'FAILED'.padStart(6)}`);
for (const row of rows.toSorted((a, b) => (a.suite < b.suite ? -1 : 1))) {
  const passed = row.rows - row.failed - row.skipped;
  console.log(
    `${row.suite.padEnd(width)}  ${String(row.rows).padStart(6)}  ${String(passed).padStart(6)}  ${String(row.skipped).padStart(7)}  ${String(row.failed).padStart(6)}`,
  );
}
if (rows.length === 0) console.log('NOT RUN: the corpora are not beside this project');
process.exit(status ?? 1);
