/** Directories answer like trees: byte order, links only inside, nothing outside. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareBytes, openDirectory } from '../../src/adapters/files/index.ts';

let root = '';
beforeAll(() => {
  const base = mkdtempSync(join(tmpdir(), 'lockstep-files-'));
  root = join(base, 'tree');
  mkdirSync(join(root, 'apps/shop'), { recursive: true });
  mkdirSync(join(root, '.git'));
  writeFileSync(join(base, 'secret.txt'), 'outside');
  writeFileSync(join(root, '.git/config'), 'x');
  writeFileSync(join(root, 'apps/shop/web.yaml'), 'kind: Web\n');
  writeFileSync(join(root, 'big.bin'), Buffer.alloc(2000));
  writeFileSync(join(root, 'Z'), '');
  writeFileSync(join(root, 'é'), '');
  writeFileSync(join(root, '😀'), '');
  writeFileSync(join(root, 'ff'), '');
  symlinkSync('../../secret.txt', join(root, 'apps/leave'));
  symlinkSync('/etc/passwd', join(root, 'apps/absolute'));
  symlinkSync('shop', join(root, 'apps/alias'));
  symlinkSync('../apps/alias/web.yaml', join(root, 'apps/deep'));
  symlinkSync('loop', join(root, 'loop'));
});
afterAll(() => rmSync(join(root, '..'), { recursive: true, force: true }));

const read = async (path: string): Promise<string> => {
  const result = await openDirectory(root, { fileSize: 1000 }).readMany([path]);
  if (!result.ok) return `error ${result.error.code}`;
  const [answer] = result.value;
  if (answer?.found === 'file') return `file ${answer.text}`;
  return answer?.found === 'outside' ? `outside ${answer.target}` : String(answer?.found);
};

describe('reading a directory', () => {
  test.each([
    ['apps/shop/web.yaml', 'file kind: Web\n'],
    ['apps/alias/web.yaml', 'file kind: Web\n'],
    ['apps/deep', 'file kind: Web\n'],
    ['apps/alias', 'directory'],
    ['', 'directory'],
    ['nothing', 'nothing'],
    ['apps/shop/web.yaml/x', 'nothing'],
    ['loop', 'nothing'],
    ['.git/config', 'nothing'],
    ['big.bin', 'tooLarge'],
    ['apps/leave', 'outside ../../secret.txt'],
    ['apps/absolute', 'outside /etc/passwd'],
    ['../secret.txt', 'outside ../secret.txt'],
    ['apps/../../secret.txt', 'outside apps/../../secret.txt'],
    ['/etc/passwd', 'outside /etc/passwd'],
    ['a\0b', 'outside a\0b'],
  ])('%j is %j', async (path, expected) => {
    expect(await read(path)).toBe(expected);
  });

  test('listings are in byte order and hide .git', async () => {
    const result = await openDirectory(root).list('', { recursive: false });
    expect(result.ok && result.value?.entries.map((entry) => `${entry.path} ${entry.type}`)).toEqual([
      'Z file',
      'apps directory',
      'big.bin file',
      'ff file',
      'loop symlink',
      'é file',
      'ff file'.replace('ff', '😀'),
    ]);
  });

  test('recursive listings, missing directories, too many files', async () => {
    const tree = openDirectory(root);
    const apps = await tree.list('apps', { recursive: true });
    expect(apps.ok && apps.value?.entries.map((entry) => entry.path)).toEqual([
      'absolute',
      'alias',
      'deep',
      'leave',
      'shop',
      'shop/web.yaml',
    ]);
    expect(await tree.list('apps/none', { recursive: true })).toEqual({ ok: true, value: null });
    expect(await openDirectory(root, { entries: 3 }).list('', { recursive: true })).toMatchObject({
      ok: false,
      error: { code: 'TooManyFiles' },
    });
    expect(await openDirectory(join(root, 'absent')).list('', { recursive: true })).toMatchObject({
      ok: false,
      error: { code: 'Unreadable' },
    });
  });
});

test('byte order puts pairs above the basic plane', () => {
  expect(['\uFF21', '😀', 'a', 'B', 'aa'].toSorted(compareBytes)).toEqual(['B', 'a', 'aa', '\uFF21', '😀']);
});
