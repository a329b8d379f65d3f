/** Reading fields that may hold anything: what is not of the kind asked for counts as empty. */
import type { Json, JsonObject } from './json.ts';
import { isObject } from './record.ts';

const emptyObject: JsonObject = Object.freeze({});
const emptyList: readonly JsonObject[] = Object.freeze([]);

export const objectAt = (value: Json | undefined): JsonObject => (isObject(value) ? value : emptyObject);

/** The objects of a list: the list itself where it has nothing else, as nearly all have. */
export function objects(value: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) return emptyList;
  const list = value as readonly Json[];
  for (const item of list) if (!isObject(item)) return list.filter(isObject);
  return list as readonly JsonObject[];
}

export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
export const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** Whether a field says something: null and absent are the same to Kubernetes. */
export const isSet = (value: Json | undefined): boolean => value !== undefined && value !== null;
