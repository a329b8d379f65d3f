/**
 * Go's path and path/filepath on Unix: slash-separated names, never the file system.
 * In: texts. Out: texts, or Go's error for a bad pattern.
 */
export { baseName, cleanPath, dirName, extension, isAbsolute, joinPath, matchPath, splitPath } from './path.ts';
