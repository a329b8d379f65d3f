/** What every kind of chart repository keeps: indexes over HTTP, registries, and those in memory. */
import { describe, expect, test } from 'vitest';
import type { ChartError, ChartRepository, Charts } from '../../ports/index.ts';
import type { Result } from '../../std/index.ts';

export interface ChartsUnderTest {
  readonly charts: Charts;
  /** Open to `ada` with the password `open`. */
  readonly repository: ChartRepository;
  /** Makes a version available. Returns its archive. */
  publish(chart: string, version: string, files?: Readonly<Record<string, string>>): Uint8Array;
  /** Archives transferred so far; undefined: cannot be told. */
  transfers?(): number;
  /** From now on the repository does not answer. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

const codeOf = (result: Result<unknown, ChartError>): string => (result.ok ? 'ok' : result.error.code);

function must<T>(result: Result<T, ChartError>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

export function chartsSuite(name: string, open: () => Promise<ChartsUnderTest>): void {
  const story = (title: string, tell: (under: ChartsUnderTest) => Promise<void>): void => {
    test(title, async () => {
      const under = await open();
      try {
        await tell(under);
      } finally {
        await under.close();
      }
    });
  };

  describe(`charts: ${name}`, () => {
    story('versions: exact, ranges, prereleases, build metadata', async ({ charts, repository, publish }) => {
      for (const version of ['1.0.0', '1.1.0', '1.2.0+build.5', '2.0.0-rc.1', '0.9.0']) publish('shop', version);
      const rows: [string | undefined, string][] = [
        [undefined, '1.2.0+build.5'],
        ['1.1.0', '1.1.0'],
        ['1.2.0+build.5', '1.2.0+build.5'],
        ['~1', '1.2.0+build.5'],
        ['~1.1.0', '1.1.0'],
        ['<1', '0.9.0'],
        ['>1-0', '2.0.0-rc.1'],
        ['2.0.0-rc.1', '2.0.0-rc.1'],
      ];
      for (const [version, expected] of rows) {
        const found = must(await charts.find(repository, { chart: 'shop', ...(version === undefined ? {} : { version }) }));
        expect([version, found.version, found.chart]).toEqual([version, expected, 'shop']);
        expect(found.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      }
      for (const version of ['^9', '>2', 'what?'])
        expect(codeOf(await charts.find(repository, { chart: 'shop', version }))).toBe('VersionNotFound');
      expect(['ChartNotFound', 'RepositoryNotFound']).toContain(codeOf(await charts.find(repository, { chart: 'none' })));
    });

    story('what was found is kept by digest, and transferred once', async ({ charts, repository, publish, transfers, cut }) => {
      const archive = publish('shop', '1.0.0');
      const first = must(await charts.find(repository, { chart: 'shop' }));
      expect(Buffer.from(first.archive).equals(archive)).toBe(true);
      const before = transfers?.();
      expect(must(await charts.find(repository, { chart: 'shop' })).digest).toBe(first.digest);
      expect(transfers?.()).toBe(before);
      await cut();
      expect(must(await charts.kept(first.digest))?.length).toBe(archive.length);
      expect(must(await charts.kept(`sha256:${'0'.repeat(64)}`))).toBeUndefined();
    });

    story('a new version is seen after a look', async ({ charts, repository, publish }) => {
      publish('shop', '1.0.0');
      const before = must(await charts.look(repository));
      expect(must(await charts.find(repository, { chart: 'shop' })).version).toBe('1.0.0');
      publish('shop', '1.0.1');
      const after = must(await charts.look(repository));
      expect(must(await charts.find(repository, { chart: 'shop' })).version).toBe('1.0.1');
      if (before.digest !== undefined) expect(after.digest).not.toBe(before.digest);
    });

    story('wrong credentials', async ({ charts, repository, publish }) => {
      publish('shop', '1.0.0');
      const wrong = { ...repository, auth: { username: 'ada', password: 'wrong' } };
      expect(codeOf(await charts.find(wrong, { chart: 'shop', version: '1.0.0' }))).toBe('AuthenticationFailed');
      const { auth: _auth, ...none } = repository;
      expect(codeOf(await charts.find(none, { chart: 'shop', version: '1.0.0' }))).toBe('AuthenticationFailed');
    });
  });
}
