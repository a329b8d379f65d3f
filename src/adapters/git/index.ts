/**
 * Git through the `git` program: one bare mirror per repository, read object by object, never checked out.
 * In: repositories and refs from outside, which are hostile. Out: the port GitMirrors, errors as values. Never: runs a hook, asks a question, follows
 * a path out of a tree, or puts a credential where others can see it.
 */
export { createGitMirrors, type GitMirrorsOptions } from './mirrors.ts';
