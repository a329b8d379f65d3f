/** The flags with which kubectl and kubeseal choose and change a connection, for commands that stand in for them. */
import { resolve } from 'node:path';
import { chooseConnection, type ClusterChoice, connect, type ConnectionOverrides } from '../app/index.ts';
import type { JsonObject } from '../core/object/index.ts';
import type { KubeClient } from '../ports/index.ts';
import { CommandError, UsageError } from './errors.ts';
import type { FlagTable, FlagValues } from './flags.ts';
import type { Io } from './io.ts';
import { CLUSTER_FLAGS } from './session.ts';

export const CONNECTION_FLAGS = {
  ...CLUSTER_FLAGS,
  cluster: { type: 'string', value: 'NAME', doc: 'Entry of the kubeconfig to take as the cluster' },
  user: { type: 'string', value: 'NAME', doc: 'Entry of the kubeconfig to take as the user' },
  server: { type: 'string', value: 'URL', doc: 'Address of the API server' },
  'tls-server-name': { type: 'string', value: 'NAME', doc: "Name in the server's certificate" },
  'certificate-authority': { type: 'string', value: 'FILE', doc: "Who signed the server's certificate" },
  'insecure-skip-tls-verify': { type: 'boolean', doc: "Do not check the server's certificate" },
  'proxy-url': { type: 'string', value: 'URL', doc: 'Proxy on the way to the server' },
  token: { type: 'string', value: 'TOKEN', doc: 'Bearer token' },
  username: { type: 'string', value: 'NAME', doc: 'For basic authentication' },
  password: { type: 'string', value: 'TEXT', doc: 'For basic authentication' },
  'client-certificate': { type: 'string', value: 'FILE', doc: 'Certificate of the client' },
  'client-key': { type: 'string', value: 'FILE', doc: 'Its key' },
  as: { type: 'string', value: 'USER', doc: 'User to act as' },
  'as-group': { type: 'strings', value: 'GROUP', doc: 'Group to act as; may be repeated' },
  'request-timeout': { type: 'string', value: 'DURATION', doc: 'How long one request may take; 0: as long as it takes', default: '0' },
} as const satisfies FlagTable;

export type ConnectionFlags = FlagValues<typeof CONNECTION_FLAGS>;

const fieldsOf = (flags: ConnectionFlags, names: readonly (keyof ConnectionFlags)[]): JsonObject =>
  Object.fromEntries(names.flatMap((name) => (flags[name] === undefined || flags[name] === false ? [] : [[name, flags[name]]])));

function overridesOf(flags: ConnectionFlags, io: Io): ConnectionOverrides | undefined {
  const files = (fields: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(fields).map(([name, file]) => [name, resolve(io.cwd, String(file))]));
  const clusterFields = {
    ...fieldsOf(flags, ['server', 'tls-server-name', 'insecure-skip-tls-verify', 'proxy-url']),
    ...files(fieldsOf(flags, ['certificate-authority'])),
  };
  const userFields = {
    ...fieldsOf(flags, ['token', 'username', 'password']),
    ...files(fieldsOf(flags, ['client-certificate', 'client-key'])),
  };
  const overrides = { ...fieldsOf(flags, ['cluster', 'user']), clusterFields, userFields };
  return Object.keys({ ...overrides, ...clusterFields, ...userFields }).length > 2 ? overrides : undefined;
}

function choiceOf(flags: ConnectionFlags, io: Io): ClusterChoice {
  const overrides = overridesOf(flags, io);
  const { kubeconfig, context } = flags;
  return { kubeconfig, context, cwd: io.cwd, env: io.env, ...(overrides === undefined ? {} : { overrides }) };
}

/** Runs `body` with a client that acts as the flags say, and closes it afterwards. @throws CommandError, UsageError */
export async function withConnection<T>(flags: ConnectionFlags, io: Io, body: (kube: KubeClient) => Promise<T>): Promise<T> {
  const user = flags.as;
  if (user === undefined && flags['as-group'].length > 0) throw new UsageError('--as-group needs --as');
  const kube = await connect(choiceOf(flags, io));
  if (!kube.ok) throw new CommandError(kube.error.message, kube.error.hint);
  try {
    return await body(user === undefined ? kube.value : kube.value.as({ user, groups: flags['as-group'] }));
  } finally {
    await kube.value.close();
  }
}

/** The namespace of the kubeconfig's context, `default` when it names none. @throws CommandError where there is no kubeconfig */
export async function contextNamespace(flags: ConnectionFlags, io: Io): Promise<string> {
  const connection = await chooseConnection(choiceOf(flags, io));
  if (connection.ok) return connection.value.namespace ?? 'default';
  throw new CommandError(`no namespace is given, and no kubeconfig says one: ${connection.error.message}`, 'give --namespace');
}

const UNITS: Readonly<Record<string, number>> = { '': 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** What ends a request that takes too long; undefined for `0`. @throws UsageError */
export function timeoutOf(flags: ConnectionFlags): AbortSignal | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(flags['request-timeout']) ?? [];
  if (number === undefined) throw new UsageError(`--request-timeout must be a duration such as 30s; it is "${flags['request-timeout']}"`);
  const milliseconds = Number(number) * (UNITS[unit] ?? 1000);
  return milliseconds === 0 ? undefined : AbortSignal.timeout(milliseconds);
}
