/** Reading a JSON patch. */
import { type Result, err, ok } from '../../../std/index.ts';
import { type Json, type JsonObject, getKey, isObject } from '../../object/index.ts';

export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly path: string; readonly from: string }
  /** A missing value is compared as null. */
  | { readonly op: 'test'; readonly path: string; readonly value: Json };

/**
 * `v4` (default): evanphx/json-patch 4, which the API server and kustomize use. Array indexes as Go reads them (negative ones count from the
 * end); a member that is not there reads as null, so replacing it adds it; the whole document can only be replaced.
 * `v5`: the same indexes, missing members are errors, the whole document can be added. `rfc`: RFC 6902 to the letter.
 */
export type Dialect = 'v4' | 'v5' | 'rfc';

export type JsonPatch = readonly Operation[];

/** Checks the form of a patch. Unknown members of operations are ignored. In the dialect `v4` a missing value is null. */
export function parsePatch(patch: Json, dialect: Dialect = 'v4'): Result<JsonPatch, string> {
  if (!Array.isArray(patch)) return err('a JSON patch must be a list of operations');
  const operations: Operation[] = [];
  for (const [index, item] of patch.entries()) {
    const operation = isObject(item) ? parseOperation(item, dialect) : 'not an object';
    if (typeof operation === 'string') return err(`invalid operation ${index} ${JSON.stringify(item, withBigint)}: ${operation}`);
    operations.push(operation);
  }
  return ok(operations);
}

const withBigint = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

function parseOperation(item: JsonObject, dialect: Dialect): Operation | string {
  const op = getKey(item, 'op');
  const given = getKey(item, 'value');
  const value = given === undefined && dialect === 'v4' ? null : given;
  const from = getKey(item, 'from');
  const path = getKey(item, 'path');
  const failure = "failed to decode 'path': operation missing path field: missing value";
  switch (op) {
    case 'add':
    case 'replace':
      if (value === undefined) return "failed to decode 'value': operation, missing value field: missing value";
      return typeof path === 'string' ? { op, path, value } : failure;
    case 'move':
    case 'copy':
      if (typeof from !== 'string') return "failed to decode 'from': operation, missing from field: missing value";
      return typeof path === 'string' ? { op, path, from } : failure;
    case 'remove':
      return typeof path === 'string' ? { op, path } : failure;
    case 'test':
      return typeof path === 'string' ? { op, path, value: value ?? null } : failure;
    default:
      return 'unsupported operation';
  }
}
