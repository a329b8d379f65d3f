/**
 * Which version of a chart a person means.
 * In: the versions there are, what was asked for. Out: one of them. Never: asks a repository.
 */
export { isExact, newestFirst, pickVersion } from './pick.ts';
