/**
 * Dependencies: enabled or not, aliases, imported values.
 * In: a chart and the user's values. Out: the chart as it is rendered. Never: fetches anything.
 */
export { isCompatible, missingDependencies, processDependencies } from './process.ts';
