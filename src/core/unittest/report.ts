/** What is printed about suites, and JUnit's XML. Source: helm-unittest pkg/unittest/results, test_runner.go, formatter/junit_report_xml.go. */
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
  readonly inserted: number;
  readonly vanished: number;
}

const title = ({ index, not, kind }: AssertionResult): string => `- asserts[${index}]${not ? ' NOT' : ''} \`${kind}\` fail`;

function testText({ name, passed, skipped, error, assertions }: TestResult): string {
  if (passed) return '';
  if (skipped) return `\t- SKIPPED '${name}'\n`;
  if (error !== undefined) return `\t- ${name}\n\t\tError: ${error}\n\n`;
  const failed = assertions.filter((assertion) => !assertion.passed);
  const lines = failed.flatMap((assertion) => [`\t\t${title(assertion)}`, ...assertion.lines.map((line) => `\t\t\t${line}`), '']);
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
      ? [`Snapshot Summary: ${at.snapshots.failed} snapshot failed. Check changes and use \`-u\` to update snapshot.`, '']
      : []),
    `Charts:      ${countText(passedCharts, charts.length - passedCharts)}`,
    `Test Suites: ${countText(passedSuites, failedSuites, { errored: files.filter((file) => file.error !== undefined).length, skipped: skippedSuites })}`,
    `Tests:       ${countText(passed, failedTests.length, { errored: failedTests.filter((test) => test.error !== undefined).length, skipped })}`,
    `Snapshot:    ${snapshotText(at.snapshots)}`,
    `Time:        ${at.milliseconds.toFixed(3)}ms`,
  ];
  return `\n${lines.join('\n')}\n\n`;
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['\t', '&#x9;'],
  ['\n', '&#xA;'],
  ['\r', '&#xD;'],
]);

const xml = (text: string): string =>
  text
    .replaceAll(/[&<>"'\t\n\r]/g, (char) => entities.get(char) ?? char)
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\ud800-\udfff]/g, '\ufffd');

function junitTest(test: TestResult, suite: string): string {
  const failures = test.assertions.filter(({ passed }) => !passed).flatMap((assertion) => [title(assertion), ...assertion.lines]);
  const head = `\t\t<testcase classname="${xml(suite)}" name="${xml(test.name)}" time="0.000"`;
  if (test.passed) return `${head}></testcase>\n`;
  const body = test.skipped
    ? '<skipped message=""></skipped>'
    : test.error === undefined
      ? `<failure message="Failed" type="">${xml(failures.join(','))}</failure>`
      : `<error message="Error" type="">${xml(test.error)}</error>`;
  return `${head}>\n\t\t\t${body}\n\t\t</testcase>\n`;
}

function junitSuite({ name, result, error, seconds }: FileResult, id: number): string {
  const tests = result?.tests ?? [];
  const bad = tests.filter(({ passed, skipped }) => !passed && !skipped);
  const errors = bad.filter((test) => test.error !== undefined).length + (error === undefined ? 0 : 1);
  const failures = bad.filter((test) => test.error === undefined).length;
  return (
    `\t<testsuite id="${id}" tests="${tests.length}" failures="${failures}" errors="${errors}" package="" time="${seconds.toFixed(3)}" name="${xml(name)}">\n` +
    `${tests.map((test) => junitTest(test, name)).join('')}\t</testsuite>`
  );
}

/** The whole run as JUnit's XML. */
export const junitText = (files: readonly FileResult[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${files.map((file, id) => `${junitSuite(file, id)}\n`).join('')}</testsuites>\n`;
