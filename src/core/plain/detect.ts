/** Which builder a folder asks for, told by the file that each builder cannot do without. */
import type { Ask } from '../ask/index.ts';
import { baseName, joinPath } from '../tree/index.ts';

export type Builder = 'helm' | 'kustomize' | 'helmfile' | 'plain';

/** In order of precedence. */
const MARKS: readonly (readonly [name: string, builder: Builder])[] = [
  ['Chart.yaml', 'helm'],
  ['kustomization.yaml', 'kustomize'],
  ['kustomization.yml', 'kustomize'],
  ['Kustomization', 'kustomize'],
  ['helmfile.yaml', 'helmfile'],
  ['helmfile.yaml.gotmpl', 'helmfile'],
];

/** The builder that a file of this name belongs to; undefined when it is an ordinary file. */
export const builderOfFile = (path: string): Builder | undefined => MARKS.find(([name]) => name === baseName(path))?.[1];

/** The files that make a folder one of this builder, in order of precedence. */
export const marksOf = (builder: Builder): readonly string[] => MARKS.filter((mark) => mark[1] === builder).map(([name]) => name);

/** The builder of a folder whose files are at hand; as `detectBuilder` tells it. */
export const builderIn = (path: string, has: (file: string) => boolean): Builder =>
  builderOfFile(path) ?? MARKS.find(([name]) => has(joinPath(path, name) ?? name))?.[1] ?? 'plain';

/**
 * The builder of a folder (or of a file, when the path names one of the marks itself). Asks for each mark by name instead of listing the folder, so that
 * an unrelated new file is no reason to render again (S1).
 */
export function detectBuilder(ask: Ask, source: string, path: string): Builder {
  const named = builderOfFile(path);
  if (named !== undefined) return named;
  const answers = MARKS.map(([name, builder]) => ({
    builder,
    found: ask({ kind: 'file', source, path: joinPath(path, name) ?? name }).found,
  }));
  return answers.find(({ found }) => found === 'file' || found === 'tooLarge')?.builder ?? 'plain';
}
