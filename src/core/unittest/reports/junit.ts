/** JUnit. Source: helm-unittest pkg/unittest/formatter/junit_report_xml.go. */
import type { TestResult } from '../job.ts';
import type { FileResult } from '../report.ts';
import { className, countsOf, isBad, type ReportPlace, seconds, story, testsOf } from './shared.ts';
import type { Element } from './xml.ts';

const oneLine = (text: string): string => text.replaceAll('\n', ',').replaceAll('\t', '');

function outcome(result: TestResult): readonly Element[] {
  if (result.skipped) return [{ name: 'skipped', attributes: [['message', oneLine(story(result))]] }];
  if (!isBad(result)) return [];
  const [name, message, content] =
    result.error === undefined ? ['failure', 'Failed', oneLine(story(result))] : ['error', 'Error', result.error];
  return [
    {
      name,
      attributes: [
        ['message', message],
        ['type', ''],
      ],
      content,
    },
  ];
}

const testCase = (suite: string, result: TestResult): Element => ({
  name: 'testcase',
  attributes: [
    ['classname', className(suite)],
    ['name', result.name],
    ['time', seconds(0)],
  ],
  content: outcome(result),
});

const version: Element = {
  name: 'properties',
  content: [
    {
      name: 'property',
      attributes: [
        ['name', 'helm-unittest.version'],
        ['value', '1.6'],
      ],
    },
  ],
};

export function junit(files: readonly FileResult[], place: ReportPlace): Element {
  const suite = (file: FileResult, id: number): Element => {
    const tests = testsOf(file);
    const { failed, errors } = countsOf(tests);
    return {
      name: 'testsuite',
      attributes: [
        ['id', id],
        ['tests', tests.length],
        ['failures', failed],
        ['errors', errors + (file.error === undefined ? 0 : 1)],
        ['package', ''],
        ['time', seconds(file.seconds)],
        ['name', file.name],
        ['timestamp', place.time],
        ['hostname', place.host],
      ],
      content: [
        version,
        ...tests.map((test) => testCase(file.name, test)),
        ...(file.error === undefined ? [] : [{ name: 'system-err', content: file.error }]),
      ],
    };
  };
  return { name: 'testsuites', content: files.map(suite) };
}
