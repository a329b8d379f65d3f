/**
 * Kubeconfig files become connections. Hostile by default: a kubeconfig that arrived in a Secret may not read files, run programs or skip
 * verification here unless the caller says so.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { getKey, isObject, type Json, type JsonObject } from '../../../core/object/index.ts';
import type { Clock } from '../../../ports/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import type { Credentials, KubeConnection } from '../http/index.ts';
import { basicCredentials, execCredentials, tokenCredentials, tokenFileCredentials, type ExecPlugin } from './credentials.ts';

export interface KubeconfigError {
  readonly code:
    'KubeconfigUnreadable' | 'InvalidKubeconfig' | 'ContextNotFound' | 'ExecNotAllowed' | 'InsecureNotAllowed' | 'FileNotAllowed';
  readonly message: string;
}

export interface KubeconfigOptions {
  readonly clock: Clock;
  /** Default: the file's `current-context`. */
  readonly context?: string;
  /** Where relative file names start; absent: references to files are refused. */
  readonly directory?: string;
  /** The environment that credential plugins see; absent: plugins are refused. */
  readonly execEnvironment?: Readonly<Record<string, string>>;
  readonly allowInsecure?: boolean;
}

class Refused extends Error {
  readonly code: KubeconfigError['code'];

  constructor(code: KubeconfigError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** The connection of one context of a parsed kubeconfig. */
export async function connectionOf(config: Json, options: KubeconfigOptions): Promise<Result<KubeConnection, KubeconfigError>> {
  try {
    return ok(await connect(config, options));
  } catch (error) {
    if (error instanceof Refused) return err({ code: error.code, message: error.message });
    throw error;
  }
}

async function connect(config: Json, options: KubeconfigOptions): Promise<KubeConnection> {
  if (!isObject(config)) throw new Refused('InvalidKubeconfig', 'the kubeconfig is not a mapping');
  const name = options.context ?? text(config, 'current-context') ?? '';
  const context = named(config, 'contexts', { name, inner: 'context' });
  const cluster = named(config, 'clusters', { name: text(context, 'cluster') ?? '', inner: 'cluster' });
  const userName = text(context, 'user');
  const user = userName === undefined ? {} : named(config, 'users', { name: userName, inner: 'user' });
  const reader = new FileReader(options.directory);
  const server = serverOf(cluster);
  const secure = server.startsWith('https:');
  // client-go never sends a token over plain HTTP; neither does this.
  const credentials = secure ? await credentialsOf(user, reader, options) : undefined;
  const namespace = text(context, 'namespace');
  const proxyUrl = proxyOf(cluster);
  return {
    server,
    ...(namespace !== undefined && { namespace }),
    tls: await tlsOf(cluster, user, { reader, allowInsecure: options.allowInsecure === true }),
    ...(proxyUrl !== undefined && { proxyUrl }),
    ...(credentials !== undefined && { credentials }),
  };
}

function named(config: JsonObject, list: string, of: { readonly name: string; readonly inner: string }): JsonObject {
  const entries = getKey(config, list);
  const all = Array.isArray(entries) ? entries.filter(isObject) : [];
  const found = all.find((entry) => text(entry, 'name') === of.name)?.[of.inner];
  if (isObject(found)) return found;
  const names = all.map((entry) => text(entry, 'name') ?? '').join(', ');
  if (of.inner === 'context' && of.name === '')
    throw new Refused('ContextNotFound', `the kubeconfig has no current-context; choose one of: ${names || 'none'}`);
  throw new Refused(
    of.inner === 'context' ? 'ContextNotFound' : 'InvalidKubeconfig',
    `the kubeconfig has no ${of.inner} ${JSON.stringify(of.name)} (it has: ${names || 'none'})`,
  );
}

function serverOf(cluster: JsonObject): string {
  const server = text(cluster, 'server') ?? '';
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new Refused('InvalidKubeconfig', 'clusters[].cluster.server must be an http(s) URL without credentials');
  }
  return server;
}

function proxyOf(cluster: JsonObject): string | undefined {
  const proxy = text(cluster, 'proxy-url');
  if (proxy === undefined) return undefined;
  if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol)) {
    throw new Refused('InvalidKubeconfig', 'clusters[].cluster.proxy-url must be an http(s) URL (SOCKS is not supported)');
  }
  return proxy;
}

