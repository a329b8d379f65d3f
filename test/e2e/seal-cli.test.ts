/** `lockstep seal` as a person uses it: files sealed in their place, sealed again, opened for recovery; clear errors otherwise. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newSealingKey } from '../../src/adapters/decrypt/index.ts';
import { cli } from './in-process.ts';
import { inFolder } from './program.ts';

const fixtures = join(import.meta.dirname, '../conformance/secrets');
const cert = join(fixtures, 'sealing.crt');
const key = join(fixtures, 'sealing.key');

const many = `# kept
apiVersion: v1
kind: ConfigMap
metadata: {name: c}   # untouched
data:
  text: |
    a: b
--- # a comment
apiVersion: v1
kind: Secret
metadata: {name: db, labels: {a: b}}
stringData: {password: hunter2}
---
apiVersion: v1
kind: Secret
metadata: {name: two, namespace: other, annotations: {sealedsecrets.bitnami.com/namespace-wide: "true"}}
data: {k: aGVsbG8=}
`;

describe('--in-place', () => {
  test('seals the Secrets, keeps every other byte, and what it sealed opens again', () =>
    inFolder(async (cwd) => {
      await mkdir(join(cwd, 'apps'));
      const file = join(cwd, 'apps/all.yaml');
      await writeFile(file, many);
      const said = await cli(['seal', '--in-place', '--cert', cert, '--namespace', 'shop', 'apps/all.yaml'], { cwd });
      expect(said).toEqual({
        code: 0,
        out: '',
        err: 'apps/all.yaml: 2 Secrets sealed\nWhat was in Git before is still in its history: change those values.\n',
      });
      const sealed = await readFile(file, 'utf8');
      expect(sealed.startsWith(many.slice(0, many.indexOf('--- #')))).toBe(true);
      expect(sealed).not.toContain('hunter2');
      const again = await cli(['seal', '-i', '--re-encrypt', '--cert', cert, '--key', key, 'apps/all.yaml'], { cwd });
      expect([again.code, again.err]).toEqual([0, 'apps/all.yaml: 2 SealedSecrets sealed again\n']);
      const resealed = await readFile(file, 'utf8');
      expect(resealed).not.toBe(sealed);
      const [, ...documents] = resealed.split(/^---\n/m);
      const opened = await Promise.all(
        documents.map((stdin) => cli(['seal', '--recovery-unseal', '--recovery-private-key', key, '-o', 'yaml'], { cwd, stdin })),
      );
      expect(opened.map(({ out }) => /(?:password|k): \S+/.exec(out)?.[0])).toEqual(['password: aHVudGVyMg==', 'k: aGVsbG8=']);
      expect(opened.map(({ out }) => /namespace: \S+/.exec(out)?.[0])).toEqual(['namespace: shop', 'namespace: other']);
    }));

  test.each([
    ['a Secret without a namespace', many, ['all.yaml'], 'Secret db names no namespace'],
    ['a file without Secrets', 'apiVersion: v1\nkind: ConfigMap\n', ['-n', 'x', 'all.yaml'], 'there is no Secret in it'],
    ['no YAML', 'a: [\n', ['-n', 'x', 'all.yaml'], 'all.yaml: '],
    ['a file that is not there', many, ['-n', 'x', 'none.yaml'], 'none.yaml: no such file'],
    ['another mode', many, ['--raw', 'all.yaml'], '--in-place and --raw exclude each other'],
  ])('%s is refused and changes nothing', (_name, text, args, says) =>
    inFolder(async (cwd) => {
      await writeFile(join(cwd, 'all.yaml'), text);
      const { code, err } = await cli(['seal', '--in-place', '--cert', cert, ...args], { cwd });
      expect([code === 0, err]).toEqual([false, expect.stringContaining(says)]);
      expect(await readFile(join(cwd, 'all.yaml'), 'utf8')).toBe(text);
    }),
  );
});

describe('where a value may be used, as kubeseal has it', () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {p: hunter2}\n';
  const seal = (cwd: string, args: readonly string[], stdin = secret): ReturnType<typeof cli> =>
    cli(['seal', '--cert', cert, ...args], { cwd, stdin, env: { KUBECONFIG: join(cwd, 'kubeconfig') } });
  const kubeconfig = `current-context: c
contexts: [{name: c, context: {cluster: c, namespace: team}}, {name: plain, context: {cluster: c}}]
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
`;
  const places = (out: string): readonly string[] => [...out.matchAll(/^ {2}(?:name|namespace): \S+/gm)].map(([line]) => line.trim());

  test.each([
    ['the context’s namespace', [], secret, ['name: db', 'namespace: team']],
    ['default, where the context names none', ['--context', 'plain'], secret, ['name: db', 'namespace: default']],
    ['-n before that', ['-n', 'x'], secret, ['name: db', 'namespace: x']],
    ['its own, when it has one', [], secret.replace('name: db', 'name: db, namespace: own'), ['name: db', 'namespace: own']],
    ['none, cluster-wide', ['--scope', 'cluster-wide', '-n', 'x'], secret, ['name: db']],
    ['--name instead of its own', ['--name', 'other'], secret, ['name: other', 'namespace: team']],
  ])('%s', (_name, args, text, expected) =>
    inFolder(async (cwd) => {
      await writeFile(join(cwd, 'kubeconfig'), kubeconfig);
      expect(places((await seal(cwd, ['-o', 'yaml', ...args], text)).out)).toEqual(expected);
    }),
  );

  test.each([
    ['no namespace and no kubeconfig', [], secret, 'give --namespace'],
    [
      'another namespace than its own',
      ['-n', 'x'],
      secret.replace('name: db', 'name: db, namespace: own'),
      'in namespace own, and --namespace says x',
    ],
    ['--raw without a namespace', ['--raw', '--name', 'db'], 'x', 'give --namespace'],
    ['--from-file without --raw', ['--from-file', 'x'], secret, '--from-file needs --raw'],
    ['--as-group alone', ['--fetch-cert', '--as-group', 'x'], '', '--as-group needs --as'],
  ])('refused: %s', (_name, args, text, says) =>
    inFolder(async (cwd) => {
      const own = args.includes('--fetch-cert') ? await cli(['seal', ...args], { cwd }) : await seal(cwd, args, text);
      expect([own.code === 0, own.err]).toEqual([false, expect.stringContaining(says)]);
    }),
  );

  test('--merge-into seals for the name, namespace and scope of the file, whatever the Secret is called', () =>
    inFolder(async (cwd) => {
      for (const scope of ['strict', 'cluster-wide']) {
        await seal(cwd, ['-n', 'shop', '--scope', scope, '-w', 'sealed.yaml']);
        const added = 'apiVersion: v1\nkind: Secret\nmetadata: {name: something, creationTimestamp: null}\nstringData: {more: value}\n';
        expect(await seal(cwd, ['--merge-into', 'sealed.yaml'], added)).toEqual({ code: 0, out: '', err: '' });
        const opened = await cli(['seal', '--recovery-unseal', '--recovery-private-key', key, '-f', 'sealed.yaml', '-o', 'yaml'], { cwd });
        expect([opened.err, opened.out]).toEqual(['', expect.stringMatching(/more: dmFsdWU=\n {2}p: aHVudGVyMg==/)]);
      }
      // A file that is called YAML is YAML, whatever the flag says.
      expect(await readFile(join(cwd, 'sealed.yaml'), 'utf8')).toMatch(/^---\napiVersion/);
    }));
});

test('the certificate may be at a URL; one that expired is refused', () =>
  inFolder(async (cwd) => {
    const expired = await newSealingKey(Date.UTC(2000, 0, 1), { bits: 2048 });
    await writeFile(join(cwd, 'old.pem'), expired.certificate);
    const pem = await readFile(cert, 'utf8');
    const server = createServer((request, response) => response.writeHead(request.url === '/cert.pem' ? 200 : 404).end(pem));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const seal = (place: string): ReturnType<typeof cli> =>
      cli(['seal', '--cert', place, '--raw', '-n', 'shop', '--name', 'db'], { cwd, stdin: 'x' });
    try {
      expect((await seal(`${url}/cert.pem`)).out).toMatch(/^A[A-Za-z0-9+/=]{100,}$/);
      expect((await seal(`${url}/none`)).err).toContain('the server answers 404');
      expect((await seal('old.pem')).err).toContain('the certificate expired on 2009-12-29');
    } finally {
      server.close();
    }
  }));

test('keys may come out of saved Secrets, as kubeseal takes them', () =>
  inFolder(async (cwd) => {
    const data = { 'tls.key': (await readFile(key)).toString('base64') };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'k1' }, data };
    await writeFile(join(cwd, 'backup.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [secret] }));
    const stdin = await readFile(join(fixtures, 'strict.sealed'), 'utf8');
    const said = await cli(['seal', '--recovery-unseal', '--recovery-private-key', 'backup.json', '-o', 'yaml'], { cwd, stdin });
    expect([said.code, said.out]).toEqual([0, expect.stringContaining('a: d2lucw==')]);
    const none = await cli(['seal', '--recovery-unseal', '--recovery-private-key', join(fixtures, 'age-1.txt')], { cwd, stdin });
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('spec.encryptedData.a: no key could decrypt it')]);
  }));
