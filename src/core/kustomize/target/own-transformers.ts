/** The transformers and generators a kustomization's own fields stand for, in their order. Source: api/internal/target/kusttarget_configplugin.go. */
import type { Json, JsonObject } from '../../object/index.ts';
import { isObject } from '../../object/index.ts';
import { encode, sigsYaml } from '../../yaml/index.ts';
import { joinPath } from '../../go/path/index.ts';
import { type FieldSpec, type TransformerConfig, fieldSpec, mergeSpecs } from '../config/fieldspec.ts';
import type { Kustomization, Label } from '../config/types.ts';
import { generateData, withGlobalOptions } from '../generate/generators.ts';
import { helmGenerator } from '../generate/helm.ts';
import type { Loader } from '../load/loader.ts';
import { about, within } from '../problem.ts';
import type { Origin } from '../resource/origin.ts';
import { imageTransformer } from '../transform/images.ts';
import { affixTransformer, entriesTransformer, namespaceTransformer } from '../transform/metadata.ts';
import { json6902Transformer, patchTransformer, strategicMergeTransformer } from '../transform/patches.ts';
import type { Generator, Transformer } from '../transform/plugin.ts';
import { replacementTransformer } from '../transform/replacement.ts';
import { replicaTransformer } from '../transform/replicas.ts';
import type { Build } from './build.ts';
import { parts } from './plugins.ts';

export interface Own {
  readonly build: Build;
  readonly loader: Loader;
  readonly kustomization: Kustomization;
  readonly fileName: string;
  readonly origin: Origin | undefined;
  /** For charts: the namespace of a kustomization that builds on this one. */
  readonly helmNamespace: string;
}

function originOf({ origin, fileName }: Own, kind: string): Origin | undefined {
  if (origin === undefined) return undefined;
  return {
    ...(origin.repo === undefined ? {} : { repo: origin.repo }),
    ...(origin.ref === undefined ? {} : { ref: origin.ref }),
    configuredIn: joinPath([origin.path ?? '', fileName].filter((part) => part !== '')),
    configuredBy: { apiVersion: 'builtin', kind },
  };
}

/** Runs `make` and shows the configuration in what fails. */
function configured<T>(
  own: Own,
  { kind, field, config }: { readonly kind: string; readonly field: string; readonly config: object },
  make: () => T,
): T {
  const shown = (): string =>
    `trouble configuring builtin ${kind} with config: \`\n${encode(withoutEmpty(config as JsonObject), { variant: sigsYaml })}\``;
  return about({ file: own.loader.fileName(own.fileName), field }, () => within(shown, make));
}

const withoutEmpty = (value: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(value)
      .filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== '' && entry[1] !== false)
      .map(([key, member]) => [key, isObject(member) ? withoutEmpty(member) : member]),
  );

export function ownGenerators(own: Own): readonly Generator[] {
  const { build, loader, kustomization } = own;
  const { generatorOptions } = kustomization;
  const file = loader.fileName(own.fileName);
  const data = (kind: 'ConfigMap' | 'Secret'): readonly Generator[] =>
    ((kind === 'ConfigMap' ? kustomization.configMapGenerator : kustomization.secretGenerator) ?? []).map((args) => ({
      origin: originOf(own, `${kind}Generator`),
      generate: () => {
        const options = withGlobalOptions(args.options, generatorOptions);
        const { options: _, ...rest } = args;
        const full = options === undefined ? rest : { ...rest, options };
        return about({ file }, () => [generateData(kind, full, { loader, kinds: build.kinds })]);
      },
    }));
  return [...data('ConfigMap'), ...data('Secret'), ...helmGenerators(own)];
}

function helmGenerators(own: Own): readonly Generator[] {
  const { kustomization } = own;
  return (kustomization.helmCharts ?? []).map((chart) => {
    const inherited = (kustomization.namespace ?? '') === '' ? own.helmNamespace : (kustomization.namespace ?? '');
    const namespace = (chart.namespace ?? '') === '' ? inherited : (chart.namespace ?? '');
    const config = { ...kustomization.helmGlobals, ...chart, ...(namespace === '' ? {} : { namespace }) };
    const made = configured(own, { kind: 'HelmChartInflationGenerator', field: 'helmCharts', config }, () => helmGenerator(config, own));
    return { origin: originOf(own, 'HelmChartInflationGenerator'), generate: () => made.generate() };
  });
}

const METADATA_LABELS: FieldSpec = fieldSpec({ path: 'metadata/labels', create: true });

