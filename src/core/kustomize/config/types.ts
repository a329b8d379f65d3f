/** A kustomization after reading: unknown spellings refused, old ones translated. Every field is as in the file. Source: api/types. */
import type { JsonObject } from '../../object/index.ts';

export type Texts = { readonly [key: string]: string };

export interface GvkFields {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
}

export interface IdFields extends GvkFields {
  readonly name?: string;
  readonly namespace?: string;
}

export interface FieldSpecFields extends GvkFields {
  readonly path?: string;
  readonly create?: boolean;
}

export interface Selector extends IdFields {
  readonly annotationSelector?: string;
  readonly labelSelector?: string;
}

export interface PatchArgs {
  readonly allowNameChange?: boolean;
  readonly allowKindChange?: boolean;
}

export interface Patch {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: Selector;
  readonly options?: PatchArgs;
}

export interface Image {
  readonly name?: string;
  readonly newName?: string;
  readonly tagSuffix?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

export interface Replica {
  readonly name?: string;
  readonly count?: number | bigint;
}

export interface FieldOptions {
  readonly delimiter?: string;
  readonly index?: number;
  readonly encoding?: string;
  readonly create?: boolean;
}

export interface SourceSelector extends IdFields {
  readonly fieldPath?: string;
  readonly options?: FieldOptions;
}

export interface TargetSelector {
  readonly select?: Selector;
  readonly reject?: readonly Selector[];
  readonly fieldPaths?: readonly string[];
  readonly options?: FieldOptions;
}

export interface Replacement {
  readonly source?: SourceSelector;
  readonly targets?: readonly TargetSelector[];
  readonly sourceValue?: string;
}

export interface ReplacementField extends Replacement {
  readonly path?: string;
}

export interface GeneratorOptions {
  readonly labels?: Texts;
  readonly annotations?: Texts;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

export interface GeneratorArgs {
  readonly namespace?: string;
  readonly name?: string;
  readonly behavior?: string;
  readonly literals?: readonly string[];
  readonly files?: readonly string[];
  readonly envs?: readonly string[];
  readonly env?: string;
  readonly options?: GeneratorOptions;
  /** Of Secrets. */
  readonly type?: string;
}

export interface HelmGlobals {
  readonly chartHome?: string;
  readonly configHome?: string;
}

export interface HelmChart {
  readonly name?: string;
  readonly version?: string;
  readonly repo?: string;
  readonly releaseName?: string;
  readonly namespace?: string;
  readonly additionalValuesFiles?: readonly string[];
  readonly valuesFile?: string;
  readonly valuesInline?: JsonObject;
  readonly valuesMerge?: string;
  readonly includeCRDs?: boolean;
  readonly skipHooks?: boolean;
  readonly apiVersions?: readonly string[];
  readonly kubeVersion?: string;
  readonly nameTemplate?: string;
  readonly skipTests?: boolean;
  readonly debug?: boolean;
  readonly devel?: boolean;
}

export interface HelmChartArgs {
  readonly chartName?: string;
  readonly chartVersion?: string;
  readonly chartRepoUrl?: string;
  readonly chartHome?: string;
  readonly helmHome?: string;
  readonly values?: string;
  readonly valuesLocal?: JsonObject;
  readonly valuesMerge?: string;
  readonly releaseName?: string;
}

export interface Var {
  readonly name?: string;
  readonly objref?: IdFields & { readonly apiVersion?: string };
  readonly fieldref?: { readonly fieldPath?: string };
}

export interface Label {
  readonly pairs?: Texts;
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
  readonly includeVolumeClaimTemplates?: boolean;
  readonly fields?: readonly FieldSpecFields[];
}

export interface SortOptions {
  readonly order?: string;
  readonly legacySortOptions?: { readonly orderFirst?: readonly string[]; readonly orderLast?: readonly string[] };
}

export interface Kustomization {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly openapi?: Texts;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly namespace?: string;
  readonly commonLabels?: Texts;
  readonly labels?: readonly Label[];
  readonly commonAnnotations?: Texts;
  readonly patchesStrategicMerge?: readonly string[];
  readonly patchesJson6902?: readonly Patch[];
  readonly patches?: readonly Patch[];
  readonly images?: readonly Image[];
  readonly imageTags?: readonly Image[];
  readonly replacements?: readonly ReplacementField[];
  readonly replicas?: readonly Replica[];
  readonly vars?: readonly Var[];
  readonly sortOptions?: SortOptions;
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly crds?: readonly string[];
  readonly bases?: readonly string[];
  readonly configMapGenerator?: readonly GeneratorArgs[];
  readonly secretGenerator?: readonly GeneratorArgs[];
  readonly helmGlobals?: HelmGlobals;
  readonly helmCharts?: readonly HelmChart[];
  readonly helmChartInflationGenerator?: readonly HelmChartArgs[];
  readonly generatorOptions?: GeneratorOptions;
  readonly configurations?: readonly string[];
  readonly generators?: readonly string[];
  readonly transformers?: readonly string[];
  readonly validators?: readonly string[];
  readonly buildMetadata?: readonly string[];
}
