/** From an API server's refusal to a stable reason and a sentence a person can act on; and whether trying again can help. */
import type { ReasonCode } from '../api/index.ts';
import type { KubeError } from '../ports/index.ts';

export interface KubeReason {
  readonly code: ReasonCode;
  readonly message: string;
  /** True when the same request may succeed later without anybody changing anything. */
  readonly transient: boolean;
}

const immutableText =
  /field is immutable|immutable field|may not be changed|may not change once set|updates to \w+ spec for fields other than/i;

/** The server says that a field cannot be changed on a living object. */
export const isImmutable = (error: KubeError): boolean =>
  error.code === 422 &&
  (immutableText.test(error.message) || (error.causes ?? []).some((cause) => immutableText.test(cause.message ?? '')));

export const isFieldConflict = (error: KubeError): boolean =>
  error.code === 409 && (error.causes ?? []).some(({ reason }) => reason === 'FieldManagerConflict');

export const isMissingNamespace = (error: KubeError): boolean => error.code === 404 && /namespaces? ".*" not found/.test(error.message);

/** Being refused because the namespace goes away is neither a lack of rights nor an invalid object. */
const isTerminating = (error: KubeError): boolean =>
  error.code === 403 &&
  (/being terminated/.test(error.message) || (error.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating'));

/** The API server answers 500 to a manifest that does not fit its schema (managedfields: typed patch object); no retry helps. */
const isUntyped = (error: KubeError): boolean =>
  error.code === 500 && /failed to create typed patch object|failed to convert new object/.test(error.message);

export function reasonOf(error: KubeError): KubeReason {
  const { message } = error;
  if (error.code === 0) return { code: 'ClusterUnreachable', message, transient: true };
  if (isUntyped(error)) return { code: 'SchemaError', message, transient: false };
  if (error.code === 429 || error.code >= 500)
    return { code: isWebhook(error) ? 'WebhookFailed' : 'ServerOverloaded', message, transient: true };
  if (isMissingNamespace(error) || isTerminating(error)) return { code: 'NamespaceMissing', message, transient: true };
  if (isFieldConflict(error)) return { code: 'FieldConflict', message, transient: false };
  if (error.code === 409) return { code: 'ApplyFailed', message, transient: true };
  if (error.code === 401 || error.code === 403) return { code: 'Forbidden', message, transient: false };
  if (isImmutable(error)) return { code: 'ImmutableField', message, transient: false };
  if (error.code === 404) return { code: 'UnknownKind', message, transient: true };
  return { code: error.code === 422 || error.code === 400 ? 'InvalidObject' : 'ApplyFailed', message, transient: false };
}

const isWebhook = (error: KubeError): boolean => /webhook/i.test(error.message);
