/** A change from the command line to the cluster and back: `set` asks the cluster where the App is written, `wait` sees it arrive, `where` says where it is. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { startHosted } from '../../src/app/index.ts';
import { cli } from './in-process.ts';
import { inFolder } from './program.ts';
import { configMap, deployment } from './stories.ts';

const app = (name: string): string =>
  `apiVersion: lockstep.dev/v1\nkind: App\nmetadata: {name: ${name}, namespace: lockstep-system}\nspec:\n  source: {name: system, path: ${name}}\n  target: {namespace: default}\n`;
const FILES = {
  'apps/web.yaml': `${app('web')}  dependsOn: [{name: db}]\n`,
  'apps/db.yaml': app('db'),
  'web/web.yaml': deployment('web', { image: 'reg.test/acme/web:1' }).replace('image:', '# by hand\n        image:'),
  'db/db.yaml': configMap('db'),
};

test('set, wait, where', () =>
  inFolder(async (folder) => {
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, 'seed', path)), { recursive: true });
      writeFileSync(join(folder, 'seed', path), text);
    }
    const hosted = await startHosted({
      folder: join(folder, 'data'),
      cluster: { embedded: { port: 0 } },
      statusPort: 0,
      dashboard: { port: 0, program: join(import.meta.dirname, '../../dist/cli/main.js') },
      gitPort: 0,
      env: { PATH: process.env['PATH'] },
      log: silentLog(),
      seed: join(folder, 'seed'),
      repository: 'shop',
      root: { path: 'apps', names: { source: 'system', app: 'root' } },
    });
    const run = (...args: string[]): ReturnType<typeof cli> => cli([...args, '--kubeconfig', hosted.state.kubeconfig], { cwd: folder });
    try {
      // The first commit is live everywhere.
      await expect
        .poll(async () => (await run('get', 'apps')).out, { timeout: 60_000, interval: 100 })
        .toMatch(/(?:Synced +Healthy[^]*){3}/);
      const set = await run('set', 'image', 'web', 'web:2', '-m', 'web 2');
      expect([set.code, set.err]).toEqual([0, '']);
      expect(set.out).toContain('web/web.yaml: spec.template.spec.containers[0].image: reg.test/acme/web:1 → reg.test/acme/web:2\npushed ');
      const commit = /pushed (\w{40}) to main/.exec(set.out)?.[1] ?? '';
      const waited = await run('wait', commit, '--timeout', '60s');
      expect([waited.code, waited.out + waited.err]).toEqual([
        0,
        expect.stringContaining(`${commit.slice(0, 12)} is live and ready in 1 App.`),
      ]);
      const where = await run('where', commit.slice(0, 8));
      expect(where.out).toMatch(/ENVIRONMENT +APP +STATE +RUNS +SINCE +WHY[^]*lockstep-system\/web +live +main@\w{7}/);
      expect(where.code).toBe(0);
      const image = JSON.parse((await run('where', 'acme/web:2', '-o', 'json')).out) as { readonly places: readonly object[] };
      expect(image.places).toMatchObject([{ app: 'lockstep-system/web', state: 'live', images: ['reg.test/acme/web:2'] }]);
      const nowhere = await run('where', 'acme/web:1');
      expect([nowhere.code, nowhere.out]).toEqual([
        1,
        expect.stringMatching(/acme\/web:1 is live nowhere\.[^]*other +reg\.test\/acme\/web:2/),
      ]);

      // The App itself is written in another file of the same repository; what breaks is told and not waited for.
      const version = await run('set', 'version', 'web', '2', '--dry-run');
      expect(version.err).toContain('spec.source in apps/web.yaml');
      const broken = await run('set', 'image', 'web', `web=reg.test/acme/web:${'x'.repeat(20)}`, '--branch', 'try');
      expect([broken.code, broken.out]).toEqual([0, expect.stringContaining('to try; open a change request from it')]);
      const elsewhere = /pushed (\w{40})/.exec(broken.out)?.[1] ?? '';
      const over = await run('wait', elsewhere, '--timeout', '1s');
      expect([over.code, over.out]).toEqual([3, expect.stringMatching(/no branch that an App follows has \w{12}\. Is it pushed\?/)]);
      expect(await run('wait', 'nothing-like-this')).toMatchObject({ code: 2, err: expect.stringContaining('is no commit') });
    } finally {
      await hosted.stop();
    }
  }));
