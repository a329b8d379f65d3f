/**
 * Metadata and locks as JSON with Go's field order and `omitempty`, and as the YAML made from it. Source: Helm 4 pkg/chart/v2/{metadata,dependency}.go,
 * internal/resolver/resolver.go (HashReq, HashV2Req).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { encodeUtf8 } from '../../../std/index.ts';
import type { Json, JsonObject } from '../../object/index.ts';
import { encode, sigsYaml } from '../../yaml/index.ts';
import type { Chart, Dependency, Lock, Maintainer, Metadata } from '../model/index.ts';

type Row = readonly [name: string, value: Json];

/** Go's `omitempty`. */
const isEmpty = (value: Json): boolean => value === '' || value === false || value === null || (Array.isArray(value) && value.length === 0);

const object = (rows: readonly Row[]): JsonObject => Object.fromEntries(rows);
const filled = (rows: readonly Row[]): JsonObject => object(rows.filter(([, value]) => !isEmpty(value)));

function dependencyJson(dependency: Dependency): JsonObject {
  const { name, version, repository, condition, tags, enabled, importValues, alias } = dependency;
  const rows: readonly Row[] = [
    ['name', name],
    ['version', version],
    ['repository', repository],
    ['condition', condition],
    ['tags', [...tags]],
    ['enabled', enabled],
    ['import-values', [...importValues]],
    ['alias', alias],
  ];
  return object(rows.filter(([key, value]) => key === 'name' || key === 'repository' || !isEmpty(value)));
}

const maintainerJson = ({ name, email, url }: Maintainer): JsonObject =>
  filled([
    ['name', name],
    ['email', email],
    ['url', url],
  ]);

function metadataJson(metadata: Metadata): JsonObject {
  const { annotations } = metadata;
  return filled([
    ['name', metadata.name],
    ['home', metadata.home],
    ['sources', [...metadata.sources]],
    ['version', metadata.version],
    ['description', metadata.description],
    ['keywords', [...metadata.keywords]],
    ['maintainers', metadata.maintainers.map(maintainerJson)],
    ['icon', metadata.icon],
    ['apiVersion', metadata.apiVersion],
    ['condition', metadata.condition],
    ['tags', metadata.tags],
    ['appVersion', metadata.appVersion],
    ['deprecated', metadata.deprecated],
    ['annotations', annotations === undefined || Object.keys(annotations).length === 0 ? null : sorted(annotations)],
    ['kubeVersion', metadata.kubeVersion],
    ['dependencies', (metadata.dependencies ?? []).map(dependencyJson)],
    ['type', metadata.type],
  ]);
}

const sorted = (map: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

/** encoding/json escapes what could end a script element. */
const goJson = (value: Json): string =>
  JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Chart.yaml. In archives of v1 charts the dependencies stand in requirements.yaml: `dependencies: 'without'`. */
export function chartYaml(metadata: Metadata, options: { readonly dependencies?: 'with' | 'without' } = {}): string {
  const written = options.dependencies === 'without' ? { ...metadata, dependencies: undefined } : metadata;
  return encode(metadataJson(written), { variant: sigsYaml });
}

/** The config of a chart in a registry. */
export const configJson = (metadata: Metadata): string => goJson(metadataJson(metadata));

export const lockYaml = ({ generated, digest, dependencies }: Lock): string =>
  encode({ generated, digest, dependencies: dependencies.map(dependencyJson) }, { variant: sigsYaml });

const digestOf = (text: string): string => `sha256:${bytesToHex(sha256(encodeUtf8(text)))}`;

/** The digest that a lock carries: of what was asked for and what it became. */
export const lockDigest = (asked: readonly Dependency[] | undefined, locked: readonly Dependency[]): string =>
  digestOf(goJson([asked === undefined ? null : asked.map(dependencyJson), locked.map(dependencyJson)]));

/** The digest in locks of Helm 2, of requirements.yaml alone. */
const requirementsDigest = (asked: readonly Dependency[]): string => digestOf(goJson({ dependencies: asked.map(dependencyJson) }));

/** Why a lock cannot be followed, in Helm's words; undefined: it can, or there is none. */
export function lockProblem({ lock, metadata }: Chart): string | undefined {
  if (lock === undefined || lockDigest(metadata.dependencies, lock.dependencies) === lock.digest) return undefined;
  if (metadata.apiVersion !== 'v1')
    return "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies with 'helm dependency update'";
  if (requirementsDigest(metadata.dependencies ?? []) === lock.digest) return undefined;
  return 'the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). Please update the dependencies';
}
