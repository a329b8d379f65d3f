/** Finding the files a kustomization names, and asking for all of them early. */
import { KUSTOMIZATION_FILES, type ReadKustomization } from '../config/kustomization.ts';
import type { Kustomization } from '../config/types.ts';
import type { Loader } from '../load/loader.ts';
import { KustomizeError, about } from '../problem.ts';
import type { Build } from './build.ts';

/** Deepest nesting of kustomizations. */
export const DEEPEST = 200;

/** The one kustomization file of a directory. */
export function findKustomization(build: Build, loader: Loader): { readonly name: string; readonly read: ReadKustomization } {
  const found = KUSTOMIZATION_FILES.flatMap((name) => {
    try {
      return [{ name, text: loader.load(name).text }];
    } catch (error) {
      if (error instanceof KustomizeError) return [];
      throw error;
    }
  });
  const [first] = found;
  const place = { file: loader.fileName('') };
  if (first === undefined) {
    throw new KustomizeError(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${loader.root}'`,
      place,
    );
  }
  if (found.length > 1) throw new KustomizeError(`Found multiple kustomization files under: ${loader.root}\n`, place);
  const read = about({ file: loader.fileName(first.name) }, () => build.readKustomization(first.text, loader.root));
  return { name: first.name, read };
}

interface Prefetching {
  readonly kustomization: Kustomization;
  readonly seen: Set<string>;
  readonly depth: number;
}

/**
 * Walks down as far as is known and asks for every file it meets, so that a round answers a whole level. Whatever is wrong is found again, and
 * said, by the build itself.
 */
export function prefetch(build: Build, loader: Loader, { kustomization, seen, depth }: Prefetching): void {
  if (seen.has(loader.root) || depth > DEEPEST) return;
  seen.add(loader.root);
  loader.prefetch(filesOf(kustomization));
  const bases = [...(kustomization.resources ?? []), ...(kustomization.components ?? [])].filter(
    (path) => !/\.(ya?ml|json)$/.test(path) && !path.includes('\n'),
  );
  for (const path of bases) {
    try {
      const below = loader.open(path);
      below.prefetch(KUSTOMIZATION_FILES);
      prefetch(build, below, { kustomization: findKustomization(build, below).read.kustomization, seen, depth: depth + 1 });
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error;
      loader.prefetch(KUSTOMIZATION_FILES.map((name) => `${path}/${name}`));
    }
  }
}

function filesOf(kustomization: Kustomization): readonly string[] {
  const {
    resources = [],
    components = [],
    patchesStrategicMerge = [],
    crds = [],
    configurations = [],
    generators = [],
    transformers = [],
    validators = [],
  } = kustomization;
  const patches = [
    ...(kustomization.patches ?? []),
    ...(kustomization.patchesJson6902 ?? []),
    ...(kustomization.replacements ?? []),
  ].flatMap(({ path }) => (path === undefined || path === '' ? [] : [path]));
  const data = [...(kustomization.configMapGenerator ?? []), ...(kustomization.secretGenerator ?? [])].flatMap(
    ({ files = [], envs = [] }) => [...files.map((file) => file.slice(file.indexOf('=') + 1)), ...envs],
  );
  const openapi = kustomization.openapi?.['path'];
  return [
    ...resources,
    ...components,
    ...patchesStrategicMerge,
    ...crds,
    ...configurations,
    ...generators,
    ...transformers,
    ...validators,
    ...patches,
    ...data,
    ...(openapi === undefined ? [] : [openapi]),
  ];
}
