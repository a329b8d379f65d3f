/** `lockstep rehearse` as a person or a CI job runs it. */
import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Report } from '../../src/core/rehearsal/index.ts';
import { inFolder, lockstep, projectRoot } from './program.ts';

const execute = promisify(execFile);
const shop = join(projectRoot, 'examples/shop');
const assume = ['--assume', 'FeatureFlag.shop.example.com'];

const scenario = `production:
  pods: |
    app.kubernetes.io/name=catalogue: needs=payments
    app.kubernetes.io/name=payments: slow-start=20s
`;

const times = (report: Report, name: string): readonly [number | undefined, number, number] => {
  const app = report.apps.find((one) => one.app === `lockstep-system/${name}`);
  return [app?.startedAt, app?.limbo ?? -1, app?.restarts ?? -1];
};

test('S23 the demo passes only when what is assumed is allowed, and says what it needs beyond Git (S26)', () =>
  inFolder(async (cwd) => {
    const strict = await lockstep(['rehearse', shop], { cwd });
    expect([strict.code, strict.err]).toEqual([1, '']);
    expect(strict.out).toContain('NOT ALLOWED: FeatureFlag.shop.example.com (4)');
    expect(strict.out).toContain('Source/lockstep-system/system: taken to be this repository');
    const allowed = await lockstep(['rehearse', shop, ...assume, '--junit', 'report.xml', '--markdown', 'summary.md'], { cwd });
    expect([allowed.code, allowed.err]).toEqual([0, '']);
    expect(allowed.out).toContain('PASSED: 7 of 7 Apps ready');
    expect(await readFile(join(cwd, 'report.xml'), 'utf8')).toContain('tests="8" failures="0"');
    expect(await readFile(join(cwd, 'summary.md'), 'utf8')).toContain('### ✅ Rehearsal passed');
  }));

test('order is what keeps limbo short and containers from being restarted', () =>
  inFolder(async (cwd) => {
    await writeFile(join(cwd, 'slow.yaml'), scenario);
    const args = ['rehearse', shop, '--env', 'production', '--scenario', 'slow.yaml', ...assume, '-o', 'json'];
    const [ordered, unordered] = await Promise.all([lockstep(args, { cwd }), lockstep([...args, '--no-order'], { cwd })]);
    const reports = [ordered, unordered].map(({ out }) => JSON.parse(out) as Report);
    expect(reports.map(({ passed, apps }) => [passed, apps.length])).toEqual([
      [true, 5],
      [true, 5],
    ]);
    const [first, second] = reports as [Report, Report];
    expect(first.critical.path.map((key) => key.split('/')[1])).toEqual(['platform', 'payments-production', 'shop-production']);
    const [startedAt, limbo, restarts] = times(first, 'shop-production');
    expect([startedAt !== undefined && startedAt > 20_000, limbo < 1000, restarts]).toEqual([true, true, 0]);
    const [early, longLimbo, manyRestarts] = times(second, 'shop-production');
    expect([early, longLimbo > 20_000, manyRestarts > 0]).toEqual([0, true, true]);
  }));

test('a system of 34 Apps with contracts is built from nothing, and drawn', () =>
  inFolder(async (cwd) => {
    const market = join(projectRoot, 'examples/market');
    const { code, out, err } = await lockstep(['rehearse', market, '-o', 'json'], { cwd });
    const report = JSON.parse(out) as Report;
    expect([code, err, report.trouble, report.apps.length]).toEqual([0, '', [], 35]);
    expect(report.apps.flatMap(({ tests }) => tests).every(({ passed }) => passed)).toBe(true);
    expect(report.critical.path.at(-1)).toBe('lockstep-system/gateway');
    const drawn = await lockstep(['graph', 'orders', '--repo', market, '--svg', 'orders.svg'], { cwd });
    expect(drawn.out).toContain('payments-api 3.1.0 by lockstep-system/payments');
    expect(await readFile(join(cwd, 'orders.svg'), 'utf8')).toMatch(/^<svg [^]*lockstep-system\/checkout[^]*<\/svg>\n$/);
  }));

test('a revision of a clone, and what is in the folder now', () =>
  inFolder(async (cwd) => {
    const git = (...args: string[]) => execute('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: repo });
    const repo = join(cwd, 'config');
    await cp(shop, repo, { recursive: true });
    await git('init', '--quiet', '--initial-branch=main', '.');
    await git('add', '--all');
    await git('commit', '--quiet', '-m', 'all of it');
    const file = join(repo, 'environments/staging/payments/api/deployment.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('name: payments-database', 'name: payments-db'));
    const now = await lockstep(['rehearse', repo, ...assume], { cwd });
    expect(now.code).toBe(1);
    expect(now.out).toContain('lockstep-system/payments-staging: ');
    expect(now.out).toContain('keeps waiting: lockstep-system/shop-staging');
    const before = await lockstep(['rehearse', '.', '--rev', 'main', ...assume], { cwd: repo });
    expect([before.code, before.out.includes('PASSED: 7 of 7')]).toEqual([0, true]);
    // `payments` is also the value of a Secret in this repository; what is a name in plain manifests is no secret.
    const compared = await lockstep(['rehearse', '.', '--base', 'main', '-o', 'json', ...assume], { cwd: repo });
    expect((JSON.parse(compared.out) as Report).changes?.changed).toEqual([
      {
        object: 'lockstep-system/payments-staging: Deployment/staging/payments',
        fields: [{ path: '.spec.template.spec.containers[0].envFrom[1].secretRef.name', from: 'payments-database', to: 'payments-db' }],
      },
    ]);
    const absent = await lockstep(['rehearse', '.', '--rev', 'v9'], { cwd: repo });
    expect([absent.code, absent.err]).toEqual([1, expect.stringContaining('has no revision v9')]);
    expect((await lockstep(['rehearse', 'nowhere'], { cwd })).err).toContain('nowhere is neither a folder nor the URL of a repository');
    expect((await lockstep(['rehearse', repo, '--env', 'prod'], { cwd })).err).toContain('there are: production, staging');
  }));
