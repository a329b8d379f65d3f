/** Kubeconfigs of every shape, and what a hostile one must not do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type ConnectionOverrides,
  inClusterConnection,
  loadKubeconfig,
  parseKubeconfig,
  type KubeconfigOptions,
} from '../../src/adapters/kube/index.ts';
import { systemClock } from '../../src/adapters/system/index.ts';
import { decode, sigsYaml } from '../../src/core/yaml/index.ts';
import { err, ok } from '../../src/std/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parse = (text: string) => {
  const decoded = decode(text, { variant: sigsYaml });
  return decoded.ok ? ok(decoded.value) : err('not YAML');
};

const config = (cluster: string, user: string): string => `
apiVersion: v1
kind: Config
current-context: main
contexts:
- {name: main, context: {cluster: c, user: u, namespace: shop}}
- {name: other, context: {cluster: none, user: u}}
clusters:
- {name: c, cluster: ${cluster}}
users:
- {name: u, user: ${user}}
`;

const https = '{server: "https://example.org:6443"}';
const clock = systemClock();
const options = (more: Partial<KubeconfigOptions> = {}): KubeconfigOptions => ({ clock, ...more });

describe('a kubeconfig that arrived as text', () => {
  test('token, basic, client certificate, authority, proxy, server name', async () => {
    const pem = Buffer.from('PEM').toString('base64');
    const cluster = `{server: "https://example.org/k8s", certificate-authority-data: ${pem}, proxy-url: "http://proxy:3128", tls-server-name: inner}`;
    const certificate = await parseKubeconfig(
      config(cluster, `{client-certificate-data: ${pem}, client-key-data: ${pem}}`),
      parse,
      options(),
    );
    expect(certificate).toEqual({
      ok: true,
      value: {
        server: 'https://example.org/k8s',
        namespace: 'shop',
        tls: { ca: 'PEM', cert: 'PEM', key: 'PEM', serverName: 'inner' },
        proxyUrl: 'http://proxy:3128',
      },
    });
    const headersOf = async (user: string, cluster_ = https) => {
      const connection = await parseKubeconfig(config(cluster_, user), parse, options());
      return connection.ok ? ((await connection.value.credentials?.headers()) ?? 'none') : connection.error.code;
    };
    expect(await headersOf('{token: abc}')).toEqual({ authorization: 'Bearer abc' });
    expect(await headersOf('{username: ada, password: "x:y"}')).toEqual({
      authorization: `Basic ${Buffer.from('ada:x:y').toString('base64')}`,
    });
    expect(await headersOf('{}')).toBe('none');
    // As client-go: never over plain HTTP.
    expect(await headersOf('{token: abc}', '{server: "http://127.0.0.1:8080"}')).toBe('none');
  });

  test.each<[string, string, string, string, Partial<KubeconfigOptions>]>([
    ['a plugin', https, '{exec: {command: touch, args: [x]}}', 'ExecNotAllowed', {}],
    ['a token file', https, '{tokenFile: /etc/passwd}', 'FileNotAllowed', {}],
    ['a certificate file', https, '{client-certificate: /etc/passwd, client-key-data: eA==}', 'FileNotAllowed', {}],
    ['an authority file', '{server: "https://x", certificate-authority: /etc/passwd}', '{}', 'FileNotAllowed', {}],
    ['no verification', '{server: "https://x", insecure-skip-tls-verify: true}', '{}', 'InsecureNotAllowed', {}],
    ['a removed kind of credential', https, '{auth-provider: {name: gcp}}', 'InvalidKubeconfig', {}],
    ['a certificate without its key', https, '{client-certificate-data: eA==}', 'InvalidKubeconfig', {}],
    ['a token with a line break', https, '{token: "a\\r\\nX: 1"}', 'InvalidKubeconfig', {}],
    ['a server that is no URL', '{server: example.org}', '{}', 'InvalidKubeconfig', {}],
    ['credentials in the URL', '{server: "https://a:b@x"}', '{}', 'InvalidKubeconfig', {}],
    ['a SOCKS proxy', '{server: "https://x", proxy-url: "socks5://p"}', '{}', 'InvalidKubeconfig', {}],
    ['a context that is not there', https, '{}', 'ContextNotFound', { context: 'nope' }],
    ['a context without its cluster', https, '{}', 'InvalidKubeconfig', { context: 'other' }],
  ])('%s is refused', async (...[, cluster, user, code, more]) => {
    expect(await parseKubeconfig(config(cluster, user), parse, options(more))).toMatchObject({ ok: false, error: { code } });
  });

  test.each([['[1, 2]'], ['a: b'], [': :'], ['']])('the text %j is not a kubeconfig', async (text) => {
    expect((await parseKubeconfig(text, parse, options())).ok).toBe(false);
  });

  test('contexts are named when the wrong one is asked for', async () => {
    const result = await parseKubeconfig(config(https, '{}'), parse, options({ context: 'x' }));
    expect(result).toMatchObject({ ok: false, error: { message: expect.stringContaining('main, other') } });
  });
});

describe('kubeconfig files', () => {
  test('several are merged; paths are relative to their file; a plugin runs when allowed', async () => {
    const token = join(folder, 'token');
    writeFileSync(token, 'from-file\n');
    writeFileSync(join(folder, 'one'), config('{server: "https://one", certificate-authority: ca.crt}', '{tokenFile: token}'));
    writeFileSync(join(folder, 'ca.crt'), 'CA');
    const plugin = `{exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, args: [-c, 'echo "{\\"status\\": {\\"token\\": \\"$WHO\\"}}"'], env: [{name: WHO, value: ada}]}}`;
    writeFileSync(
      join(folder, 'two'),
      config('{server: "https://two"}', plugin)
        .replaceAll('name: main', 'name: second')
        .replaceAll('name: c,', 'name: c2,')
        .replaceAll('cluster: c,', 'cluster: c2,')
        .replaceAll('name: u,', 'name: u2,')
        .replaceAll('user: u,', 'user: u2,'),
    );
    const paths = [join(folder, 'absent'), join(folder, 'one'), join(folder, 'two')];
    const first = await loadKubeconfig(paths, parse, { clock });
    expect(first).toMatchObject({ ok: true, value: { server: 'https://one', tls: { ca: 'CA' } } });
    expect(first.ok && (await first.value.credentials?.headers())).toEqual({ authorization: 'Bearer from-file' });
    const second = await loadKubeconfig(paths, parse, { clock, context: 'second', execEnvironment: { PATH: process.env['PATH'] ?? '' } });
    expect(second.ok && (await second.value.credentials?.headers())).toEqual({ authorization: 'Bearer ada' });
    expect(await loadKubeconfig(paths, parse, { clock, context: 'second' })).toMatchObject({
      ok: false,
      error: { code: 'ExecNotAllowed' },
    });
  });

  test('none that can be read', async () => {
    expect(await loadKubeconfig([join(folder, 'absent')], parse, { clock })).toMatchObject({
      ok: false,
      error: { code: 'KubeconfigUnreadable' },
    });
    expect(await loadKubeconfig([], parse, { clock })).toMatchObject({ ok: false, error: { code: 'KubeconfigUnreadable' } });
  });
});

test('in a pod', async () => {
  for (const [name, text] of Object.entries({ 'ca.crt': 'CA', namespace: 'lockstep\n', token: 'T' }))
    writeFileSync(join(folder, name), text);
  const connection = await inClusterConnection({ host: 'fd00::1', port: '443' }, { clock, directory: folder });
  expect(connection).toMatchObject({ ok: true, value: { server: 'https://[fd00::1]:443', namespace: 'lockstep', tls: { ca: 'CA' } } });
  expect((await inClusterConnection({ host: 'x', port: '1' }, { clock, directory: join(folder, 'none') })).ok).toBe(false);
});

describe('what a command line says wins over the files', () => {
  const file = join(folder, 'overridden');
  writeFileSync(file, config('{server: "https://example.org:6443", insecure-skip-tls-verify: true}', '{token: abc}'));
  const load = async (overrides: ConnectionOverrides, more: { readonly context?: string; readonly files?: readonly string[] } = {}) => {
    const { files = [file], context } = more;
    const settings = { clock, allowInsecure: true, overrides, ...(context === undefined ? {} : { context }) };
    const connection = await loadKubeconfig(files, parse, settings);
    if (!connection.ok) return connection.error.message;
    const { server, namespace, tls, credentials } = connection.value;
    return { server, namespace, tls, headers: await credentials?.headers() };
  };

  test('fields, by what they replace', async () => {
    const authority = join(folder, 'ca.pem');
    writeFileSync(authority, 'PEM');
    expect(
      await load({ clusterFields: { server: 'https://other:1', 'certificate-authority': authority }, userFields: { token: 'x' } }),
    ).toEqual({
      server: 'https://other:1',
      namespace: 'shop',
      tls: { ca: 'PEM' },
      headers: { authorization: 'Bearer x' },
    });
    expect(await load({ userFields: { username: 'ada', password: 'b' } })).toMatchObject({
      tls: { insecure: true },
      headers: { authorization: `Basic ${Buffer.from('ada:b').toString('base64')}` },
    });
  });

  test('entries by their names, which have to be there', async () => {
    expect(await load({ cluster: 'c' }, { context: 'other' })).toMatchObject({ server: 'https://example.org:6443' });
    expect(await load({ cluster: 'none' })).toContain('no cluster "none" (it has: c)');
    expect(await load({ user: 'none' })).toContain('no user "none" (it has: u)');
    expect(await load({ userFields: { token: 'x' } }, { context: 'gone' })).toContain('no context "gone"');
  });

  test('without any file, when they say where the server is', async () => {
    const server = 'https://other:1';
    expect(await load({ clusterFields: { server } }, { files: [] })).toMatchObject({ server, tls: {} });
    expect(await load({ userFields: { token: 'x' } }, { files: [] })).toContain('no kubeconfig');
  });
});
