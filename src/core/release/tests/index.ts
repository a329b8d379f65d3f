/**
 * Which tests are meant, and how long each may take.
 * In: the records of hooks, patterns that people write. Out: yes or no, a duration, what is wrong with a pattern. Never: runs a test.
 */
export { patternProblem, selectsTest } from './select.ts';
export { timeoutAnnotation, timeoutIn } from './timeout.ts';
