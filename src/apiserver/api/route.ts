/** Which resource a path means. Kubernetes: apiserver pkg/endpoints/request/requestinfo.go. */
import type { Attributes } from '../../core/kube/rbac/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import type { ApiRequest, ResourceRequest, Verb } from './request.ts';
import { refuse } from '../../core/kube/status/index.ts';
import type { Registry } from './registry.ts';

interface Target {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

const namespaceSubresources = new Set(['status', 'finalize']);

/** `namespaces/shop/pods/web/log` → its parts. Segments after `group/version`. */
function targetOf(parts: readonly string[]): Target | undefined {
  let rest = parts;
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1] ?? '';
    if (rest.length > 2 && !namespaceSubresources.has(rest[2] ?? '')) rest = rest.slice(2);
  }
  const [resource = '', name = ''] = rest;
  if (resource === '') return undefined;
  // What follows `proxy` is the path of somebody else.
  const below = rest.length < 3 ? '' : rest[2] === 'proxy' ? 'proxy' : rest.slice(2).join('/');
  return { resource, namespace: resource === 'namespaces' ? '' : namespace, name, subresource: below };
}

function verbOf(method: string, request: ApiRequest, named: string): Verb | undefined {
  switch (method) {
    case 'GET':
    case 'HEAD':
      // One object is not watched: who names it in the path is given it.
      return named !== '' ? 'get' : request.query.flag('watch') ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return named === '' ? 'deletecollection' : 'delete';
    default:
      return undefined;
  }
}

/** What a request for a type that is not served asks to do; whether somebody may is looked at all the same. */
export function attributesOfUnknown(request: ApiRequest): Attributes {
  const [root, ...rest] = request.segments;
  const [group = '', parts] = root === 'api' ? ['', rest.slice(1)] : [rest[0], rest.slice(2)];
  const { resource = '', namespace = '', name = '', subresource = '' } = targetOf(parts) ?? {};
  return { verb: verbOf(request.method, request, name) ?? request.method.toLowerCase(), group, resource, subresource, namespace, name };
}

/**
 * The resource request that a path and method mean; undefined when the path is not below a served group version's resources. Of types that are not
 * served a version of custom types does not even speak (`unserved`).
 */
export function routeResource(
  request: ApiRequest,
  registry: Registry,
  warnings: string[],
): ResourceRequest | 'unknown' | 'unserved' | undefined {
  const { segments } = request;
  const legacy = segments[0] === 'api';
  const group = legacy ? '' : (segments[1] ?? '');
  const version = (legacy ? segments[1] : segments[2]) ?? '';
  const parts = segments.slice(legacy ? 2 : 3);
  if (parts.length === 0) return undefined;
  const legacyWatch = parts[0] === 'watch' && parts.length > 1;
  const target = targetOf(legacyWatch ? parts.slice(1) : parts);
  if (target === undefined) return undefined;
  const resource = registry.named(group, version, target.resource);
  if (resource === undefined) return registry.isCustom(group, version) ? 'unserved' : 'unknown';
  return checked(request, { resource, target, legacyWatch, warnings });
}

interface Routed {
  readonly resource: Resource;
  readonly target: Target;
  readonly legacyWatch: boolean;
  readonly warnings: string[];
}

function checked(request: ApiRequest, { resource, target, legacyWatch, warnings }: Routed): ResourceRequest {
  const { subresource, name, namespace } = target;
  const verb = legacyWatch ? 'watch' : verbOf(request.method, request, name);
  if (verb === undefined) throw refuse.methodNotAllowed();
  if (!resource.namespaced && namespace !== '') throw refuse.unknownResource();
  const { method, segments, path, query, user, headers, body } = request;
  return { method, segments, path, query, user, headers, body, verb, resource, subresource, namespace, name, warnings };
}

/** Refuses what the resource does not serve: an unknown subresource, a verb it has not, a collection where a name is needed. */
export function checkServed(request: ResourceRequest): void {
  const { resource, subresource, verb, namespace, name } = request;
  if (subresource !== '') {
    const found = resource.subresources.find((candidate) => candidate.name === subresource.split('/')[0]);
    // A custom type knows its subresources only as well as its objects.
    if (found === undefined)
      throw resource.custom
        ? refuse.notFound({ group: resource.group, plural: resource.resource, kind: resource.kind }, name)
        : refuse.unknownResource();
    if (!found.verbs.includes(verb === 'watch' ? 'get' : verb)) throw refuse.methodNotAllowed();
    return;
  }
  if (!resource.verbs.includes(verb)) throw refuse.methodNotAllowed();
  const needsNamespace = resource.namespaced && namespace === '';
  if (needsNamespace && verb !== 'list' && verb !== 'watch') throw name === '' ? refuse.methodNotAllowed() : refuse.unknownResource();
  if (verb === 'create' && name !== '' && !resource.custom) throw refuse.methodNotAllowed();
  if ((verb === 'update' || verb === 'patch') && name === '')
    throw resource.custom ? refuse.badRequest('name must be provided') : refuse.methodNotAllowed();
}
