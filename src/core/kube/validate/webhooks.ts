/** Webhook configurations and admission policies. Kubernetes: pkg/apis/admissionregistration/validation. */
import { compileCel, formatType, type ObjectField, type Type } from '../../cel/index.ts';
import { isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, parseApiVersion, text, texts } from '../../object/index.ts';
import { nameProblems, qualifiedNameProblems, subdomainProblems } from '../meta/index.ts';
import { sameJson } from '../json/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { badList, type Errors, problems, selectorErrors } from './checks.ts';

const chosen = (value: Json | undefined, field: string, allowed: readonly string[]): Errors =>
  !isSet(value) || allowed.includes(text(value)) ? [] : [fieldError.notSupported(field, value ?? '', allowed)];

const failurePolicies = ['Fail', 'Ignore'];
const matchPolicies = ['Equivalent', 'Exact'];
const sideEffects = ['None', 'NoneOnDryRun'];
const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

const wildcard = (values: readonly string[], field: string, of: { readonly what: string; readonly type?: string }): Errors =>
  values.length > 1 && values.includes('*')
    ? [badList(field, values, { ...of, why: `if '*' is present, must not specify other ${of.what}` })]
    : [];

const empties = (values: readonly string[], field: string): Errors =>
  values.flatMap((value, index) => (value === '' ? [fieldError.required(`${field}[${index}]`, '')] : []));

function resourceErrors(resources: readonly string[], field: string): Errors {
  const single = resources.includes('*') && resources.some((name) => name !== '*' && !name.includes('/'));
  const wide = resources.filter((name) => name.includes('/'));
  const covered = wide.flatMap((name): Errors => {
    const [resource = '', sub = ''] = name.split(/\/(.*)/s);
    const before = wide.slice(0, wide.indexOf(name));
    const at = `${field}[${resources.indexOf(name)}]`;
    return [
      ...(before.includes(`${resource}/*`)
        ? [fieldError.invalid(at, name, `if '${resource}/*' is present, must not specify ${name}`)]
        : []),
      ...(before.includes(`*/${sub}`) ? [fieldError.invalid(at, name, `if '*/${sub}' is present, must not specify ${name}`)] : []),
    ];
  });
  return [
    ...(resources.length === 0 ? [fieldError.required(field, '')] : []),
    ...empties(resources, field),
    ...covered,
    ...(resources.length > 1 && resources.includes('*/*')
      ? [badList(field, resources, { why: "if '*/*' is present, must not specify other resources" })]
      : []),
    ...(single ? [badList(field, resources, { why: "if '*' is present, must not specify other resources without subresources" })] : []),
  ];
}

function ruleErrors(rule: JsonObject, field: string): Errors {
  const [verbs, groups, versions] = [texts(rule.operations), texts(rule.apiGroups), texts(rule.apiVersions)];
  const needed = (values: readonly string[], name: string): Errors =>
    values.length === 0 ? [fieldError.required(`${field}.${name}`, '')] : [];
  return [
    ...needed(verbs, 'operations'),
    ...wildcard(verbs, `${field}.operations`, { what: 'operations', type: 'admissionregistration.OperationType' }),
    ...verbs.flatMap((verb, index) => chosen(verb, `${field}.operations[${index}]`, operations)),
    ...needed(groups, 'apiGroups'),
    ...wildcard(groups, `${field}.apiGroups`, { what: 'API groups' }),
    ...needed(versions, 'apiVersions'),
    ...wildcard(versions, `${field}.apiVersions`, { what: 'API versions' }),
    ...empties(versions, `${field}.apiVersions`),
    ...resourceErrors(texts(rule.resources), `${field}.resources`),
    ...chosen(rule.scope, `${field}.scope`, ['*', 'Cluster', 'Namespaced']),
  ];
}

const FORM = '; desired format: https://host[/path]';

