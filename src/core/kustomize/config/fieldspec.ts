/** Field specs and the tables of them that transformers work from. Source: api/types/fieldspec.go, api/internal/plugins/builtinconfig. */
import type { Json } from '../../object/index.ts';
import { decode, sigsYaml } from '../../yaml/index.ts';
import { byCodePoint } from '../node/json.ts';
import { splitPath } from '../node/paths.ts';
import { KustomizeError, within } from '../problem.ts';
import { type Gvk, LEGACY_ORDER, isSelected, kindRanks, sameGvk, sortText } from '../resource/gvk.ts';
import {
  COMMON_ANNOTATIONS,
  COMMON_LABELS,
  IMAGES,
  NAMESPACE,
  NAME_PREFIX,
  NAME_SUFFIX,
  REPLICAS,
  TEMPLATE_LABELS,
  VAR_REFERENCE,
  VOLUME_CLAIM_TEMPLATE_LABELS,
} from './fieldspecs.table.ts';
import { TRANSFORMER_CONFIG } from './kustomization.table.ts';
import { NAME_REFERENCE } from './namereference.table.ts';
import { shaped } from './shape.ts';
import type { FieldSpecFields, GvkFields } from './types.ts';

export interface FieldSpec extends Gvk {
  readonly path: string;
  readonly parts: readonly string[];
  readonly create: boolean;
}

export interface NameReference {
  readonly target: Gvk;
  readonly fields: readonly FieldSpec[];
}

const SPEC_LISTS = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonAnnotations',
  'commonLabels',
  'labels',
  'templateLabels',
  'volumeClaimTemplateLabels',
  'varReference',
  'images',
  'replicas',
] as const;
type SpecList = (typeof SPEC_LISTS)[number];

export type TransformerConfig = { readonly [K in SpecList]: readonly FieldSpec[] } & { readonly nameReference: readonly NameReference[] };

export const gvkOfFields = ({ group = '', version = '', kind = '' }: GvkFields): Gvk => ({ group, version, kind });

export const fieldSpec = (fields: FieldSpecFields): FieldSpec => {
  const path = fields.path ?? '';
  return { ...gvkOfFields(fields), path, parts: splitPath(path, '/'), create: fields.create === true };
};

function parseRow(row: string): FieldSpec {
  const [selector = '', path = '', create] = row.split(' ');
  return fieldSpec({ ...parseGvk(selector), path, create: create === 'create' });
}

const parseGvk = (text: string): Gvk => {
  const [group = '', version = '', kind = ''] = text.split('/');
  return { group, version, kind };
};

/** One more spec, unless there is one like it already; the same place with another `create` is a conflict. */
export function mergeSpecs(specs: readonly FieldSpec[], more: readonly FieldSpec[]): readonly FieldSpec[] {
  const result = [...specs];
  for (const spec of more) {
    const like = result.find((one) => isSelected(one, spec) && one.path === spec.path);
    if (like === undefined) result.push(spec);
    else if (like.create !== spec.create) throw new KustomizeError('conflicting fieldspecs', { field: spec.path });
  }
  return result;
}

function mergeReferences(references: readonly NameReference[], more: readonly NameReference[]): readonly NameReference[] {
  const result = [...references];
  for (const one of more) {
    let found = false;
    for (const [i, known] of result.entries()) {
      if (!sameGvk(known.target, one.target)) continue;
      found = true;
      result[i] = { target: known.target, fields: mergeSpecs(known.fields, one.fields) };
    }
    if (!found) result.push(one);
  }
  return result;
}

const ranks = kindRanks(LEGACY_ORDER.first, LEGACY_ORDER.last);

const byGvk = (left: Gvk, right: Gvk): number =>
  (ranks.get(left.kind) ?? 0) - (ranks.get(right.kind) ?? 0) || byCodePoint(sortText(left), sortText(right));

const listNames: { readonly [K in SpecList]: string } = {
  namePrefix: 'NamePrefix',
  nameSuffix: 'NameSuffix',
  namespace: 'NameSpace',
  commonAnnotations: 'CommonAnnotations',
  commonLabels: 'CommonLabels',
  labels: 'Labels',
  templateLabels: 'TemplateLabels',
  volumeClaimTemplateLabels: 'VolumeClaimTemplateLabels',
  varReference: 'VarReference',
  images: 'Images',
  replicas: 'Replicas',
};

const fromLists = (list: (name: SpecList) => readonly FieldSpec[], nameReference: readonly NameReference[]): TransformerConfig => ({
  ...(Object.fromEntries(SPEC_LISTS.map((name) => [name, [...list(name)].sort(byGvk)])) as unknown as {
    readonly [K in SpecList]: readonly FieldSpec[];
  }),
  nameReference: [...nameReference].sort((left, right) => byGvk(left.target, right.target)),
});

export const mergeConfigs = (left: TransformerConfig, right: TransformerConfig): TransformerConfig =>
  fromLists(
    (name) =>
      within(
        () => `failed to merge ${listNames[name]} fieldSpec`,
        () => mergeSpecs(left[name], right[name]),
      ),
    within(
      () => 'failed to merge NameReference fieldSpec',
      () => mergeReferences(left.nameReference, right.nameReference),
    ),
  );

export const emptyConfig = (): TransformerConfig => fromLists(() => [], []);

function readTables(): TransformerConfig {
  const rows: { readonly [K in SpecList]: readonly string[] } = {
    namePrefix: NAME_PREFIX,
    nameSuffix: NAME_SUFFIX,
    namespace: NAMESPACE,
    commonAnnotations: COMMON_ANNOTATIONS,
    commonLabels: COMMON_LABELS,
    labels: [],
    templateLabels: TEMPLATE_LABELS,
    volumeClaimTemplateLabels: VOLUME_CLAIM_TEMPLATE_LABELS,
    varReference: VAR_REFERENCE,
    images: IMAGES,
    replicas: REPLICAS,
  };
  return fromLists(
    (name) => rows[name].map(parseRow),
    NAME_REFERENCE.map(([target, fields]) => ({ target: parseGvk(target), fields: fields.map(parseRow) })),
  );
}

/** The tables kustomize starts from, as they are after being merged into nothing. */
export const DEFAULT_CONFIG: TransformerConfig = Object.freeze(mergeConfigs(emptyConfig(), readTables()));

/** The tables with those of `configurations:` added. */
export const withConfigurations = (added: readonly TransformerConfig[]): TransformerConfig =>
  added.length === 0 ? DEFAULT_CONFIG : mergeConfigs(readTables(), added.reduce(mergeConfigs, emptyConfig()));

type ReadConfig = { readonly [K in SpecList]?: readonly FieldSpecFields[] } & {
  readonly nameReference?: readonly (GvkFields & { readonly fieldSpecs?: readonly FieldSpecFields[] })[];
};

/** One file of `configurations:`. */
export function readConfig(text: string): TransformerConfig {
  const decoded = decode(text, { variant: sigsYaml, strict: true });
  if (!decoded.ok) throw new KustomizeError(`error converting YAML to JSON: ${decoded.error.message}`);
  const value: Json = shaped(decoded.value, TRANSFORMER_CONFIG, { unknown: 'error', scalars: 'textual' });
  const read = (value ?? {}) as ReadConfig;
  return fromLists(
    (name) => (read[name] ?? []).map(fieldSpec),
    (read.nameReference ?? []).map((one) => ({ target: gvkOfFields(one), fields: (one.fieldSpecs ?? []).map(fieldSpec) })),
  );
}
