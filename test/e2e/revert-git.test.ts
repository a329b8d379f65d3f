/** S7 over a real repository: many writers, merge commits, protected branches, no write access, rewritten history. Nothing of others is ever undone. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGitMirrors } from '../../src/adapters/git/index.ts';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock } from '../../src/adapters/system/index.ts';
import { gitFixture, type GitFixture } from '../../src/testing/servers/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';
import { configMap, deployment } from './stories.ts';

let scratch: string;
let clone: GitFixture;
let bare: string;
let w: World;

beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'lockstep-revert-'));
  clone = gitFixture();
  bare = join(scratch, 'system.git');
  clone.git('init', '--quiet', '--bare', '--initial-branch=main', bare);
  clone.git('remote', 'add', 'origin', `file://${bare}`);
  const mirrors = createGitMirrors({
    root: join(scratch, 'mirrors'),
    clock: systemClock(),
    log: silentLog(),
    environment: process.env,
    allowLocal: true,
  });
  w = await world({ ports: (inner) => ({ ...inner, mirrors }) });
  await w.put({
    apiVersion: 'lockstep.dev/v1',
    kind: 'Source',
    metadata: { name: 'config', namespace: 'shop' },
    spec: { git: { url: `file://${bare}`, ref: { branch: 'main' } }, interval: '10m' },
  });
});
afterEach(async () => {
  await w.close();
  clone.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** A hook of the server, which has the last word. */
function hook(name: string, script: string): void {
  mkdirSync(join(bare, 'hooks'), { recursive: true });
  clone.git(`--git-dir=${bare}`, 'config', 'core.hooksPath', 'hooks');
  writeFileSync(join(bare, 'hooks', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bare, 'hooks', name), 0o755);
}

/** Pushed, and announced as a webhook would. */
async function push(...args: string[]): Promise<void> {
  clone.git('push', '--quiet', ...args, 'origin', 'main');
  w.controllers.announce({ urls: [`file://${bare}`] });
  await w.settle(3000);
}

const spec = { sync: { onFailure: 'revert' }, health: { timeout: '10s' } };
const good = { 'web/x.yaml': configMap('x', { a: 'good' }), 'other/y.yaml': configMap('y', { a: '1' }) };
const stuck = `${deployment('stuck')}      volumes: [{name: x, configMap: {name: nope}}]\n`;
const bad = { 'web/x.yaml': configMap('x', { a: 'bad' }), 'web/stuck.yaml': stuck };

const main = (): string => clone.git('ls-remote', 'origin', 'refs/heads/main').split('\t')[0] ?? '';
const at = (path: string, ref = 'origin/main'): string => {
  clone.git('fetch', '--quiet', '--prune', 'origin');
  return clone.git('show', `${ref}:${path}`);
};
const dataOf = async (name: string): Promise<unknown> =>
  ((await w.find(`ConfigMap/shop/${name}`))?.['data'] as { a?: string } | undefined)?.a;