function urlErrors(url: string, field: string): Errors {
  const [, scheme = '', rest = ''] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(.*)$/s.exec(url) ?? [];
  const [, authority = '', query, fragment] = /^(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(rest) ?? [];
  const [user, host] = authority.includes('@') ? authority.split(/@(?=[^@]*$)/) : [undefined, authority];
  return [
    ...(scheme === 'https' ? [] : [fieldError.invalid(field, scheme, `'https' is the only allowed URL scheme${FORM}`)]),
    ...((host ?? '') === '' ? [fieldError.invalid(field, '', `host must be specified${FORM}`)] : []),
    ...(user === undefined ? [] : [fieldError.invalid(field, user, 'user information is not permitted in the URL')]),
    ...((fragment ?? '') === '' ? [] : [fieldError.invalid(field, fragment, 'fragments are not permitted in the URL')]),
    ...((query ?? '') === '' ? [] : [fieldError.invalid(field, query, 'query parameters are not permitted in the URL')]),
  ];
}

function pathErrors(path: string, field: string): Errors {
  if (path === '/' || path === '') return [];
  if (path === '//') return [fieldError.invalid(field, path, 'segment[0] may not be empty')];
  const steps = path.slice(1).replace(/\/$/, '').split('/');
  return [
    ...(path.startsWith('/') ? [] : [fieldError.invalid(field, path, "must start with a '/'")]),
    ...steps.flatMap((step, index) =>
      step === ''
        ? [fieldError.invalid(field, path, `segment[${index}] may not be empty`)]
        : subdomainProblems(step).map((problem) => fieldError.invalid(field, path, `segment[${index}]: ${problem}`)),
    ),
  ];
}

function clientErrors(config: JsonObject, field: string): Errors {
  if (isSet(config.url) === isSet(config.service)) return [fieldError.required(field, 'exactly one of url or service is required')];
  if (isSet(config.url)) return urlErrors(text(config.url), `${field}.url`);
  const { name, namespace, port, path } = objectAt(config.service);
  const bad = typeof port === 'number' && (port < 1 || port > 65535);
  // Crossed as on a real server, which hands the two to ValidateWebhookService in the other's place.
  return [
    ...(text(namespace) === '' ? [fieldError.required(`${field}.service.name`, 'service name is required')] : []),
    ...(text(name) === '' ? [fieldError.required(`${field}.service.namespace`, 'service namespace is required')] : []),
    ...(bad ? [fieldError.invalid(`${field}.service.port`, port, 'port is not valid: must be between 1 and 65535, inclusive')] : []),
    ...(isSet(path) ? pathErrors(text(path), `${field}.service.path`) : []),
  ];
}

/** At least three labels: `hook.example.com`. Kubernetes: IsFullyQualifiedName. */
function fullNameErrors(name: string, field: string): Errors {
  if (name === '') return [fieldError.required(field, '')];
  const found = subdomainProblems(name);
  if (found.length > 0) return [fieldError.invalid(field, name, found.join(','))];
  return name.split('.').length < 3
    ? [fieldError.invalid(field, name, 'should be a domain with at least three segments separated by dots')]
    : [];
}

/** Expressions look at these; `params` only where there are some, `variables` where some are declared. */
interface Scope {
  readonly params: boolean;
  /** Those declared so far; undefined: there are no variables at all. */
  readonly variables: readonly JsonObject[] | undefined;
}

/** `variables`: an object whose fields have the types of their expressions, each of which sees those before it. */
function variablesType(declared: readonly JsonObject[], params: boolean): Type {
  const fields = new Map<string, ObjectField>();
  for (const { name, expression } of declared) {
    const known = namesFor({ params, variables: [] }).set('variables', { k: 'object', name: VARIABLES, fields: new Map(fields) });
    const compiled = compileCel(text(expression), { variables: known });
    fields.set(text(name), { name: text(name), type: compiled.ok ? compiled.value.type : { k: 'dyn' } });
  }
  return { k: 'object', name: VARIABLES, fields };
}

const VARIABLES = 'kubernetes.variables';

const namesFor = ({ params }: Scope): Map<string, Type | undefined> =>
  new Map(
    ['object', 'oldObject', 'request', 'namespaceObject', 'authorizer', ...(params ? ['params'] : [])].map((name) => [name, undefined]),
  );

/** What an expression may give; none: anything. */
const results: Readonly<Record<'bool' | 'string' | 'annotation' | 'any', readonly string[]>> = {
  bool: ['bool'],
  string: ['string'],
  annotation: ['string', 'null_type'],
  any: [],
};

function expressionErrors(
  expression: string,
  field: string,
  { result, scope }: { readonly result?: 'bool' | 'string' | 'annotation'; readonly scope: Scope },
): Errors {
  const variables = namesFor(scope);
  if (scope.variables !== undefined) variables.set('variables', variablesType(scope.variables, scope.params));
  const compiled = compileCel(expression, { variables });
  if (!compiled.ok) return [fieldError.invalid(field, expression, `compilation failed: ${compiled.error.display}`)];
  const type = formatType(compiled.value.type);
  const allowed = results[result ?? 'any'];
  if (allowed.length === 0 || allowed.includes(type)) return [];
  const wanted = allowed.length === 1 ? (allowed[0] ?? '') : `one of [${allowed.join(' ')}]`;
  return [fieldError.invalid(field, expression, `must evaluate to ${wanted} but got ${type}`)];
}

function conditionErrors(list: readonly JsonObject[], field: string, scope: Scope): Errors {
  const seen = new Set<string>();
  return list.flatMap((condition, index) => {
    const at = `${field}[${index}]`;
    const name = text(condition.name);
    const expression = text(condition.expression).trim();
    const twice = name !== '' && seen.has(name);
    seen.add(name);
    return [
      ...(expression === ''
        ? [fieldError.required(`${at}.expression`, '')]
        : expressionErrors(expression, `${at}.expression`, { result: 'bool', scope })),
      ...(name === '' ? [fieldError.required(`${at}.name`, '')] : problems(`${at}.name`, name, qualifiedNameProblems(name))),
      ...(twice ? [fieldError.duplicate(`${at}.name`, name)] : []),
    ];
  });
}

const reviewVersions = ['v1', 'v1beta1'];

function versionErrors(versions: readonly string[], field: string): Errors {
  if (versions.length === 0) return [fieldError.required(field, `must specify one of ${reviewVersions.join(', ')}`)];
  const each = versions.flatMap((version, index): Errors =>
    versions.indexOf(version) < index
      ? [fieldError.invalid(`${field}[${index}]`, version, 'duplicate version')]
      : problems(`${field}[${index}]`, version, nameProblems('label1035', version)),
  );
  return versions.some((version) => reviewVersions.includes(version))
    ? each
    : [...each, badList(field, versions, { why: `must include at least one of ${reviewVersions.join(', ')}` })];
}

function hookErrors(hook: JsonObject, field: string, looked: { readonly conditions: boolean }): Errors {
  const timeout = hook.timeoutSeconds;
  const effects = hook.sideEffects;
  const errors: FieldError[] = [
    ...fullNameErrors(text(hook.name), `${field}.name`),
    ...objects(hook.rules).flatMap((rule, index) => ruleErrors(rule, `${field}.rules[${index}]`)),
    ...chosen(hook.failurePolicy, `${field}.failurePolicy`, failurePolicies),
    ...chosen(hook.matchPolicy, `${field}.matchPolicy`, matchPolicies),
    ...(isSet(effects) ? [] : [fieldError.required(`${field}.sideEffects`, `must specify one of ${sideEffects.join(', ')}`)]),
    ...chosen(effects, `${field}.sideEffects`, sideEffects),
  ];
  if (typeof timeout === 'number' && (timeout > 30 || timeout < 1))
    errors.push(fieldError.invalid(`${field}.timeoutSeconds`, timeout, 'the timeout value must be between 1 and 30 seconds'));
  for (const name of ['namespaceSelector', 'objectSelector'])
    if (isSet(hook[name])) errors.push(...selectorErrors(hook[name], `${field}.${name}`));
  errors.push(
    ...chosen(hook.reinvocationPolicy, `${field}.reinvocationPolicy`, ['IfNeeded', 'Never']),
    ...clientErrors(objectAt(hook.clientConfig), `${field}.clientConfig`),
  );
  if (looked.conditions)
    errors.push(...conditionErrors(objects(hook.matchConditions), `${field}.matchConditions`, { params: false, variables: undefined }));
  return [...errors, ...versionErrors(texts(hook.admissionReviewVersions), `${field}.admissionReviewVersions`)];
}

function configurationErrors(object: KubeObject, looked: { readonly conditions: boolean }): Errors {
  const seen = new Set<string>();
  return objects(object.webhooks).flatMap((hook, index) => {
    const name = text(hook.name);
    const twice = name !== '' && seen.has(name);
    seen.add(name);
    const field = `webhooks[${index}]`;
    return [...hookErrors(hook, field, looked), ...(twice ? [fieldError.duplicate(`${field}.name`, name)] : [])];
  });
}

export const webhookErrors = (object: KubeObject): Errors => configurationErrors(object, { conditions: true });

/** Conditions that did not change are not read again. */
export function webhookUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const conditions = (object: KubeObject): Json => objects(object.webhooks).map((hook) => hook.matchConditions ?? null);
  return configurationErrors(next, { conditions: !sameJson(conditions(next), conditions(live)) });
}

