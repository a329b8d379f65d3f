/** The port Charts over both kinds of repositories. */
import { createHash } from 'node:crypto';
import type { ChartAuth, ChartError, ChartFound, ChartRepository, Charts, ChartTrust, ChartWant, Clock } from '../../ports/index.ts';
import { decodeUtf8, err, ok, type Result } from '../../std/index.ts';
import { isExact, newestFirst, pickVersion } from '../chart-version/index.ts';
import { createHelmRepository, type HelmRepository } from '../helm-repo/index.ts';
import { createWebClient, type WebClient } from '../http/index.ts';
import {
  chartLayerOf,
  chartTypes,
  createRegistry,
  type Layer,
  type Manifest,
  parseManifest,
  parseReference,
  type Reference,
  type Registry,
  tagOf,
  versionOf,
} from '../registry/index.ts';
import { ChartCache } from './cache.ts';
import { verifyCosign } from './cosign.ts';
import { verifyByAny } from './provenance.ts';
import { unpackArchive } from './unpack.ts';

export interface ChartsOptions {
  /** Where archives and indexes are kept. */
  readonly folder: string;
  readonly clock: Clock;
  /** Bytes of archives that are kept. Default 2 GiB. */
  readonly most?: number;
}

export const createCharts = (options: ChartsOptions): Charts => new CachedCharts(options);

/** Indexes that stay parsed; a public one takes tens of megabytes. */
const mostIndexes = 4;
const mostClients = 32;

class CachedCharts implements Charts {
  readonly #cache: ChartCache;
  readonly #webs = new Map<string, WebClient>();
  /** As they were when last looked at. */
  readonly #repositories = new Map<string, HelmRepository>();
  /** Archives of indexes without digests, by index and address. */
  readonly #digests = new Map<string, string>();

  constructor({ folder, clock, most = 2 * 1024 ** 3 }: ChartsOptions) {
    this.#cache = new ChartCache(folder, { most, clock });
  }

