// `npm test [tier …]`: sets everything up, then runs the tiers one after another and closes with one line of totals.
// A tier that fails does not stop the later ones (except `static`, which fails fast), so one run shows everything that is wrong.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

const BIN = join(root, 'node_modules/.bin');
const REPORTS = join(root, 'build/reports');

/** Name and command line of each. */
const STATIC_CHECKS = [
  ['types', ['tsc', '-b']],
  ['lint', ['oxlint', '--type-aware']],
  ['format', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['dead code', ['knip']],
];
const VITEST_TIERS = ['unit', 'conformance', 'ports', 'simulation', 'e2e', 'late', 'browser', 'fuzz'];
const TIERS = ['static', ...VITEST_TIERS];

function run([program, ...args]) {
  return spawnSync(join(BIN, program), args, { cwd: root, stdio: 'inherit' }).status === 0;
}

function staticTier() {
  const failed = STATIC_CHECKS.filter(([name, command]) => {
    console.log(`\n── static: ${String(name)}`);
    return !run(command);
  });
  return { passed: STATIC_CHECKS.length - failed.length, failed: failed.length, skipped: 0 };
}

function vitestTier(name) {
  console.log(`\n── ${name}`);
  if (name === 'browser') findBrowser();
  const report = join(REPORTS, `${name}.json`);
  rmSync(report, { force: true });
  const finished = run([
    'vitest',
    'run',
    '--project',
    name,
    '--passWithNoTests',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  return countReport(report, finished);
}

/** Browser tests need Chromium. Where there is none and it can be had (Debian, root), it is installed; otherwise the tests say that they did not run. */
function findBrowser() {
  const found = process.env.CHROMIUM || spawnSync('sh', ['-c', 'command -v chromium chromium-browser google-chrome']).status === 0;
  if (found || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  console.log('installing Chromium …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: 'inherit', env });
}

/** A crashed run leaves no report, or a report without failures: that is one failure, never a pass. */
function countReport(report, finished) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
    const failed = numFailedTests === 0 && !finished ? 1 : numFailedTests;
    return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
  } catch {
    return { passed: 0, failed: finished ? 0 : 1, skipped: 0 };
  }
}

function main() {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !TIERS.includes(name));
  if (unknown.length > 0) {
    console.error(`Unknown tier ${unknown.join(', ')}. Tiers: ${TIERS.join(', ')}.`);
    process.exit(2);
  }
  setUp();
  mkdirSync(REPORTS, { recursive: true });
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  for (const tier of asked.length > 0 ? asked : TIERS) {
    const started = Date.now();
    const counts = tier === 'static' ? staticTier() : vitestTier(tier);
    for (const key of Object.keys(totals)) totals[key] += counts[key];
    lines.push(
      `${tier.padEnd(12)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${Math.round((Date.now() - started) / 1000)} s`,
    );
    if (tier === 'static' && counts.failed > 0) break;
  }
  console.log(`\n${lines.join('\n')}\n\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  process.exit(totals.failed === 0 ? 0 : 1);
}

main();
