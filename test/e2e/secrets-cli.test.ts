/** `lockstep secrets` as a person uses it in place of sops: where keys come from, what is refused before it could do harm. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, type Said } from './in-process.ts';
import { inFolder } from './program.ts';

const fixtures = join(import.meta.dirname, '../conformance/secrets');
const keyFile = join(fixtures, 'age-1.txt');
const plain = 'password: correct-horse-battery\n';

type Run = (args: readonly string[], options?: { readonly env?: Record<string, string>; readonly stdin?: string }) => Promise<Said>;

const inRepository = (body: (run: Run, cwd: string, recipient: string) => Promise<void>): Promise<void> =>
  inFolder(async (cwd) => {
    await writeFile(join(cwd, 'db.yaml'), plain);
    const recipient = /age1\w+/.exec(await readFile(keyFile, 'utf8'))?.[0] ?? '';
    await body((args, options) => cli(['secrets', ...args], { cwd, ...options }), cwd, recipient);
  });

describe('keys come from where sops looks', () => {
  test('recipients of the environment, and .sops.yaml by SOPS_CONFIG', () =>
    inRepository(async (run, cwd, recipient) => {
      const made = await run(['encrypt', 'db.yaml'], { env: { SOPS_AGE_RECIPIENTS: recipient } });
      expect([made.code, made.out]).toEqual([0, expect.stringContaining(`recipient: ${recipient}`)]);
      await mkdir(join(cwd, 'etc'));
      await writeFile(join(cwd, 'etc/rules.yaml'), `creation_rules: [{age: ${recipient}, encrypted_suffix: word}]\n`);
      const configured = await run(['encrypt', 'db.yaml'], { env: { SOPS_CONFIG: 'etc/rules.yaml' } });
      expect(configured.out).toContain('encrypted_suffix: word');
    }));

  test.each([
    ['SOPS_AGE_KEY', async () => ({ SOPS_AGE_KEY: await readFile(keyFile, 'utf8') })],
    ['SOPS_AGE_KEY_FILE', () => Promise.resolve({ SOPS_AGE_KEY_FILE: keyFile })],
    ['SOPS_AGE_KEY_CMD, which no shell sees', () => Promise.resolve({ SOPS_AGE_KEY_CMD: `cat '${keyFile}'` })],
    ['--key beside an empty SOPS_AGE_KEY_FILE', () => Promise.resolve({ SOPS_AGE_KEY_FILE: '/dev/null' })],
  ])('%s', (name, environment) =>
    inRepository(async (run, _cwd, recipient) => {
      await run(['encrypt', '-i', '--age', recipient, 'db.yaml']);
      const key = name.startsWith('--key') ? ['--key', keyFile] : [];
      expect(await run(['decrypt', ...key, 'db.yaml'], { env: await environment() })).toEqual({ code: 0, out: plain, err: '' });
    }),
  );

  test('a command that fails is named, and its output is not told', () =>
    inRepository(async (run, _cwd, recipient) => {
      await run(['encrypt', '-i', '--age', recipient, 'db.yaml']);
      const { code, err } = await run(['decrypt', 'db.yaml'], { env: { SOPS_AGE_KEY_CMD: 'false' } });
      expect([code, err]).toEqual([1, expect.stringContaining('the command of SOPS_AGE_KEY_CMD (false) failed: 1')]);
    }));
});

describe('refused, and the file stays as it is', () => {
  test.each([
    [
      'a rule that would leave a binary file in clear',
      ['encrypt', '-i', '--encrypted-regex', '^x$'],
      'key.bin',
      'would leave the whole file in clear',
    ],
    ['a file that is encrypted already', ['encrypt', '-i'], 'sealed.yaml', 'already encrypted'],
    ['an unknown recipient', ['encrypt', '-i', '--age', 'age1nobody'], 'db.yaml', 'unknown age recipient "age1nobody"'],
    ['an SSH recipient', ['encrypt', '-i', '--age', 'ssh-ed25519 AAAA'], 'db.yaml', 'ssh-ed25519 recipients are not supported'],
    [
      'a PGP key that is not at hand',
      ['encrypt', '-i', '--pgp', 'AB'.repeat(20)],
      'db.yaml',
      `the public PGP key ${'AB'.repeat(20)} is not at hand`,
    ],
    [
      'two rules',
      ['encrypt', '-i', '--encrypted-regex', 'a', '--encrypted-suffix', 'b'],
      'db.yaml',
      'use only one of --encrypted-suffix and --encrypted-regex',
    ],
  ])('%s', (_name, args, file, says) =>
    inRepository(async (run, cwd, recipient) => {
      await writeFile(join(cwd, 'key.bin'), 'secret bytes');
      await writeFile(join(cwd, 'sealed.yaml'), (await run(['encrypt', '--age', recipient, 'db.yaml'])).out);
      const before = await readFile(join(cwd, file), 'utf8');
      const keys = args.includes('--age') || args.includes('--pgp') ? [] : ['--age', recipient];
      const { code, err } = await run([...args, ...keys, file]);
      expect([code === 0, err]).toEqual([false, expect.stringContaining(says)]);
      expect(await readFile(join(cwd, file), 'utf8')).toBe(before);
    }),
  );
});
