/** Lockstep's HTTP API through the cluster's own address: one address, one credential, and the cluster's RBAC decides. */
import { API_PREFIX } from '../api/http/index.ts';
import { SYSTEM_NAMESPACE } from '../api/install/index.ts';
import type { Json } from '../core/object/index.ts';
import type { KubeClient, KubeError } from '../ports/index.ts';
import { decodeUtf8, err, ok, type Result } from '../std/index.ts';

export interface ApiCall {
  readonly method: 'GET' | 'POST';
  /** Below the prefix of the API, percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: Json;
}

/** Why the API gave no answer, for a person. */
export interface ApiFailure {
  readonly message: string;
  readonly hint?: string;
}

const service = `/api/v1/namespaces/${SYSTEM_NAMESPACE}/services/lockstep/proxy${API_PREFIX}`;

export async function callApi<T>(kube: KubeClient, { method, path, query = {}, body }: ApiCall): Promise<Result<T, ApiFailure>> {
  const given = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  const response = await kube.raw({
    method,
    path: service + path,
    query: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    ...(body === undefined ? {} : { body: { kind: 'json', value: body } }),
  });
  if (!response.ok) return err(failureIn(response.error.answer) ?? unreached(response.error));
  const { status, body: content } = response.value;
  const value: unknown = content.kind === 'json' ? content.value : content.kind === 'bytes' ? parse(decodeUtf8(content.bytes)) : undefined;
  if (status === 200) return ok(value as T);
  return err(failureIn(value) ?? { message: `HTTP ${status}` });
}

/** Nobody answers behind the Service: Lockstep is not there, or runs beside the cluster, where only its dashboard can be asked. */
const unreached = ({ message, code }: KubeError): ApiFailure =>
  code === 404 || code === 503
    ? {
        message: `Lockstep does not answer through this cluster: ${message}`,
        hint:
          'It is asked through the Service lockstep-system/lockstep, which lockstep install makes. Where it runs beside the cluster (lockstep up --kubeconfig), use the\n' +
          'dashboard that it prints; history can be read with --ledger URL from its database, or with --data DIR once it is stopped.',
      }
    : { message };

const failureIn = (answer: unknown): ApiFailure | undefined => (answer as { readonly error?: ApiFailure } | undefined)?.error;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 500) };
  }
}
