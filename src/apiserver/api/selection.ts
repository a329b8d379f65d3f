/** The label and field selectors of a list, watch or deletecollection request as one test. */
import type { KubeObject } from '../../core/object/index.ts';
import { matchesSelector, parseSelector } from '../../core/object/selector/index.ts';
import { compileFields, parseFieldSelector } from '../../core/kube/select/index.ts';
import { refuse } from '../../core/kube/status/index.ts';
import type { ResourceRequest } from './request.ts';

export interface Selection {
  /** Undefined: everything. */
  readonly matches: ((object: KubeObject) => boolean) | undefined;
  /** The one name that can match, when the field selector or the path says so. */
  readonly name: string | undefined;
}

export function selectionOf(request: ResourceRequest, selectableFields: readonly string[]): Selection {
  const labelText = request.query.get('labelSelector');
  const fieldText = request.query.get('fieldSelector');
  if (labelText === '' && fieldText === '' && request.name === '') return { matches: undefined, name: undefined };
  const labels = parseSelector(labelText);
  if (!labels.ok) throw refuse.badRequest(labels.error);
  const terms = parseFieldSelector(fieldText);
  if ('error' in terms) throw refuse.badRequest(terms.error);
  const { table, namespaced, custom } = request.resource;
  const fields = compileFields(terms, { table, namespaced, custom, selectableFields });
  if (typeof fields !== 'function') throw refuse.badRequest(fields.error);
  const fromField = terms.find((term) => term.field === 'metadata.name' && term.operator === '=')?.value;
  const name = request.name === '' ? fromField : request.name;
  return {
    name,
    matches: (object) =>
      (name === undefined || object.metadata.name === name) &&
      (labels.value.length === 0 || matchesSelector(labels.value, object.metadata.labels)) &&
      (terms.length === 0 || fields(object)),
  };
}
