/** The shapes of a kustomization and of the configurations of built-in plugins. Source: api/types, api/internal/builtins. */
import type { Shape } from './shape.ts';

type Fields = { readonly [name: string]: Shape };

const struct = (name: string, fields: Fields): Shape => ({ struct: name, fields });
const list = (shape: Shape): Shape => ({ list: shape });
const map = (shape: Shape): Shape => ({ map: shape });
const strings = list('string');
const texts = map('string');

export const OBJECT_META: Fields = { name: 'string', namespace: 'string', labels: texts, annotations: texts };
const GVK: Fields = { group: 'string', version: 'string', kind: 'string' };
const RES_ID: Fields = { ...GVK, name: 'string', namespace: 'string' };

export const FIELD_SPEC = struct('FieldSpec', { ...GVK, path: 'string', create: 'bool' });
const SELECTOR = struct('Selector', { ...RES_ID, annotationSelector: 'string', labelSelector: 'string' });
const PATCH_ARGS = struct('PatchArgs', { allowNameChange: 'bool', allowKindChange: 'bool' });
const PATCH = struct('Patch', { path: 'string', patch: 'string', target: SELECTOR, options: PATCH_ARGS });
const IMAGE = struct('Image', { name: 'string', newName: 'string', tagSuffix: 'string', newTag: 'string', digest: 'string' });
const REPLICA = struct('Replica', { name: 'string', count: 'int64' });
const FIELD_OPTIONS = struct('FieldOptions', { delimiter: 'string', index: 'int', encoding: 'string', create: 'bool' });
const TARGET_SELECTOR = struct('TargetSelector', { select: SELECTOR, reject: list(SELECTOR), fieldPaths: strings, options: FIELD_OPTIONS });

const REPLACEMENT_FIELDS: Fields = {
  source: struct('SourceSelector', { ...RES_ID, fieldPath: 'string', options: FIELD_OPTIONS }),
  targets: list(TARGET_SELECTOR),
  sourceValue: 'string',
};
export const REPLACEMENT = struct('Replacement', REPLACEMENT_FIELDS);
const REPLACEMENT_FIELD = struct('ReplacementField', { ...REPLACEMENT_FIELDS, path: 'string' });

const GENERATOR_OPTIONS = struct('GeneratorOptions', {
  labels: texts,
  annotations: texts,
  disableNameSuffixHash: 'bool',
  immutable: 'bool',
});
export const GENERATOR_ARGS: Fields = {
  namespace: 'string',
  name: 'string',
  behavior: 'string',
  literals: strings,
  files: strings,
  envs: strings,
  env: 'string',
  options: GENERATOR_OPTIONS,
};
const HELM_GLOBALS: Fields = { chartHome: 'string', configHome: 'string' };
const HELM_CHART: Fields = {
  name: 'string',
  version: 'string',
  repo: 'string',
  releaseName: 'string',
  namespace: 'string',
  additionalValuesFiles: strings,
  valuesFile: 'string',
  valuesInline: map('any'),
  valuesMerge: 'string',
  includeCRDs: 'bool',
  skipHooks: 'bool',
  apiVersions: strings,
  kubeVersion: 'string',
  nameTemplate: 'string',
  skipTests: 'bool',
  debug: 'bool',
  devel: 'bool',
};
const HELM_CHART_ARGS = struct('HelmChartArgs', {
  chartName: 'string',
  chartVersion: 'string',
  chartRepoUrl: 'string',
  chartHome: 'string',
  chartRepoName: 'string',
  helmBin: 'string',
  helmHome: 'string',
  values: 'string',
  valuesLocal: map('any'),
  valuesMerge: 'string',
  releaseName: 'string',
  releaseNamespace: 'string',
  extraArgs: strings,
});
const VAR = struct('Var', {
  name: 'string',
  objref: struct('Target', { apiVersion: 'string', ...RES_ID }),
  fieldref: struct('FieldSelector', { fieldPath: 'string' }),
});
const LABEL = struct('Label', {
  pairs: texts,
  includeSelectors: 'bool',
  includeTemplates: 'bool',
  includeVolumeClaimTemplates: 'bool',
  fields: list(FIELD_SPEC),
});
const SORT_OPTIONS = struct('SortOptions', {
  order: 'string',
  legacySortOptions: struct('LegacySortOptions', { orderFirst: strings, orderLast: strings }),
});

