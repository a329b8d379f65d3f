/** Whether two strategic merge patches change the same field differently. Source: strategicpatch/patch.go (MergingMapsHaveConflicts). */
import { type Json, type JsonObject, getKey, isObject } from '../../object/index.ts';
import { equalJson, formatGoValue } from '../../object/value/index.ts';
import { MAP_TYPE, MARKER, RETAIN_KEYS, StrategicError, type Type, asObject, itemType, listMeta, objectMeta } from './meta.ts';
import { deduplicate, sortScalars } from './order.ts';

interface Rule {
  readonly type: Type;
  readonly strategy: string;
  readonly mergeKey: string;
}

export const patchesConflict = (left: JsonObject, right: JsonObject, type: Type): boolean =>
  differ(left, right, { type, strategy: '', mergeKey: '' });

function differ(left: Json, right: Json, rule: Rule): boolean {
  if (isObject(left)) return !isObject(right) || mapsDiffer(left, right, rule);
  if (Array.isArray(left)) return !Array.isArray(right) || listsDiffer(left, right, rule);
  return !equalJson(left, right);
}

function mapsDiffer(left: JsonObject, right: JsonObject, rule: Rule): boolean {
  // A directive is about the whole object.
  if (getKey(left, MARKER) !== getKey(right, MARKER)) return true;
  if (rule.strategy === 'replace') return false;
  for (const [key, value] of Object.entries(left)) {
    const other = getKey(right, key);
    if (value === undefined || other === undefined || key === MARKER || key === RETAIN_KEYS) continue;
    if (differ(value, other, ruleOf(rule.type, key, value))) return true;
  }
  return false;
}

function ruleOf(type: Type, key: string, value: Json): Rule {
  if (Array.isArray(value)) return listMeta(type, key);
  return isObject(value) ? objectMeta(type, key) : { type: undefined, strategy: '', mergeKey: '' };
}

function listsDiffer(left: readonly Json[], right: readonly Json[], rule: Rule): boolean {
  const type = itemType(left, right);
  if (rule.strategy === 'merge') return type === MAP_TYPE && keyedDiffer(left, right, rule);
  if (left.length !== right.length) return true;
  const [a, b] = type === MAP_TYPE ? [left, right] : [sortScalars(deduplicate(left)), sortScalars(deduplicate(right))];
  return a.some((item, index) => differ(item, b[index] ?? null, { type: rule.type, strategy: '', mergeKey: '' }));
}

function keyedDiffer(left: readonly Json[], right: readonly Json[], rule: Rule): boolean {
  const others = byKey(right, rule.mergeKey);
  for (const [key, item] of byKey(left, rule.mergeKey)) {
    const other = others.get(key);
    if (other !== undefined && differ(item, other, { type: rule.type, strategy: '', mergeKey: '' })) return true;
  }
  return false;
}

function byKey(list: readonly Json[], mergeKey: string): Map<string, JsonObject> {
  const result = new Map<string, JsonObject>();
  for (const item of list) {
    const object = asObject(item);
    const key = getKey(object, mergeKey);
    if (key === undefined)
      throw new StrategicError(`cannot find merge key \`${mergeKey}\` in merging list element:${formatGoValue(object)}`);
    result.set(formatGoValue(key), object);
  }
  return result;
}
