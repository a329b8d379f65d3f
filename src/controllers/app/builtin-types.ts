/** Types of the built-in kinds: what is known of them is merged and compared here before the server is asked. */
import type { Gvk } from '../../core/object/index.ts';
import { type Schema, type TypeNode, builtinSchema } from '../../core/schema/index.ts';

/** Parsed when the first one is asked for. */
export function typesOfBuiltins(): (gvk: Gvk) => TypeNode | undefined {
  let schema: Schema | undefined;
  return (gvk) => (schema ??= builtinSchema()).typeOf(gvk);
}
