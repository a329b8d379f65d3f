/** ValidatingAdmissionPolicy: which policies look at a request, and what they say. Kubernetes: apiserver pkg/admission/plugin/policy/validating. */
import { isObject, type Json, type JsonObject, type KubeObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { type AdmissionRequest, isExempt, ruleMatches, selected } from './admission-request.ts';
import { evaluate, type Evaluation, inlined, type ProgramCache, requestValue } from './expressions.ts';

export interface PolicyVerdict {
  readonly action: 'Deny' | 'Warn' | 'Audit';
  readonly message: string;
  /** Invalid unless the rule says otherwise. */
  readonly reason: string;
}

/** Whether `matchConstraints` or `matchResources` cover a request. */
function covers(match: JsonObject, request: AdmissionRequest, rulesNeeded: 'rules' | 'optional'): boolean {
  const rules = objects(match.resourceRules);
  if ((rules.length > 0 || rulesNeeded === 'rules') && !rules.some((rule) => ruleMatches(rule, request, match.matchPolicy))) return false;
  if (objects(match.excludeResourceRules).some((rule) => ruleMatches(rule, request, match.matchPolicy))) return false;
  if (!selected(match.objectSelector, (request.object ?? request.oldObject)?.metadata.labels)) return false;
  return request.namespaceObject === undefined || selected(match.namespaceSelector, request.namespaceObject.metadata.labels);
}

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
  if (isExempt(request)) return [];
  return input.bindings.flatMap((binding) => {
    const bound = objectAt(binding.spec);
    const policy = input.policies.find((candidate) => candidate.metadata.name === bound.policyName);
    if (policy === undefined || !covers(objectAt(objectAt(policy.spec).matchConstraints), request, 'rules')) return [];
    if (isObject(bound.matchResources) && !covers(bound.matchResources, request, 'optional')) return [];
    return boundVerdicts(policy, binding, request, input);
  });
}