export const KUSTOMIZATION = struct('Kustomization', {
  kind: 'string',
  apiVersion: 'string',
  metadata: struct('ObjectMeta', OBJECT_META),
  openapi: texts,
  namePrefix: 'string',
  nameSuffix: 'string',
  namespace: 'string',
  commonLabels: texts,
  labels: list(LABEL),
  commonAnnotations: texts,
  patchesStrategicMerge: strings,
  patchesJson6902: list(PATCH),
  patches: list(PATCH),
  images: list(IMAGE),
  imageTags: list(IMAGE),
  replacements: list(REPLACEMENT_FIELD),
  replicas: list(REPLICA),
  vars: list(VAR),
  sortOptions: SORT_OPTIONS,
  resources: strings,
  components: strings,
  crds: strings,
  bases: strings,
  configMapGenerator: list(struct('ConfigMapArgs', GENERATOR_ARGS)),
  secretGenerator: list(struct('SecretArgs', { ...GENERATOR_ARGS, type: 'string' })),
  helmGlobals: struct('HelmGlobals', HELM_GLOBALS),
  helmCharts: list(struct('HelmChart', HELM_CHART)),
  helmChartInflationGenerator: list(HELM_CHART_ARGS),
  generatorOptions: GENERATOR_OPTIONS,
  configurations: strings,
  generators: strings,
  transformers: strings,
  validators: strings,
  buildMetadata: strings,
});

const fieldSpecs = list(FIELD_SPEC);
const metadata = struct('ObjectMeta', OBJECT_META);
const plugin = (fields: Fields): Shape => struct('', fields);

/** Configurations of built-in plugins by kind. */
export const PLUGIN_SHAPES = {
  AnnotationsTransformer: plugin({ annotations: texts, fieldSpecs }),
  ConfigMapGenerator: plugin({ metadata, ...GENERATOR_ARGS }),
  SecretGenerator: plugin({ metadata, ...GENERATOR_ARGS, type: 'string' }),
  HashTransformer: plugin({}),
  IAMPolicyGenerator: plugin({
    cloud: 'string',
    kubernetesService: struct('KubernetesService', { name: 'string', namespace: 'string' }),
    serviceAccount: struct('ServiceAccount', { name: 'string', projectId: 'string' }),
  }),
  ImageTagTransformer: plugin({ imageTag: IMAGE, fieldSpecs }),
  LabelTransformer: plugin({ labels: texts, fieldSpecs }),
  NamespaceTransformer: plugin({ metadata, fieldSpecs, unsetOnly: 'bool', setRoleBindingSubjects: 'string' }),
  PatchJson6902Transformer: plugin({ target: SELECTOR, path: 'string', jsonOp: 'string' }),
  PatchStrategicMergeTransformer: plugin({ paths: strings, patches: 'string' }),
  PatchTransformer: plugin({ path: 'string', patch: 'string', target: SELECTOR, options: PATCH_ARGS }),
  PrefixTransformer: plugin({ prefix: 'string', fieldSpecs }),
  SuffixTransformer: plugin({ suffix: 'string', fieldSpecs }),
  PrefixSuffixTransformer: plugin({ prefix: 'string', suffix: 'string', fieldSpecs }),
  ReplacementTransformer: plugin({ replacements: list(REPLACEMENT_FIELD) }),
  ReplicaCountTransformer: plugin({ replica: REPLICA, fieldSpecs }),
  ValueAddTransformer: plugin({
    value: 'string',
    targets: list(struct('Target', { selector: SELECTOR, fieldPath: 'string', filePathPosition: 'int' })),
    targetFilePath: 'string',
  }),
  HelmChartInflationGenerator: plugin({ ...HELM_GLOBALS, ...HELM_CHART }),
} as const satisfies { readonly [kind: string]: Shape };

export type PluginKind = keyof typeof PLUGIN_SHAPES;

/** The whole configuration of the transformers (`configurations:`). */
const NAME_REFERENCE = struct('NameBackReferences', { ...GVK, fieldSpecs });
export const TRANSFORMER_CONFIG = struct('TransformerConfig', {
  namePrefix: fieldSpecs,
  nameSuffix: fieldSpecs,
  namespace: fieldSpecs,
  commonLabels: fieldSpecs,
  labels: fieldSpecs,
  templateLabels: fieldSpecs,
  volumeClaimTemplateLabels: fieldSpecs,
  commonAnnotations: fieldSpecs,
  nameReference: list(NAME_REFERENCE),
  varReference: fieldSpecs,
  images: fieldSpecs,
  replicas: fieldSpecs,
});
