/**
 * Linting of charts, as `helm lint` does it: conventions, what would not install, API versions that are going away.
 * In: a chart in a tree of files, values, the version of the cluster. Out: messages in Helm's order and words. Never: decides what fails.
 */
export { type Linted, lintChart, type LintInput } from './lint.ts';
export { formatLintMessage, type LintMessage } from './message.ts';
