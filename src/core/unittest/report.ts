/** What is printed about suites. Source: helm-unittest pkg/unittest/results, test_runner.go. */
import type { AssertionResult, SuiteResult, TestResult } from './job.ts';

/** A suite's result with what its file's snapshots came to; or why there is none. */
export interface FileResult {
  readonly file: string;
  readonly name: string;
  readonly result: SuiteResult | undefined;
  readonly error: string | undefined;
  readonly seconds: number;
}

export interface SnapshotCounts {
  readonly total: number;
  readonly failed: number;
  /** In how many suites some failed. */
  readonly failedSuites: number;
  readonly inserted: number;
  readonly vanished: number;
}

export const assertionTitle = ({ index, not, kind }: AssertionResult): string => `- asserts[${index}]${not ? ' NOT' : ''} \`${kind}\` fail`;

function testText({ name, passed, skipped, error, assertions }: TestResult): string {
  if (passed) return '';
  if (skipped) return `\t- SKIPPED '${name}'\n`;
  if (error !== undefined) return `\t- ${name}\n\t\tError: ${error}\n\n`;
  const failed = assertions.filter((assertion) => !assertion.passed);
  const lines = failed.flatMap((assertion) => [`\t\t${assertionTitle(assertion)}`, ...assertion.lines.map((line) => `\t\t\t${line}`), '']);
  return `\t- ${name}\n\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** The lines about one suite. */
export function suiteText({ file, name, result, error }: FileResult): string {
  const label = result?.skipped === true ? ' SKIP ' : result?.passed === true ? ' PASS ' : ' FAIL ';
  const head = `${label} ${name}\t${file}\n`;
  if (result === undefined) return `${head}\t- Execution Error: \n\t\t${error ?? ''}\n\n`;
  return head + result.tests.map(testText).join('');
}

function countText(passed: number, failed: number, more: { readonly errored?: number; readonly skipped?: number } = {}): string {
  const skipped = more.skipped ?? 0;
  const parts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(more.errored !== undefined && more.errored > 0 ? [`${more.errored} errored`] : []),
    `${passed} passed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    `${passed + failed + skipped} total`,
  ];
  return parts.join(', ');
}

const snapshotText = ({ total, failed, inserted, vanished }: SnapshotCounts): string =>
  countText(total - failed, failed) + (inserted > 0 ? `, ${inserted} created` : '') + (vanished > 0 ? `, ${vanished} vanished` : '');

/** The summary below all suites. */
export function summaryText(
  charts: readonly boolean[],
  files: readonly FileResult[],
  at: { readonly snapshots: SnapshotCounts; readonly milliseconds: number },
): string {
  const tests = files.flatMap(({ result }) => result?.tests ?? []);
  const skippedSuites = files.filter(({ result }) => result?.skipped === true).length;
  const passedSuites = files.filter(({ result }) => result?.passed === true && !result.skipped).length;
  const failedSuites = files.length - passedSuites - skippedSuites;
  const skipped = tests.filter((test) => test.skipped && !test.passed).length;
  const passed = tests.filter((test) => test.passed).length;
  const failedTests = tests.filter((test) => !test.passed && !test.skipped);
  const passedCharts = charts.filter(Boolean).length;
  const lines = [
    ...(at.snapshots.failed > 0
      ? [
          `Snapshot Summary: ${at.snapshots.failed} snapshot failed in ${at.snapshots.failedSuites} test suite. Check changes and use \`-u\` to update snapshot.`,
          '',
        ]
      : []),
    `Charts:      ${countText(passedCharts, charts.length - passedCharts)}`,
    `Test Suites: ${countText(passedSuites, failedSuites, { errored: files.filter((file) => file.error !== undefined).length, skipped: skippedSuites })}`,
    `Tests:       ${countText(passed, failedTests.length, { errored: failedTests.filter((test) => test.error !== undefined).length, skipped })}`,
    `Snapshot:    ${snapshotText(at.snapshots)}`,
    `Time:        ${at.milliseconds.toFixed(3)}ms`,
  ];
  return `\n${lines.join('\n')}\n\n`;
}
