/** Who waits for the API server, and how long. Kubernetes: pkg/apis/flowcontrol/validation. */
import { isSet, type Json, type JsonObject, type KubeObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { labelProblems, subdomainProblems } from '../meta/index.ts';
import { fieldError } from '../status/index.ts';
import { badList, type Errors, goList, problems } from './checks.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

const wildcard = (list: readonly string[], field: string, what: string): Errors =>
  list.length > 1 && list.includes('*') ? [badList(field, list, { why: `if '*' is present, must not specify other ${what}` })] : [];

function verbErrors(list: readonly string[], field: string): Errors {
  if (list.length === 0) return [fieldError.required(field, 'verbs must contain at least one value')];
  if (list.includes('*')) return wildcard(list, field, 'verbs');
  if (list.every((verb) => verbs.includes(verb))) return [];
  const supported = verbs.map((verb) => JSON.stringify(verb)).join(', ');
  return [fieldError.raw('NotSupported', field, `Unsupported value: ${goList('string', list)}: supported values: ${supported}`)];
}

function pathErrors(path: string, field: string): Errors {
  const stars = path.split('*').length - 1;
  const why =
    path === ''
      ? 'must not be empty'
      : path === '/'
        ? ''
        : !path.startsWith('/')
          ? 'must start with slash'
          : path.includes(' ')
            ? 'must not contain white-space'
            : path.includes('//')
              ? 'must not contain double slash'
              : stars > 1 || (stars === 1 && !path.endsWith('/*'))
                ? 'wildcard can only do suffix matching'
                : '';
  return why === '' ? [] : [fieldError.invalid(field, path, why)];
}

function otherRuleErrors(rule: JsonObject, field: string): Errors {
  const urls = texts(rule.nonResourceURLs);
  const at = `${field}.nonResourceURLs`;
  const listed =
    urls.length === 0
      ? [fieldError.required(at, 'nonResourceURLs must contain at least one value')]
      : urls.includes('*')
        ? wildcard(urls, at, 'non-resource URLs')
        : urls.flatMap((url, index) => pathErrors(url, `${at}[${index}]`));
  return [...verbErrors(texts(rule.verbs), `${field}.verbs`), ...listed];
}

function ruleErrors(rule: JsonObject, field: string): Errors {
  const [groups, resources, namespaces] = [texts(rule.apiGroups), texts(rule.resources), texts(rule.namespaces)];
  const at = `${field}.namespaces`;
  const spaces =
    namespaces.length === 0 && rule.clusterScope !== true
      ? [fieldError.required(at, 'resource rules that are not cluster scoped must supply at least one namespace')]
      : namespaces.includes('*')
        ? wildcard(namespaces, at, 'namespaces')
        : namespaces.flatMap((name, index) =>
            labelProblems(name).map((problem) =>
              fieldError.invalid(`${at}[${index}]`, name, `each member of this list must be '*' or a DNS-1123 label; ${problem}`),
            ),
          );
  return [
    ...verbErrors(texts(rule.verbs), `${field}.verbs`),
    ...(groups.length === 0
      ? [fieldError.required(`${field}.apiGroups`, 'resource rules must supply at least one api group')]
      : wildcard(groups, `${field}.apiGroups`, 'api groups')),
    ...(resources.length === 0
      ? [fieldError.required(`${field}.resources`, 'resource rules must supply at least one resource')]
      : wildcard(resources, `${field}.resources`, 'resources')),
    ...spaces,
  ];
}

/** A kind of subject and the field that tells of it. */
const subjects: readonly (readonly [kind: string, field: string])[] = [
  ['User', 'user'],
  ['Group', 'group'],
  ['ServiceAccount', 'serviceAccount'],
];

function subjectErrors(subject: JsonObject, field: string): Errors {
  const kind = text(subject.kind);
  const found = subjects.find(([name]) => name === kind);
  if (found === undefined) return [fieldError.notSupported(`${field}.kind`, kind, ['Group', 'ServiceAccount', 'User'])];
  const [, key] = found;
  const others = subjects
    .filter(([, other]) => other !== key && isSet(subject[other]))
    .map(([name, other]) => fieldError.forbidden(`${field}.${other}`, `${other} is forbidden when subject kind is not '${name}'`));
  const at = `${field}.${key}`;
  if (!isSet(subject[key])) return [fieldError.required(at, `${key} is required when subject kind is '${kind}'`), ...others];
  const { name, namespace } = objectAt(subject[key]);
  const named = text(name) === '' ? [fieldError.required(`${at}.name`, '')] : [];
  if (kind !== 'ServiceAccount') return [...named, ...others];
  const space = text(namespace);
  return [
    ...named,
    ...(text(name) === '' || text(name) === '*' ? [] : problems(`${at}.name`, text(name), subdomainProblems(text(name)))),
    ...(space === ''
      ? [fieldError.required(`${at}.namespace`, 'must specify namespace for service account')]
      : problems(`${at}.namespace`, space, labelProblems(space))),
    ...others,
  ];
}

function policyErrors(rule: JsonObject, field: string): Errors {
  const [who, resources, urls] = [objects(rule.subjects), objects(rule.resourceRules), objects(rule.nonResourceRules)];
  return [
    ...(who.length === 0 ? [fieldError.required(`${field}.subjects`, 'subjects must contain at least one value')] : []),
    ...who.flatMap((subject, index) => subjectErrors(subject, `${field}.subjects[${index}]`)),
    ...(resources.length + urls.length === 0
      ? [fieldError.required(field, 'at least one of resourceRules and nonResourceRules has to be non-empty')]
      : []),
    ...resources.flatMap((one, index) => ruleErrors(one, `${field}.resourceRules[${index}]`)),
    ...urls.flatMap((one, index) => otherRuleErrors(one, `${field}.nonResourceRules[${index}]`)),
  ];
}

const MAX_PRECEDENCE = 10_000;

export function flowSchemaErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const precedence = typeof spec.matchingPrecedence === 'number' ? spec.matchingPrecedence : 0;
  const level = text(objectAt(spec.priorityLevelConfiguration).name);
  const method = text(objectAt(spec.distinguisherMethod).type);
  const at = 'spec.matchingPrecedence';
  const levelAt = 'spec.priorityLevelConfiguration.name';
  const shown = `flowcontrol.FlowDistinguisherMethod{Type:${JSON.stringify(method)}}`;
  return [
    ...(precedence <= 0 ? [fieldError.invalid(at, precedence, 'must be a positive value')] : []),
    ...(precedence > MAX_PRECEDENCE ? [fieldError.invalid(at, precedence, `must not be greater than ${MAX_PRECEDENCE}`)] : []),
    ...(precedence === 1 && object.metadata.name !== 'exempt'
      ? [fieldError.invalid(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1")]
      : []),
    ...(isSet(spec.distinguisherMethod) && !['ByNamespace', 'ByUser'].includes(method)
      ? [
          fieldError.raw(
            'NotSupported',
            'spec.distinguisherMethod.type',
            `Unsupported value: ${shown}: supported values: "ByNamespace", "ByUser"`,
          ),
        ]
      : []),
    ...(level === ''
      ? [fieldError.required(levelAt, 'must reference a priority level')]
      : problems(levelAt, level, subdomainProblems(level))),
    ...objects(spec.rules).flatMap((rule, index) => policyErrors(rule, `spec.rules[${index}]`)),
  ];
}

const MAX_QUEUES = 10_000_000;
const HASH_BITS = 60;
const numberOf = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

function handErrors(queues: number, hand: number, field: string): Errors {
  const bits = Math.ceil(Math.log2(queues) * hand);
  const why =
    hand <= 0
      ? 'must be positive'
      : hand > queues
        ? `should not be greater than queues (${queues})`
        : bits > HASH_BITS
          ? `required entropy bits of deckSize ${queues} and handSize ${hand} should not be greater than ${HASH_BITS}`
          : '';
  return why === '' ? [] : [fieldError.invalid(field, hand, why)];
}

function queuingErrors(queuing: JsonObject, field: string): Errors {
  const [length, queues, hand] = [numberOf(queuing.queueLengthLimit), numberOf(queuing.queues), numberOf(queuing.handSize)];
  return [
    ...(length <= 0 ? [fieldError.invalid(`${field}.queueLengthLimit`, length, 'must be positive')] : []),
    ...(queues <= 0
      ? [fieldError.invalid(`${field}.queues`, queues, 'must be positive')]
      : queues > MAX_QUEUES
        ? [fieldError.invalid(`${field}.queues`, queues, `must not be greater than ${MAX_QUEUES}`)]
        : []),
    ...handErrors(queues, hand, `${field}.handSize`),
  ];
}

function responseErrors(response: JsonObject, field: string): Errors {
  const at = `${field}.queuing`;
  const queued = isSet(response.queuing);
  switch (response.type) {
    case 'Reject':
      return queued ? [fieldError.forbidden(at, 'must be nil if limited.limitResponse.type is not Limited')] : [];
    case 'Queue':
      return queued
        ? queuingErrors(objectAt(response.queuing), at)
        : [fieldError.required(at, 'must not be empty if limited.limitResponse.type is Limited')];
    default:
      return [fieldError.notSupported(`${field}.type`, text(response.type), ['Queue', 'Reject'])];
  }
}

function shareErrors(part: JsonObject, field: string): Errors {
  const [shares, lent] = [numberOf(part.nominalConcurrencyShares), numberOf(part.lendablePercent)];
  return [
    ...(shares < 0 ? [fieldError.invalid(`${field}.nominalConcurrencyShares`, shares, 'must be a non-negative integer')] : []),
    ...(lent < 0 || lent > 100 ? [fieldError.invalid(`${field}.lendablePercent`, lent, 'must be between 0 and 100, inclusive')] : []),
  ];
}

function limitedErrors(limited: JsonObject, field: string): Errors {
  const borrowed = numberOf(limited.borrowingLimitPercent);
  const [shares, ...lent] = shareErrors(limited, field);
  const inOrder = shares === undefined ? [] : [shares];
  return [
    ...inOrder,
    ...responseErrors(objectAt(limited.limitResponse), `${field}.limitResponse`),
    ...lent,
    ...(borrowed < 0
      ? [fieldError.invalid(`${field}.borrowingLimitPercent`, borrowed, 'if specified, must be a non-negative integer')]
      : []),
  ];
}

export function priorityLevelErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const type = text(spec.type);
  const isExempt = object.metadata.name === 'exempt';
  const named =
    isExempt === (type === 'Exempt')
      ? []
      : [fieldError.invalid('spec.type', type, "type must be 'Exempt' if and only if name is 'exempt'")];
  switch (type) {
    case 'Exempt':
      return [
        ...named,
        ...(isSet(spec.limited) ? [fieldError.forbidden('spec.limited', 'must be nil if the type is not Limited')] : []),
        ...shareErrors(objectAt(spec.exempt), 'spec.exempt'),
      ];
    case 'Limited':
      return [
        ...named,
        ...(isSet(spec.exempt) ? [fieldError.forbidden('spec.exempt', 'must be nil if the type is Limited')] : []),
        ...(isSet(spec.limited)
          ? limitedErrors(objectAt(spec.limited), 'spec.limited')
          : [fieldError.required('spec.limited', 'must not be empty when type is Limited')]),
      ];
    default:
      return [...named, fieldError.notSupported('spec.type', type, ['Exempt', 'Limited'])];
  }
}
