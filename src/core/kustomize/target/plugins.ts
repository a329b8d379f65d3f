/**
 * Built-in generators and transformers from their configuration as resources. Programs and containers are never started.
 * Source: api/internal/plugins/loader, api/internal/plugins/builtinhelpers, api/internal/builtins.
 */
import type { Json } from '../../object/index.ts';
import { PLUGIN_SHAPES, type PluginKind } from '../config/kustomization.table.ts';
import { fieldSpec } from '../config/fieldspec.ts';
import { shaped } from '../config/shape.ts';
import type {
  FieldSpecFields,
  GeneratorArgs,
  HelmChart,
  HelmGlobals,
  IdFields,
  Image,
  Patch,
  Replica,
  ReplacementField,
  Texts,
} from '../config/types.ts';
import { type IamPolicy, generateData, generateIamPolicy } from '../generate/generators.ts';
import { helmGenerator } from '../generate/helm.ts';
import type { Loader } from '../load/loader.ts';
import { nodeToObject } from '../node/json.ts';
import { KustomizeError, within } from '../problem.ts';
import { idText } from '../resource/gvk.ts';
import { originOfPlugin } from '../resource/origin.ts';
import type { Resource } from '../resource/resource.ts';
import { hashTransformer } from '../transform/hash.ts';
import { imageTransformer } from '../transform/images.ts';
import { affixTransformer, entriesTransformer, namespaceTransformer, subjectMode } from '../transform/metadata.ts';
import {
  type Json6902,
  type StrategicMerge,
  json6902Transformer,
  patchTransformer,
  strategicMergeTransformer,
} from '../transform/patches.ts';
import type { Generator, Transformer } from '../transform/plugin.ts';
import { replacementTransformer } from '../transform/replacement.ts';
import { replicaTransformer } from '../transform/replicas.ts';
import { type ValueAdd, valueAddTransformer } from '../transform/value-add.ts';
import type { Build } from './build.ts';

export interface PluginContext {
  readonly build: Build;
  readonly loader: Loader;
}

type Plugin = { readonly generator: Generator } | { readonly transformer: Transformer };

/** The fields any of these configurations may have. */
type Config = IdFields &
  Patch &
  ValueAdd &
  Json6902 &
  StrategicMerge &
  IamPolicy &
  HelmGlobals &
  HelmChart &
  Omit<GeneratorArgs, 'options'> & {
    readonly metadata?: IdFields;
    readonly options?: never;
    readonly annotations?: Texts;
    readonly labels?: Texts;
    readonly fieldSpecs?: readonly FieldSpecFields[];
    readonly imageTag?: Image;
    readonly prefix?: string;
    readonly suffix?: string;
    readonly replacements?: readonly ReplacementField[];
    readonly replica?: Replica;
    readonly unsetOnly?: boolean;
    readonly setRoleBindingSubjects?: string;
  };

const transformer = (made: Transformer): Plugin => ({ transformer: made });
const generator = (generate: () => readonly Resource[]): Plugin => ({ generator: { generate } });

const specsOf = (config: Config): ReturnType<typeof fieldSpec>[] => (config.fieldSpecs ?? []).map(fieldSpec);

function demandSpecs(config: Config): ReturnType<typeof fieldSpec>[] {
  if (config.fieldSpecs === undefined) throw new KustomizeError('fieldSpecs is not expected to be nil', { field: 'fieldSpecs' });
  return specsOf(config);
}

function dataGenerator(kind: 'ConfigMap' | 'Secret', config: Config, { build, loader }: PluginContext): Plugin {
  const { metadata = {}, ...own } = config as Config & GeneratorArgs;
  const pick = (field: 'name' | 'namespace'): string => ((own[field] ?? '') === '' ? (metadata[field] ?? '') : (own[field] ?? ''));
  const args = { ...(own as GeneratorArgs), name: pick('name'), namespace: pick('namespace') };
  return generator(() => [generateData(kind, args, { loader, kinds: build.kinds })]);
}

