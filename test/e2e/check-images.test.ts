/** `lockstep rehearse --check-images`: a bad image is found by asking its registry, and only then; what no registry tells stays assumed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/core/rehearsal/index.ts';
import { registryServer } from '../../src/testing/servers/index.ts';
import { cli } from './in-process.ts';
import { inFolder } from './program.ts';
import { deployment } from './stories.ts';

test('images that are there, missing, and behind a door', () =>
  inFolder(async (folder) => {
    const open = await registryServer({});
    const closed = await registryServer({ auth: 'basic', username: 'ada', password: 'secret' });
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', bytes: Buffer.from('x') };
    open.put('acme/web', '1', layer);
    closed.put('acme/db', '1', layer);
    try {
      await mkdir(join(folder, 'system'));
      const files = { web: `${open.host}/acme/web:1`, gone: `${open.host}/acme/web:2`, db: `${closed.host}/acme/db:1` };
      for (const [name, image] of Object.entries(files))
        await writeFile(join(folder, 'system', `${name}.yaml`), deployment(name, { image }));
      const rehearse = async (...args: string[]): Promise<readonly [number, Report]> => {
        const { code, out } = await cli(['rehearse', 'system', '-o', 'json', ...args], { cwd: folder });
        return [code, JSON.parse(out) as Report];
      };
      const [unasked, assumed] = await rehearse();
      expect([unasked, open.seen.length, assumed.assumed.find(({ what }) => what === 'images exist')?.count]).toEqual([0, 0, 3]);

      const [code, report] = await rehearse('--check-images');
      expect([code, report.passed, report.converged]).toEqual([1, false, true]);
      expect(report.trouble).toMatchObject([{ app: 'lockstep-system/root', reason: 'ImageMissing', object: 'Deployment/default/gone' }]);
      expect(report.trouble[0]?.message).toContain(`there is no image ${files.gone}: ${files.gone}: not found`);
      expect(report.assumed).toMatchObject([{ what: 'images exist', count: 1, allowed: true }]);
      expect(report.assumed[0]?.examples[0]).toContain(files.db);

      const auths = { [closed.host]: { auth: Buffer.from('ada:secret').toString('base64') } };
      await mkdir(join(folder, '.docker'));
      await writeFile(join(folder, '.docker/config.json'), JSON.stringify({ auths }));
      const [, known] = await rehearse('--check-images');
      expect([known.assumed, known.trouble.length]).toEqual([[], 1]);
    } finally {
      await Promise.all([open.close(), closed.close()]);
    }
  }));