  async look(repository: ChartRepository, signal?: AbortSignal): Promise<Result<{ readonly digest?: string }, ChartError>> {
    if (isOci(repository)) {
      const reference = parseReference(repository.url);
      return reference.ok ? ok({}) : reference;
    }
    const index = this.#open(repository, signal);
    const loaded = await index.load();
    if (!loaded.ok) return loaded;
    const key = keyOf(repository);
    this.#repositories.delete(key);
    this.#repositories.set(key, index);
    dropOldest(this.#repositories, mostIndexes);
    return ok({ digest: loaded.value.digest });
  }

  async find(repository: ChartRepository, want: ChartWant, signal?: AbortSignal): Promise<Result<ChartFound, ChartError>> {
    try {
      return isOci(repository) ? await this.#findOci(repository, want, signal) : await this.#findIndexed(repository, want, signal);
    } catch (error) {
      return err(cacheError(error));
    }
  }

  async artifact(
    repository: ChartRepository,
    ref: { readonly tag?: string; readonly semver?: string; readonly digest?: string },
    signal?: AbortSignal,
  ): Promise<Result<ChartFound, ChartError>> {
    const base = parseReference(repository.url);
    if (!base.ok) return base;
    const registry = this.#registry(repository, signal);
    const named = ref.digest === undefined ? { tag: ref.tag ?? 'latest' } : { digest: ref.digest };
    const reference = ref.semver === undefined ? ok({ ...base.value, ...named }) : await this.#tagIn(registry, base.value, ref.semver);
    if (!reference.ok) return reference;
    try {
      const { host, repository: path, tag, digest } = reference.value;
      const label = tag ?? digest?.slice(7, 19) ?? '';
      return await this.#take(registry, reference.value, { chart: `${host}/${path}`, version: label, layerOf: contentLayerOf });
    } catch (error) {
      return err(cacheError(error));
    }
  }

  async provenance(repository: ChartRepository, want: ChartWant, signal?: AbortSignal): Promise<Result<string | undefined, ChartError>> {
    if (!isOci(repository)) {
      const index = this.#repositories.get(keyOf(repository)) ?? this.#open(repository, signal);
      const entry = await index.find(want);
      return entry.ok ? index.provenance(entry.value) : entry;
    }
    const registry = this.#registry(repository, signal);
    const reference = await this.#chartIn(registry, repository, want);
    const found = reference.ok ? await registry.manifest(reference.value) : reference;
    if (!reference.ok) return reference;
    if (!found.ok) return found;
    const layer = found.value.manifest.layers.find(({ mediaType }) => mediaType === chartTypes.provenance);
    if (layer === undefined) return ok(undefined);
    const bytes = await registry.blob(reference.value, layer);
    return bytes.ok ? ok(decodeUtf8(bytes.value)) : bytes;
  }

  async verify(
    repository: ChartRepository,
    { found, isArtifact }: { readonly found: ChartFound; readonly isArtifact: boolean },
    trust: ChartTrust,
    signal?: AbortSignal,
  ): Promise<Result<{ readonly signer: string }, ChartError>> {
    const { chart, version, digest, archive } = found;
    if (trust.by === 'cosign') {
      const reference = parseReference(isArtifact ? repository.url : chartUrl(repository.url, chart));
      return reference.ok ? verifyCosign(this.#registry(repository, signal), { reference: reference.value, digest }, trust.keys) : reference;
    }
    const name = `${chart} ${version}`;
    if (isArtifact) return err({ code: 'VerificationFailed', message: 'only charts carry signatures of their own; name one with source.chart' });
    const provenance = await this.provenance(repository, { chart, version }, signal);
    if (!provenance.ok) return provenance;
    if (provenance.value === undefined) return err({ code: 'VerificationFailed', message: `the chart ${name} is not signed: it has no .prov file` });
    const verified = await verifyByAny({ archive, file: `${chart}-${version}.tgz`, provenance: provenance.value }, trust.keys);
    if (!verified.ok) return err({ ...verified.error, message: `the chart ${name}: ${verified.error.message}` });
    return ok({ signer: `${verified.value.users[0] ?? ''} (${verified.value.fingerprint})`.trim() });
  }

  async kept(digest: string): Promise<Result<Uint8Array | undefined, ChartError>> {
    try {
      const bytes = await this.#cache.read(digest);
      // A manifest begins like every JSON object, an archive like every gzip stream.
      if (bytes?.[0] !== 0x7b) return ok(bytes);
      const manifest = parseManifest(bytes);
      const layer = manifest.ok ? contentLayerOf(manifest.value) : undefined;
      return ok(layer === undefined ? undefined : await this.#cache.read(layer.digest));
    } catch (error) {
      return err(cacheError(error));
    }
  }

  async files(digest: string): Promise<Result<ReadonlyMap<string, Uint8Array> | undefined, ChartError>> {
    const archive = await this.kept(digest);
    if (!archive.ok || archive.value === undefined) return archive.ok ? ok(undefined) : archive;
    const files = await unpackArchive(archive.value);
    return files.ok ? files : err({ code: 'Corrupt', message: `the artifact ${digest} cannot be read: ${files.error}` });
  }

  async close(): Promise<void> {
    const webs = [...this.#webs.values()];
    this.#webs.clear();
    await Promise.all(webs.map((web) => web.close()));
  }

  #web(auth: ChartAuth | undefined): WebClient {
    const { ca, certificate, insecureTls } = auth ?? {};
    const tls = given({ ca, certificate, insecureTls });
    const key = JSON.stringify(tls);
    const known = this.#webs.get(key);
    if (known !== undefined) return known;
    const web = createWebClient(tls);
    this.#webs.set(key, web);
    for (const dropped of dropOldest(this.#webs, mostClients)) void dropped.close();
    return web;
  }

  #open({ url, auth, timeout }: ChartRepository, signal: AbortSignal | undefined): HelmRepository {
    return createHelmRepository(url, { web: this.#web(auth), store: this.#cache, ...given({ auth, timeout, signal, passCredentials: auth?.passCredentials }) });
  }

  #registry({ auth, timeout, plainHttp }: ChartRepository, signal: AbortSignal | undefined): Registry {
    return createRegistry({ web: this.#web(auth), ...given({ auth, timeout, plainHttp, signal }) });
  }

  async #findIndexed(
    repository: ChartRepository,
    want: ChartWant,
    signal: AbortSignal | undefined,
  ): Promise<Result<ChartFound, ChartError>> {
    const index = this.#repositories.get(keyOf(repository)) ?? this.#open(repository, signal);
    const entry = await index.find(want);
    if (!entry.ok) return entry;
    const { name, version, urls } = entry.value;
    const remembered = `${urls[0] ?? ''} ${version}`;
    const digest = entry.value.digest ?? this.#digests.get(remembered);
    const cached = digest === undefined ? undefined : await this.#cache.read(digest);
    if (digest !== undefined && cached !== undefined) return ok({ chart: name, version, digest, archive: cached });
    const archive = await index.archive(entry.value);
    if (!archive.ok) return archive;
    const written = await this.#cache.write(archive.value);
    this.#digests.set(remembered, written);
    return ok({ chart: name, version, digest: written, archive: archive.value });
  }

  async #findOci(
    repository: ChartRepository,
    { chart, version }: ChartWant,
    signal: AbortSignal | undefined,
  ): Promise<Result<ChartFound, ChartError>> {
    const registry = this.#registry(repository, signal);
    const reference = await this.#chartIn(registry, repository, { chart, ...(version === undefined ? {} : { version }) });
    if (!reference.ok) return reference;
    const found = versionOf(reference.value.tag ?? '');
    return this.#take(registry, reference.value, { chart, version: found, layerOf: chartLayerOf });
  }

  async #chartIn(registry: Registry, { url }: ChartRepository, { chart, version }: ChartWant): Promise<Result<Reference, ChartError>> {
    const base = parseReference(chartUrl(url, chart));
    if (!base.ok) return base;
    const exact = version !== undefined && isExact(version);
    return exact ? ok({ ...base.value, tag: tagOf(version) }) : this.#tagIn(registry, base.value, version);
  }

  async #tagIn(registry: Registry, base: Reference, range: string | undefined): Promise<Result<Reference, ChartError>> {
    const tags = await registry.tags(base);
    if (!tags.ok) return tags;
    const versions = newestFirst(tags.value.map(versionOf), (tag) => tag);
    const picked = pickVersion(versions, (tag) => tag, range);
    const what = `oci://${base.host}/${base.repository}`;
    if (!picked.ok) return err({ code: 'VersionNotFound', message: `${what}: ${picked.error}` });
    if (picked.value !== undefined) return ok({ ...base, tag: tagOf(picked.value) });
    const newest = versions.slice(0, 5);
    return err({
      code: 'VersionNotFound',
      message: `${what} has no version that fits ${JSON.stringify(range ?? '*')}`,
      ...(newest.length === 0 ? {} : { hint: `the newest tags are ${newest.join(', ')}` }),
    });
  }

  async #take(
    registry: Registry,
    reference: Reference,
    what: { readonly chart: string; readonly version: string; readonly layerOf: (manifest: Manifest) => Layer | undefined },
  ): Promise<Result<ChartFound, ChartError>> {
    const { chart, version } = what;
    const found = await registry.manifest(reference);
    if (!found.ok) return found;
    const layer = what.layerOf(found.value.manifest);
    if (layer === undefined)
      return err({
        code: 'Corrupt',
        message: `${reference.host}/${reference.repository} ${version} holds no chart`,
        hint: 'is it an image?',
      });
    const { digest, bytes } = found.value;
    const cached = await this.#cache.read(layer.digest);
    if (cached !== undefined && (await this.#cache.read(digest)) !== undefined) return ok({ chart, version, digest, archive: cached });
    const archive = cached === undefined ? await registry.blob(reference, layer) : ok(cached);
    if (!archive.ok) return archive;
    await this.#cache.write(archive.value);
    await this.#cache.write(bytes);
    return ok({ chart, version, digest, archive: archive.value });
  }
}

const isOci = ({ url }: ChartRepository): boolean => url.startsWith('oci://');

/** `oci://host/charts` and `shop` make `oci://host/charts/shop`; a URL that ends in the chart's name already is the chart's own. */
const chartUrl = (url: string, chart: string): string => {
  const base = url.replace(/\/+$/, '');
  return base.endsWith(`/${chart}`) ? base : `${base}/${chart}`;
};

/** The layer with the files: a chart's, else the first compressed archive. */
const contentLayerOf = (manifest: Manifest): Layer | undefined =>
  chartLayerOf(manifest) ?? manifest.layers.find(({ mediaType }) => mediaType.endsWith('tar+gzip') || mediaType.endsWith('tar.gzip'));

/** What was learned with one credential is not shown to others. */
const keyOf = ({ url, auth }: ChartRepository): string =>
  createHash('sha256')
    .update(JSON.stringify([url, auth ?? null]))
    .digest('hex');

function dropOldest<T>(map: Map<string, T>, most: number): T[] {
  const dropped: T[] = [];
  for (const [key, value] of map) {
    if (map.size <= most) break;
    map.delete(key);
    dropped.push(value);
  }
  return dropped;
}

const cacheError = (error: unknown): ChartError => ({
  code: 'CacheFailed',
  message: `the cache of charts cannot be used: ${error instanceof Error ? error.message : String(error)}`,
});

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the entries that are undefined. */
const given = <T extends object>(options: T): Defined<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
