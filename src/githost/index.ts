/**
 * The built-in Git host: smart HTTP over the real `git http-backend`, for the demo, for tests, and for folders that are not repositories yet.
 * In: a folder for its bare repositories and a credential for pushing. Out: a listening server and news of every push. Never: runs hooks, serves
 * anything but Git's smart protocol, trusts a path.
 */
export type { Push } from './announcer.ts';
export { createGitHost, type GitHost, type GitHostOptions } from './host.ts';
export { createRepository as importFolder } from './repository.ts';
