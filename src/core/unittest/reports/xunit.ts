/** XUnit, version 2. Source: helm-unittest pkg/unittest/formatter/xunit_report_xml.go. */
import type { TestResult } from '../job.ts';
import type { FileResult } from '../report.ts';
import { className, countsOf, framework, hasError, isBad, type ReportPlace, seconds, story, testsOf } from './shared.ts';
import type { Element } from './xml.ts';

const method = 'Helm-Validation';

const failure = (kind: string, message: string, trace: string): Element => ({
  name: 'failure',
  attributes: [['exception-type', kind]],
  content: [
    { name: 'message', content: message, isData: true },
    { name: 'stack-trace', content: trace, isData: true },
  ],
});

function outcome(result: TestResult): readonly Element[] {
  if (result.skipped) return [{ name: 'reason', content: story(result), isData: true }];
  return isBad(result) ? [failure(hasError(result) ? `${method}-Error` : method, 'Failed', story(result))] : [];
}

const testElement = (suite: string, result: TestResult): Element => ({
  name: 'test',
  attributes: [
    ['name', result.name],
    ['type', className(suite)],
    ['method', method],
    ['time', seconds(0)],
    ['result', result.skipped ? 'Skip' : result.passed ? 'Pass' : 'Fail'],
  ],
  content: outcome(result),
});

const countAttributes = (tests: readonly TestResult[], total: number): readonly (readonly [string, number])[] => {
  const { passed, failed, skipped } = countsOf(tests);
  return [
    ['total', total],
    ['passed', passed],
    ['failed', failed],
    ['skipped', skipped],
  ];
};

/** The tests, or why there are none. */
function body(file: FileResult): Element {
  const tests = testsOf(file);
  if (file.error === undefined) {
    return {
      name: 'collection',
      attributes: [['name', file.name], ['time', seconds(file.seconds)], ...countAttributes(tests, tests.length)],
      content: tests.map((test) => testElement(file.name, test)),
    };
  }
  const error: Element = {
    name: 'error',
    attributes: [
      ['type', 'Error'],
      ['name', 'Error'],
    ],
    content: [failure(`${method}-Error`, 'Error', file.error)],
  };
  return { name: 'errors', content: [error] };
}

export function xunit(files: readonly FileResult[], place: ReportPlace): Element {
  const [date = '', time = ''] = place.time.split('T');
  const assembly = (file: FileResult): Element => {
    const tests = testsOf(file);
    const broken = file.error === undefined ? 0 : 1;
    return {
      name: 'assembly',
      attributes: [
        ['name', file.file],
        ['config-file', file.file],
        ['test-framework', framework],
        ['run-date', date],
        ['run-time', time],
        ['time', seconds(file.seconds)],
        ...countAttributes(tests, tests.length + broken),
        ['errors', countsOf(tests).errors + broken],
      ],
      content: [{ name: 'environment', content: place.platform }, body(file)],
    };
  };
  return { name: 'assemblies', content: files.map(assembly) };
}
