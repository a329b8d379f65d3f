/** What the formats share. Source: helm-unittest pkg/unittest/formatter/formatter.go, results/test_job_result.go. */
import type { AssertionResult, TestResult } from '../job.ts';
import { assertionTitle, type FileResult } from '../report.ts';

/** What the reports say about the machine and the moment. */
export interface ReportPlace {
  /** UTC, `2026-01-02T03:04:05`. */
  readonly time: string;
  readonly host: string;
  readonly user: string;
  readonly folder: string;
  /** `v20.1.0.linux-x64` */
  readonly platform: string;
}

export const framework = 'helm-unittest';

export const isBad = ({ passed, skipped }: TestResult): boolean => !passed && !skipped;
export const hasError = ({ error }: TestResult): boolean => error !== undefined;
export const testsOf = ({ result }: FileResult): readonly TestResult[] => result?.tests ?? [];

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly skipped: number;
}

export function countsOf(tests: readonly TestResult[]): Counts {
  const count = (of: (test: TestResult) => boolean): number => tests.filter(of).length;
  return {
    passed: count(({ passed, skipped }) => passed && !skipped),
    failed: count((test) => isBad(test) && !hasError(test)),
    errors: count((test) => isBad(test) && hasError(test)),
    skipped: count(({ skipped }) => skipped),
  };
}

/** The last part of a suite's name. */
export const className = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

export const seconds = (time: number): string => time.toFixed(3);

const assertionText = (assertion: AssertionResult): string =>
  [`\t\t ${assertionTitle(assertion)} \n`, ...assertion.lines.map((line) => `\t\t\t ${line} \n`)].join('');

/** What there is to say about a test: why it was skipped, what failed. */
export function story({ name, skipped, error, assertions }: TestResult): string {
  const failed = assertions.filter(({ passed }) => !passed);
  return (skipped ? `SKIPPED '${name}' \n` : '') + (error === undefined ? '' : `${error}\n`) + failed.map(assertionText).join('');
}
