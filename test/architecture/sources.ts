/** The project's own sources as data for the architecture tests: files, their code without comments and strings, their imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const projectRoot = join(import.meta.dirname, '../..');

export interface SourceFile {
  /** Relative to `src/`, for example `core/object/json.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly ImportEdge[];
}

export interface ImportEdge {
  /** Relative to `src/`, or a package name. */
  readonly target: string;
  readonly isPackage: boolean;
  readonly typeOnly: boolean;
}

export function sourceFiles(): SourceFile[] {
  const root = join(projectRoot, 'src');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

function importsOf(path: string, text: string): ImportEdge[] {
  return [...withoutComments(text).matchAll(IMPORT)].map((match) => {
    const specifier = match[2] ?? match[3] ?? '';
    const isPackage = !specifier.startsWith('.');
    const target = isPackage ? specifier : relative(join(projectRoot, 'src'), join(projectRoot, 'src', dirname(path), specifier));
    // A dynamic import does not make a cycle at load time, so it counts like a type.
    return { target, isPackage, typeOnly: match[1] !== undefined || match[3] !== undefined };
  });
}

export const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/[^\n]*/g, '$1');

/** Code with comments, strings and template texts blanked, for searching identifiers. Regular expressions stay. */
export const codeOnly = (text: string): string =>
  withoutComments(text)
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/`(?:[^`\\]|\\.)*`/g, '``');
