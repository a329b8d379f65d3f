/** Prefixes of the platform team bind host and path, in every spelling of an address. */
import { expect, test } from 'vitest';
import { isAllowedRemote } from './index.ts';

test.each([
  { url: 'https://git.test/team/base', prefix: 'https://git.test/team', allowed: true },
  { url: 'https://git.test/team/base', prefix: 'https://git.test/team/', allowed: true },
  { url: 'https://git.test/team', prefix: 'https://git.test/team', allowed: true },
  { url: 'https://git.test/team.git', prefix: 'https://git.test/team', allowed: true },
  { url: 'https://GIT.test:443/team/x', prefix: 'https://git.test/team', allowed: true },
  { url: 'https://git.test/team/x?ref=v1', prefix: 'https://git.test/team', allowed: true },
  { url: 'https://git.test/teammate/x', prefix: 'https://git.test/team', allowed: false },
  { url: 'https://git.test/team.github/x', prefix: 'https://git.test/team', allowed: false },
  { url: 'https://git.test/team/../other/x', prefix: 'https://git.test/team', allowed: false },
  { url: 'https://git.test/team/%2e%2e/other/x', prefix: 'https://git.test/team', allowed: false },
  { url: 'https://git.test/team/..%2fother', prefix: 'https://git.test/team', allowed: true, why: 'an escaped slash is part of a name' },
  { url: 'https://git.test\\@evil.test/team', prefix: 'https://git.test', allowed: false },
  { url: 'https://git.test@evil.test/team', prefix: 'https://git.test', allowed: false },
  { url: 'https://git.test.evil.test/team', prefix: 'https://git.test', allowed: false },
  { url: 'http://git.test/team/x', prefix: 'https://git.test/team', allowed: false },
  { url: 'https://git.test:8443/team/x', prefix: 'https://git.test/team', allowed: false },
  { url: 'git@git.test:team/base', prefix: 'git@git.test:team', allowed: true },
  { url: 'git@git.test:team/base.git', prefix: 'ssh://git@git.test/team', allowed: true },
  { url: 'root@git.test:team/base', prefix: 'git@git.test:team', allowed: false },
  { url: 'git@git.test:team/../other', prefix: 'git@git.test:team', allowed: false },
  { url: 'oci://registry.test/charts/web', prefix: 'oci://registry.test/charts', allowed: true },
  { url: '/etc/passwd', prefix: 'https://git.test', allowed: false },
  { url: 'file:///srv/git', prefix: 'https://git.test', allowed: false },
])('$url below $prefix: $allowed', ({ url, prefix, allowed }) => {
  expect(isAllowedRemote(url, [prefix])).toBe(allowed);
});
