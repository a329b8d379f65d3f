/**
 * What a real cluster judges by, taken into an embedded one. In: a client of each. Out: what was taken, what could not be read. Never: writes to the real
 * cluster, or reads a Secret.
 */
export { importRules, type ImportedRules, type ImportSummary, readRules } from './rules.ts';