function labelSpecs(label: Label, config: TransformerConfig): readonly FieldSpec[] {
  let specs = within(
    () => 'failed to merge labels',
    () => mergeSpecs((label.fields ?? []).map(fieldSpec), config.labels),
  );
  return within(
    () => 'failed to merge labels',
    () => {
      if (label.includeSelectors === true) return mergeSpecs(specs, config.commonLabels);
      if (label.includeTemplates === true) specs = mergeSpecs(specs, config.templateLabels);
      // Kustomize 5.8 has no field for claim templates: they go with the templates. Its successor's field decides where it is written.
      if (label.includeVolumeClaimTemplates ?? label.includeTemplates === true) specs = mergeSpecs(specs, config.volumeClaimTemplateLabels);
      return mergeSpecs(specs, [METADATA_LABELS]);
    },
  );
}

type Made = readonly [kind: string, transformers: readonly Transformer[]];

function patchTransformers(own: Own): readonly Made[] {
  const { build, loader, kustomization } = own;
  const context = { ...parts(build), loader };
  const merge = kustomization.patchesStrategicMerge ?? [];
  const make = <T>(kind: string, field: string, config: object, run: () => T): T => configured(own, { kind, field, config }, run);
  return [
    [
      'PatchStrategicMergeTransformer',
      merge.length === 0
        ? []
        : [
            make('PatchStrategicMergeTransformer', 'patchesStrategicMerge', { paths: merge }, () =>
              strategicMergeTransformer({ paths: merge }, context),
            ),
          ],
    ],
    [
      'PatchTransformer',
      (kustomization.patches ?? []).map((patch) => make('PatchTransformer', 'patches', patch, () => patchTransformer(patch, context))),
    ],
  ];
}

function metadataTransformers(own: Own, config: TransformerConfig): readonly Made[] {
  const { namespace = '', namePrefix = '', nameSuffix = '', labels = [], commonLabels = {}, commonAnnotations = {} } = own.kustomization;
  const anyLabels = labels.length > 0 || Object.keys(commonLabels).length > 0;
  const labelers = labels.map((label) => entriesTransformer(label.pairs ?? {}, labelSpecs(label, config)));
  const affix = (at: 'prefix' | 'suffix', text: string): readonly Transformer[] =>
    text === '' ? [] : [affixTransformer({ at, text, specs: at === 'prefix' ? config.namePrefix : config.nameSuffix })];
  return [
    [
      'NamespaceTransformer',
      namespace === '' ? [] : [namespaceTransformer({ namespace, specs: config.namespace, unsetOnly: false, subjects: 'defaultOnly' })],
    ],
    ['PrefixTransformer', affix('prefix', namePrefix)],
    ['SuffixTransformer', affix('suffix', nameSuffix)],
    ['LabelTransformer', anyLabels ? [...labelers, entriesTransformer(commonLabels, config.commonLabels)] : []],
    [
      'AnnotationsTransformer',
      Object.keys(commonAnnotations).length === 0 ? [] : [entriesTransformer(commonAnnotations, config.commonAnnotations)],
    ],
  ];
}

function lastTransformers(own: Own, config: TransformerConfig): readonly Made[] {
  const { build, loader, kustomization } = own;
  const { patchesJson6902 = [], replicas = [], images = [], replacements = [] } = kustomization;
  const json = patchesJson6902.map(({ target, path, patch }) => {
    const made = {
      ...(target === undefined ? {} : { target }),
      ...(path === undefined ? {} : { path }),
      ...(patch === undefined ? {} : { jsonOp: patch }),
    };
    return configured(own, { kind: 'PatchJson6902Transformer', field: 'patchesJson6902', config: made }, () =>
      json6902Transformer(made, { ...parts(build), loader }),
    );
  });
  const copying = (): Transformer =>
    configured(own, { kind: 'ReplacementTransformer', field: 'replacements', config: { replacements } }, () =>
      replacementTransformer(replacements, loader),
    );
  return [
    ['PatchJson6902Transformer', json],
    ['ReplicaCountTransformer', replicas.map((replica) => replicaTransformer(replica, config.replicas))],
    ['ImageTagTransformer', images.map((image) => imageTransformer(image, config.images))],
    ['ReplacementTransformer', replacements.length === 0 ? [] : [copying()]],
  ];
}

export function ownTransformers(own: Own, config: TransformerConfig): readonly Transformer[] {
  const made = [...patchTransformers(own), ...metadataTransformers(own, config), ...lastTransformers(own, config)];
  const file = own.loader.fileName(own.fileName);
  return made.flatMap(([kind, transformers]) =>
    transformers.map((one) => ({ origin: originOf(own, kind), transform: (map) => about({ file }, () => one.transform(map)) })),
  );
}
