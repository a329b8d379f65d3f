/**
 * Chart repositories in memory behind the port Charts, for tests that tell stories: publish a version, cut the network, damage an archive.
 * In: charts as files. Out: a Charts. Never: a network, a disk. Digests are real.
 */
import { createHash } from 'node:crypto';
import { packArchive, unpackArchive } from '../../adapters/charts/index.ts';
import { newestFirst, pickVersion } from '../../adapters/chart-version/index.ts';
import type { ChartError, ChartErrorCode, ChartFound, ChartRepository, Charts, ChartTrust, ChartWant } from '../../ports/index.ts';
import { type Result, err, ok } from '../../std/index.ts';
import type { Files } from './memory-tree.ts';

const sha256 = (bytes: Uint8Array | string): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export class MemoryCharts implements Charts {
  readonly #published = new Map<string, ChartFound[]>();
  readonly #kept = new Map<string, Uint8Array>();
  readonly #signed = new Map<string, ReadonlySet<string>>();
  /** Credentials a repository asks for, by URL. */
  readonly passwords = new Map<string, string>();
  /** When set, every look at a repository answers with it. */
  failure: ChartErrorCode | undefined;
  looks = 0;

  /** Publishes a chart; Chart.yaml is made from `name` and `version` unless it is among the files. Returns the digest. */
  publish(url: string, chart: { readonly name: string; readonly version: string }, files: Files): string {
    const { name, version } = chart;
    const whole: Files = { 'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n`, ...files };
    const packed = Object.entries(whole).map(([path, text]) => ({ path, bytes: new Uint8Array(Buffer.from(text)) }));
    const archive = packArchive(name, packed, Date.UTC(2026, 0, 1));
    const digest = sha256(archive);
    const others = (this.#published.get(url) ?? []).filter((found) => found.chart !== name || found.version !== version);
    this.#published.set(url, [...others, { chart: name, version, digest, archive }]);
    return digest;
  }

  /** Takes a version back, as people do with a bad one. */
  withdraw(url: string, { name, version }: { readonly name: string; readonly version: string }): void {
    const others = (this.#published.get(url) ?? []).filter((found) => found.chart !== name || found.version !== version);
    this.#published.set(url, others);
  }

  /** The bytes behind a digest that `publish` returned. */
  archiveOf(digest: string): Uint8Array {
    const found = [...this.#published.values()].flat().find((chart) => chart.digest === digest);
    return found?.archive ?? new Uint8Array();
  }

  #refused({ url, auth }: ChartRepository): ChartError | undefined {
    if (this.failure !== undefined) return { code: this.failure, message: `the repository says ${this.failure}` };
    const password = this.passwords.get(url);
    if (password === undefined || auth?.password === password) return undefined;
    return { code: 'AuthenticationFailed', message: `${url} refuses the credentials` };
  }

  async look(repository: ChartRepository): Promise<Result<{ readonly digest?: string }, ChartError>> {
    this.looks += 1;
    await Promise.resolve();
    const refused = this.#refused(repository);
    if (refused !== undefined) return err(refused);
    if (repository.url.startsWith('oci://')) return ok({});
    const charts = this.#published.get(repository.url) ?? [];
    return ok({ digest: sha256(JSON.stringify(charts.map(({ chart, version, digest }) => [chart, version, digest]))) });
  }

  async find(repository: ChartRepository, want: ChartWant): Promise<Result<ChartFound, ChartError>> {
    await Promise.resolve();
    const refused = this.#refused(repository);
    if (refused !== undefined) return err(refused);
    const versions = (this.#published.get(repository.url) ?? []).filter(({ chart }) => chart === want.chart);
    if (versions.length === 0) return err({ code: 'ChartNotFound', message: `there is no chart ${want.chart}` });
    const picked = pickVersion(
      newestFirst(versions, ({ version }) => version),
      ({ version }) => version,
      want.version,
    );
    if (!picked.ok || picked.value === undefined)
      return err({ code: 'VersionNotFound', message: `no version fits ${want.version ?? '*'}` });
    this.#kept.set(picked.value.digest, picked.value.archive);
    return ok(picked.value);
  }

  /** Artifacts are published like charts; the tag is the version. */
  async artifact(repository: ChartRepository, { tag = 'latest' }: { readonly tag?: string }): Promise<Result<ChartFound, ChartError>> {
    await Promise.resolve();
    const refused = this.#refused(repository);
    if (refused !== undefined) return err(refused);
    const found = this.#published.get(repository.url)?.find(({ version }) => version === tag);
    if (found === undefined) return err({ code: 'ChartNotFound', message: `there is no artifact ${tag}` });
    this.#kept.set(found.digest, found.archive);
    return ok(found);
  }

  async files(digest: string): Promise<Result<ReadonlyMap<string, Uint8Array> | undefined, ChartError>> {
    const archive = this.#kept.get(digest);
    const files = archive === undefined ? ok(undefined) : await unpackArchive(archive);
    return files.ok ? files : err({ code: 'Corrupt', message: files.error });
  }

  provenance(): Promise<Result<string | undefined, ChartError>> {
    return Promise.resolve(ok(undefined));
  }

  /** Whoever signed it, as `sign` has it, is named by that key. */
  verify(
    _repository: ChartRepository,
    { found }: { readonly found: ChartFound },
    { keys }: ChartTrust,
  ): Promise<Result<{ readonly signer: string }, ChartError>> {
    const signer = keys.find((key) => this.#signed.get(found.digest)?.has(key) === true);
    const error: ChartError = {
      code: 'VerificationFailed',
      message: `${found.chart} ${found.version} is not signed by a key that is trusted`,
    };
    return Promise.resolve(signer === undefined ? err(error) : ok({ signer }));
  }

  /** Signs what `publish` returned. */
  sign(digest: string, key: string): void {
    this.#signed.set(digest, new Set([...(this.#signed.get(digest) ?? []), key]));
  }

  kept(digest: string): Promise<Result<Uint8Array | undefined, ChartError>> {
    return Promise.resolve(ok(this.#kept.get(digest)));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