function paramKindErrors(kind: JsonObject, field: string): Errors {
  const version = text(kind.apiVersion);
  const name = text(kind.kind);
  const parsed = parseApiVersion(version);
  const versionOf = (): Errors => {
    if (version === '') return [fieldError.required(`${field}.apiVersion`, '')];
    if (version.split('/').length > 2)
      return [fieldError.invalid(`${field}.apiVersion`, version, `unexpected GroupVersion string: ${version}`)];
    const group = parsed.group === '' ? [] : subdomainProblems(parsed.group);
    const minor = nameProblems('label1035', parsed.version);
    return [
      ...(group.length === 0 ? [] : [fieldError.invalid(`${field}.apiVersion`, parsed.group, group.join(','))]),
      ...(minor.length === 0 ? [] : [fieldError.invalid(`${field}.apiVersion`, parsed.version, minor.join(','))]),
    ];
  };
  const wrong = name === '' ? [] : nameProblems('label1035', name.toLowerCase());
  return [
    ...versionOf(),
    ...(name === '' ? [fieldError.required(`${field}.kind`, '')] : []),
    ...(wrong.length === 0
      ? []
      : [fieldError.invalid(`${field}.kind`, name, `may have mixed case, but should otherwise match: ${wrong.join(',')}`)]),
  ];
}

