/** Reading fields that may hold anything: what is not of the kind asked for counts as empty. */
import type { Json, JsonObject } from './json.ts';
import { isObject } from './record.ts';

export const objectAt = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
export const objects = (value: Json | undefined): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
export const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** Whether a field says something: null and absent are the same to Kubernetes. */
export const isSet = (value: Json | undefined): boolean => value !== undefined && value !== null;
