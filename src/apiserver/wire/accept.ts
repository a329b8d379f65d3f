/** The Accept header: which form of an object the client wants. Kubernetes: apiserver pkg/endpoints/handlers/negotiation. */

import { Refusal } from '../../core/kube/status/index.ts';

export type Form = 'object' | 'table' | 'partial';
export type Encoding = 'json' | 'yaml';

export interface Accepted {
  readonly form: Form;
  readonly encoding: Encoding;
  /** What kind the client wants the answer to be, where it says so: `PartialObjectMetadataList`. */
  readonly as?: string;
}

const whole: Accepted = { form: 'object', encoding: 'json' };

/** The first acceptable entry; undefined: nothing the server can produce. */
export function negotiate(accept: string): Accepted | undefined {
  if (accept === '' || accept === 'application/json') return whole;
  for (const entry of accept.split(',')) {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim());
    const named = new Map(parameters.map((parameter) => parameter.split('=', 2) as [string, string]));
    const media = type.toLowerCase();
    const encoding = encodingOf(media);
    if (encoding === undefined) continue;
    const form = formOf(named);
    if (form === 'object') return { form, encoding };
    if (form !== undefined) return { form, encoding, as: named.get('as') ?? '' };
  }
  return undefined;
}

function encodingOf(media: string): Encoding | undefined {
  if (media === 'application/json' || media === '*/*' || media === 'application/*') return 'json';
  return media === 'application/yaml' ? 'yaml' : undefined;
}

function formOf(parameters: ReadonlyMap<string, string>): Form | undefined {
  const as = parameters.get('as');
  if (as === undefined) return 'object';
  if (parameters.get('g') !== 'meta.k8s.io' || parameters.get('v') !== 'v1') return undefined;
  if (as === 'Table') return 'table';
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList' ? 'partial' : undefined;
}

const NOT_ACCEPTABLE =
  '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf';

const STREAMS = ', application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';

/** Types are negotiated by the handler where the router lets them pass: those of custom resources, and forms nobody has. */
const HANDLED = 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf';

/** The router looks at media types only. */
const passesRouter = (accept: string): boolean =>
  accept.split(',').some((entry) => encodingOf((entry.split(';')[0] ?? '').trim().toLowerCase()) !== undefined);

/** A form that does not fit what was asked for. Kubernetes: handlers/response.go asPartialObjectMetadata, asTable. */
export function unfit(
  accept: string,
  about: { readonly collection: boolean; readonly goType: string; readonly include: string },
): Refusal | undefined {
  const { form, as = '' } = negotiate(accept) ?? whole;
  if (form === 'table' && !['', 'Metadata', 'Object', 'None'].includes(about.include)) {
    const why = `includeObject: Invalid value: ${JSON.stringify(about.include)}: must be 'Metadata', 'Object', 'None', or empty`;
    return new Refusal(400, 'BadRequest', `Unable to convert to Table as requested: ${why}`);
  }
  if (form !== 'partial' || as.endsWith('List') === about.collection) return undefined;
  const [is, type] = about.collection ? ['is a list', `${about.goType}List`] : ['is not a list', about.goType];
  return new Refusal(406, 'NotAcceptable', `you requested ${as}, but the requested object ${is} (*${type})`);
}

/** Why an answer cannot be given in any form the client takes; undefined when it can. Collections can be streamed too. */
export function unacceptable(accept: string, about: { readonly custom: boolean; readonly collection: boolean }): Refusal | undefined {
  if (negotiate(accept) !== undefined) return undefined;
  if (about.custom || passesRouter(accept)) return new Refusal(406, 'NotAcceptable', HANDLED);
  return new Refusal(406, 'NotAcceptable', about.collection ? NOT_ACCEPTABLE + STREAMS : NOT_ACCEPTABLE, { details: {} });
}
