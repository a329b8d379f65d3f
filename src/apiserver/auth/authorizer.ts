/** Asks role-based access control on every request, against the roles and bindings in the store. */
import type { KubeObject } from '../../core/object/index.ts';
import { nameProblems } from '../../core/kube/meta/index.ts';
import { parseFieldSelector } from '../../core/kube/select/index.ts';
import { type Attributes, forbiddenText, isMaster, missingRoles, type RoleSource } from '../../core/kube/rbac/index.ts';
import { Refusal, refuse } from '../../core/kube/status/index.ts';
import type { ApiRequest, ResourceRequest } from '../api/request.ts';
import type { Authorizer } from '../api/server.ts';
import { subjectOf } from '../api/objects.ts';
import type { Store } from '../store/index.ts';
import { RightsCache } from './rights.ts';

const table = (name: string): string => `${name}.rbac.authorization.k8s.io`;

export class StoredRoles implements RoleSource {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  *clusterRoleBindings(): Iterable<KubeObject> {
    for (const entry of this.#store.table(table('clusterrolebindings')).entries.values()) yield entry.graph;
  }

  *roleBindings(namespace: string): Iterable<KubeObject> {
    for (const entry of this.#store.table(table('rolebindings')).range(`${namespace}/`)) yield entry.graph;
  }

  clusterRole(name: string): KubeObject | undefined {
    return this.#store.table(table('clusterroles')).entries.get(name)?.graph;
  }

  role(namespace: string, name: string): KubeObject | undefined {
    return this.#store.table(table('roles')).entries.get(`${namespace}/${name}`)?.graph;
  }
}

/** A list of one object by name is a request for that object. Kubernetes: apiserver endpoints/request/requestinfo.go. */
function nameOf(request: ResourceRequest): string {
  const text = request.name === '' && (request.verb === 'list' || request.verb === 'watch') ? request.query.get('fieldSelector') : '';
  if (text === '') return request.name;
  const terms = parseFieldSelector(text);
  const exact = 'error' in terms ? undefined : terms.find((term) => term.field === 'metadata.name' && term.operator === '=');
  return exact === undefined || nameProblems('path', exact.value).length > 0 ? '' : exact.value;
}

export const attributesOf = (request: ResourceRequest): Attributes => ({
  verb: request.verb,
  group: request.resource.group,
  resource: request.resource.resource,
  subresource: request.subresource,
  // A namespace is its own scope when it is asked for by name.
  namespace: request.resource.table === 'namespaces' ? request.name : request.namespace,
  name: nameOf(request),
});

export class RbacAuthorizer implements Authorizer {
  readonly #roles: RoleSource;
  readonly #rights: RightsCache;

  constructor(roles: RoleSource, store: Store) {
    this.#roles = roles;
    this.#rights = new RightsCache(roles, store);
  }

  allowed(user: ApiRequest['user'], attributes: Attributes): boolean {
    return isMaster(user) || this.#rights.allow(user, attributes);
  }

  checkResource(request: ResourceRequest): void {
    const attributes = attributesOf(request);
    if (this.allowed(request.user, attributes)) return;
    const why = `${forbiddenText(request.user, attributes)}${missingRoles(request.user, attributes.namespace, this.#roles)}`;
    throw refuse.forbidden(subjectOf(request.resource), attributes.name, why);
  }

  checkUnknown({ user }: ApiRequest, attributes: Attributes): void {
    if (this.allowed(user, attributes)) return;
    const { group, resource, name, namespace } = attributes;
    const why = `${forbiddenText(user, attributes)}${missingRoles(user, namespace, this.#roles)}`;
    throw refuse.forbidden({ group, plural: resource, kind: resource }, name, why);
  }

  checkPath(request: ApiRequest): void {
    const verb = request.method.toLowerCase();
    const attributes: Attributes = { verb, group: '', resource: '', subresource: '', namespace: '', name: '', path: request.path };
    if (this.allowed(request.user, attributes)) return;
    throw new Refusal(403, 'Forbidden', `forbidden: ${forbiddenText(request.user, attributes)}`, { details: {} });
  }
}
