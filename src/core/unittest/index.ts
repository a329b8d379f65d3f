/**
 * helm-unittest suites: parsing, rendering, assertions, snapshots.
 * In: a chart, a suite's text, snapshots. Out: what passed, what did not and why, the snapshots to write. Never: reads or writes files by itself.
 */
export { parseSuites, pathFilter } from './suite.ts';
export { runSuite } from './job.ts';
export { type FileResult, junitText, type SnapshotCounts, suiteText, summaryText } from './report.ts';
export { parseSnapshots, SnapshotCache } from './snapshot.ts';
export type { AssertionResult, RunOptions, SuiteResult, TestResult } from './job.ts';
export type { Suite, Test } from './suite.ts';