const BUILTINS: { readonly [K in PluginKind]: (config: Config, context: PluginContext) => Plugin } = {
  AnnotationsTransformer: (config) => transformer(entriesTransformer(config.annotations ?? {}, specsOf(config))),
  LabelTransformer: (config) => transformer(entriesTransformer(config.labels ?? {}, specsOf(config))),
  ConfigMapGenerator: (config, context) => dataGenerator('ConfigMap', config, context),
  SecretGenerator: (config, context) => dataGenerator('Secret', config, context),
  HashTransformer: () => transformer(hashTransformer),
  IAMPolicyGenerator: (config, { build }) => generator(() => [generateIamPolicy(config, build.kinds)]),
  ImageTagTransformer: (config) => transformer(imageTransformer(config.imageTag ?? {}, specsOf(config))),
  NamespaceTransformer: (config) =>
    transformer(
      namespaceTransformer({
        namespace: config.metadata?.namespace ?? '',
        specs: specsOf(config),
        unsetOnly: config.unsetOnly === true,
        subjects: subjectMode(config.setRoleBindingSubjects ?? ''),
      }),
    ),
  PatchJson6902Transformer: (config, { build, loader }) => transformer(json6902Transformer(config, { ...parts(build), loader })),
  PatchStrategicMergeTransformer: (config, { build, loader }) =>
    transformer(strategicMergeTransformer(config, { ...parts(build), loader })),
  PatchTransformer: (config, { build, loader }) => transformer(patchTransformer(config, { ...parts(build), loader })),
  PrefixTransformer: (config) => transformer(affixTransformer({ at: 'prefix', text: config.prefix ?? '', specs: demandSpecs(config) })),
  SuffixTransformer: (config) => transformer(affixTransformer({ at: 'suffix', text: config.suffix ?? '', specs: demandSpecs(config) })),
  PrefixSuffixTransformer: (config) => {
    const specs = demandSpecs(config);
    const both = [
      affixTransformer({ at: 'prefix', text: config.prefix ?? '', specs }),
      affixTransformer({ at: 'suffix', text: config.suffix ?? '', specs }),
    ];
    return transformer({ transform: (map) => both.forEach((one) => one.transform(map)) });
  },
  ReplacementTransformer: (config, { loader }) => transformer(replacementTransformer(config.replacements ?? [], loader)),
  ReplicaCountTransformer: (config) => transformer(replicaTransformer(config.replica ?? {}, specsOf(config))),
  ValueAddTransformer: (config, { loader }) => transformer(valueAddTransformer(config, loader)),
  HelmChartInflationGenerator: (config, { build, loader }) => {
    const made = helmGenerator(config, { build, loader });
    return { generator: made };
  },
};

export const parts = (build: Build): { readonly kinds: Build['kinds']; readonly schema: Build['schema'] } => ({
  kinds: build.kinds,
  schema: build.schema,
});

const isPluginKind = (kind: string): kind is PluginKind => Object.hasOwn(PLUGIN_SHAPES, kind);

function configure(resource: Resource, context: PluginContext): Plugin {
  const { gvk } = resource;
  const id = resource.orgId;
  if (gvk.group !== '' || gvk.version !== 'builtin') {
    throw new KustomizeError(`external plugins disabled; unable to load external plugin '${id.gvk.kind}'`, {
      object: idText(id),
      ...(resource.file === undefined ? {} : { file: resource.file }),
    });
  }
  const { kind } = gvk;
  if (!isPluginKind(kind)) throw new KustomizeError(`unable to load builtin ${gvk.text}`, { object: idText(id) });
  const config: Json = shaped(nodeToObject(resource.node), PLUGIN_SHAPES[kind], { unknown: 'ignored', scalars: 'textual' });
  return within(
    () => `plugin ${idText(id)} fails configuration`,
    () => BUILTINS[kind](config as unknown as Config, context),
    { object: idText(id) },
  );
}

/** `transformers:` and `validators:`. */
export const loadTransformers = (resources: readonly Resource[], context: PluginContext): readonly Transformer[] =>
  resources.map((resource) => {
    const plugin = configure(resource, context);
    if (!('transformer' in plugin)) throw new KustomizeError(`plugin ${idText(resource.orgId)} not a transformer`);
    return { origin: originOfPlugin(resource), transform: (map) => plugin.transformer.transform(map) };
  });

/** `generators:`. */
export const loadGenerators = (resources: readonly Resource[], context: PluginContext): readonly Generator[] =>
  resources.map((resource) => {
    const plugin = within(
      () => 'failed to load generator',
      () => configure(resource, context),
    );
    if (!('generator' in plugin)) throw new KustomizeError(`failed to load generator: plugin ${idText(resource.orgId)} not a generator`);
    return { origin: originOfPlugin(resource), generate: () => plugin.generator.generate() };
  });
