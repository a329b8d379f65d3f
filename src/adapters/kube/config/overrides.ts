/**
 * What a command line says of the connection wins over the kubeconfig, field by field, as with kubectl. Source: client-go tools/clientcmd/client_config.go,
 * getContext, getCluster, getAuthInfo.
 */
import { getKey, isObject, type Json, type JsonObject, record } from '../../../core/object/index.ts';

/** Fields are named as in a kubeconfig. */
export interface ConnectionOverrides {
  /** Name of the entry to take instead of the context's. */
  readonly cluster?: string;
  readonly user?: string;
  readonly clusterFields?: JsonObject;
  readonly userFields?: JsonObject;
}

/** Fields that say the same in another way, or would win over what was given. */
const replaces: Readonly<Record<string, readonly string[]>> = {
  'certificate-authority': ['certificate-authority-data', 'insecure-skip-tls-verify'],
  'insecure-skip-tls-verify': ['certificate-authority', 'certificate-authority-data'],
  'client-certificate': ['client-certificate-data'],
  'client-key': ['client-key-data'],
  token: ['tokenFile', 'username', 'password', 'exec', 'auth-provider'],
  username: ['token', 'tokenFile', 'exec', 'auth-provider'],
};

/** The name of the only context of a kubeconfig with overrides; no file has one of this name. */
const NAME = '\u0000given';

/** The same kubeconfig with one context, which is the one asked for, changed. A context, cluster or user that is not there is left for the reader to miss. */
export function overridden(config: JsonObject, context: string | undefined, overrides: ConnectionOverrides): JsonObject {
  const { clusterFields = {}, userFields = {} } = overrides;
  const name = context ?? config['current-context'];
  const found = entry(config, 'contexts', { name, inner: 'context' });
  if (found === undefined && (context !== undefined || clusterFields['server'] === undefined)) return config;
  const clusterName = overrides.cluster ?? getKey(found ?? {}, 'cluster');
  const userName = overrides.user ?? getKey(found ?? {}, 'user');
  const cluster = entry(config, 'clusters', { name: clusterName, inner: 'cluster' });
  const user = entry(config, 'users', { name: userName, inner: 'user' });
  if (overrides.cluster !== undefined && cluster === undefined) return named(config, found, { cluster: clusterName ?? '' });
  if (overrides.user !== undefined && user === undefined) return named(config, found, { cluster: clusterName ?? '', user: userName ?? '' });
  const clusters = [{ name: NAME, cluster: changed(cluster ?? {}, clusterFields) }];
  const users = [{ name: NAME, user: changed(user ?? {}, userFields) }];
  return { ...named(config, found, { cluster: NAME, user: NAME }), clusters, users };
}

const named = (config: JsonObject, context: JsonObject | undefined, fields: JsonObject): JsonObject => ({
  ...config,
  contexts: [{ name: NAME, context: { ...context, ...fields } }],
  'current-context': NAME,
});

function entry(config: JsonObject, list: string, of: { readonly name: Json | undefined; readonly inner: string }): JsonObject | undefined {
  const entries = getKey(config, list);
  const found = Array.isArray(entries) ? (entries as readonly Json[]).filter(isObject).find(({ name }) => name === of.name) : undefined;
  const inner = found?.[of.inner];
  return isObject(inner) ? inner : undefined;
}

function changed(fields: JsonObject, given: JsonObject): JsonObject {
  const gone = new Set(Object.keys(given).flatMap((key) => getKey(replaces, key) ?? []));
  const kept = (Object.entries(fields) as [string, Json][]).filter(([key]) => !gone.has(key));
  return record<Json>([...kept, ...(Object.entries(given) as [string, Json][])]);
}
