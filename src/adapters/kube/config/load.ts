/** Kubeconfig files from disk, merged as kubectl merges `$KUBECONFIG`: the first mention of a name wins, paths are relative to the file that holds them. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isObject, withKey, type Json, type JsonObject } from '../../../core/object/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import type { KubeConnection } from '../http/index.ts';
import { connectionOf, type KubeconfigError, type KubeconfigOptions } from './kubeconfig.ts';
import { type ConnectionOverrides, overridden } from './overrides.ts';

/** Turns the text of a kubeconfig (YAML or JSON) into a value, or says in one sentence why not. */
export type ParseConfig = (text: string) => Result<Json, string>;

type Failure = Result<never, KubeconfigError>;

/** The connection of a kubeconfig that arrived as text, for example in a Secret: files and plugins only as `options` allow. */
export async function parseKubeconfig(
  text: string,
  parse: ParseConfig,
  options: KubeconfigOptions,
): Promise<Result<KubeConnection, KubeconfigError>> {
  const config = parse(text);
  if (!config.ok) return err({ code: 'InvalidKubeconfig', message: `the kubeconfig is not YAML: ${config.error}` });
  return connectionOf(config.value, options);
}

/** The connection of kubeconfig files on this machine; files that they refer to are read. Missing files are skipped as long as one exists. */
export async function loadKubeconfig(
  paths: readonly string[],
  parse: ParseConfig,
  options: Omit<KubeconfigOptions, 'directory'> & { readonly overrides?: ConnectionOverrides },
): Promise<Result<KubeConnection, KubeconfigError>> {
  const { overrides, context, ...rest } = options;
  const isComplete = overrides?.clusterFields?.['server'] !== undefined;
  const merged = paths.length === 0 && isComplete ? ok({}) : await readConfigs(paths, parse);
  if (!merged.ok) return merged;
  const asked = context === undefined ? {} : { context };
  if (overrides === undefined) return connectionOf(merged.value, { ...rest, ...asked, directory: '/' });
  const config = overridden(merged.value, context, overrides);
  return connectionOf(config, { ...rest, ...(config === merged.value ? asked : {}), directory: '/' });
}

const lists = ['clusters', 'contexts', 'users'] as const;

async function readConfigs(paths: readonly string[], parse: ParseConfig): Promise<Result<JsonObject, KubeconfigError>> {
  const configs: JsonObject[] = [];
  let missing: Failure | undefined;
  for (const path of paths) {
    const config = await readConfig(path, parse);
    if (config.ok) configs.push(config.value);
    else if (config.error.code === 'KubeconfigUnreadable') missing ??= config;
    else return config;
  }
  if (configs.length === 0) return missing ?? err({ code: 'KubeconfigUnreadable', message: 'no kubeconfig was given' });
  const merged = lists.map((list) => [list, configs.flatMap((config) => (Array.isArray(config[list]) ? config[list] : []))] as const);
  const current = configs.map((config) => config['current-context']).find((name) => typeof name === 'string' && name !== '');
  return ok({ ...Object.fromEntries(merged), 'current-context': current ?? '' });
}

async function readConfig(path: string, parse: ParseConfig): Promise<Result<JsonObject, KubeconfigError>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return err({ code: 'KubeconfigUnreadable', message: `the kubeconfig ${path} cannot be read: ${(error as Error).message}` });
  }
  const config = parse(text);
  if (!config.ok) return err({ code: 'InvalidKubeconfig', message: `${path}: ${config.error}` });
  if (!isObject(config.value)) return err({ code: 'InvalidKubeconfig', message: `${path} is not a kubeconfig` });
  return ok(absolute(config.value, dirname(resolve(path))));
}

const fileFields = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'] as const;

function absolute(config: JsonObject, directory: string): JsonObject {
  const entries = (list: string, inner: string): Json =>
    Array.isArray(config[list]) ? (config[list] as readonly Json[]).map((entry) => absoluteEntry(entry, { inner, directory })) : [];
  return { ...config, clusters: entries('clusters', 'cluster'), users: entries('users', 'user') };
}

function absoluteEntry(entry: Json, options: { readonly inner: string; readonly directory: string }): Json {
  if (!isObject(entry) || !isObject(entry[options.inner])) return entry;
  let fields = entry[options.inner] as JsonObject;
  for (const field of fileFields) {
    const value = fields[field];
    if (typeof value === 'string' && value !== '') fields = withKey(fields, field, resolve(options.directory, value));
  }
  const exec = fields['exec'];
  // A plugin named by a relative path (with a separator) lives beside the file; a bare name is looked up in PATH.
  if (isObject(exec) && typeof exec['command'] === 'string' && /[/\\]/.test(exec['command'])) {
    fields = withKey(fields, 'exec', withKey(exec, 'command', resolve(options.directory, exec['command'])));
  }
  return withKey(entry, options.inner, fields);
}