/** Real Git takes real time: until something is so, with fake time passing slowly enough for it. */
async function until(what: () => unknown): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (performance.now() < deadline) {
    if ((await what()) === true) return;
    await w.settle(1000);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it does not come to that: ${await w.condition('Ready')} ${await w.condition('Pinned')}`);
}

async function deployed(): Promise<string> {
  const commit = clone.commit(good, 'good');
  clone.git('push', '--quiet', '-u', 'origin', 'main');
  await w.app({ spec });
  await w.app({ name: 'other', path: 'other' });
  await until(async () => (await w.condition('Ready')).includes('Ready=True') && (await dataOf('y')) === '1');
  return commit;
}

test('many writers: the revert is put on top of what they pushed meanwhile, and undoes nothing of it', async () => {
  await deployed();
  const rejected = clone.commit(bad, 'bad');
  await push();
  // While it fails, and while the revert is being made, others go on.
  hook('pre-receive', `test -e ${bare}/raced && exit 0; touch ${bare}/raced; sleep 0.3; exit 0`);
  const others: string[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    others.push(clone.commit({ [`team-${turn}/z.yaml`]: `turn: ${turn}\n` }, `team ${turn}`));
    clone.git('push', '--quiet', 'origin', 'main');
    await w.settle(3000);
    clone.git('pull', '--quiet', '--rebase', 'origin', 'main');
  }
  await until(() => w.events('Reverted').length === 1);
  expect(at('web/x.yaml')).toBe(good['web/x.yaml'].trim());
  for (const [turn, id] of others.entries()) {
    expect(at(`team-${turn}/z.yaml`)).toBe(`turn: ${turn}`);
    expect(clone.git('merge-base', '--is-ancestor', id, 'origin/main')).toBe('');
  }
  const revert = clone.git('log', '--format=%H', '--grep', 'Lockstep-Revert', 'origin/main');
  expect(clone.git('show', '--format=', '--name-only', revert).split('\n')).toEqual(['web/stuck.yaml', 'web/x.yaml']);
  expect(clone.git('log', '-1', '--format=%b', revert)).toContain(rejected);
  await until(async () => (await dataOf('x')) === 'good' && (await w.condition('Ready')).includes('Ready=True'));
});

test('a merge commit: of what it brought only the files of the App go back', async () => {
  await deployed();
  clone.git('switch', '--quiet', '-c', 'feature');
  clone.commit({ ...bad, 'other/y.yaml': configMap('y', { a: '2' }) }, 'feature');
  clone.git('switch', '--quiet', 'main');
  clone.commit({ 'readme.md': 'more' }, 'meanwhile');
  clone.git('merge', '--quiet', '--no-ff', '-m', 'Merge feature', 'feature');
  await push();
  await until(() => w.events('Reverted').length === 1);
  expect([at('web/x.yaml'), at('other/y.yaml'), at('readme.md')]).toEqual([
    good['web/x.yaml'].trim(),
    configMap('y', { a: '2' }).trim(),
    'more',
  ]);
  expect(clone.git('rev-list', '--parents', '-1', 'origin/main').split(' ')).toHaveLength(2);
  await until(async () => (await dataOf('y')) === '2' && (await dataOf('x')) === 'good');
});

test('a protected branch: the revert waits on a branch of its own, the App is held, and merging it ends that', async () => {
  await deployed();
  clone.commit(bad, 'bad');
  await push();
  hook(
    'pre-receive',
    'while read old new ref; do if [ "$ref" = refs/heads/main ]; then echo "main is protected" >&2; exit 1; fi; done; exit 0',
  );
  await until(() => w.events('RevertProposed').length === 1);
  const branch = /lockstep\/revert-shop-web-\w+/.exec(w.events('RevertProposed')[0]?.message ?? '')?.[0] ?? '';
  expect(w.events('RevertProposed')[0]?.message).toMatch(
    /waits for a review on lockstep\/revert-shop-web-\w{7}, because the server takes no push to main/,
  );
  expect(at('web/x.yaml', `origin/${branch}`)).toBe(good['web/x.yaml'].trim());
  expect(at('web/x.yaml')).toBe(bad['web/x.yaml'].trim());
  await until(async () => (await w.condition('Ready')).includes('Ready=False Pinned') && (await dataOf('x')) === 'good');
  expect(await w.condition('Pinned')).toContain(branch);
  hook('pre-receive', 'exit 0');
  clone.git('merge', '--quiet', '--no-ff', '-m', 'Merge revert', `origin/${branch}`);
  await push();
  await until(async () => (await w.condition('Ready')).includes('Ready=True'));
  expect([await dataOf('x'), await w.condition('Pinned')]).toEqual(['good', 'Pinned is not set']);
});

test('a server that takes no push at all: held, with the commands to do it by hand', async () => {
  await deployed();
  clone.commit(bad, 'bad');
  await push();
  hook('pre-receive', 'echo "read only" >&2; exit 1');
  await until(() => w.events('RevertFailed').length === 1);
  expect(w.events('RevertFailed')[0]?.message).toMatch(/read only[^]*by hand: git checkout \w{12} -- web\/x.yaml/);
  await until(async () => (await w.condition('Ready')).includes('Ready=False Pinned') && (await dataOf('x')) === 'good');
  const before = main();
  await w.settle(60_000);
  expect([main(), w.events('RevertFailed').length]).toEqual([before, 1]);
});

test('history rewritten under it: what was dropped is not brought back, and the last good state is still known', async () => {
  const first = await deployed();
  clone.commit(bad, 'bad');
  await push();
  // Somebody takes the bad commit out by force before the revert is made.
  clone.git('reset', '--quiet', '--hard', first);
  clone.commit({ 'web/x.yaml': configMap('x', { a: 'mended' }) }, 'mended');
  await push('--force');
  await until(async () => (await dataOf('x')) === 'mended' && (await w.condition('Ready')).includes('Ready=True'));
  expect(w.events('Reverted')).toEqual([]);
  expect(clone.git('rev-list', '--count', main())).toBe('2');
  // The good commit itself is taken out of the branch: it ran, so it is kept and can be gone back to.
  clone.git('checkout', '--quiet', '--orphan', 'fresh');
  clone.commit({ ...bad, 'other/y.yaml': configMap('y', { a: '3' }) }, 'another beginning');
  clone.git('branch', '--quiet', '-M', 'main');
  await push('--force');
  await until(() => w.events('Reverted').length === 1);
  expect([at('web/x.yaml'), at('other/y.yaml')]).toEqual([configMap('x', { a: 'mended' }).trim(), configMap('y', { a: '3' }).trim()]);
});
