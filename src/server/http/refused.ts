/** Refusals as values: status, stable code, a sentence, the next step. What the body of every error answer is made from. */
import type { BadInput, ErrorView } from '../../api/http/index.ts';
import type { KubeError } from '../../ports/index.ts';

export interface Refused {
  /** HTTP status. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly field?: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

const refusal =
  (status: number, code: string) =>
  (message: string, hint?: string): Refused => ({ status, code, message, ...(hint === undefined ? {} : { hint }) });

export const refused = {
  badRequest: refusal(400, 'BadRequest'),
  signInNeeded: refusal(401, 'SignInNeeded'),
  unauthorized: refusal(401, 'Unauthorized'),
  forbidden: refusal(403, 'Forbidden'),
  notFound: refusal(404, 'NotFound'),
  methodNotAllowed: refusal(405, 'MethodNotAllowed'),
  conflict: refusal(409, 'Conflict'),
  planStale: refusal(409, 'PlanStale'),
  tooLarge: refusal(413, 'TooLarge'),
  unsupported: refusal(422, 'Unsupported'),
  tooMany: (message: string, retryAfter: number): Refused => ({ status: 429, code: 'TooManyRequests', message, retryAfter }),
  internal: refusal(500, 'InternalError'),
  unavailable: refusal(503, 'Unavailable'),
} as const;

export const badInput = ({ field, message, hint }: BadInput): Refused => ({
  status: 400,
  code: 'BadRequest',
  message: field === '' ? message : `${field} ${message}`,
  ...(field === '' ? {} : { field }),
  ...(hint === undefined ? {} : { hint }),
});

/** What the cluster said, said again: its own words are the best explanation a person can get. */
export function fromKube({ code, reason, message, retryAfterSeconds }: KubeError): Refused {
  const status = code >= 400 && code < 600 ? code : 502;
  // A 401 from the cluster is about the server's credential, never about the visitor's session.
  if (status === 401)
    return { status: 502, code: 'ClusterUnauthorized', message: `the cluster refuses the credential of Lockstep: ${message}` };
  return {
    status,
    code: reason === '' ? 'ClusterError' : reason,
    message,
    ...(retryAfterSeconds === undefined ? {} : { retryAfter: retryAfterSeconds }),
  };
}

export const errorBody = ({ code, message, hint, field }: Refused): ErrorView => ({
  error: { code, message, ...(hint === undefined ? {} : { hint }), ...(field === undefined ? {} : { field }) },
});
