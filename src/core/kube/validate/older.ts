/** Types from before there were ReplicaSets, and requests for certificates. Kubernetes: pkg/apis/{core,certificates}/validation. */
import { decodeBase64, decodeUtf8 } from '../../../std/index.ts';
import { isObject, isSet, type Json, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { goStringMap, labelProblems, subdomainProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { type Errors, nonnegative } from './checks.ts';
import { runningErrors, templateErrors } from './pod.ts';

export function replicationControllerErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const selector = objectAt(spec.selector);
  const template = objectAt(spec.template);
  const field = 'spec.template';
  const labels = objectAt(template.metadata).labels;
  const fits = Object.entries(selector).every(([key, value]) => objectAt(labels)[key] === value);
  const shown = goStringMap(isObject(labels ?? null) ? objectAt(labels) : undefined);
  const wrong = `Invalid value: ${shown}: \`selector\` does not match template \`labels\``;
  return [
    ...nonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...(Object.keys(selector).length === 0 ? [fieldError.required('spec.selector', '')] : []),
    ...(isSet(spec.replicas) ? nonnegative(spec.replicas, 'spec.replicas') : [fieldError.required('spec.replicas', '')]),
    ...(isSet(spec.template) ? [] : [fieldError.required(field, '')]),
    ...(fits || !isSet(spec.template) ? [] : [fieldError.raw('Invalid', `${field}.metadata.labels`, wrong)]),
    ...(isSet(spec.template) ? [...templateErrors(template, field), ...runningErrors(template, field, 'ReplicationController')] : []),
  ];
}

export const podTemplateErrors = (object: KubeObject): Errors => templateErrors(objectAt(object.template), 'template');

const usages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

/** Go's `%#v` of bytes. */
const goBytes = (bytes: Uint8Array): string => `[]byte{${[...bytes].map((byte) => `0x${byte.toString(16)}`).join(', ')}}`;

/** Whether the request is one; what stands in it is for its signer to read. */
function requestErrors(request: Json | undefined): Errors {
  const bytes = decodeBase64(text(request)) ?? new Uint8Array();
  if (decodeUtf8(bytes).includes('-----BEGIN CERTIFICATE REQUEST-----')) return [];
  const shown = isSet(request) ? goBytes(bytes) : '[]byte(nil)';
  return [fieldError.raw('Invalid', 'spec.request', `Invalid value: ${shown}: PEM block type must be CERTIFICATE REQUEST`)];
}

/** `domain/path`. Kubernetes: ValidateSignerName. */
function signerErrors(name: string): Errors {
  const field = 'spec.signerName';
  if (name === '') return [fieldError.required(field, '')];
  const [domain = '', path, ...more] = name.split('/');
  if (path === undefined || more.length > 0)
    return [fieldError.invalid(field, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  const host = subdomainProblems(domain);
  const short = host.length === 0 && domain.split('.').length < 2;
  const why = short ? 'should be a domain with at least two segments separated by dots' : host.join(',');
  return [
    ...(why === '' ? [] : [fieldError.invalid(field, domain, why)]),
    ...path.split('.').flatMap((part) => {
      const bad = labelProblems(part);
      return bad.length === 0 ? [] : [fieldError.invalid(field, part, `validating label "${part}": ${bad.join(',')}`)];
    }),
  ];
}

const decided = ['Approved', 'Denied', 'Failed'];

function conditionErrors(conditions: Json | undefined): Errors {
  const seen = new Set<string>();
  return objects(conditions).flatMap(({ type, status }, index) => {
    const field = `status.conditions[${index}]`;
    const kind = text(type);
    const allowed = decided.includes(kind) ? ['True'] : ['False', 'True', 'Unknown'];
    const both = (kind === 'Approved' && seen.has('Denied')) || (kind === 'Denied' && seen.has('Approved'));
    const twice = seen.has(kind);
    seen.add(kind);
    const errors: FieldError[] = kind === '' ? [fieldError.required(`${field}.type`, '')] : [];
    if (text(status) === '') errors.push(fieldError.required(`${field}.status`, ''));
    else if (!allowed.includes(text(status))) errors.push(fieldError.notSupported(`${field}.status`, text(status), allowed));
    if (both) errors.push(fieldError.invalid(`${field}.type`, kind, 'Approved and Denied conditions are mutually exclusive'));
    if (twice) errors.push(fieldError.duplicate(`${field}.type`, kind));
    return errors;
  });
}

export function certificateRequestErrors(object: KubeObject): Errors {
  const spec = objectAt(object.spec);
  const wanted = Array.isArray(spec.usages) ? spec.usages.map(String) : [];
  const seconds = spec.expirationSeconds;
  return [
    ...requestErrors(spec.request),
    ...(wanted.length === 0 ? [fieldError.required('spec.usages', '')] : []),
    ...wanted.flatMap((usage, index) => (usages.includes(usage) ? [] : [fieldError.notSupported(`spec.usages[${index}]`, usage, usages)])),
    ...wanted.flatMap((usage, index) => (wanted.indexOf(usage) < index ? [fieldError.duplicate(`spec.usages[${index}]`, usage)] : [])),
    ...signerErrors(text(spec.signerName)),
    ...(typeof seconds === 'number' && seconds < 600
      ? [fieldError.invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 600 seconds (10 minutes)')]
      : []),
    ...conditionErrors(objectAt(object.status).conditions),
  ];
}
