/** Field selectors: the grammar, and which fields of which kind can be selected. Kubernetes: apimachinery pkg/fields, pkg/apis/core/v1/conversion.go. */
import { type Json, type KubeObject, isObject } from '../../object/index.ts';

export interface FieldTerm {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** `a=b,c!=d` with `\` as the escape character; an error text when it is not a selector. */
export function parseFieldSelector(text: string): readonly FieldTerm[] | { readonly error: string } {
  const terms: FieldTerm[] = [];
  for (const part of splitUnescaped(text)) {
    if (part === '') continue;
    const match = /^([^=!]*)(==|!=|=)(.*)$/s.exec(part);
    if (match === null) return { error: `invalid selector: '${text}'; can't understand '${part}'` };
    terms.push({
      field: match[1] as string,
      operator: match[2] === '!=' ? '!=' : '=',
      value: (match[3] as string).replaceAll(/\\([\\,=])/g, '$1'),
    });
  }
  return terms;
}

function splitUnescaped(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '\\') part += char + (text[++i] ?? '');
    else if (char === ',') {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return [...parts, part];
}

type FieldReader = (object: KubeObject) => string;

const text = (value: Json | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'object' ? '' : String(value);

/** Reads `spec.nodeName`-like paths; absent is the empty string. */
export function fieldText(object: KubeObject, path: string, whenAbsent = ''): string {
  let at: Json | undefined = object;
  for (const step of path.split('.')) {
    if (!isObject(at)) return whenAbsent;
    at = Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at === undefined || at === null ? whenAbsent : text(at);
}

const at =
  (path: string, whenAbsent = ''): FieldReader =>
  (object) =>
    fieldText(object, path, whenAbsent);

const podIps: FieldReader = (object) => {
  const status = object.status;
  return isObject(status) && Array.isArray(status.podIPs) ? status.podIPs.map((ip) => (isObject(ip) ? text(ip.ip) : '')).join(',') : '';
};

const eventFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

const eventSource: FieldReader = (object) => fieldText(object, 'source.component') || fieldText(object, 'reportingComponent');

const event: Readonly<Record<string, FieldReader>> = {
  ...Object.fromEntries(eventFields.map((name) => [`involvedObject.${name}`, at(`involvedObject.${name}`)])),
  ...Object.fromEntries(eventFields.map((name) => [`regarding.${name}`, at(`involvedObject.${name}`)])),
  reason: at('reason'),
  reportingComponent: at('reportingComponent'),
  reportingController: at('reportingComponent'),
  source: eventSource,
  type: at('type'),
};

const byTable: Readonly<Record<string, Readonly<Record<string, FieldReader>>>> = {
  pods: {
    'spec.nodeName': at('spec.nodeName'),
    'spec.restartPolicy': at('spec.restartPolicy'),
    'spec.schedulerName': at('spec.schedulerName'),
    'spec.serviceAccountName': at('spec.serviceAccountName'),
    'spec.hostNetwork': at('spec.hostNetwork', 'false'),
    'status.phase': at('status.phase'),
    'status.podIP': at('status.podIP'),
    'status.podIPs': podIps,
    'status.nominatedNodeName': at('status.nominatedNodeName'),
  },
  nodes: { 'spec.unschedulable': at('spec.unschedulable', 'false') },
  events: event,
  namespaces: { 'status.phase': at('status.phase') },
  secrets: { type: at('type') },
  services: { 'spec.clusterIP': at('spec.clusterIP'), 'spec.type': at('spec.type') },
  replicationcontrollers: { 'status.replicas': at('status.replicas', '0') },
  'replicasets.apps': { 'status.replicas': at('status.replicas', '0') },
  'jobs.batch': { 'status.successful': at('status.succeeded', '0') },
  'certificatesigningrequests.certificates.k8s.io': { 'spec.signerName': at('spec.signerName') },
};

/** Kinds whose unknown field labels are refused with the bare text. The others name what is known. */
const shortRefusal = new Set(['pods', 'nodes', 'events', 'namespaces', 'secrets', 'services', 'replicationcontrollers']);

export interface Selectable {
  readonly table: string;
  readonly namespaced: boolean;
  readonly custom: boolean;
  /** `spec.color` of a CRD version's selectableFields. */
  readonly selectableFields: readonly string[];
}

/** The reader of a selectable field, or the text of the refusal. */
export function fieldReader(field: string, of: Selectable): FieldReader | { readonly error: string } {
  if (field === 'metadata.name') return (object) => object.metadata.name ?? '';
  if (field === 'metadata.namespace') return (object) => object.metadata.namespace ?? '';
  const known = byTable[of.table];
  if (known !== undefined && !of.custom && Object.hasOwn(known, field)) return known[field] as FieldReader;
  if (of.selectableFields.includes(field)) return at(field);
  if (of.table === 'jobs.batch') return { error: `field label ${JSON.stringify(field)} not supported for Job` };
  if (of.custom || shortRefusal.has(of.table) || of.table === 'certificatesigningrequests.certificates.k8s.io')
    return { error: `field label not supported: ${field}` };
  return { error: `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"` };
}

/** A test on objects, or the text of the refusal. */
export function compileFields(terms: readonly FieldTerm[], of: Selectable): ((object: KubeObject) => boolean) | { readonly error: string } {
  const tests: ((object: KubeObject) => boolean)[] = [];
  for (const { field, operator, value } of terms) {
    const reader = fieldReader(field, of);
    if (typeof reader !== 'function') return reader;
    tests.push((object) => (reader(object) === value) === (operator === '='));
  }
  return (object) => tests.every((test) => test(object));
}
