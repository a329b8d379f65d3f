/** The rotation drill: a new sealing key, the repository sealed for it as one commit, and the revision from before still deploys (S17, S26). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newSealingKey, sealingKeySecret } from '../../src/adapters/decrypt/index.ts';
import type { JsonObject, KubeObject } from '../../src/core/object/index.ts';
import { world } from '../../src/testing/world/index.ts';
import { cli } from './in-process.ts';
import { ada, git, inFolder } from './program.ts';

const file = 'apps/db.yaml';
const plain = 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: correct-horse-battery}\n';

test('rotate, seal again, go back', () =>
  inFolder(async (cwd) => {
    const [first, second] = [
      await newSealingKey(Date.UTC(2026, 0, 1), { bits: 2048 }),
      await newSealingKey(Date.UTC(2026, 5, 1), { bits: 2048 }),
    ];
    writeFileSync(join(cwd, 'old.pem'), first.certificate);
    writeFileSync(join(cwd, 'new.pem'), second.certificate);
    writeFileSync(join(cwd, 'old.key'), first.privateKey);
    mkdirSync(join(cwd, 'repo/apps'), { recursive: true });
    const repo = join(cwd, 'repo');
    git(cwd, 'init', '-q', '-b', 'main', 'repo');
    writeFileSync(join(repo, file), plain);
    const sealed = await cli(['seal', '--in-place', '--cert', '../old.pem', '-n', 'shop', file], { cwd: repo });
    expect(sealed.code).toBe(0);
    writeFileSync(join(repo, 'unrelated.txt'), 'x');
    git(repo, 'add', '-A');
    git(repo, 'commit', '-qm', 'before');
    const before = readFileSync(join(repo, file), 'utf8');

    writeFileSync(join(repo, 'unrelated.txt'), 'not saved yet');
    const again = await cli(['secrets', 'reseal', '--key', '../old.key', '--cert', '../new.pem', '--commit'], { cwd: repo, env: ada });
    expect([again.code, again.err]).toEqual([0, 'apps/db.yaml: 1 value sealed again\n']);
    expect(git(repo, 'show', '--format=%s', '--name-only', 'HEAD')).toBe('chore: seal secrets for the newest key\n\napps/db.yaml');
    const after = readFileSync(join(repo, file), 'utf8');
    expect(after).not.toBe(before);

    const w = await world({ namespaces: ['shop'] });
    try {
      await w.source();
      const named = (key: typeof first, name: string): KubeObject => {
        const secret = sealingKeySecret(key, 'lockstep-system');
        return { ...secret, metadata: { name, namespace: 'lockstep-system', labels: secret.metadata.labels ?? {} } };
      };
      const password = async (): Promise<unknown> => ((await w.get('Secret/shop/db'))['data'] as JsonObject)['password'];
      await w.put(named(first, 'key1'));
      await w.commit({ [file]: before });
      await w.app({ path: 'apps' });
      await w.settle();
      expect(await w.condition('Ready')).toContain('Ready=True');
      const wanted = await password();
      await w.put(named(second, 'key2'));
      await w.commit({ [file]: after });
      await w.settle();
      expect([(await w.condition('Ready'))?.includes('Ready=True'), await password()]).toEqual([true, wanted]);
      // Going back is a commit like any other, and the old key is still there.
      await w.remove('Secret/shop/db');
      await w.commit({ [file]: before });
      await w.settle();
      expect([(await w.condition('Ready'))?.includes('Ready=True'), await password()]).toEqual([true, wanted]);
      expect((await w.appStatus())['health']).toMatchObject({ state: 'Healthy' });
    } finally {
      await w.close();
    }
  }));

test('reseal refuses what would mix with other work', () =>
  inFolder(async (cwd) => {
    expect((await cli(['secrets', 'reseal'], { cwd })).err).toContain('is in no clone of a Git repository');
    const key = await newSealingKey(Date.UTC(2026, 0, 1), { bits: 2048 });
    writeFileSync(join(cwd, 'k.pem'), key.certificate);
    writeFileSync(join(cwd, 'k.key'), key.privateKey);
    git(cwd, 'init', '-q', '-b', 'main');
    writeFileSync(join(cwd, 'db.yaml'), plain);
    await cli(['seal', '--in-place', '--cert', 'k.pem', '-n', 'shop', 'db.yaml'], { cwd });
    git(cwd, 'add', 'db.yaml');
    git(cwd, 'commit', '-qm', 'one');
    writeFileSync(join(cwd, 'db.yaml'), `${readFileSync(join(cwd, 'db.yaml'), 'utf8')}# mine\n`);
    const said = await cli(['secrets', 'reseal', '--key', 'k.key', '--cert', 'k.pem'], { cwd });
    expect([said.code, said.err]).toEqual([1, expect.stringContaining('db.yaml: changed and not committed yet')]);
  }));
