/** A whole build, from a directory to ordered objects. Source: api/krusty/kustomizer.go. */
import type { Ask } from '../ask/index.ts';
import type { KubeObject } from '../object/index.ts';
import type { Outcome, Problem } from '../problem/index.ts';
import type { Schema } from '../schema/index.ts';
import { nodeToObject } from './node/json.ts';
import { childOf } from './node/node.ts';
import { KustomizeError, wrapped } from './problem.ts';
import { checkMetadata } from './resource/factory.ts';
import { ORIGIN, TRANSFORMATIONS, removeAnnotation } from './resource/origin.ts';
import type { ResMap } from './resource/res-map.ts';
import { objectText } from './resource/text.ts';
import { fixNameReferences } from './transform/name-references.ts';
import { hashTransformer } from './transform/hash.ts';
import { entriesTransformer } from './transform/metadata.ts';
import { sortResources } from './transform/sort.ts';
import { resolveVars } from './transform/vars.ts';
import { fieldSpec } from './config/fieldspec.ts';
import type { Additions } from './config/additions.ts';
import type { Kustomization } from './config/types.ts';
import { Build, type HelmRules } from './target/build.ts';
import type { BuildPlace } from './load/loader.ts';
import { openTarget } from './target/target.ts';

export interface BuildOptions {
  /** Default `rootOnly`: files only below the directory of the kustomization that names them. */
  readonly loadRestrictions?: 'rootOnly' | 'none';
  /** Default `legacy`: what `kustomize build` does unless the kustomization has `sortOptions`. */
  readonly order?: 'legacy' | 'none';
  readonly managedByLabel?: boolean;
  readonly helm?: HelmRules;
  /** What stands in the managed-by label. Default: the version of kustomize this engine follows. */
  readonly version?: string;
  /** Added to the kustomization that is built, as if they stood in its file. */
  readonly additions?: Additions;
  /** Makes the schema of built-in kinds; for callers that keep one. */
  readonly loadSchema?: () => Schema;
}

export interface BuiltResource {
  readonly object: KubeObject;
  /** The file it was read from, if it was. */
  readonly file?: string;
  /** Certainly without a namespace; unknown kinds are taken for namespaced. */
  readonly cluster: boolean;
}

export interface Built {
  readonly resources: readonly BuiltResource[];
}

const VERSION = 'v5.8.1';
const NONE: Built = Object.freeze({ resources: [] });

/** Builds the kustomization in a directory. With an error among the problems the value is empty. */
export function buildKustomization(ask: Ask, place: BuildPlace, options: BuildOptions = {}): Outcome<Built> {
  const build = new Build({
    ask,
    restrictions: options.loadRestrictions ?? 'rootOnly',
    helm: options.helm ?? {},
    ...(options.loadSchema === undefined ? {} : { loadSchema: options.loadSchema }),
  });
  const warnings = (): Problem[] =>
    build.warnings.map(({ message, file }) => ({
      code: 'KustomizeWarning',
      severity: 'warning',
      message,
      ...(file === undefined ? {} : { file }),
    }));
  try {
    const resources = run(build, place, options);
    return { value: { resources }, problems: warnings() };
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    const { file, field, object } = error.place;
    const known = {
      ...(file === undefined ? {} : { file }),
      ...(field === undefined ? {} : { field }),
      ...(object === undefined ? {} : { object }),
    };
    return { value: NONE, problems: [...warnings(), { code: 'KustomizeFailed', message: error.message, ...known }] };
  }
}

function run(build: Build, place: BuildPlace, options: BuildOptions): readonly BuiltResource[] {
  const target = openTarget(build, place, options.additions);
  const gathered = target.accumulate();
  const { map } = gathered;
  hashTransformer.transform(map);
  fixNameReferences(map, gathered.config.nameReference);
  const unused = resolveVars(map, { vars: gathered.vars, specs: gathered.config.varReference });
  if (unused.length > 0) build.warnings.push({ message: `well-defined vars that were never replaced: ${unused.join(',')}` });
  dropLocal(map);
  finish(map, target.kustomization, options);
  return map.resources.map((resource) => {
    const object = toObject(resource.node) as KubeObject;
    const { cluster } = resource.gvk;
    return resource.file === undefined ? { object, cluster } : { object, cluster, file: resource.file };
  });
}

function toObject(node: Parameters<typeof nodeToObject>[0]): ReturnType<typeof nodeToObject> {
  try {
    return nodeToObject(node);
  } catch (error) {
    const name = childOf(childOf(node, 'metadata') ?? node, 'name')?.value ?? '';
    throw wrapped(error, 'map[string]interface {}(nil)', { object: `${childOf(node, 'kind')?.value ?? ''}/${name}` });
  }
}

/** Objects that are only there for the build. */
function dropLocal(map: ResMap): void {
  map.dropEmpty();
  for (const resource of map.resources) checkMetadata(resource.node);
  map.keep((resource) => {
    const local = resource.annotations.get('config.kubernetes.io/local-config');
    return local === undefined || local === 'false';
  });
}

const METADATA_LABELS = fieldSpec({ path: 'metadata/labels', create: true });

function finish(map: ResMap, { sortOptions, buildMetadata = [] }: Kustomization, options: BuildOptions): void {
  if (sortOptions !== undefined) sortResources(map, sortOptions);
  else if ((options.order ?? 'legacy') === 'legacy') sortResources(map, { order: 'legacy' });
  if (options.managedByLabel === true || buildMetadata.includes('managedByLabel')) {
    entriesTransformer({ 'app.kubernetes.io/managed-by': `kustomize-${options.version ?? VERSION}` }, [METADATA_LABELS]).transform(map);
  }
  for (const resource of map.resources) {
    resource.finish();
    if (!buildMetadata.includes('originAnnotations')) removeAnnotation(resource, ORIGIN);
    if (!buildMetadata.includes('transformerAnnotations')) removeAnnotation(resource, TRANSFORMATIONS);
  }
}

/** The objects as one stream of documents. */
export const formatOutput = (built: Built): string => built.resources.map(({ object }) => objectText(object)).join('---\n');
