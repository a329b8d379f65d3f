/** Custom resources between request and store: pruning, defaults, validation with ratcheting. */
import { type Json, type JsonObject, type KubeObject, isObject } from '../../core/object/index.ts';
import {
  applyDefaults,
  type CustomType,
  listErrors,
  type PatternCache,
  prune,
  type Pruned,
  schemaErrors,
} from '../../core/kube/crd/index.ts';
import type { FieldError } from '../../core/kube/status/index.ts';
import { sameJson } from '../../core/kube/strategy/index.ts';

/** The object without undeclared fields and with defaults. */
export function customShape(custom: CustomType, object: JsonObject): Pruned {
  const pruned = prune(object, custom.schema);
  return { value: applyDefaults(pruned.value, custom.schema), unknown: pruned.unknown };
}

/** The value at a path like `spec.items[0].name`. */
function valueAt(object: Json | undefined, path: string): Json | undefined {
  let at = object;
  for (const step of path.split(/\.|(?=\[)/)) {
    const index = /^\[(\d+)\]$/.exec(step);
    if (index !== null) at = Array.isArray(at) ? (at[Number(index[1])] as Json | undefined) : undefined;
    else at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

/** Errors of a custom resource. What was wrong before and did not change is tolerated (ratcheting, on by default since 1.33). */
export function customErrors(
  custom: CustomType,
  object: KubeObject,
  live: KubeObject | undefined,
  patterns: PatternCache,
): readonly FieldError[] {
  const { metadata: _metadata, apiVersion: _version, kind: _kind, ...rest } = object;
  const found = [...schemaErrors(rest, custom.schema, patterns), ...listErrors(rest, custom.schema)];
  if (live === undefined) return found;
  return found.filter(({ field }) => {
    const now = valueAt(object, field);
    return now === undefined || !sameJson(now, valueAt(live, field));
  });
}
