/**
 * Trees of files: a directory on disk, and the path rules every tree shares.
 * In: a root directory, relative paths. Out: answers to the `file` and `list` requests of `core/ask`. Never: leaves the root, follows a link out of it, or writes.
 */
export { openDirectory, type DirectoryTree, type FilesError, type FilesLimits } from './directory.ts';
export { compareBytes, followLink, mostLinks, pathParts } from './safe-path.ts';
