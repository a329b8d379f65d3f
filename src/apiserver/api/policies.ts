/** What other objects and the user's own rights forbid: escalation, admission policies, quotas. In the server's order. */
import { getKey, type JsonObject, type KubeObject, objectAt, parseApiVersion } from '../../core/object/index.ts';
import {
  type AdmissionRequest,
  policyVerdicts,
  type ProgramCache,
  quotaRefusal,
  unsaidRefusal,
  webhooksCalled,
  wouldCallText,
  chargedAgain,
  limitRangeRefusal,
} from '../../core/kube/policy/index.ts';
import { type Attributes, forbiddenText, missingRights, missingRoles, rulesFor, rulesOf } from '../../core/kube/rbac/index.ts';
import { matchesSelector, selectorOf } from '../../core/object/selector/index.ts';
import { Refusal, refuse } from '../../core/kube/status/index.ts';
import type { AdmissionParts } from './admission.ts';
import { checkPodSecurity } from './pod-security.ts';
import { subjectOf, type Target, type WriteAs } from './objects.ts';
import { storeKey } from './request.ts';

/** A write or a deletion. */
export interface Request {
  readonly target: Target;
  /** Undefined: it is deleted. */
  readonly object: KubeObject | undefined;
  readonly live: KubeObject | undefined;
  readonly as: WriteAs;
}

/** A write. */
export interface Checked extends Request {
  readonly object: KubeObject;
}

const POLICIES = 'validatingadmissionpolicies.admissionregistration.k8s.io';
const BINDINGS = 'validatingadmissionpolicybindings.admissionregistration.k8s.io';
const WEBHOOKS = [
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
];
const RBAC = '.rbac.authorization.k8s.io';

const codes: Readonly<Record<string, number>> = { Invalid: 422, Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 };

const list = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;

export class Policies {
  readonly #parts: AdmissionParts;
  readonly #programs: ProgramCache = new Map();

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Whether an object may go: what is there is the old object, and there is no new one. */
  checkDeletion(target: Target, live: KubeObject, as: WriteAs): void {
    const checked: Request = { target, object: undefined, live, as };
    this.#checkPolicies(checked);
    this.#noteWebhooks(checked);
  }

  check(checked: Checked): void {
    this.#checkCreation(checked);
    this.#checkLimits(checked);
    checkPodSecurity(checked, this.#parts.store);
    if (checked.target.resource.table.endsWith(RBAC)) this.#checkEscalation(checked);
    this.#checkPolicies(checked);
    this.#noteWebhooks(checked);
    if (checked.live === undefined || chargedAgain.has(checked.target.resource.table)) this.#checkQuota(checked);
  }

  /** Whoever patches or replaces what is not there creates it, and must be allowed to. Kubernetes: handlers/create.go withAuthorization. */
  #checkCreation({ target, live, as }: Checked): void {
    if (live !== undefined || as.byName !== true) return;
    const { resource, namespace, name } = target;
    const asked: Attributes = { verb: 'create', group: resource.group, resource: resource.resource, subresource: '', namespace, name };
    if (this.#parts.authorizer.allowed(as.user, asked)) return;
    throw refuse.forbidden(
      subjectOf(resource),
      name,
      `${forbiddenText(as.user, asked)}${missingRoles(as.user, namespace, this.#parts.roles)}`,
    );
  }

  #checkLimits({ target, object, live }: Checked): void {
    const { resource, namespace, name } = target;
    const { table } = resource;
    const applies = table === 'persistentvolumeclaims' || (table === 'pods' && live === undefined);
    if (!applies || target.subresource !== '' || live?.metadata.deletionTimestamp !== undefined) return;
    const ranges = this.#parts.store.table('limitranges').range(`${namespace}/`);
    const why = limitRangeRefusal(
      object,
      table,
      ranges.map((entry) => entry.graph),
    );
    if (why !== undefined) throw refuse.forbidden(subjectOf(resource), name, why);
  }

