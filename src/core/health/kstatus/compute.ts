/** Generic rules first, then the rules of the kind, then the Ready condition; what says nothing of itself counts as current. */
import { type Json, type JsonObject, type KubeObject, isObject, record } from '../../object/index.ts';
import { at, conditions, kindKey, text } from '../fields.ts';
import { kindRules } from './kinds.ts';
import { type KStatusResult, current, failed, inProgress, unknown } from './result.ts';

/** `now`: milliseconds since the epoch (a Pod gets 15 seconds to be scheduled). */
export function computeStatus(object: KubeObject, now: number): KStatusResult {
  const malformed = malformation(object);
  if (malformed !== undefined) return unknown(malformed);
  return generic(object) ?? kindRules.get(kindKey(object))?.(object, now) ?? readyCondition(object) ?? current('Resource is current');
}

/** Fields of a wrong type make the answer worthless. */
function malformation(object: KubeObject): string | undefined {
  for (const path of [
    ['metadata', 'generation'],
    ['status', 'observedGeneration'],
  ]) {
    const value = at(object, ...path);
    if (value !== undefined && value !== null && typeof value !== 'bigint' && !Number.isInteger(value))
      return `${path.join('.')} is not a whole number`;
  }
  const list = at(object, 'status', 'conditions');
  if (list === undefined || list === null) return undefined;
  return Array.isArray(list) && list.every(isObject) ? undefined : 'status.conditions is not a list of conditions';
}

function generic(object: KubeObject): KStatusResult | undefined {
  if (text(object, ['metadata', 'deletionTimestamp']) !== '')
    return { status: 'Terminating', message: 'Resource scheduled for deletion', conditions: [] };
  const generation = at(object, 'metadata', 'generation');
  const observed = at(object, 'status', 'observedGeneration');
  if (generation !== undefined && observed !== undefined && Number(generation) !== Number(observed))
    return inProgress(
      'LatestGenerationNotObserved',
      `${object.kind} generation is ${String(generation)}, but latest observed generation is ${String(observed)}`,
    );
  for (const condition of conditions(object)) {
    if (condition.status !== 'True') continue;
    if (condition.type === 'Reconciling') return inProgress(condition.reason, condition.message);
    if (condition.type === 'Stalled') return failed(condition.reason, condition.message);
  }
  return undefined;
}

function readyCondition(object: KubeObject): KStatusResult | undefined {
  for (const { type, status, reason, message } of conditions(object)) {
    if (type !== 'Ready') continue;
    if (status === 'True') return current('Resource is Ready');
    if (status === 'False' || status === 'Unknown') return inProgress(reason, message);
  }
  return undefined;
}

/** The object with the standard conditions added that its status amounts to. `now`: milliseconds and the same moment as RFC 3339. */
export function augment(object: KubeObject, now: { readonly ms: number; readonly text: string }): KubeObject {
  const added = computeStatus(object, now.ms).conditions;
  const status = at(object, 'status');
  const list = at(object, 'status', 'conditions');
  let all: readonly Json[] = Array.isArray(list) ? list : [];
  for (const { type, status: value, reason, message } of added) {
    const fresh = { lastUpdateTime: now.text, message, reason, status: value };
    const index = all.findIndex((one) => isObject(one) && one['type'] === type);
    const existing = all[index];
    if (!isObject(existing)) all = [...all, { lastTransitionTime: now.text, ...fresh, type }];
    else {
      const moved = existing['status'] === value ? {} : { lastTransitionTime: now.text };
      all = all.with(index, { ...existing, ...fresh, ...moved });
    }
  }
  const base: JsonObject = isObject(status) ? status : record();
  return { ...object, status: { ...base, conditions: all } };
}
