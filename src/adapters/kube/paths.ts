/** URLs of the Kubernetes API. Names come from hostile manifests: nothing that could change the path of a request gets into one. */
import type { ApiResource } from '../../ports/index.ts';

/** The rule of the API server for names in a path (Kubernetes: apimachinery/pkg/api/validation/path): `.`, `..`, `/` and `%` never. */
const isSegment = (part: string): boolean => part !== '' && part !== '.' && part !== '..' && !/[/%]/.test(part);

export interface PathOf {
  /** Empty: all namespaces, or a cluster-scoped resource. */
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

export const groupVersionPath = (group: string, version: string): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

/** The path of a collection, an object or its subresource; null when one of the names cannot be part of a path. */
export function resourcePath(resource: ApiResource, of: PathOf): string | null {
  const parts = [resource.version, resource.resource];
  if (resource.group !== '') parts.unshift(resource.group);
  if (of.namespace !== undefined && of.namespace !== '' && resource.namespaced) parts.splice(-1, 0, 'namespaces', of.namespace);
  if (of.name !== undefined) parts.push(of.name);
  if (of.subresource !== undefined) parts.push(of.subresource);
  if (!parts.every(isSegment)) return null;
  return `${resource.group === '' ? '/api' : '/apis'}/${parts.map(encodeURIComponent).join('/')}`;
}
