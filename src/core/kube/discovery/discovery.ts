/** Discovery documents: aggregated and legacy. Kubernetes: apiserver pkg/endpoints/discovery. */
import type { Json, JsonObject } from '../../object/index.ts';
import { apiVersionOf, type Resource } from '../resource/index.ts';

const kindOf = (group: string, version: string, kind: string): JsonObject => ({ group, version, kind });

const optional = (name: string, list: readonly string[]): JsonObject => (list.length === 0 ? {} : { [name]: list });

function aggregatedResource(resource: Resource): Json {
  const subresources = resource.subresources.map((sub) => ({
    subresource: sub.name,
    responseKind: kindOf(sub.group, sub.version, sub.kind),
    verbs: sub.verbs,
  }));
  return {
    resource: resource.resource,
    responseKind: kindOf('', '', resource.kind),
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...optional('shortNames', resource.shortNames),
    ...optional('categories', resource.categories),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

/** Groups in order of appearance, each with its versions in order of appearance. */
function grouped(resources: readonly Resource[]): ReadonlyMap<string, ReadonlyMap<string, readonly Resource[]>> {
  const groups = new Map<string, Map<string, Resource[]>>();
  for (const resource of resources) {
    const versions = groups.get(resource.group) ?? new Map<string, Resource[]>();
    groups.set(resource.group, versions);
    const list = versions.get(resource.version) ?? [];
    versions.set(resource.version, list);
    list.push(resource);
  }
  return groups;
}

/** `/api` (core: only the nameless group) or `/apis` (the others) as one document. */
export function aggregatedDiscovery(resources: readonly Resource[], part: 'core' | 'groups', version: 'v2' | 'v2beta1' = 'v2'): JsonObject {
  const items = [...grouped(resources)]
    .filter(([group]) => (group === '') === (part === 'core'))
    .map(([group, versions]) => ({
      metadata: { ...(group === '' ? {} : { name: group }), creationTimestamp: null },
      versions: [...versions].map(([name, list]) => ({ version: name, resources: list.map(aggregatedResource), freshness: 'Current' })),
    }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
}

function legacyRows(resource: Resource): readonly Json[] {
  const row = {
    name: resource.resource,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    ...optional('shortNames', resource.shortNames),
    ...optional('categories', resource.categories),
  };
  const subresources = resource.subresources.map((sub) => ({
    name: `${resource.resource}/${sub.name}`,
    singularName: '',
    namespaced: resource.namespaced,
    ...(sub.group === '' ? {} : { group: sub.group }),
    ...(sub.version === '' ? {} : { version: sub.version }),
    kind: sub.kind,
    verbs: sub.verbs,
  }));
  return [row, ...subresources];
}

/** `/api/v1` or `/apis/GROUP/VERSION`; undefined when nothing is served there. */
export function legacyResources(resources: readonly Resource[], group: string, version: string): JsonObject | undefined {
  const found = resources.filter((resource) => resource.group === group && resource.version === version);
  if (found.length === 0) return undefined;
  const groupVersion = apiVersionOf(group, version);
  return { kind: 'APIResourceList', ...(group === '' ? {} : { apiVersion: 'v1' }), groupVersion, resources: found.flatMap(legacyRows) };
}

function groupBody(name: string, versions: readonly string[]): JsonObject {
  const listed = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: listed, preferredVersion: listed[0] as Json };
}

/** `/apis` in its old form. */
export function legacyGroups(resources: readonly Resource[]): JsonObject {
  const groups = [...grouped(resources)]
    .filter(([group]) => group !== '')
    .map(([group, versions]) => groupBody(group, [...versions.keys()]));
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** `/apis/GROUP`; undefined when there is no such group. */
export function legacyGroup(resources: readonly Resource[], group: string): JsonObject | undefined {
  const versions = grouped(resources).get(group);
  return versions === undefined || group === ''
    ? undefined
    : { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(group, [...versions.keys()]) };
}

/** `/api` in its old form. */
export const legacyVersions = (address: string): JsonObject => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
});
