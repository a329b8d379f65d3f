/** POST serviceaccounts/<name>/token. Kubernetes: pkg/registry/core/serviceaccount/storage/token.go. */
import { type Json, type JsonObject, isObject } from '../../core/object/index.ts';
import { fieldError, invalid } from '../../core/kube/status/index.ts';
import { formatTime } from '../../core/kube/time/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Tokens } from '../auth/index.ts';
import type { Answer } from './answer.ts';
import { readObject } from './body.ts';
import type { Objects } from './objects.ts';
import type { ResourceRequest } from './request.ts';

const HOUR = 3600;
const SHORTEST = 600;
const objectAt = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

export function issueToken(
  request: ResourceRequest,
  parts: { readonly objects: Objects; readonly tokens: () => Tokens; readonly clock: Clock },
): Answer {
  const account = parts.objects.get(request.resource, request.namespace, request.name).graph;
  const body = objectAt(readObject(request, 'TokenRequest').value);
  const spec = objectAt(body.spec);
  const seconds = typeof spec.expirationSeconds === 'number' ? spec.expirationSeconds : HOUR;
  if (seconds < SHORTEST) {
    const error = fieldError.invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes');
    throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, request.name, [error]);
  }
  const given = Array.isArray(spec.audiences) ? spec.audiences.filter((item) => typeof item === 'string') : [];
  const audiences = given.length > 0 ? given : ['https://kubernetes.default.svc.cluster.local'];
  const expires = Math.floor(parts.clock.now() / 1000) + seconds;
  const token = parts
    .tokens()
    .issue({ namespace: request.namespace, name: request.name, uid: account.metadata.uid ?? '', expires, audiences });
  const value = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name: request.name, namespace: request.namespace, creationTimestamp: formatTime(parts.clock.now()) },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: null },
    status: { token, expirationTimestamp: formatTime(expires * 1000) },
  };
  return { kind: 'object', status: 201, resource: request.resource, value };
}
