/** Everything that can go wrong with a request, as one type: a Status from the server, or the reason why no answer came. */
import { getKey, isObject, type Json } from '../../core/object/index.ts';
import type { KubeError, KubeResponse } from '../../ports/index.ts';
import { parseJson } from './json.ts';

/** Reasons for answers that carry no Status, by HTTP status (Kubernetes: apimachinery/pkg/api/errors NewGenericServerResponse). */
const reasonByStatus: ReadonlyMap<number, string> = new Map([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [405, 'MethodNotAllowed'],
  [406, 'NotAcceptable'],
  [409, 'Conflict'],
  [410, 'Expired'],
  [413, 'RequestEntityTooLarge'],
  [415, 'UnsupportedMediaType'],
  [422, 'Invalid'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
]);

const longestText = 500;

/** The JSON of a response, whatever form it crossed in; undefined when it is not JSON. */
export function responseJson(response: KubeResponse): Json | undefined {
  if (response.body.kind === 'json') return response.body.value;
  if (response.body.kind !== 'bytes') return undefined;
  try {
    return parseJson(Buffer.from(response.body.bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The error of a response with a status of 400 or more. */
export function responseError(response: KubeResponse): KubeError {
  const json = responseJson(response);
  const retryAfter = Number(getKey(response.headers, 'retry-after'));
  const header = Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter : undefined;
  if (isObject(json) && json['kind'] === 'Status') return statusError(json, { code: response.status, retryAfterSeconds: header });
  const text = response.body.kind === 'bytes' ? Buffer.from(response.body.bytes).toString('utf8').slice(0, longestText).trim() : '';
  const message = text === '' ? `the server answered ${response.status}` : `the server answered ${response.status}: ${text}`;
  const answer = isObject(json) ? { answer: json } : {};
  return withRetry({ code: response.status, reason: reasonByStatus.get(response.status) ?? 'Unknown', message, ...answer }, header);
}

/** A `Status` object (of a response, or of a watch's ERROR event) as an error. */
function statusError(status: Json, fallback: { readonly code: number; readonly retryAfterSeconds?: number | undefined }): KubeError {
  const fields = isObject(status) ? status : {};
  const code = typeof fields['code'] === 'number' ? fields['code'] : fallback.code;
  const details = isObject(fields['details']) ? fields['details'] : {};
  const causes = Array.isArray(details['causes']) ? details['causes'].map((cause: Json) => causeOf(cause)) : [];
  const reason = text(fields['reason']) ?? reasonByStatus.get(code) ?? 'Unknown';
  const message = text(fields['message']) ?? `the server answered ${code} ${reason}`;
  const seconds = typeof details['retryAfterSeconds'] === 'number' ? details['retryAfterSeconds'] : fallback.retryAfterSeconds;
  return withRetry(causes.length === 0 ? { code, reason, message } : { code, reason, message, causes }, seconds);
}

function causeOf(cause: Json): NonNullable<KubeError['causes']>[number] {
  if (!isObject(cause)) return {};
  const [reason, message, field] = [text(cause['reason']), text(cause['message']), text(cause['field'])];
  return { ...(reason !== undefined && { reason }), ...(message !== undefined && { message }), ...(field !== undefined && { field }) };
}

const withRetry = (error: KubeError, seconds: number | undefined): KubeError =>
  seconds === undefined || seconds === 0 ? error : { ...error, retryAfterSeconds: seconds };

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const timeouts: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
  'TimeoutError',
]);

/** What a person can do about a failed connection, by the error code of Node and OpenSSL. */
const hints: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens at the server address of the kubeconfig'],
  ['ENOTFOUND', 'the host name of the server does not resolve'],
  ['EAI_AGAIN', 'the host name of the server does not resolve now'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the kubeconfig needs the certificate-authority-data of this server'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'the kubeconfig needs the certificate-authority-data of this server'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'the kubeconfig needs the certificate-authority-data of this server'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'the kubeconfig needs the certificate-authority-data of this server'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate is for another host; set tls-server-name'],
  ['CERT_HAS_EXPIRED', 'the server certificate has expired'],
]);

/** The error of a request that got no answer. */
export function transportError(error: unknown): KubeError {
  const { code, name, message } = describe(error);
  if (timeouts.has(code) || timeouts.has(name)) return { code: 0, reason: 'Timeout', message: `no answer in time: ${message}` };
  if (name === 'AbortError') return { code: 0, reason: 'Timeout', message: 'the request was cancelled' };
  const hint = hints.get(code);
  return { code: 0, reason: 'Unreachable', message: hint === undefined ? `no answer: ${message}` : `no answer: ${message} (${hint})` };
}

function describe(error: unknown): { readonly code: string; readonly name: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', name: '', message: String(error) };
  const inner = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : (error.cause ?? error);
  const code = String((inner as NodeJS.ErrnoException).code ?? (error as NodeJS.ErrnoException).code ?? '');
  return { code, name: error.name, message: error.message || (inner as Error).message || code };
}
