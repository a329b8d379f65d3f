/** NUnit 2.5. Source: helm-unittest pkg/unittest/formatter/nunit_report_xml.go. */
import type { TestResult } from '../job.ts';
import type { FileResult } from '../report.ts';
import { className, countsOf, framework, hasError, isBad, type ReportPlace, seconds, story, testsOf } from './shared.ts';
import type { Element } from './xml.ts';

type Attributes = readonly (readonly [string, string | number])[];

const failure = (message: string, trace: string): Element => ({
  name: 'failure',
  content: [
    { name: 'message', content: message },
    { name: 'stack-trace', content: trace },
  ],
});

/** What suites and tests say alike. */
function outcome(
  of: { readonly passed: boolean; readonly skipped: boolean; readonly isBroken: boolean },
  asserts: string,
  time: number,
): Attributes {
  return [
    ['success', String(of.passed)],
    ['time', seconds(time)],
    ['executed', String(!of.isBroken && !of.skipped)],
    ['asserts', asserts],
    ['result', of.skipped ? 'Skipped' : of.passed ? 'Success' : 'Failed'],
  ];
}

const testCase = (suite: string, result: TestResult): Element => ({
  name: 'test-case',
  attributes: [
    ['name', result.name],
    ['description', `${className(suite)}.${result.name}`],
    ...outcome({ ...result, isBroken: hasError(result) }, '0', 0),
  ],
  content: [
    ...(isBad(result) ? [failure('Failed', story(result))] : []),
    ...(result.skipped ? [{ name: 'reason', content: [{ name: 'message', content: story(result) }] }] : []),
  ],
});

function testSuite(file: FileResult): Element {
  const tests = testsOf(file);
  const state = { passed: file.result?.passed === true, skipped: file.result?.skipped === true, isBroken: file.error !== undefined };
  return {
    name: 'test-suite',
    attributes: [['type', 'TestFixture'], ['name', file.name], ['description', file.file], ...outcome(state, '', file.seconds)],
    content: [
      ...(file.error === undefined ? [] : [failure('Error', file.error)]),
      ...(tests.length === 0 ? [] : [{ name: 'results', content: tests.map((test) => testCase(file.name, test)) }]),
    ],
  };
}

const environment = ({ platform, folder, host, user }: ReportPlace): Element => ({
  name: 'environment',
  attributes: [
    ['nunit-version', '2.5.8.0'],
    ['clr-version', 'unknown'],
    ['os-version', 'unknown'],
    ['platform', platform],
    ['cwd', folder],
    ['machine-name', host],
    ['user', user],
    ['user-domain', ''],
  ],
});

const culture: Element = {
  name: 'culture-info',
  attributes: [
    ['current-culture', 'en'],
    ['current-uiculture', 'en-US'],
  ],
};

export function nunit(files: readonly FileResult[], place: ReportPlace): Element {
  const [date = '', time = ''] = place.time.split('T');
  const all = files.flatMap(testsOf);
  const broken = files.filter(({ error }) => error !== undefined).length;
  const { errors, failed, skipped } = countsOf(all);
  return {
    name: 'test-results',
    attributes: [
      ['name', framework],
      ['total', all.length + broken],
      ['errors', errors + broken],
      ['failures', failed],
      ['inconclusive', 0],
      ['not-run', 0],
      ['ignored', 0],
      ['skipped', skipped],
      ['invalid', 0],
      ['date', date],
      ['time', time],
    ],
    content: [environment(place), culture, ...files.map(testSuite)],
  };
}
