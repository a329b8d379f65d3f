/** Variables by name, put together from several origins. */
import type { Problem } from '../problem/index.ts';

export type Variables = ReadonlyMap<string, string>;

/** Later origins win. Line feeds are taken out of values, as Flux does, so that a value cannot change the shape of the YAML around it by a new line. */
export function mergeVariables(origins: Iterable<Iterable<readonly [string, string]>>): Map<string, string> {
  const merged = new Map<string, string>();
  for (const origin of origins) for (const [name, value] of origin) merged.set(name, value.replaceAll('\n', ''));
  return merged;
}

/** Names that could never be written as `${NAME}`. */
export const nameProblems = (variables: Variables): readonly Problem[] =>
  [...variables.keys()]
    .filter((name) => !/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name))
    .map((name) => ({
      code: 'InvalidSubstitution',
      message: `'${name}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'`,
      hint: 'use letters, digits and "_", and begin with no digit',
    }));
