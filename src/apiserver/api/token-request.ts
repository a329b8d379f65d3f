/** POST serviceaccounts/<name>/token. Kubernetes: pkg/registry/core/serviceaccount/storage/token.go. */
import { isObject, type JsonObject, objectAt, parseApiVersion } from '../../core/object/index.ts';
import { fieldError, invalid, refuse } from '../../core/kube/status/index.ts';
import { formatTime } from '../../core/kube/time/index.ts';
import { tokenRequestErrors } from '../../core/kube/validate/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Tokens } from '../auth/index.ts';
import type { Store } from '../store/index.ts';
import type { Answer } from './answer.ts';
import type { Objects } from './objects.ts';
import { type OwnType, type OwnTypeParts, readPosted } from './own-type.ts';
import { type ResourceRequest, storeKey } from './request.ts';

const HOUR = 3600;
const subject = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
const type: OwnType = { ...subject, version: 'v1', definition: 'io.k8s.api.authentication.v1.TokenRequest' };

export interface TokenParts extends OwnTypeParts {
  readonly objects: Objects;
  readonly store: Store;
  readonly tokens: () => Tokens;
  readonly clock: Clock;
}

export function issueToken(request: ResourceRequest, parts: TokenParts): Answer {
  const { object } = readPosted(request, type, parts);
  const { namespace, name } = request;
  const sentName = object.metadata.name ?? '';
  if (sentName !== '' && sentName !== name) {
    const why = 'must match the service account name if specified';
    throw invalid(subject, name, [fieldError.invalid('metadata.name', sentName, why)]);
  }
  const account = parts.objects.get(request.resource, namespace, name).graph;
  const spec = objectAt(object.spec);
  const asked = typeof spec.expirationSeconds === 'number' ? spec.expirationSeconds : 0;
  const seconds = asked === 0 ? HOUR : asked;
  const errors = tokenRequestErrors(seconds);
  if (errors.length > 0) throw invalid(subject, '', errors);
  if (isObject(spec.boundObjectRef ?? null)) checkBound(objectAt(spec.boundObjectRef), request, parts.store);
  const given = Array.isArray(spec.audiences) ? spec.audiences.filter((item) => typeof item === 'string') : [];
  const audiences = given.length > 0 ? given : ['https://kubernetes.default.svc.cluster.local'];
  const expires = Math.floor(parts.clock.now() / 1000) + seconds;
  const token = parts.tokens().issue({ namespace, name, uid: account.metadata.uid ?? '', expires, audiences });
  const value = {
    ...object,
    metadata: { ...object.metadata, name, namespace, creationTimestamp: formatTime(parts.clock.now()) },
    spec: { ...spec, audiences, expirationSeconds: seconds, boundObjectRef: spec.boundObjectRef ?? null },
    status: { token, expirationTimestamp: formatTime(expires * 1000) },
  };
  return { kind: 'object', status: 201, resource: request.resource, value };
}

const bindable: Readonly<Record<string, string>> = { Pod: 'pods', Node: 'nodes', Secret: 'secrets' };

/** A token can be bound to a Pod, a node or a Secret that is there. */
function checkBound(reference: JsonObject, { namespace, name }: ResourceRequest, store: Store): void {
  const { group, version } = parseApiVersion(String(reference.apiVersion ?? ''));
  const kind = String(reference.kind ?? '');
  const table = group === '' ? bindable[kind] : undefined;
  if (table === undefined) throw refuse.badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
  const bound = String(reference.name ?? '');
  const found = store.table(table).entries.get(storeKey(kind === 'Node' ? '' : namespace, bound))?.graph;
  if (found === undefined) throw refuse.notFound({ group: '', plural: table, kind }, bound);
  if (kind === 'Pod' && objectAt(found.spec).serviceAccountName !== name)
    throw refuse.badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(name)} to pod running with different serviceaccount name.`,
    );
  const uid = String(reference.uid ?? '');
  if (uid === '' || uid === found.metadata.uid) return;
  const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  throw refuse.conflict({ group: '', plural: kind, kind }, bound, why);
}
