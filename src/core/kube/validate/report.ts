/** Conditions and amounts that controllers report about claims, budgets and nodes. Kubernetes: apimachinery pkg/apis/meta/v1/validation, core/validation. */
import { type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { qualifiedNameProblems } from '../meta/index.ts';
import { fieldError } from '../status/index.ts';
import { type Errors, nanosOf, problems, shownQuantity } from './checks.ts';

const MAX_REASON = 1024;
const MAX_MESSAGE = 32_768;
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const reasonPattern = new RegExp(`^${REASON}$`);
const REASON_HINT = `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${REASON}')`;

function reasonErrors(reason: string, field: string): Errors {
  if (reason === '') return [fieldError.required(field, 'must be set')];
  const long = reason.length > MAX_REASON ? [fieldError.tooLong(field, MAX_REASON)] : [];
  return reasonPattern.test(reason) ? long : [fieldError.invalid(field, reason, REASON_HINT), ...long];
}

/** Conditions of the common form. Kubernetes: metav1validation.ValidateConditions. */
export function conditionsErrors(value: Json | undefined, field: string): Errors {
  const seen = new Map<string, number>();
  return objects(value).flatMap((condition, index) => {
    const at = `${field}[${index}]`;
    const type = text(condition.type);
    const first = seen.get(type);
    if (first === undefined) seen.set(type, index);
    const status = text(condition.status);
    const observed = condition.observedGeneration;
    return [
      ...(first === undefined ? [] : [fieldError.duplicate(`${at}.type`, type)]),
      ...problems(`${at}.type`, type, qualifiedNameProblems(type)),
      ...(['False', 'True', 'Unknown'].includes(status)
        ? []
        : [fieldError.notSupported(`${at}.status`, status, ['False', 'True', 'Unknown'])]),
      ...(typeof observed === 'number' && observed < 0
        ? [fieldError.invalid(`${at}.observedGeneration`, observed, 'must be greater than or equal to zero')]
        : []),
      ...(text(condition.lastTransitionTime) === '' ? [fieldError.required(`${at}.lastTransitionTime`, 'must be set')] : []),
      ...reasonErrors(text(condition.reason), `${at}.reason`),
      ...(text(condition.message).length > MAX_MESSAGE ? [fieldError.tooLong(`${at}.message`, MAX_MESSAGE)] : []),
    ];
  });
}

/** Amounts that are none below zero. Kubernetes: validateBasicResource. */
export const basicAmountErrors = (value: Json | undefined, field: string): Errors =>
  Object.entries(objectAt(value)).flatMap(([name, amount]) =>
    nanosOf(amount) < 0n
      ? [fieldError.raw('Invalid', `${field}[${name}]`, `Invalid value: ${shownQuantity(amount)}: must be a valid resource quantity`)]
      : [],
  );

const resizeStates = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
];

function claimKeyErrors(name: string, field: string): Errors {
  const wrong = problems(field, name, qualifiedNameProblems(name));
  if (wrong.length > 0) return wrong;
  const native = !name.includes('/') || name.startsWith('kubernetes.io/');
  return native && name !== 'storage' ? [fieldError.notSupported(field, name, ['storage'])] : [];
}

export function claimStatusErrors(status: JsonObject): Errors {
  const states = 'status.allocatedResourceStatus';
  const allocated = 'status.allocatedResources';
  return [
    ...basicAmountErrors(status.capacity, 'status.capacity'),
    ...Object.entries(objectAt(status.allocatedResourceStatuses)).flatMap(([name, state]) => [
      ...claimKeyErrors(name, states),
      ...(resizeStates.includes(text(state))
        ? []
        : [
            fieldError.raw(
              'NotSupported',
              states,
              `Unsupported value: ${name}: supported values: ${resizeStates.map((one) => JSON.stringify(one)).join(', ')}`,
            ),
          ]),
    ]),
    ...Object.entries(objectAt(status.allocatedResources)).flatMap(([name, amount]) => {
      const wrong = claimKeyErrors(name, allocated);
      return wrong.length > 0 ? wrong : basicAmountErrors({ [name]: amount ?? null }, allocated);
    }),
  ];
}

const whole: ReadonlySet<string> = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);

/** What a node has and gives: no less than nothing, and of what is counted no parts. Kubernetes: ValidateNodeResources. */
export function nodeStatusErrors(status: JsonObject): Errors {
  const amounts = ['capacity', 'allocatable'].flatMap((list) =>
    Object.entries(objectAt(status[list])).flatMap(([name, amount]) => {
      const field = `status.${list}.${name}`;
      const nanos = nanosOf(amount);
      if (nanos < 0n) return [fieldError.invalid(field, shownQuantity(amount), 'must be greater than or equal to 0')];
      const counted = whole.has(name) && nanos % 1_000_000_000n !== 0n;
      return counted ? [fieldError.raw('Invalid', field, `Invalid value: ${shownQuantity(amount)}: must be an integer`)] : [];
    }),
  );
  const seen = new Set<string>();
  const twice = objects(status.addresses).flatMap(({ type, address }, index) => {
    const key = `${text(type)} ${text(address)}`;
    const known = seen.has(key);
    seen.add(key);
    const shown = `core.NodeAddress{Type:${JSON.stringify(text(type))}, Address:${JSON.stringify(text(address))}}`;
    return known ? [fieldError.raw('Duplicate', `status.addresses[${index}]`, `Duplicate value: ${shown}`)] : [];
  });
  return [...amounts, ...twice];
}