async function tlsOf(
  cluster: JsonObject,
  user: JsonObject,
  options: { readonly reader: FileReader; readonly allowInsecure: boolean },
): Promise<KubeConnection['tls']> {
  const insecure = cluster['insecure-skip-tls-verify'] === true;
  if (insecure && !options.allowInsecure) {
    throw new Refused(
      'InsecureNotAllowed',
      'the kubeconfig sets insecure-skip-tls-verify, which is not allowed here; give certificate-authority-data instead',
    );
  }
  const ca = await options.reader.dataOrFile(cluster, 'certificate-authority');
  const cert = await options.reader.dataOrFile(user, 'client-certificate');
  const key = await options.reader.dataOrFile(user, 'client-key');
  if ((cert === undefined) !== (key === undefined))
    throw new Refused('InvalidKubeconfig', 'client-certificate and client-key must be given together');
  const serverName = text(cluster, 'tls-server-name');
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { serverName }),
    ...(insecure && { insecure }),
  };
}

async function credentialsOf(user: JsonObject, reader: FileReader, options: KubeconfigOptions): Promise<Credentials | undefined> {
  const tokenFile = text(user, 'tokenFile');
  if (tokenFile !== undefined) return tokenFileCredentials(reader.path(tokenFile, 'tokenFile'), options.clock);
  const token = text(user, 'token');
  if (token !== undefined) return tokenCredentials(headerValue(token, 'token'));
  const username = text(user, 'username');
  if (username !== undefined) return basicCredentials(username, text(user, 'password') ?? '');
  if (isObject(user['exec'])) return pluginCredentials(user['exec'], options);
  if (isObject(user['auth-provider'])) {
    throw new Refused(
      'InvalidKubeconfig',
      'users[].user.auth-provider was removed from Kubernetes in 1.26; use a token, a client certificate or exec',
    );
  }
  return undefined;
}

/** Plugins of clouds, by the name of their program; what they would do is not done here. */
const clouds: Readonly<Record<string, string>> = {
  aws: 'Amazon EKS',
  'aws-iam-authenticator': 'Amazon EKS',
  'gke-gcloud-auth-plugin': 'Google GKE',
  gcloud: 'Google GKE',
  kubelogin: 'Azure AKS',
  az: 'Azure AKS',
  doctl: 'DigitalOcean',
  oci: 'Oracle OKE',
  ibmcloud: 'IBM Cloud',
};

function cloudOf(command: string): string {
  const program =
    command
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/\.exe$/, '') ?? '';
  const cloud = getKey(clouds, program);
  return cloud === undefined ? '' : ` of ${cloud}`;
}

function pluginCredentials(exec: JsonObject, options: KubeconfigOptions): Credentials {
  const command = text(exec, 'command') ?? '';
  if (options.execEnvironment === undefined) {
    throw new Refused(
      'ExecNotAllowed',
      `the kubeconfig runs the credential plugin ${JSON.stringify(command)}${cloudOf(command)}, and plugins are not allowed here; use a token, a client certificate, or a short-lived token (TargetCluster: spec.token)`,
    );
  }
  if (command === '') throw new Refused('InvalidKubeconfig', 'users[].user.exec.command is missing');
  const list = (key: string): readonly Json[] => (Array.isArray(exec[key]) ? (exec[key] as readonly Json[]) : []);
  const plugin: ExecPlugin = {
    command: /[/\\]/.test(command) && options.directory !== undefined ? resolve(options.directory, command) : command,
    args: list('args').map(String),
    env: list('env')
      .filter(isObject)
      .map((entry) => ({ name: text(entry, 'name') ?? '', value: text(entry, 'value') ?? '' })),
    apiVersion: text(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1',
  };
  return execCredentials(plugin, options.clock, options.execEnvironment);
}

/** Reads what a kubeconfig refers to, if it may refer to files at all. */
class FileReader {
  readonly #directory: string | undefined;

  constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  path(name: string, field: string): string {
    if (this.#directory === undefined)
      throw new Refused('FileNotAllowed', `the kubeconfig refers to a file in ${field}, which is not allowed here; embed the data`);
    return resolve(this.#directory, name);
  }

  /** `<field>-data` (base64) wins over `<field>` (a file), as in client-go. */
  async dataOrFile(from: JsonObject, field: string): Promise<string | undefined> {
    const data = text(from, `${field}-data`);
    if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
    const name = text(from, field);
    if (name === undefined) return undefined;
    const path = this.path(name, field);
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      throw new Refused('KubeconfigUnreadable', `${field} ${path} cannot be read: ${(error as Error).message}`);
    }
  }
}

function headerValue(value: string, field: string): string {
  if (/[^\x21-\x7e]/.test(value)) throw new Refused('InvalidKubeconfig', `${field} contains characters that no token has`);
  return value;
}

function text(from: JsonObject, key: string): string | undefined {
  const value = getKey(from, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
