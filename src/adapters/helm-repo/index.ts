/**
 * Helm repositories over HTTP: an index of charts, and archives.
 * In: a URL and credentials for its host; an index from outside, which may be huge or hostile. Out: versions, archives whose digests were checked, typed
 * errors. Never: keeps a credential, sends one to another host.
 */
export { createHelmRepository, type HelmRepository, type HelmRepositoryOptions } from './repository.ts';
export { type IndexEntry, type RepositoryIndex, readIndex } from './read-index.ts';
export type { IndexStore, StoredIndex } from './stored.ts';
