/**
 * Repositories that git-secret hides files in.
 * In: the mapping file, revealed contents. Out: which files there are, whether a content is the right one. Never: follows a path out of the repository.
 */
export { checkRevealed, hiddenPath, mappingPath, readMapping } from './mapping.ts';
export type { HiddenFile } from './mapping.ts';
