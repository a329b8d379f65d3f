/** The connection that every pod finds in its service account directory. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../ports/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import type { KubeConnection } from '../http/index.ts';
import { tokenFileCredentials } from './credentials.ts';
import type { KubeconfigError } from './kubeconfig.ts';

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** `host` and `port` are what the pod's environment says (KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT). */
export async function inClusterConnection(
  address: { readonly host: string; readonly port: string },
  options: { readonly clock: Clock; readonly directory?: string },
): Promise<Result<KubeConnection, KubeconfigError>> {
  const directory = options.directory ?? serviceAccount;
  try {
    const [ca, namespace] = await Promise.all([
      readFile(join(directory, 'ca.crt'), 'utf8'),
      readFile(join(directory, 'namespace'), 'utf8'),
    ]);
    const host = address.host.includes(':') ? `[${address.host}]` : address.host;
    return ok({
      server: `https://${host}:${address.port}`,
      namespace: namespace.trim(),
      tls: { ca },
      credentials: tokenFileCredentials(join(directory, 'token'), options.clock),
    });
  } catch (error) {
    return err({ code: 'KubeconfigUnreadable', message: `the service account of this pod cannot be read: ${(error as Error).message}` });
  }
}
