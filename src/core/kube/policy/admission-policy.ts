/** ValidatingAdmissionPolicy: which policies look at a request, and what they say. Kubernetes: apiserver pkg/admission/plugin/policy/validating. */
import { compileCel, type Program } from '../../cel/index.ts';
import { isObject, type Json, type JsonObject, type KubeObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { matchesSelector, selectorOf } from '../../object/selector/index.ts';

export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly namespaced: boolean;
  readonly user: { readonly username: string; readonly groups: readonly string[] };
  readonly dryRun: boolean;
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
  readonly namespaceObject: KubeObject | undefined;
}

export interface PolicyVerdict {
  readonly action: 'Deny' | 'Warn' | 'Audit';
  readonly message: string;
  /** Invalid unless the rule says otherwise. */
  readonly reason: string;
}

/** Compiled expressions, kept by the caller. */
export type ProgramCache = Map<string, Program | string>;

const has = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);

function ruleMatches(rule: JsonObject, request: AdmissionRequest): boolean {
  const resource = request.subresource === '' ? request.resource : `${request.resource}/${request.subresource}`;
  const names = texts(rule.resourceNames);
  const scope = text(rule.scope);
  return (
    has(texts(rule.operations), request.operation) &&
    has(texts(rule.apiGroups), request.group) &&
    has(texts(rule.apiVersions), request.version) &&
    (texts(rule.resources).includes(resource) ||
      (texts(rule.resources).includes('*') && request.subresource === '') ||
      texts(rule.resources).includes('*/*')) &&
    (names.length === 0 || names.includes(request.name)) &&
    (scope === '' || scope === '*' || (scope === 'Namespaced') === request.namespaced)
  );
}

function selected(selector: Json | undefined, labels: KubeObject['metadata']['labels']): boolean {
  if (!isObject(selector)) return true;
  const parsed = selectorOf(selector);
  return parsed.ok && matchesSelector(parsed.value, labels);
}

/** Whether `matchConstraints` or `matchResources` cover a request. */
function covers(match: JsonObject, request: AdmissionRequest, rulesNeeded: 'rules' | 'optional'): boolean {
  const rules = objects(match.resourceRules);
  if ((rules.length > 0 || rulesNeeded === 'rules') && !rules.some((rule) => ruleMatches(rule, request))) return false;
  if (objects(match.excludeResourceRules).some((rule) => ruleMatches(rule, request))) return false;
  if (!selected(match.objectSelector, (request.object ?? request.oldObject)?.metadata.labels)) return false;
  return request.namespaceObject === undefined || selected(match.namespaceSelector, request.namespaceObject.metadata.labels);
}

/** `variables.x` stands for its expression. */
function inlined(expression: string, variables: ReadonlyMap<string, string>): string {
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

interface Evaluation {
  readonly variables: readonly (readonly [string, Json])[];
  readonly inline: ReadonlyMap<string, string>;
  readonly cache: ProgramCache;
}

/** True or false, a text, or what went wrong. */
function evaluate(expression: string, { variables, inline, cache }: Evaluation): boolean | string | { readonly error: string } {
  const program = compiled(inlined(expression, inline), cache);
  if (typeof program === 'string') return { error: program };
  const { result } = program.run(variables);
  if (!result.ok) return { error: result.error.message };
  return typeof result.value === 'boolean' || typeof result.value === 'string'
    ? result.value
    : { error: 'expression must evaluate to bool' };
}

const requestValue = (request: AdmissionRequest): JsonObject => ({
  operation: request.operation,
  kind: { group: request.group, version: request.version, kind: request.kind },
  resource: { group: request.group, version: request.version, resource: request.resource },
  subResource: request.subresource,
  name: request.name,
  namespace: request.namespace,
  userInfo: { username: request.user.username, groups: request.user.groups },
  dryRun: request.dryRun,
});

function inlineVariables(spec: JsonObject): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const variable of objects(spec.variables)) known.set(text(variable.name), inlined(text(variable.expression), known));
  return known;
}

function verdictsOf(spec: JsonObject, evaluation: Evaluation): readonly { readonly message: string; readonly reason: string }[] {
  const closed = text(spec.failurePolicy) !== 'Ignore';
  return objects(spec.validations).flatMap((rule) => {
    const expression = text(rule.expression);
    const outcome = evaluate(expression, evaluation);
    if (outcome === true) return [];
    if (typeof outcome === 'object')
      return closed ? [{ message: `expression '${expression}' resulted in error: ${outcome.error}`, reason: 'Invalid' }] : [];
    const own = text(rule.messageExpression) === '' ? '' : evaluate(text(rule.messageExpression), evaluation);
    const message = typeof own === 'string' && own !== '' ? own : text(rule.message) || `failed expression: ${expression.trim()}`;
    return [{ message, reason: text(rule.reason) || 'Invalid' }];
  });
}

export interface PolicyInput {
  readonly policies: readonly KubeObject[];
  readonly bindings: readonly KubeObject[];
  /** Finds the parameters that a binding refers to. */
  readonly params: (kind: JsonObject, reference: JsonObject, namespace: string) => readonly KubeObject[];
  readonly cache: ProgramCache;
}

const NO_PARAMS = 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction';

/** What one policy says about a request by one binding. */
function boundVerdicts(policy: KubeObject, binding: KubeObject, request: AdmissionRequest, input: PolicyInput): readonly PolicyVerdict[] {
  const [spec, bound] = [objectAt(policy.spec), objectAt(binding.spec)];
  const prefix = `ValidatingAdmissionPolicy '${policy.metadata.name ?? ''}' with binding '${binding.metadata.name ?? ''}' denied request: `;
  const withParams = isObject(spec.paramKind) && isObject(bound.paramRef);
  const found = withParams ? input.params(objectAt(spec.paramKind), objectAt(bound.paramRef), request.namespace) : [];
  if (withParams && found.length === 0) {
    const denied = objectAt(bound.paramRef).parameterNotFoundAction !== 'Allow' && text(spec.failurePolicy) !== 'Ignore';
    return denied ? [{ action: 'Deny', message: prefix + NO_PARAMS, reason: 'Invalid' }] : [];
  }
  const actions = texts(bound.validationActions) as readonly PolicyVerdict['action'][];
  return (withParams ? found : [null]).flatMap((params) => {
    const values: Readonly<Record<string, Json>> = {
      object: request.object ?? null,
      oldObject: request.oldObject ?? null,
      request: requestValue(request),
      params,
      namespaceObject: request.namespaceObject ?? null,
    };
    const evaluation = { variables: Object.entries(values), inline: inlineVariables(spec), cache: input.cache };
    if (objects(spec.matchConditions).some((condition) => evaluate(text(condition.expression), evaluation) === false)) return [];
    return verdictsOf(spec, evaluation).flatMap(({ message, reason }) =>
      actions.map((action) => ({ action, message: prefix + message, reason })),
    );
  });
}

/** What all policies with a binding say about a request. */
export function policyVerdicts(request: AdmissionRequest, input: PolicyInput): readonly PolicyVerdict[] {
  return input.bindings.flatMap((binding) => {
    const bound = objectAt(binding.spec);
    const policy = input.policies.find((candidate) => candidate.metadata.name === bound.policyName);
    if (policy === undefined || !covers(objectAt(objectAt(policy.spec).matchConstraints), request, 'rules')) return [];
    if (isObject(bound.matchResources) && !covers(bound.matchResources, request, 'optional')) return [];
    return boundVerdicts(policy, binding, request, input);
  });
}