function matchErrors(match: JsonObject, field: string): Errors {
  const rules = (name: string): Errors =>
    objects(match[name]).flatMap((rule, index) => {
      const at = `${field}.${name}[${index}]`;
      const resourceNames = texts(rule.resourceNames);
      return [
        ...resourceNames.flatMap((value, place) => [
          ...problems(`${at}.resourceNames[${place}]`, value, nameProblems('path', value)),
          ...(resourceNames.indexOf(value) < place ? [fieldError.duplicate(`${at}.resourceNames[${place}]`, value)] : []),
        ]),
        ...ruleErrors(rule, at),
      ];
    });
  return [
    ...chosen(match.matchPolicy, `${field}.matchPolicy`, matchPolicies),
    ...selectorErrors(match.namespaceSelector, `${field}.namespaceSelector`),
    ...selectorErrors(match.objectSelector, `${field}.objectSelector`),
    ...rules('resourceRules'),
    ...rules('excludeResourceRules'),
  ];
}

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];

function validationErrors(validation: JsonObject, field: string, scope: Scope): Errors {
  const expression = text(validation.expression);
  const told = text(validation.messageExpression);
  const message = text(validation.message);
  return [
    ...(expression.trim() === ''
      ? [fieldError.required(`${field}.expression`, 'expression is not specified')]
      : expressionErrors(expression, `${field}.expression`, { result: 'bool', scope })),
    ...(told === ''
      ? []
      : told.trim() === ''
        ? [fieldError.invalid(`${field}.messageExpression`, told, 'must be non-empty if specified')]
        : expressionErrors(told, `${field}.messageExpression`, { result: 'string', scope })),
    ...(message !== '' && message.trim() === ''
      ? [fieldError.invalid(`${field}.message`, message, 'message must be non-empty if specified')]
      : []),
    ...(/[\n\r]/.test(message.trim()) ? [fieldError.invalid(`${field}.message`, message, 'message must not contain line breaks')] : []),
    ...chosen(validation.reason, `${field}.reason`, reasons),
  ];
}

function variableErrors(variables: readonly JsonObject[], scope: Scope): Errors {
  const declared = scope.variables ?? [];
  return variables.flatMap((variable, index) => {
    const field = `spec.variables[${index}]`;
    const name = text(variable.name);
    const expression = text(variable.expression);
    const isIdentifier = /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name);
    return [
      ...(name.trim() === '' ? [fieldError.required(`${field}.name`, 'name is not specified')] : []),
      ...(name.trim() === '' || isIdentifier ? [] : [fieldError.invalid(`${field}.name`, name, 'name is not a valid CEL identifier')]),
      ...(expression.trim() === ''
        ? [fieldError.required(`${field}.expression`, 'expression is not specified')]
        : expressionErrors(expression, `${field}.expression`, { scope: { ...scope, variables: declared.slice(0, index) } })),
    ];
  });
}

function annotationErrors(annotations: readonly JsonObject[], policy: string, scope: Scope): Errors {
  const seen = new Set<string>();
  return annotations.flatMap((annotation, index) => {
    const field = `spec.auditAnnotations[${index}]`;
    const key = text(annotation.key);
    const expression = text(annotation.valueExpression).trim();
    const twice = seen.has(key);
    seen.add(key);
    return [
      ...(policy === ''
        ? [fieldError.invalid(`${field}.key`, key, 'requires metadata.name be non-empty')]
        : problems(`${field}.key`, `${policy}/${key}`, qualifiedNameProblems(`${policy}/${key}`))),
      ...(expression === ''
        ? [fieldError.required(`${field}.valueExpression`, 'valueExpression is not specified')]
        : expressionErrors(expression, `${field}.valueExpression`, { result: 'annotation', scope })),
      ...(twice ? [fieldError.duplicate(`${field}.key`, key)] : []),
    ];
  });
}

