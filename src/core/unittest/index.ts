/**
 * helm-unittest suites: parsing, rendering, assertions, snapshots.
 * In: a chart, a suite's text, snapshots. Out: what passed, what did not and why, the snapshots to write. Never: reads or writes files by itself.
 */
export { parseSuites, pathFilter } from './suite.ts';
export { Coverage } from '../template/index.ts';
export { type CoveredFile, coverageOf, coveragePercent, coverageText } from './coverage.ts';
export { runSuite } from './job.ts';
export { type FileResult, type SnapshotCounts, suiteText, summaryText } from './report.ts';
export { type ReportPlace, reportText } from './reports/index.ts';
export { parseSnapshots, SnapshotCache } from './snapshot.ts';
export type { AssertionResult, RunOptions, SuiteResult, TestResult } from './job.ts';
export type { Suite, Test } from './suite.ts';
