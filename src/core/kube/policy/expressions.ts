/** CEL expressions about a request: of admission policies and of webhooks' matchConditions. Kubernetes: apiserver pkg/admission/plugin/cel. */
import { compileCel, type Program } from '../../cel/index.ts';
import type { Json, JsonObject } from '../../object/index.ts';
import type { AdmissionRequest } from './admission-request.ts';

/** Compiled expressions, kept by the caller. */
export type ProgramCache = Map<string, Program | string>;

/** `variables.x` stands for its expression. */
export function inlined(expression: string, variables: ReadonlyMap<string, string>): string {
  return expression.replaceAll(/\bvariables\.([A-Za-z_]\w*)/g, (whole, name: string) => {
    const found = variables.get(name);
    return found === undefined ? whole : `(${found})`;
  });
}

const names = ['object', 'oldObject', 'request', 'params', 'namespaceObject'];

function compiled(expression: string, cache: ProgramCache): Program | string {
  const known = cache.get(expression);
  if (known !== undefined) return known;
  const made = compileCel(expression, { variables: new Map(names.map((name) => [name, undefined])) });
  const result = made.ok ? made.value : made.error.message;
  cache.set(expression, result);
  return result;
}

export interface Evaluation {
  readonly variables: readonly (readonly [string, Json])[];
  readonly inline: ReadonlyMap<string, string>;
  readonly cache: ProgramCache;
}

/** True or false, a text, or what went wrong. */
export function evaluate(expression: string, { variables, inline, cache }: Evaluation): boolean | string | { readonly error: string } {
  const program = compiled(inlined(expression, inline), cache);
  if (typeof program === 'string') return { error: program };
  const { result } = program.run(variables);
  if (!result.ok) return { error: result.error.message };
  return typeof result.value === 'boolean' || typeof result.value === 'string'
    ? result.value
    : { error: 'expression must evaluate to bool' };
}

export const requestValue = (request: AdmissionRequest): JsonObject => ({
  operation: request.operation,
  kind: { group: request.group, version: request.version, kind: request.kind },
  resource: { group: request.group, version: request.version, resource: request.resource },
  subResource: request.subresource,
  name: request.name,
  namespace: request.namespace,
  userInfo: { username: request.user.username, groups: request.user.groups },
  dryRun: request.dryRun,
});