  /** Nobody grants what they do not hold. Kubernetes: pkg/registry/rbac/{role,rolebinding}/policybased. */
  #checkEscalation({ target, object, as }: Checked): void {
    const { user } = as;
    if (user.groups.includes('system:masters')) return;
    const { authorizer, roles } = this.#parts;
    const { resource, namespace, name } = target;
    const base = { group: 'rbac.authorization.k8s.io', subresource: '', namespace, name };
    const binding = resource.table.includes('bindings');
    const reference = objectAt(object.roleRef);
    const roleName = typeof reference.name === 'string' ? reference.name : '';
    const asked = binding
      ? { ...base, verb: 'bind', resource: reference.kind === 'ClusterRole' ? 'clusterroles' : 'roles', name: roleName }
      : { ...base, verb: 'escalate', resource: resource.resource };
    if (authorizer.allowed(user, asked)) return;
    const role = binding ? (reference.kind === 'ClusterRole' ? roles.clusterRole(roleName) : roles.role(namespace, roleName)) : object;
    if (binding && role === undefined)
      throw refuse.notFound({ group: base.group, plural: resource.resource, kind: resource.resource }, roleName);
    const lines = missingRights([...rulesFor(user, namespace, roles)], rulesOf(role));
    if (lines.length === 0) return;
    const who = `user ${JSON.stringify(user.name)} (groups=${list(user.groups)})`;
    throw refuse.forbidden(
      subjectOf(resource),
      name,
      `${who} is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`,
    );
  }

  #checkPolicies(checked: Request): void {
    const { store } = this.#parts;
    const bindings = store.table(BINDINGS);
    if (bindings.size === 0) return;
    const verdicts = policyVerdicts(this.#admissionRequest(checked), {
      policies: [...store.table(POLICIES).entries.values()].map((entry) => entry.graph),
      bindings: bindings.range('').map((entry) => entry.graph),
      params: (kind, reference, namespace) => this.#params(kind, reference, namespace),
      cache: this.#programs,
    });
    const { resource, name } = checked.target;
    for (const { action, message, reason } of verdicts) {
      if (action === 'Warn') checked.as.warnings?.push(`Validation failed for ${message.replace(' denied request: ', ': ')}`);
      if (action !== 'Deny') continue;
      const whole = `${resource.qualified} ${JSON.stringify(name)} is forbidden: ${message}`;
      throw new Refusal(getKey(codes, reason) ?? 422, reason, whole, {
        details: { name, group: resource.group, kind: resource.resource, causes: [{ message }] },
      });
    }
  }

  /** Webhooks are not called. Who would be is told to the client and kept for whoever looks at the configuration. */
  #noteWebhooks(checked: Request): void {
    const { store, wouldCall } = this.#parts;
    const tables = WEBHOOKS.map((table) => store.table(table));
    if (tables.every((table) => table.size === 0)) return;
    const request = this.#admissionRequest(checked);
    const configurations = tables.flatMap((table) => table.range('').map((entry) => entry.graph));
    for (const call of webhooksCalled(request, configurations, this.#programs)) {
      checked.as.warnings?.push(wouldCallText(call));
      if (!checked.as.dryRun) wouldCall.note(call, request);
    }
  }

  /** By name or by labels, in the namespace that the reference names or else that of the request. */
  #params(kind: JsonObject, reference: JsonObject, namespace: string): readonly KubeObject[] {
    const resource = this.#parts.registry.ofKind(String(kind.apiVersion), String(kind.kind));
    if (resource === undefined) return [];
    const table = this.#parts.store.table(resource.table);
    const space = resource.namespaced ? (typeof reference.namespace === 'string' ? reference.namespace : namespace) : '';
    if (typeof reference.name === 'string') {
      const found = table.entries.get(storeKey(space, reference.name));
      return found === undefined ? [] : [found.graph];
    }
    const selector = selectorOf(objectAt(reference.selector));
    if (!selector.ok) return [];
    const all = table.range(space === '' ? '' : `${space}/`).map((entry) => entry.graph);
    return all.filter(({ metadata }) => matchesSelector(selector.value, metadata.labels));
  }

  #admissionRequest({ target, object, live, as }: Request): AdmissionRequest {
    const { resource, subresource, namespace, name } = target;
    const { group, version } = parseApiVersion(resource.apiVersion);
    const { store, registry } = this.#parts;
    const ofNamespace = resource.table === 'namespaces' ? (object ?? live) : undefined;
    return {
      operation: object === undefined ? 'DELETE' : live === undefined ? 'CREATE' : 'UPDATE',
      group,
      version,
      resource: resource.resource,
      kind: resource.kind,
      subresource,
      namespace,
      name,
      namespaced: resource.namespaced,
      user: { username: as.user.name, groups: as.user.groups },
      dryRun: as.dryRun,
      object,
      oldObject: live,
      namespaceObject: ofNamespace ?? (namespace === '' ? undefined : store.table('namespaces').entries.get(namespace)?.graph),
      versions: registry.versionsOf(resource),
    };
  }

  /** Where no controller counts, what a quota's status says is enforced, as on a server without controllers. */
  #enforced(quota: KubeObject): KubeObject {
    if (this.#parts.quotas === 'spec') return quota;
    return { ...quota, spec: { ...objectAt(quota.spec), hard: objectAt(quota.status).hard ?? {} } };
  }

  #checkQuota({ target, object, live }: Checked): void {
    const { resource, namespace, name } = target;
    if (!resource.namespaced || target.subresource !== '') return;
    const { store } = this.#parts;
    const listTable = (table: string): readonly KubeObject[] =>
      store
        .table(table)
        .range(`${namespace}/`)
        .map((entry) => entry.graph);
    const asked = { object, live, table: resource.table };
    const quotas = store
      .table('resourcequotas')
      .range(`${namespace}/`)
      .map((entry) => this.#enforced(entry.graph));
    for (const judge of [(quota: KubeObject) => unsaidRefusal(quota, asked), (quota: KubeObject) => quotaRefusal(quota, asked, listTable)])
      for (const quota of quotas) {
        const why = judge(quota);
        if (why !== undefined) throw refuse.forbidden(subjectOf(resource), name, why);
      }
  }
}
