/**
 * Charts by the words of a command line: a folder, an archive, `oci://…`, `--repo URL NAME`, the URL of an archive. What comes from elsewhere is fetched
 * into the cache of this user and read from there.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ChartCache, createCharts } from '../adapters/charts/index.ts';
import { createWebClient } from '../adapters/http/index.ts';
import { chartTypes, createRegistry, describeChart, parseReference, tagOf } from '../adapters/registry/index.ts';
import { systemClock } from '../adapters/system/index.ts';
import type { Metadata } from '../core/chart/index.ts';
import { configJson } from '../core/chart/package/index.ts';
import type { ChartAuth, ChartError, ChartFound, ChartRepository, Charts } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How charts are reached, as Helm's flags have it. */
export interface ChartAccess {
  readonly username?: string;
  readonly password?: string;
  /** How servers are trusted, and what they are shown besides a password. */
  readonly tls: Pick<ChartAuth, 'ca' | 'certificate' | 'insecureTls' | 'passCredentials'>;
  readonly plainHttp?: boolean;
  readonly env: Environment;
  readonly signal?: AbortSignal;
}

export interface RemoteChart {
  /** `oci://host/path[:tag]`, an http(s) URL of an archive, or with `repo` a name. */
  readonly chart: string;
  /** URL of a repository with an index. */
  readonly repo?: string;
  readonly version?: string;
}

export interface FetchedChart extends ChartFound {
  /** `shop-1.2.3.tgz` */
  readonly file: string;
  /** Where it lies: a folder and a name in it. */
  readonly place: { readonly root: string; readonly path: string };
  /** `host/path:tag` for charts of registries. */
  readonly reference?: string;
}

/** Whether the words name something that has to be fetched. */
export const isRemoteChart = ({ chart, repo }: RemoteChart): boolean => repo !== undefined || /^(?:oci|https?):\/\//.test(chart);

const cacheFolder = (env: Environment): string =>
  join(env['LOCKSTEP_CACHE_HOME'] ?? join(env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? homedir(), '.cache'), 'lockstep'), 'charts');

/** Where a chart is looked for, and what is asked for there. */
function resolve(remote: RemoteChart): Result<{ readonly url: string; readonly chart: string; readonly version?: string }, ChartError> {
  const given = remote.version === undefined || remote.version === '' ? {} : { version: remote.version };
  if (remote.repo !== undefined) return ok({ url: remote.repo, chart: remote.chart, ...given });
  const reference = parseReference(remote.chart);
  if (!reference.ok) return reference;
  const { host, repository, tag, digest } = reference.value;
  if (digest !== undefined)
    return err({ code: 'InvalidURL', message: 'charts are named by version here, not by digest', hint: 'use --version' });
  const asked = tag === undefined ? given : { version: tag.replaceAll('_', '+') };
  if (tag !== undefined && remote.version !== undefined && asked.version !== remote.version)
    return err({ code: 'InvalidURL', message: `chart reference and version mismatch: ${remote.version} is not ${tag}` });
  return ok({ url: `oci://${host}/${repository}`, chart: repository.slice(repository.lastIndexOf('/') + 1), ...asked });
}

/** Fetches a chart, or finds it in the cache. */
export async function fetchChart(remote: RemoteChart, access: ChartAccess): Promise<Result<FetchedChart, ChartError>> {
  const folder = cacheFolder(access.env);
  if (remote.repo === undefined && /^https?:/.test(remote.chart)) return fetchArchive(remote.chart, access, folder);
  const asked = resolve(remote);
  if (!asked.ok) return asked;
  const { url, ...want } = asked.value;
  const charts = createCharts({ folder, clock: systemClock() });
  try {
    const found = await charts.find(await repositoryFor(url, access), want, access.signal);
    if (!found.ok) return found;
    const { version, archive } = found.value;
    const reference = url.startsWith('oci://') ? { reference: `${url.slice('oci://'.length)}:${tagOf(version)}` } : {};
    return ok({ ...found.value, file: `${want.chart}-${version}.tgz`, place: placeOf(folder, archive), ...reference });
  } finally {
    await charts.close();
  }
}

/** The signature published with a chart. */
export async function fetchProvenance(remote: RemoteChart, access: ChartAccess): Promise<Result<string | undefined, ChartError>> {
  const asked = resolve(remote);
  if (!asked.ok) return asked;
  const { url, ...want } = asked.value;
  return withCharts(access, async (charts) => charts.provenance(await repositoryFor(url, access), want, access.signal));
}

/** Whether a repository with an index can be reached; what it offers is in the cache then. */
export async function lookAtRepository(url: string, access: ChartAccess): Promise<Result<void, ChartError>> {
  const looked = await withCharts(access, async (charts) => charts.look(await repositoryFor(url, access), access.signal));
  return looked.ok ? ok(undefined) : looked;
}

async function withCharts<T>({ env }: ChartAccess, work: (charts: Charts) => Promise<T>): Promise<T> {
  const charts = createCharts({ folder: cacheFolder(env), clock: systemClock() });
  try {
    return await work(charts);
  } finally {
    await charts.close();
  }
}

const hexOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const placeOf = (folder: string, archive: Uint8Array): FetchedChart['place'] => ({ root: join(folder, 'blobs'), path: hexOf(archive) });

const archiveLimit = 100 * 1024 * 1024;

async function fetchArchive(url: string, access: ChartAccess, folder: string): Promise<Result<FetchedChart, ChartError>> {
  const web = createWebClient(access.tls);
  try {
    const { username, password } = access;
    const authorization =
      username === undefined && password === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}` };
    const answered = await web.send({ url, limit: archiveLimit, timeout: 120_000, ...authorization });
    if (!answered.ok) return answered;
    const { status, body } = answered.value;
    if (status !== 200) return err({ code: 'ChartNotFound', message: `failed to fetch ${url} : ${status}` });
    const digest = await new ChartCache(folder, { most: 2 * 1024 ** 3, clock: systemClock() }).write(body);
    const file = new URL(url).pathname.replace(/^.*\//, '');
    return ok({ chart: file, version: '', digest, archive: body, file, place: placeOf(folder, body) });
  } finally {
    await web.close();
  }
}

async function repositoryFor(url: string, access: ChartAccess): Promise<ChartRepository> {
  const auth = await authFor(url, access);
  return { url, ...(auth === undefined ? {} : { auth }), ...(access.plainHttp === true ? { plainHttp: true } : {}) };
}

/** What the flags give; else, for registries, what Helm and container tools keep for the host. Nothing is ever written there. */
async function authFor(url: string, { username, password, tls, env }: ChartAccess): Promise<ChartAuth | undefined> {
  if (username !== undefined || password !== undefined)
    return { ...tls, ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
  const kept = url.startsWith('oci://') ? await keptAuth(url.slice('oci://'.length).split('/')[0] ?? '', env) : undefined;
  return kept === undefined && Object.keys(tls).length === 0 ? undefined : { ...tls, ...kept };
}

/** What Helm and container tools keep for the host of a registry. */
export async function keptAuth(host: string, env: Environment): Promise<ChartAuth | undefined> {
  const home = env['HOME'] ?? homedir();
  const helm = join(env['HELM_CONFIG_HOME'] ?? join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'helm'), 'registry', 'config.json');
  const files = [env['HELM_REGISTRY_CONFIG'] ?? helm, join(env['DOCKER_CONFIG'] ?? join(home, '.docker'), 'config.json')];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const auth = text === undefined ? undefined : authIn(text, host);
    if (auth !== undefined) return auth;
  }
  return undefined;
}

function authIn(text: string, host: string): ChartAuth | undefined {
  try {
    const { auths } = JSON.parse(text) as { auths?: Record<string, { auth?: string }> };
    const entry = Object.entries(auths ?? {}).find(([name]) => name.replace(/^https?:\/\//, '').split('/')[0] === host)?.[1];
    const [username, ...password] = Buffer.from(entry?.auth ?? '', 'base64')
      .toString('utf8')
      .split(':');
    return username === undefined || username === '' ? undefined : { username, password: password.join(':') };
  } catch {
    return undefined;
  }
}

export interface PushedChart {
  /** `host/path:tag` */
  readonly reference: string;
  readonly digest: string;
}

export interface ChartToPush {
  readonly archive: Uint8Array;
  readonly metadata: Metadata;
  readonly provenance?: Uint8Array;
  /** RFC 3339. */
  readonly created: string;
}

/** Pushes a chart below `remote` (`oci://host/path`), named and tagged by its own metadata. */
export async function pushChart(remote: string, chart: ChartToPush, access: ChartAccess): Promise<Result<PushedChart, ChartError>> {
  const { archive, metadata, provenance, created } = chart;
  const base = parseReference(`${remote.replace(/\/+$/, '')}/${metadata.name}:${metadata.version}`);
  if (!base.ok) return base;
  const config = Buffer.from(configJson(metadata), 'utf8');
  const layer = (mediaType: string, bytes: Uint8Array) => ({ mediaType, digest: `sha256:${hexOf(bytes)}`, size: bytes.length });
  const layers = [layer(chartTypes.layer, archive), ...(provenance === undefined ? [] : [layer(chartTypes.provenance, provenance)])];
  const manifest = {
    schemaVersion: 2,
    config: layer(chartTypes.config, config),
    layers: layers.toSorted((a, b) => (a.digest < b.digest ? -1 : 1)),
    annotations: describeChart(metadata, created),
  };
  const { url: _url, auth, plainHttp } = await repositoryFor(remote, access);
  const web = createWebClient(access.tls);
  try {
    const registry = createRegistry({ web, ...(auth === undefined ? {} : { auth }), ...(plainHttp === true ? { plainHttp } : {}) });
    const blobs = [config, archive, ...(provenance === undefined ? [] : [provenance])];
    const pushed = await registry.push(base.value, { blobs, manifest: Buffer.from(JSON.stringify(manifest), 'utf8') });
    const { host, repository, tag = '' } = base.value;
    return pushed.ok ? ok({ reference: `${host}/${repository}:${tag}`, digest: pushed.value }) : pushed;
  } finally {
    await web.close();
  }
}
