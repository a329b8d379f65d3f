/**
 * Paths inside a source, and which of them a set of gitignore patterns selects.
 * In: path and pattern text from repositories, which is hostile. Out: clean paths that never leave the tree, yes or no. Never: reads a file.
 */
export { baseName, cleanPath, folderOf, joinPath } from './path.ts';
export { compilePatterns, matchesPatterns, type Patterns } from './patterns.ts';
