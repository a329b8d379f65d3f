/** Sonar's generic test data. Source: helm-unittest pkg/unittest/formatter/sonar_report_xml.go. */
import type { TestResult } from '../job.ts';
import type { FileResult } from '../report.ts';
import { isBad, story, testsOf } from './shared.ts';
import type { Element } from './xml.ts';

function outcome(result: TestResult): readonly Element[] {
  const said = (name: string, message: string, content: string): readonly Element[] => [
    { name, attributes: [['message', message]], content, isData: true },
  ];
  if (result.skipped) return said('skipped', 'Skipped', story(result));
  if (!isBad(result)) return [];
  return result.error === undefined ? said('failure', 'Failed', story(result)) : said('error', 'Error', result.error);
}

const testCase = (result: TestResult): Element => ({
  name: 'testCase',
  attributes: [
    ['name', result.name],
    ['duration', '0'],
  ],
  content: outcome(result),
});

export const sonar = (files: readonly FileResult[]): Element => ({
  name: 'testExecutions',
  attributes: [['version', 1]],
  content: files.map((file) => ({ name: 'file', attributes: [['path', file.file]], content: testsOf(file).map(testCase) })),
});
