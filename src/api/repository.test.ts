import { expect, test } from 'vitest';
import { concerns, repositoryKey } from './repository.ts';

test.each([
  ['https://github.com/shop/config.git', 'github.com/shop/config'],
  ['https://github.com/Shop/Config', 'github.com/shop/config'],
  ['https://token@github.com:443/shop/config.git/', 'github.com/shop/config'],
  ['git@github.com:shop/config.git', 'github.com/shop/config'],
  ['github.com:shop/config', 'github.com/shop/config'],
  ['ssh://git@github.com/shop/config.git', 'github.com/shop/config'],
  ['ssh://git@ssh.github.com:443/shop/config.git', 'github.com/shop/config'],
  ['git+ssh://git@gitlab.example.com:2222/a/b/c.git', 'gitlab.example.com/a/b/c'],
  ['https://gitlab.example.com:8443/a/b/c', 'gitlab.example.com/a/b/c'],
  ['https://bitbucket.example.com/scm/SHOP/config.git', 'bitbucket.example.com/shop/config'],
  ['ssh://git@bitbucket.example.com:7999/shop/config.git', 'bitbucket.example.com/shop/config'],
  ['https://example.com/a%20b.git?x=1#y', 'example.com/a b'],
  ['https://example.com/%zz', 'example.com/%zz'],
  ['file:///srv/git/shop.git', 'file:///srv/git/shop'],
  ['oci://index.docker.io/shop/web', 'oci://docker.io/shop/web'],
  ['', '/'],
  ['https://', '/'],
])('%s is %s', (url, key) => expect(repositoryKey(url)).toBe(key));

test.each([
  ['oci://ghcr.io/shop/charts', 'oci://ghcr.io/shop/charts/web', true],
  ['oci://ghcr.io/shop/charts', 'oci://ghcr.io/shop/charts-old', false],
  ['https://github.com/shop', 'https://github.com/shop/config', false],
  ['oci://github.com/shop/config', 'https://github.com/shop/config', false],
  ['git@github.com:shop/config.git', 'https://github.com/shop/config', true],
])('what is read at %s is concerned by %s: %s', (used, pushed, expected) => expect(concerns(used, { urls: [pushed] })).toBe(expected));

test('a path is enough where the sender does not say the host', () => {
  expect(concerns('ssh://git@bitbucket.example.com:7999/shop/config.git', { urls: [], paths: ['SHOP/config'] })).toBe(true);
  expect(concerns('ssh://git@bitbucket.example.com:7999/workshop/config.git', { urls: [], paths: ['SHOP/config'] })).toBe(false);
});
