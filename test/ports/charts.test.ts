/** Chart repositories: the suite of the port, and what hostile servers try. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCharts, packArchive } from '../../src/adapters/charts/index.ts';
import { systemClock } from '../../src/adapters/system/index.ts';
import { loadArchive } from '../../src/core/chart/load/index.ts';
import type { ChartError, Charts } from '../../src/ports/index.ts';
import type { Result } from '../../src/std/index.ts';
import { chartsSuite } from '../../src/testing/ports/index.ts';
import { filesServer, type FilesServer, registryServer, type RegistryServer } from '../../src/testing/servers/index.ts';
import { MemoryCharts } from '../../src/testing/world/index.ts';

const auth = { username: 'ada', password: 'open' };
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const chartType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';

const archiveOf = (name: string, version: string, files: Readonly<Record<string, string>> = {}): Uint8Array =>
  packArchive(
    name,
    Object.entries({ 'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n`, ...files }).map(([path, text]) => ({
      path,
      bytes: Buffer.from(text),
    })),
    0,
  );

interface Row {
  readonly chart: string;
  readonly version: string;
  readonly digest?: string;
  readonly url: string;
}

const indexOf = (rows: readonly Row[]): string => {
  const names = [...new Set(rows.map(({ chart }) => chart))].toSorted();
  const entries = names.map((name) => {
    const own = rows.filter(({ chart }) => chart === name);
    const items = own.map(
      ({ version, digest, url }) =>
        `  - apiVersion: v2\n${digest === undefined ? '' : `    digest: ${digest}\n`}    name: ${name}\n    urls:\n    - ${url}\n    version: ${version}\n`,
    );
    return `  ${name}:\n${items.join('')}`;
  });
  return `apiVersion: v1\nentries:\n${entries.join('')}generated: "2026-11-21T10:20:00Z"\n`;
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-charts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

chartsSuite('in memory', () => {
  const charts = new MemoryCharts();
  const url = 'https://charts.test';
  charts.passwords.set(url, 'open');
  return Promise.resolve({
    charts,
    repository: { url, auth },
    publish: (name, version, files = {}) => {
      const digest = charts.publish(url, { name, version }, files);
      return charts.archiveOf(digest);
    },
    cut: async () => {
      charts.failure = 'Unreachable';
      return Promise.resolve();
    },
    close: () => charts.close(),
  });
});

chartsSuite('index over HTTP', async () => {
  const server = await filesServer();
  server.password = 'open';
  const charts = createCharts({ folder, clock: systemClock() });
  const rows: Row[] = [];
  return {
    charts,
    repository: { url: `${server.url}/stable`, auth },
    publish: (chart, version, files) => {
      const archive = archiveOf(chart, version, files);
      rows.push({ chart, version, digest: sha256(archive), url: `${chart}-${version}.tgz` });
      server.files.set(`/stable/${chart}-${version}.tgz`, archive);
      server.files.set('/stable/index.yaml', indexOf(rows));
      return archive;
    },
    transfers: () => server.seen.filter(({ path }) => path.endsWith('.tgz')).length,
    cut: () => server.close(),
    close: async () => {
      await charts.close();
      await server.close();
    },
  };
});

for (const kind of ['basic', 'token'] as const) {
  chartsSuite(`registry, ${kind}`, async () => {
    const server = await registryServer({ auth: kind, ...auth, pageSize: 2 });
    const charts = createCharts({ folder, clock: systemClock() });
    return {
      charts,
      repository: { url: `oci://${server.host}/team/charts`, auth, plainHttp: true },
      publish: (chart, version, files) => {
        const archive = archiveOf(chart, version, files);
        server.put(`team/charts/${chart}`, version.replace('+', '_'), { mediaType: chartType, bytes: archive });
        return archive;
      },
      transfers: () => server.seen.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/')).length,
      cut: () => server.close(),
      close: async () => {
        await charts.close();
        await server.close();
      },
    };
  });
}

const codeOf = (result: Result<unknown, ChartError>): string => (result.ok ? 'ok' : `${result.error.code}: ${result.error.message}`);

describe('hostile repositories', () => {
  let server: FilesServer;
  let elsewhere: FilesServer;
  let charts: Charts;
  beforeEach(async () => {
    [server, elsewhere] = [await filesServer(), await filesServer()];
    charts = createCharts({ folder, clock: systemClock() });
  });
  afterEach(async () => {
    await Promise.all([charts.close(), server.close(), elsewhere.close()]);
  });
  const find = (version?: string) =>
    charts.find({ url: server.url, auth }, { chart: 'shop', ...(version === undefined ? {} : { version }) });

  test('an archive that is not what the index says is refused and not kept', async () => {
    server.files.set('/index.yaml', indexOf([{ chart: 'shop', version: '1.0.0', digest: sha256('another'), url: 'shop.tgz' }]));
    server.files.set('/shop.tgz', archiveOf('shop', '1.0.0'));
    expect(codeOf(await find())).toContain('Corrupt: the archive of shop 1.0.0 is not what the index says');
    expect(readdirSync(folder)).toEqual(['indexes']);
  });

  test('credentials follow neither redirects nor addresses to other hosts; https never becomes http', async () => {
    elsewhere.files.set('/shop.tgz', archiveOf('shop', '1.0.0'));
    elsewhere.files.set('/other.tgz', archiveOf('shop', '1.1.0'));
    server.redirects.set('/shop.tgz', `${elsewhere.url}/shop.tgz`);
    server.files.set(
      '/index.yaml',
      indexOf([
        { chart: 'shop', version: '1.0.0', url: 'shop.tgz' },
        { chart: 'shop', version: '1.1.0', url: `${elsewhere.url}/other.tgz` },
      ]),
    );
    expect([codeOf(await find('1.0.0')), codeOf(await find('1.1.0'))]).toEqual(['ok', 'ok']);
    expect(elsewhere.seen.map(({ path, authorization }) => [path, authorization])).toEqual([
      ['/shop.tgz', undefined],
      ['/other.tgz', undefined],
    ]);
    expect(server.seen.every(({ authorization }) => authorization?.startsWith('Basic ') === true)).toBe(true);
  });

  test('redirects in a circle, other schemes, missing files, broken indexes', async () => {
    const index = (url: string): void => void server.files.set('/index.yaml', indexOf([{ chart: 'shop', version: '1.0.0', url }]));
    server.redirects.set('/loop.tgz', '/loop.tgz');
    server.redirects.set('/file.tgz', 'file:///etc/passwd');
    const rows: [string, string][] = [
      ['loop.tgz', 'Unreachable'],
      ['file.tgz', 'InvalidURL'],
      ['file:///etc/passwd', 'InvalidURL'],
      ['gone.tgz', 'ChartNotFound'],
    ];
    for (const [url, code] of rows) {
      index(url);
      expect(codeOf(await find())).toMatch(new RegExp(`^${code}: `));
    }
    for (const text of ['', 'entries: {}\n', 'apiVersion: v1\nentries:\n  shop: [{version: "1.0.0"\n', '{', '- a\n']) {
      server.files.set('/index.yaml', text);
      expect(codeOf(await find())).toMatch(/^(?:Corrupt|ChartNotFound): /);
    }
  });

  test('an index is transferred once while it does not change, in any layout', async () => {
    const archive = archiveOf('shop', '1.0.0');
    server.files.set('/shop.tgz', archive);
    const entry = { name: 'shop', version: '1.0.0', urls: ['shop.tgz'], digest: sha256(archive) };
    const layouts = [
      JSON.stringify({ apiVersion: 'v1', entries: { shop: [entry] } }),
      `apiVersion: v1\nentries:\n    "shop":\n        - ${JSON.stringify(entry)}\n`,
      `apiVersion: v1\nentries: {shop: [${JSON.stringify(entry)}]}\n`,
      `# ours\n---\napiVersion: v1\r\nentries:\r\n  shop:\r\n  - version: 1.0.0\r\n    urls: [shop.tgz]\r\n`,
    ];
    for (const text of layouts) {
      server.files.set('/index.yaml', text);
      expect(codeOf(await charts.look({ url: server.url }))).toBe('ok');
      expect(codeOf(await charts.look({ url: server.url }))).toBe('ok');
      expect(server.seen.at(-1)?.status).toBe(304);
      expect(codeOf(await charts.find({ url: server.url }, { chart: 'shop' }))).toBe('ok');
    }
  });

  test('a damaged cache is fetched again', async () => {
    const archive = archiveOf('shop', '1.0.0');
    server.files.set('/shop.tgz', archive);
    server.files.set('/index.yaml', indexOf([{ chart: 'shop', version: '1.0.0', digest: sha256(archive), url: 'shop.tgz' }]));
    expect(codeOf(await find())).toBe('ok');
    writeFileSync(join(folder, 'blobs', sha256(archive)), 'garbage');
    const kept = await charts.kept(`sha256:${sha256(archive)}`);
    expect(kept).toEqual({ ok: true, value: undefined });
    expect(codeOf(await find())).toBe('ok');
  });

  test('an index of 40,000 versions answers for one chart in well under a second', async () => {
    const rows: Row[] = [];
    for (let chart = 0; chart < 400; chart++)
      for (let version = 0; version < 100; version++)
        rows.push({
          chart: `chart-${chart}`,
          version: `1.${version}.0`,
          digest: '0'.repeat(64),
          url: `https://charts.test/chart-${chart}-1.${version}.0.tgz`,
        });
    const archive = archiveOf('shop', '1.0.0');
    rows.push({ chart: 'shop', version: '1.0.0', digest: sha256(archive), url: 'shop.tgz' });
    server.files.set('/shop.tgz', archive);
    server.files.set('/index.yaml', indexOf(rows));
    const started = performance.now();
    expect(codeOf(await find())).toBe('ok');
    expect(performance.now() - started).toBeLessThan(1500);
  });
});

describe('hostile registries', () => {
  let server: RegistryServer;
  let charts: Charts;
  beforeEach(async () => {
    server = await registryServer({ auth: 'token', ...auth });
    charts = createCharts({ folder, clock: systemClock() });
    server.put('charts/shop', '1.0.0', { mediaType: chartType, bytes: archiveOf('shop', '1.0.0') });
    server.put('charts/image', '1.0.0', { mediaType: 'application/vnd.oci.image.layer.v1.tar', bytes: Buffer.from('x') });
  });
  afterEach(async () => {
    await charts.close();
    await server.close();
  });
  const find = (chart = 'shop') => charts.find({ url: `oci://${server.host}/charts`, auth, plainHttp: true }, { chart, version: '1.0.0' });

  test('content that is not what its digest says; more content than announced; images', async () => {
    server.faults.damage = true;
    expect(codeOf(await find())).toMatch(/^Corrupt: .*not what its digest says/);
    delete server.faults.damage;
    server.faults.padding = 5 * 1024 * 1024;
    expect(codeOf(await find())).toMatch(/^TooLarge: /);
    delete server.faults.padding;
    expect(codeOf(await find('image'))).toMatch(/^Corrupt: .*holds no chart/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('blobs by redirect come without credentials; a token realm elsewhere gets none over http from https', async () => {
    const store = await filesServer();
    try {
      const archive = archiveOf('shop', '1.0.0');
      store.files.set(`/sha256:${sha256(archive)}`, archive);
      server.faults.redirect = store.url;
      expect(codeOf(await find())).toBe('ok');
      expect(store.seen.map(({ authorization }) => authorization)).toEqual([undefined]);
    } finally {
      await store.close();
    }
  });

  test('references that are none', async () => {
    for (const url of [
      'oci://',
      'oci://ho st/x',
      'oci://host/UPPER',
      'oci://user@host/x',
      'oci://host/a/../b',
      `oci://h/${'a'.repeat(3000)}`,
    ])
      expect(codeOf(await charts.find({ url, plainHttp: true }, { chart: 'shop' }))).toMatch(/^InvalidURL: /);
  });
});

describe('hostile archives', () => {
  test('paths that leave the chart, bombs, garbage', () => {
    const rows: [string, Uint8Array, RegExp][] = [
      ['parent', packArchive('shop', [{ path: '../../etc/passwd', bytes: Buffer.from('x') }], 0), /parent directory|outside the base/],
      ['absolute', packArchive('shop', [{ path: '/etc/passwd', bytes: Buffer.from('x') }], 0), /absolute|outside/],
      ['bomb', gzipSync(Buffer.alloc(150 * 1024 * 1024)), /./],
      ['garbage', Buffer.from('not an archive'), /gzipped archive/],
      ['cut', archiveOf('shop', '1.0.0').subarray(0, 60), /./],
    ];
    for (const [name, bytes, expected] of rows) {
      const loaded = loadArchive(bytes, `${name}.tgz`);
      expect([name, loaded.ok ? '' : loaded.error]).toEqual([name, expect.stringMatching(expected)]);
    }
  });
});
