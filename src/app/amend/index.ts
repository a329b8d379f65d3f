/**
 * `lockstep set`: what an App delivers is changed by a commit where it is written. In: an App by name, with a cluster or a repository to find it in, and a
 * change. Out: the differences, and the commits. Never: writes to a cluster, pushes with force, touches a file that has changes of its own.
 */
export { amend, type Amending } from './amend.ts';