const NOTHING = 'validations or auditAnnotations must contain at least one item';

function specErrors(object: KubeObject, looked: { readonly conditions: boolean }): Errors {
  const spec = objectAt(object.spec);
  const variables = objects(spec.variables);
  const params = isSet(spec.paramKind);
  const scope: Scope = { params, variables: variables.length === 0 ? undefined : variables };
  const [validations, annotations] = [objects(spec.validations), objects(spec.auditAnnotations)];
  const none = validations.length + annotations.length === 0;
  const match = objectAt(spec.matchConstraints);
  return [
    ...chosen(spec.failurePolicy, 'spec.failurePolicy', failurePolicies),
    ...(params ? paramKindErrors(objectAt(spec.paramKind), 'spec.paramKind') : []),
    ...(isSet(spec.matchConstraints) ? matchErrors(match, 'spec.matchConstraints') : [fieldError.required('spec.matchConstraints', '')]),
    ...(isSet(spec.matchConstraints) && objects(match.resourceRules).length === 0
      ? [fieldError.required('spec.matchConstraints.resourceRules', '')]
      : []),
    ...(looked.conditions ? conditionErrors(objects(spec.matchConditions), 'spec.matchConditions', { params, variables: undefined }) : []),
    ...variableErrors(variables, scope),
    ...(none ? [fieldError.required('spec.validations', NOTHING), fieldError.required('spec.auditAnnotations', NOTHING)] : []),
    ...validations.flatMap((validation, index) => validationErrors(validation, `spec.validations[${index}]`, scope)),
    ...annotationErrors(annotations, object.metadata.name ?? '', scope),
  ];
}

export const policyErrors = (object: KubeObject): Errors => specErrors(object, { conditions: true });

export function policyUpdateErrors(next: KubeObject, live: KubeObject): Errors {
  const of = ({ spec }: KubeObject): Json => [objectAt(spec).paramKind ?? null, objectAt(spec).matchConditions ?? null];
  return specErrors(next, { conditions: !sameJson(of(next), of(live)) });
}

function paramReferenceErrors(reference: JsonObject, field: string): Errors {
  const name = text(reference.name);
  const exclusive = 'name and selector are mutually exclusive';
  const selects = isSet(reference.selector);
  const action = text(reference.parameterNotFoundAction);
  return [
    ...(name === '' ? [] : problems(`${field}.name`, name, nameProblems('path', name))),
    ...(name !== '' && selects ? [fieldError.forbidden(`${field}.name`, exclusive)] : []),
    ...(selects ? selectorErrors(reference.selector, `${field}.selector`) : []),
    ...(name !== '' && selects ? [fieldError.forbidden(`${field}.selector`, exclusive)] : []),
    ...(name === '' && !selects ? [fieldError.required(field, 'one of name or selector must be specified')] : []),
    ...(action === ''
      ? [fieldError.required(`${field}.parameterNotFoundAction`, '')]
      : chosen(action, `${field}.parameterNotFoundAction`, ['Deny', 'Allow'])),
  ];
}

const TWICE =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';

export function policyBindingErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const name = text(spec.policyName);
  const actions = texts(spec.validationActions);
  const field = 'spec.validationActions';
  return [
    ...(name === '' ? [fieldError.required('spec.policyName', '')] : problems('spec.policyName', name, subdomainProblems(name))),
    ...(isSet(spec.paramRef) ? paramReferenceErrors(objectAt(spec.paramRef), 'spec.paramRef') : []),
    ...(isSet(spec.matchResources) ? matchErrors(objectAt(spec.matchResources), 'spec.matchResources') : []),
    ...actions.flatMap((action, index) => [
      ...chosen(action, `${field}[${index}]`, ['Audit', 'Deny', 'Warn']),
      ...(actions.indexOf(action) < index ? [fieldError.duplicate(`${field}[${index}]`, action)] : []),
    ]),
    ...(actions.includes('Deny') && actions.includes('Warn')
      ? [badList(field, actions, { type: 'admissionregistration.ValidationAction', why: TWICE })]
      : []),
    ...(actions.length === 0 ? [fieldError.required(field, 'at least one validation action is required')] : []),
  ];
}
