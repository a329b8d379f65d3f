/** Chooses a cluster the way a person expects and opens a client to it. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import {
  type ConnectionOverrides,
  createKubeClient,
  httpTransport,
  inClusterConnection,
  loadKubeconfig,
  type KubeConnection,
} from '../adapters/kube/index.ts';
import { systemClock } from '../adapters/system/index.ts';
import type { Json } from '../core/object/index.ts';
import { decode, sigsYaml } from '../core/yaml/index.ts';
import type { KubeClient } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { STATE_FOLDER } from './state.ts';

export interface ClusterChoice {
  /** Several files are separated as in `$KUBECONFIG`. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** Only the service account of the pod this runs in. */
  readonly inCluster?: boolean;
  /** What wins over the kubeconfig. */
  readonly overrides?: ConnectionOverrides;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ConnectError {
  readonly message: string;
  readonly hint?: string;
}

/**
 * In this order: the kubeconfig asked for, `$KUBECONFIG`, the cluster started in this folder or one above (`.lockstep/kubeconfig`),
 * `~/.kube/config`, the service account of the pod this runs in.
 */
export async function chooseConnection(choice: ClusterChoice): Promise<Result<KubeConnection, ConnectError>> {
  const files = choice.inCluster === true ? undefined : kubeconfigFiles(choice);
  const { overrides } = choice;
  if (files === undefined && overrides?.clusterFields?.['server'] === undefined) return inPod(choice.env);
  const connection = await loadKubeconfig(files ?? [], parseConfig, {
    clock: systemClock(),
    execEnvironment: definedOnly(choice.env),
    allowInsecure: true,
    ...(choice.context === undefined ? {} : { context: choice.context }),
    ...(overrides === undefined ? {} : { overrides }),
  });
  return connection.ok
    ? connection
    : err({ message: connection.error.message, hint: `Used: ${files?.join(', ') ?? 'no file'}. Choose another with --kubeconfig FILE.` });
}

export async function connect(choice: ClusterChoice): Promise<Result<KubeClient, ConnectError>> {
  const connected = await connectInContext(choice);
  return connected.ok ? ok(connected.value.kube) : connected;
}

/** A client, and the namespace that the context of the kubeconfig names. */
export async function connectInContext(
  choice: ClusterChoice,
): Promise<Result<{ readonly kube: KubeClient; readonly namespace?: string }, ConnectError>> {
  const connection = await chooseConnection(choice);
  if (!connection.ok) return connection;
  const { namespace } = connection.value;
  const kube = createKubeClient(httpTransport(connection.value, { userAgent: 'lockstep-cli' }), { clock: systemClock() });
  return ok({ kube, ...(namespace === undefined ? {} : { namespace }) });
}

function kubeconfigFiles({ kubeconfig, cwd, env }: ClusterChoice): readonly string[] | undefined {
  const asked = kubeconfig ?? env['KUBECONFIG'];
  if (asked !== undefined && asked !== '') return asked.split(delimiter).map((file) => resolve(cwd, file));
  const found = [...startedHere(cwd), join(homedir(), '.kube/config')].find((file) => existsSync(file));
  return found === undefined ? undefined : [found];
}

function startedHere(folder: string): string[] {
  const above = dirname(folder);
  return [join(folder, STATE_FOLDER, 'kubeconfig'), ...(above === folder ? [] : startedHere(above))];
}

async function inPod(env: ClusterChoice['env']): Promise<Result<KubeConnection, ConnectError>> {
  const host = env['KUBERNETES_SERVICE_HOST'];
  if (host === undefined) {
    return err({
      message: 'there is no cluster to talk to',
      hint: 'Start one with "lockstep demo" or "lockstep up", or name one with --kubeconfig FILE.',
    });
  }
  const connection = await inClusterConnection({ host, port: env['KUBERNETES_SERVICE_PORT'] ?? '443' }, { clock: systemClock() });
  return connection.ok ? connection : err({ message: connection.error.message });
}

export function parseConfig(text: string): Result<Json, string> {
  const decoded = decode(text, { variant: sigsYaml });
  return decoded.ok ? decoded : err(decoded.error.message);
}

const definedOnly = (env: ClusterChoice['env']): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
