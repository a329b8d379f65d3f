/** Values that say themselves how they are printed: errors, times, durations, and types with an Error or String method. */
import { methodOf } from '../reflect/index.ts';
import { GoBoxed, GoBytes, GoComplex, GoError, GoFloat32, GoInt, GoNil, GoRawString, type GoValue } from '../value/index.ts';

/** Values whose type is predeclared; they reach their own form without a look at methods. */
export const isBasic = (value: GoBoxed): boolean =>
  !value.type.named &&
  (value instanceof GoInt ||
    value instanceof GoFloat32 ||
    value instanceof GoComplex ||
    value instanceof GoBytes ||
    value instanceof GoRawString);

/** What the value's Error or String method returns; undefined when it has none. */
export function stringerText(value: GoValue): string | undefined {
  if (value instanceof GoError) return value.message;
  const method = methodOf(value, 'Error') ?? methodOf(value, 'String');
  if (method === undefined) return undefined;
  if (value instanceof GoNil) return '<nil>';
  const result = method.call(value, []);
  return result.ok && typeof result.value === 'string' ? result.value : undefined;
}
