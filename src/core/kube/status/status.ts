/**
 * Failure answers exactly as a Kubernetes API server words them; tools match these texts.
 * Kubernetes: apimachinery pkg/api/errors, pkg/util/validation/field.
 */
import type { Json, JsonObject } from '../../object/index.ts';
import { record } from '../../object/index.ts';

export interface Cause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** A refused request. Thrown inside the API server only, and turned into the answer at its one door. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  constructor(code: number, reason: string, message: string, options: { readonly details?: StatusDetails } = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = options.details;
  }
}

const present = (entries: readonly (readonly [string, Json | undefined])[]): JsonObject =>
  record(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined && entry[1] !== ''));

function detailsJson(details: StatusDetails): JsonObject {
  const causes = details.causes?.map((cause) =>
    present([
      ['reason', cause.reason],
      ['message', cause.message],
      ['field', cause.field],
    ]),
  );
  return present([
    ['name', details.name],
    ['group', details.group],
    ['kind', details.kind],
    ['uid', details.uid],
    ['causes', causes === undefined || causes.length === 0 ? undefined : causes],
    ['retryAfterSeconds', details.retryAfterSeconds],
  ]);
}

/** The `Status` object of a refusal. */
export function statusOf(refusal: Refusal): JsonObject {
  return record<Json>([
    ['kind', 'Status'],
    ['apiVersion', 'v1'],
    ['metadata', record()],
    ['status', 'Failure'],
    ...(refusal.message === '' ? [] : [['message', refusal.message] as const]),
    ...(refusal.reason === '' ? [] : [['reason', refusal.reason] as const]),
    ...(refusal.details === undefined ? [] : [['details', detailsJson(refusal.details)] as const]),
    ['code', refusal.code],
  ]);
}

/** The `Status` of something that succeeded and leaves no object. */
export const successStatus = (details: StatusDetails | undefined, code?: number): JsonObject =>
  record<Json>([
    ['kind', 'Status'],
    ['apiVersion', 'v1'],
    ['metadata', record()],
    ['status', 'Success'],
    ...(details === undefined ? [] : [['details', detailsJson(details)] as const]),
    ...(code === undefined ? [] : [['code', code] as const]),
  ]);

/** What an error says it is about: the plural for most reasons, the Kind for `Invalid`. */
export interface Subject {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

const qualified = (subject: Subject): string => (subject.group === '' ? subject.plural : `${subject.plural}.${subject.group}`);

const about = (subject: Subject, name: string): StatusDetails => ({ name, group: subject.group, kind: subject.plural });

/** Go's %q for the names and values that occur in messages. */
export const quote = (text: string): string => JSON.stringify(text);

export const refuse = {
  notFound: (subject: Subject, name: string): Refusal =>
    new Refusal(404, 'NotFound', `${qualified(subject)} ${quote(name)} not found`, { details: about(subject, name) }),
  unknownResource: (): Refusal => new Refusal(404, 'NotFound', 'the server could not find the requested resource', { details: {} }),
  alreadyExists: (subject: Subject, name: string): Refusal =>
    new Refusal(409, 'AlreadyExists', `${qualified(subject)} ${quote(name)} already exists`, { details: about(subject, name) }),
  /** A generated name that is taken, or a given one beside a generateName. */
  notUnique: (subject: Subject, name: string): Refusal =>
    new Refusal(
      409,
      'AlreadyExists',
      `${qualified(subject)} ${quote(name)} already exists, the server was not able to generate a unique name for the object`,
      { details: { ...about(subject, name), retryAfterSeconds: 1 } },
    ),
  beingDeleted: ({ message, details }: Refusal): Refusal =>
    new Refusal(409, 'AlreadyExists', `object is being deleted: ${message}`, details === undefined ? {} : { details }),
  conflict: (subject: Subject, name: string, why: string): Refusal =>
    new Refusal(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(subject)} ${quote(name)}: ${why}`, {
      details: about(subject, name),
    }),
  modified: (subject: Subject, name: string): Refusal =>
    refuse.conflict(subject, name, 'the object has been modified; please apply your changes to the latest version and try again'),
  badRequest: (message: string): Refusal => new Refusal(400, 'BadRequest', message),
  forbidden: (subject: Subject, name: string, why: string): Refusal =>
    new Refusal(403, 'Forbidden', `${qualified(subject)}${name === '' ? '' : ` ${quote(name)}`} is forbidden: ${why}`, {
      details: about(subject, name),
    }),
  unauthorized: (): Refusal => new Refusal(401, 'Unauthorized', 'Unauthorized'),
  methodNotAllowed: (): Refusal =>
    new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', { details: {} }),
  unsupportedMedia: (accepted: readonly string[]): Refusal =>
    new Refusal(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    ),
  tooLarge: (): Refusal => new Refusal(413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728'),
  expired: (message: string): Refusal => new Refusal(410, 'Expired', message),
  internal: (message: string): Refusal => new Refusal(500, 'InternalError', `Internal error occurred: ${message}`),
  /** An error without a reason, as the server gives for plain Go errors. */
  plain: (message: string): Refusal => new Refusal(500, '', message),
  /** The opaque answer to a JSON patch that does not apply. */
  unprocessable: (): Refusal =>
    new Refusal(422, 'Invalid', 'the server rejected our request due to an error in our request', { details: {} }),
};
