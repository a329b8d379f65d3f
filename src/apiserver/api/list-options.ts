/** The options of a list or watch request, checked. Kubernetes: apimachinery pkg/apis/meta/internalversion/validation. */
import { type FieldError, fieldError, invalid, refuse } from '../../core/kube/status/index.ts';
import type { Query } from './request.ts';

const listOptions = { group: 'meta.k8s.io', kind: 'ListOptions' };
const MATCH = 'resourceVersionMatch';
const INITIAL = 'sendInitialEvents';

const forbidden = (field: string, why: string): FieldError => fieldError.forbidden(field, `${field} ${why}`);

function refuseAny(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(listOptions, '', errors);
}

/** A number of a query, or undefined when it is not given. Go: strconv. */
export function integerOf(query: Query, name: string): number | undefined {
  const text = query.get(name);
  if (text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw refuse.badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number.parseInt(text, 10);
}

export function checkListOptions(query: Query): void {
  const match = query.get(MATCH);
  const errors: FieldError[] = [];
  if (match !== '') {
    if (query.get('resourceVersion') === '') errors.push(forbidden(MATCH, 'is forbidden unless resourceVersion is provided'));
    if (query.get('continue') !== '') errors.push(forbidden(MATCH, 'is forbidden when continue is provided'));
    if (match !== 'Exact' && match !== 'NotOlderThan') errors.push(fieldError.notSupported(MATCH, match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && query.get('resourceVersion') === '0')
      errors.push(forbidden(MATCH, '"exact" is forbidden for resourceVersion "0"'));
  }
  if (query.has(INITIAL)) errors.push(forbidden(INITIAL, 'is forbidden for list'));
  refuseAny(errors);
}

/** `served`: whether initial events are (on by default from Kubernetes 1.34). */
export function checkWatchOptions(query: Query, served: boolean): void {
  const match = query.get(MATCH);
  const asked = query.has(INITIAL);
  const errors: FieldError[] = [];
  if (asked && match !== 'NotOlderThan') errors.push(fieldError.forbidden(MATCH, `${INITIAL} requires setting ${MATCH} to NotOlderThan`));
  if (asked && !served) errors.push(forbidden(INITIAL, 'is forbidden for watch unless the WatchList feature gate is enabled'));
  if (match !== '') {
    if (!asked) errors.push(forbidden(MATCH, `is forbidden for watch unless ${INITIAL} is provided`));
    if (match !== 'NotOlderThan') errors.push(fieldError.notSupported(MATCH, match, ['NotOlderThan']));
    if (query.get('continue') !== '') errors.push(forbidden(MATCH, 'is forbidden when continue is provided'));
  }
  refuseAny(errors);
}
