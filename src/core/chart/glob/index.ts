/**
 * File name patterns as `.Files.Glob` takes them. In: a pattern. Out: a test of paths, or why the pattern is none. Never: looks at files.
 */
export { compileGlob } from './glob.ts';
