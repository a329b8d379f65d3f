/** Who may speak to whom. Kubernetes: pkg/apis/networking/validation ValidateNetworkPolicySpec. */
import { holds, masked, parseNetwork } from '../../go/netip/index.ts';
import { isSet, type JsonObject, type KubeObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { portNameProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { badList, type Errors, portNumber, problems, selectorErrors } from './checks.ts';

const CIDR_HINT = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

function portErrors(port: JsonObject, field: string): Errors {
  const { port: first, endPort: last } = port;
  const at = `${field}.endPort`;
  const known = !isSet(port.protocol) || ['TCP', 'UDP', 'SCTP'].includes(text(port.protocol));
  const errors: FieldError[] = known ? [] : [fieldError.notSupported(`${field}.protocol`, text(port.protocol), ['TCP', 'UDP', 'SCTP'])];
  if (typeof first === 'number') {
    errors.push(...portNumber(first, `${field}.port`));
    if (typeof last === 'number' && last < first) errors.push(fieldError.invalid(at, first, 'must be greater than or equal to `port`'));
    if (isSet(last)) errors.push(...portNumber(last, at));
    return errors;
  }
  if (!isSet(first))
    return isSet(last) ? [...errors, fieldError.invalid(at, last, 'may not be specified when `port` is not specified')] : errors;
  if (isSet(last)) errors.push(fieldError.invalid(at, last, 'may not be specified when `port` is non-numeric'));
  return [...errors, ...problems(`${field}.port`, text(first), portNameProblems(text(first)))];
}

function blockErrors(block: JsonObject, field: string): Errors {
  const cidr = text(block.cidr);
  if (cidr === '') return [fieldError.required(`${field}.cidr`, '')];
  const network = parseNetwork(cidr, 'sloppy');
  if (network === undefined) return [fieldError.invalid(`${field}.cidr`, cidr, CIDR_HINT)];
  return texts(block.except).flatMap((except, index) => {
    const at = `${field}.except[${index}]`;
    const inner = parseNetwork(except, 'sloppy');
    if (inner === undefined) return [fieldError.invalid(at, except, CIDR_HINT)];
    const strict = holds(network, masked(inner).address) && network.prefix < inner.prefix;
    return strict ? [] : [fieldError.invalid(at, except, 'must be a strict subset of `cidr`')];
  });
}

function peerErrors(peer: JsonObject, field: string): Errors {
  const given = ['podSelector', 'namespaceSelector', 'ipBlock'].filter((key) => isSet(peer[key]));
  return [
    ...['podSelector', 'namespaceSelector'].flatMap((key) => (isSet(peer[key]) ? selectorErrors(peer[key], `${field}.${key}`) : [])),
    ...(isSet(peer.ipBlock) ? blockErrors(objectAt(peer.ipBlock), `${field}.ipBlock`) : []),
    ...(given.length === 0 ? [fieldError.required(field, 'must specify a peer')] : []),
    ...(given.length > 1 && isSet(peer.ipBlock) ? [fieldError.forbidden(field, 'may not specify both ipBlock and another peer')] : []),
  ];
}

const ruleErrors = (rules: readonly JsonObject[], field: string, peers: string): Errors =>
  rules.flatMap((rule, index) => {
    const at = `${field}[${index}]`;
    return [
      ...objects(rule.ports).flatMap((port, place) => portErrors(port, `${at}.ports[${place}]`)),
      ...objects(rule[peers]).flatMap((peer, place) => peerErrors(peer, `${at}.${peers}[${place}]`)),
    ];
  });

export function networkPolicyErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const types = texts(spec.policyTypes);
  const at = 'spec.policyTypes';
  const wrong =
    types.length > 2
      ? [badList(at, types, { type: 'networking.PolicyType', why: 'may not specify more than two policyTypes' })]
      : types.flatMap((type, index) =>
          ['Ingress', 'Egress'].includes(type) ? [] : [fieldError.notSupported(`${at}[${index}]`, type, ['Ingress', 'Egress'])],
        );
  return [
    ...selectorErrors(spec.podSelector, 'spec.podSelector'),
    ...ruleErrors(objects(spec.ingress), 'spec.ingress', 'from'),
    ...ruleErrors(objects(spec.egress), 'spec.egress', 'to'),
    ...wrong,
  ];
}
