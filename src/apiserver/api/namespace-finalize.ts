/** PUT /finalize: the one way to change `spec.finalizers` of a namespace. Kubernetes: pkg/registry/core/namespace FinalizeREST. */
import { type JsonObject, isObject } from '../../core/object/index.ts';
import type { Store } from '../store/index.ts';
import type { Answer } from './answer.ts';
import { readObject } from './body.ts';
import { type Objects, subjectOf } from './objects.ts';
import { invalid } from '../../core/kube/status/index.ts';
import { namespaceFinalizerErrors } from '../../core/kube/validate/index.ts';
import type { ResourceRequest } from './request.ts';

export function finalizeNamespace(request: ResourceRequest, objects: Objects, store: Store): Answer {
  const live = objects.get(request.resource, '', request.name);
  const { value } = readObject(request, 'Namespace');
  const spec: JsonObject = isObject(value) && isObject(value.spec) ? value.spec : {};
  const finalizers = Array.isArray(spec.finalizers) ? spec.finalizers.map(String) : [];
  const errors = namespaceFinalizerErrors(finalizers);
  if (errors.length > 0) throw invalid(subjectOf(request.resource), request.name, errors);
  const { finalizers: _old, ...rest } = isObject(live.graph.spec) ? live.graph.spec : {};
  const next = { ...live.graph, spec: finalizers.length === 0 ? rest : { ...rest, finalizers } };
  const free =
    live.graph.metadata.deletionTimestamp !== undefined && finalizers.length === 0 && (live.graph.metadata.finalizers ?? []).length === 0;
  const entry = objects.replace(request.resource, live, next);
  if (free) store.remove(request.resource.table, live.key);
  return { kind: 'entry', status: 200, resource: request.resource, entry };
}
