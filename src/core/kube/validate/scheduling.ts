/** Where Pods may run: affinity, spreading, tolerations, gates. Kubernetes: validateAffinity, validateTopologySpreadConstraints, ValidateTolerations. */
import { isSet, type Json, type JsonObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { labelProblems, labelValueProblems, qualifiedNameProblems, subdomainProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { type Errors, problems, selectorErrors } from './checks.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const NEEDS_EXISTS = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';

export function tolerationErrors(spec: JsonObject, field: string): Errors {
  return objects(spec.tolerations).flatMap((toleration, index) => {
    const path = `${field}.tolerations[${index}]`;
    const errors: FieldError[] = [];
    const [key, operator, value, effect] = ['key', 'operator', 'value', 'effect'].map((name) => text(toleration[name])) as [
      string,
      string,
      string,
      string,
    ];
    if (key !== '') errors.push(...problems(`${path}.key`, key, qualifiedNameProblems(key)));
    if (key === '' && operator !== 'Exists') errors.push(fieldError.invalid(`${path}.operator`, operator, NEEDS_EXISTS));
    if (isSet(toleration.tolerationSeconds) && effect !== 'NoExecute')
      errors.push(fieldError.invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    if (operator === 'Exists' && value !== '')
      errors.push(fieldError.invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    if (operator === 'Equal' || operator === '') {
      const wrong = labelValueProblems(value);
      if (wrong.length > 0) errors.push(fieldError.invalid(`${path}.operator`, value, wrong.join(';')));
    } else if (operator !== 'Exists') errors.push(fieldError.notSupported(`${path}.operator`, operator, ['Equal', 'Exists']));
    if (effect !== '' && !effects.includes(effect)) errors.push(fieldError.notSupported(`${path}.effect`, effect, effects));
    return errors;
  });
}

const POSITIVE = 'must be greater than zero';
const WHEN = ['DoNotSchedule', 'ScheduleAnyway'];

function labelKeyErrors(keys: readonly string[], selector: Json | undefined, field: string): Errors {
  if (keys.length === 0) return [];
  return isSet(selector)
    ? keys.flatMap((key, index) => problems(`${field}[${index}]`, key, qualifiedNameProblems(key)))
    : [fieldError.forbidden(field, 'must not be specified when labelSelector is not set')];
}

const keysOf = (selector: Json | undefined): ReadonlySet<string> =>
  new Set([
    ...Object.keys(objectAt(objectAt(selector).matchLabels)),
    ...objects(objectAt(selector).matchExpressions).map(({ key }) => text(key)),
  ]);

function spreadKeyErrors(constraint: JsonObject, field: string): Errors {
  const keys = texts(constraint.matchLabelKeys);
  if (keys.length === 0) return [];
  const known = keysOf(constraint.labelSelector);
  return [
    ...(isSet(constraint.labelSelector) ? [] : [fieldError.forbidden(field, 'must not be specified when labelSelector is not set')]),
    ...keys.flatMap((key, index) => [
      ...problems(`${field}[${index}]`, key, qualifiedNameProblems(key)),
      ...(known.has(key) ? [fieldError.invalid(`${field}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector')] : []),
    ]),
  ];
}

function domainErrors(constraint: JsonObject, field: string): Errors {
  const { minDomains } = constraint;
  const when = text(constraint.whenUnsatisfiable);
  if (typeof minDomains !== 'number') return [];
  return [
    ...(minDomains <= 0 ? [fieldError.invalid(field, minDomains, POSITIVE)] : []),
    ...(when === 'DoNotSchedule'
      ? []
      : [fieldError.invalid(field, minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${when}`)]),
  ];
}

export function spreadErrors(spec: JsonObject, field: string): Errors {
  const list = objects(spec.topologySpreadConstraints);
  return list.flatMap((constraint, index) => {
    const path = `${field}.topologySpreadConstraints[${index}]`;
    const { maxSkew: skew = 0 } = constraint;
    const [key, when] = [text(constraint.topologyKey), text(constraint.whenUnsatisfiable)];
    const again = list.slice(index + 1).some((other) => text(other.topologyKey) === key && text(other.whenUnsatisfiable) === when);
    const included = ['nodeAffinityPolicy', 'nodeTaintsPolicy'].filter(
      (name) => isSet(constraint[name]) && !['Honor', 'Ignore'].includes(text(constraint[name])),
    );
    return [
      ...(typeof skew === 'number' && skew <= 0 ? [fieldError.invalid(`${path}.maxSkew`, skew, POSITIVE)] : []),
      ...(key === '' ? [fieldError.required(`${path}.topologyKey`, 'can not be empty')] : []),
      ...(WHEN.includes(when) ? [] : [fieldError.notSupported(`${path}.whenUnsatisfiable`, when, WHEN)]),
      ...(again ? [fieldError.duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, `{${key}, ${when}}`)] : []),
      ...domainErrors(constraint, `${path}.minDomains`),
      ...included.map((name) => fieldError.notSupported(`${path}.${name}`, text(constraint[name]), ['Honor', 'Ignore'])),
      ...spreadKeyErrors(constraint, `${path}.matchLabelKeys`),
      ...(isSet(constraint.labelSelector) ? selectorErrors(constraint.labelSelector, `${path}.labelSelector`) : []),
    ];
  });
}

/** A requirement on labels of nodes; what is only preferred may name values that no label can have. */
function requirementErrors(item: JsonObject, field: string, values: 'checked' | 'any'): Errors {
  const operator = text(item.operator);
  const list = texts(item.values);
  const wrong: FieldError[] = [];
  if ((operator === 'In' || operator === 'NotIn') && list.length === 0)
    wrong.push(fieldError.required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  if ((operator === 'Exists' || operator === 'DoesNotExist') && list.length > 0)
    wrong.push(fieldError.forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  if ((operator === 'Gt' || operator === 'Lt') && list.length !== 1)
    wrong.push(fieldError.required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
  if (!['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'].includes(operator))
    wrong.push(fieldError.invalid(`${field}.operator`, operator, 'not a valid selector operator'));
  return [
    ...wrong,
    ...problems(`${field}.key`, text(item.key), qualifiedNameProblems(text(item.key))),
    ...(values === 'any' ? [] : list.flatMap((value, index) => problems(`${field}.values[${index}]`, value, labelValueProblems(value)))),
  ];
}

function fieldRequirementErrors(item: JsonObject, field: string): Errors {
  const [operator, key, list] = [text(item.operator), text(item.key), texts(item.values)];
  const known = operator === 'In' || operator === 'NotIn';
  const only = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
  return [
    ...(known ? [] : [fieldError.invalid(`${field}.operator`, operator, 'not a valid selector operator')]),
    ...(known && list.length !== 1 ? [fieldError.required(`${field}.values`, only)] : []),
    ...(key === 'metadata.name'
      ? list.flatMap((value, index) => problems(`${field}.values[${index}]`, value, subdomainProblems(value)))
      : [fieldError.invalid(`${field}.key`, key, 'not a valid field selector key')]),
  ];
}

const termErrors = (term: JsonObject, field: string, values: 'checked' | 'any'): Errors => [
  ...objects(term.matchExpressions).flatMap((item, at) => requirementErrors(item, `${field}.matchExpressions[${at}]`, values)),
  ...objects(term.matchFields).flatMap((item, at) => fieldRequirementErrors(item, `${field}.matchFields[${at}]`)),
];

/** The terms of which a node has to meet one. */
export function nodeSelectorErrors(selector: JsonObject, field: string): Errors {
  const terms = objects(selector.nodeSelectorTerms);
  const at = `${field}.nodeSelectorTerms`;
  if (terms.length === 0) return [fieldError.required(at, 'must have at least one node selector term')];
  return terms.flatMap((term, index) => termErrors(term, `${at}[${index}]`, 'checked'));
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function weightErrors(weight: Json | undefined, field: string): Errors {
  const value = typeof weight === 'number' ? weight : 0;
  return value <= 0 || value > 100 ? [fieldError.invalid(field, value, 'must be in the range 1-100')] : [];
}

const nodeAffinityErrors = (affinity: JsonObject, field: string): Errors => [
  ...(isSet(affinity[REQUIRED]) ? nodeSelectorErrors(objectAt(affinity[REQUIRED]), `${field}.${REQUIRED}`) : []),
  ...objects(affinity[PREFERRED]).flatMap((term, index) => {
    const at = `${field}.${PREFERRED}[${index}]`;
    return [...weightErrors(term.weight, `${at}.weight`), ...termErrors(objectAt(term.preference), `${at}.preference`, 'any')];
  }),
];

function podTermErrors(term: JsonObject, field: string): Errors {
  const [matching, mismatching] = [texts(term.matchLabelKeys), texts(term.mismatchLabelKeys)];
  const topology = text(term.topologyKey);
  return [
    ...(isSet(term.labelSelector) ? selectorErrors(term.labelSelector, `${field}.labelSelector`) : []),
    ...(isSet(term.namespaceSelector) ? selectorErrors(term.namespaceSelector, `${field}.namespaceSelector`) : []),
    ...texts(term.namespaces).flatMap((name) => problems(`${field}.namespace`, name, labelProblems(name))),
    ...labelKeyErrors(matching, term.labelSelector, `${field}.matchLabelKeys`),
    ...labelKeyErrors(mismatching, term.labelSelector, `${field}.mismatchLabelKeys`),
    ...matching.flatMap((key, index) =>
      mismatching.includes(key)
        ? [fieldError.invalid(`${field}.matchLabelKeys[${index}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys')]
        : [],
    ),
    ...(topology === '' ? [fieldError.required(`${field}.topologyKey`, 'can not be empty')] : []),
    ...problems(`${field}.topologyKey`, topology, qualifiedNameProblems(topology)),
  ];
}

const podAffinityErrors = (affinity: JsonObject, field: string): Errors => [
  ...objects(affinity[REQUIRED]).flatMap((term, index) => podTermErrors(term, `${field}.${REQUIRED}[${index}]`)),
  ...objects(affinity[PREFERRED]).flatMap((term, index) => {
    const at = `${field}.${PREFERRED}[${index}]`;
    return [...weightErrors(term.weight, `${at}.weight`), ...podTermErrors(objectAt(term.podAffinityTerm), `${at}.podAffinityTerm`)];
  }),
];

export function affinityErrors(spec: JsonObject, field: string): Errors {
  const affinity = objectAt(spec.affinity);
  const at = `${field}.affinity`;
  return [
    ...nodeAffinityErrors(objectAt(affinity.nodeAffinity), `${at}.nodeAffinity`),
    ...podAffinityErrors(objectAt(affinity.podAffinity), `${at}.podAffinity`),
    ...podAffinityErrors(objectAt(affinity.podAntiAffinity), `${at}.podAntiAffinity`),
  ];
}

export function gateErrors(spec: JsonObject, field: string): Errors {
  const names = objects(spec.schedulingGates).map(({ name }) => text(name));
  return [
    ...objects(spec.readinessGates).flatMap(({ conditionType }, index) =>
      problems(`${field}.readinessGates[${index}].conditionType`, text(conditionType), qualifiedNameProblems(text(conditionType))),
    ),
    ...names.flatMap((name, index) => {
      const at = `${field}.schedulingGates[${index}]`;
      return [...problems(at, name, qualifiedNameProblems(name)), ...(names.indexOf(name) < index ? [fieldError.duplicate(at, name)] : [])];
    }),
  ];
}
