/** Access reviews: objects that are answered and never stored. Kubernetes: pkg/registry/authorization, pkg/registry/authentication. */
import { isObject, type JsonObject, type KubeObject, objectAt, text, texts } from '../../core/object/index.ts';
import { type Attributes, grounds, missingRoles, type PolicyRule, type RoleSource, rulesFor } from '../../core/kube/rbac/index.ts';
import { invalid, refuse } from '../../core/kube/status/index.ts';
import { reviewErrors } from '../../core/kube/validate/index.ts';
import type { Answer } from './answer.ts';
import { asKind, readObject } from './body.ts';
import type { KindLogic } from './kind-logic.ts';
import { writeOptions } from './options.ts';
import type { Ownership } from './ownership.ts';
import type { ResourceRequest, User } from './request.ts';

export interface ReviewParts {
  readonly logic: KindLogic;
  readonly ownership: Ownership;
  readonly roles: RoleSource;
  readonly allowed: (user: User, attributes: Attributes) => boolean;
  /** RFC 3339, whole seconds. */
  readonly now: () => string;
  /** The user a token stands for. */
  readonly identify: (token: string) => User | undefined;
}

function attributesOf(spec: JsonObject): Attributes {
  const resource = objectAt(spec.resourceAttributes);
  const path = objectAt(spec.nonResourceAttributes);
  const base = {
    group: text(resource.group),
    resource: text(resource.resource),
    subresource: text(resource.subresource),
    namespace: text(resource.namespace),
    name: text(resource.name),
  };
  return isObject(spec.nonResourceAttributes)
    ? { ...base, verb: text(path.verb), path: text(path.path) }
    : { ...base, verb: text(resource.verb) };
}

const userInfo = (user: User): JsonObject => ({
  username: user.name,
  ...(user.uid === undefined ? {} : { uid: user.uid }),
  groups: user.groups,
  ...(user.extra === undefined ? {} : { extra: user.extra }),
});

const ruleJson = (rule: PolicyRule): JsonObject => ({
  verbs: rule.verbs,
  ...(rule.apiGroups.length === 0 ? {} : { apiGroups: rule.apiGroups }),
  ...(rule.resources.length === 0 ? {} : { resources: rule.resources }),
  ...(rule.resourceNames.length === 0 ? {} : { resourceNames: rule.resourceNames }),
});

/** The answer about all rules does not repeat what was asked. */
const withoutQuestion = (object: KubeObject): KubeObject => (object.kind === 'SelfSubjectRulesReview' ? { ...object, spec: {} } : object);

export class Reviews {
  readonly #parts: ReviewParts;

  constructor(parts: ReviewParts) {
    this.#parts = parts;
  }

  serves(request: ResourceRequest): boolean {
    const { group, resource } = request.resource;
    return (group === 'authorization.k8s.io' || group === 'authentication.k8s.io') && resource.endsWith('reviews');
  }

  handle(request: ResourceRequest): Answer {
    const { resource } = request;
    const body = readObject(request, resource.kind);
    const sent = this.#parts.logic.shape(resource, asKind(body.value, resource), { body, validation: 'Warn', warnings: request.warnings });
    const object = { ...sent, kind: resource.kind, apiVersion: resource.apiVersion, metadata: sent.metadata ?? {} } as KubeObject;
    // Kubernetes looks up the name of the kind where there is none.
    if (resource.kind === 'SelfSubjectRulesReview' && text(objectAt(sent.spec).namespace) === '')
      throw refuse.badRequest('no namespace on request');
    const errors = reviewErrors(resource.kind, object);
    if (errors.length > 0) throw invalid({ group: resource.group, kind: '' }, '', errors);
    return {
      kind: 'object',
      status: 201,
      resource,
      value: { ...this.#owned(request, withoutQuestion(object)), status: this.#status(request, objectAt(sent.spec)) },
    };
  }

  #status(request: ResourceRequest, spec: JsonObject): JsonObject {
    const { user } = request;
    switch (request.resource.kind) {
      case 'SelfSubjectReview':
        return { userInfo: userInfo(user) };
      case 'TokenReview':
        return this.#token(text(spec.token));
      case 'SelfSubjectRulesReview':
        return this.#rules(user, text(spec.namespace));
      case 'SelfSubjectAccessReview':
        return this.#access(spec, user);
      default:
        return this.#access(spec, { name: text(spec.user), groups: texts(spec.groups), uid: text(spec.uid) });
    }
  }

  /** Whoever asks is shown as owner of the question; who asks about himself sends none. */
  #owned(request: ResourceRequest, object: KubeObject): KubeObject {
    const { resource, namespace, subresource } = request;
    const { now, ownership } = this.#parts;
    const isSelf = resource.kind === 'SelfSubjectReview';
    const metadata = { ...object.metadata, creationTimestamp: isSelf ? now() : null } as KubeObject['metadata'];
    const dated = { ...object, metadata };
    if (isSelf || resource.kind === 'SelfSubjectRulesReview') return dated;
    const { manager } = writeOptions(request, 'CreateOptions', 'other');
    return ownership.update({ resource, subresource, namespace, name: '' }, undefined, dated, { manager, now: now() });
  }

  #access(spec: JsonObject, user: User): JsonObject {
    const attributes = attributesOf(spec);
    const allowed = this.#parts.allowed(user, attributes);
    const reason = allowed
      ? grounds(user, attributes, this.#parts.roles)
      : missingRoles(user, attributes.namespace, this.#parts.roles).replace(/^: /, '');
    return { allowed, ...(reason === '' ? {} : { reason }) };
  }

  #token(token: string): JsonObject {
    if (token === '') throw refuse.badRequest('token is required for TokenReview in authentication');
    const user = this.#parts.identify(token);
    return user === undefined ? { user: {}, error: 'invalid bearer token' } : { authenticated: true, user: userInfo(user) };
  }

  #rules(user: User, namespace: string): JsonObject {
    const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] };
    const rules = user.groups.includes('system:masters')
      ? [everything, { ...everything, apiGroups: [], resources: [], nonResourceURLs: ['*'] }]
      : [...rulesFor(user, namespace, this.#parts.roles)];
    return {
      resourceRules: rules.filter((rule) => rule.resources.length > 0).map(ruleJson),
      nonResourceRules: rules
        .filter((rule) => rule.nonResourceURLs.length > 0)
        .map((rule) => ({ verbs: rule.verbs, nonResourceURLs: rule.nonResourceURLs })),
      incomplete: false,
    };
  }
}
