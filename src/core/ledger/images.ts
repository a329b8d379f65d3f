/** Which images objects run: what is written down when they are applied, and asked for later. */
import { getKey, isObject, type Json, type KubeObject } from '../object/index.ts';

/** Images of all containers of workloads, sorted. */
export function imagesOf(objects: readonly KubeObject[]): readonly string[] {
  const found = new Set<string>();
  const visit = (value: Json | undefined, depth: number): void => {
    if (depth > 12 || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value as readonly Json[]) visit(item, depth + 1);
      return;
    }
    if (!isObject(value)) return;
    for (const field of ['containers', 'initContainers', 'ephemeralContainers']) {
      const list = getKey(value, field);
      for (const container of Array.isArray(list) ? (list as readonly Json[]) : []) {
        const image = isObject(container) ? getKey(container, 'image') : undefined;
        if (typeof image === 'string') found.add(image);
      }
    }
    for (const field of ['template', 'spec', 'jobTemplate']) visit(getKey(value, field), depth + 1);
  };
  for (const object of objects) visit(object['spec'], 0);
  return [...found].sort();
}
