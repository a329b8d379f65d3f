/** The tools themselves, where they are installed: what age, gpg, git-secret and sops make is opened here, and what is made here they open. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createKeys } from '../../src/adapters/decrypt/index.ts';
import type { Keyring } from '../../src/ports/index.ts';
import { cli } from './in-process.ts';
import { inFolder } from './program.ts';

const sops = process.env['LOCKSTEP_SOPS'] ?? 'sops';
const has = (program: string, argument = '--version'): boolean => spawnSync(program, [argument], { stdio: 'ignore' }).status === 0;
const [hasAge, hasGpg, hasSops] = [has('age'), has('gpg'), has(sops, '-v')];
const hasGitSecret = hasGpg && spawnSync('git', ['secret', '--version'], { stdio: 'ignore' }).status === 0;
for (const [program, found] of Object.entries({ age: hasAge, gpg: hasGpg, 'git-secret': hasGitSecret, sops: hasSops }))
  if (!found) console.warn(`NOT RUN: ${program} itself; it is not on the PATH`);

const fixture = (name: string): string => join(import.meta.dirname, '../conformance/secrets', name);
const recipient = /age1\w+/.exec(readFileSync(fixture('age-1.txt'), 'utf8'))?.[0] ?? '';
const dataKey = new Uint8Array(randomBytes(32));

async function ringOf(name: string, text: string): Promise<Keyring> {
  const ring = await createKeys().read([{ name, bytes: new Uint8Array(Buffer.from(text)) }]);
  if (!ring.ok) throw new Error(ring.error.message);
  return ring.value;
}

const valueOf = <T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: { readonly message: string } },
): T => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

test.skipIf(!hasAge)('age opens what is encrypted here, and the other way round', async () => {
  const ring = await ringOf('age-1.txt', readFileSync(fixture('age-1.txt'), 'utf8'));
  const envelope = valueOf(await ring.seal('age', recipient, dataKey));
  const opened = execFileSync('age', ['-d', '-i', fixture('age-1.txt')], { input: envelope });
  expect(new Uint8Array(opened)).toEqual(dataKey);
  for (const armor of [['-a'], []]) {
    const theirs = execFileSync('age', [...armor, '-r', recipient], { input: dataKey });
    expect(valueOf(await ring.open('age', new Uint8Array(theirs)))).toEqual(dataKey);
  }
});

interface Gnupg {
  readonly run: (args: readonly string[], input?: Uint8Array) => Buffer;
  readonly env: Record<string, string | undefined>;
}

/** A GnuPG home with new keys of both kinds that it makes by default. */
async function inGnupg(cwd: string, body: (gnupg: Gnupg) => Promise<void>): Promise<void> {
  const home = join(cwd, 'gnupg');
  mkdirSync(home, { mode: 0o700 });
  const env = { GNUPGHOME: home, HOME: cwd, PATH: process.env['PATH'] };
  const run: Gnupg['run'] = (args, input) =>
    execFileSync('gpg', ['--batch', '--quiet', '--trust-model', 'always', ...args], { env, input, stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    for (const [name, algorithm] of [
      ['rsa', 'rsa2048'],
      ['ecc', 'future-default'],
    ] as const) {
      run([
        '--passphrase',
        '',
        '--quick-generate-key',
        `${name}@x.test`,
        algorithm,
        algorithm === 'rsa2048' ? 'cert,sign' : 'default',
        'never',
      ]);
      const id = /fpr:+([0-9A-F]{40}):/.exec(run(['--with-colons', '--list-keys', `${name}@x.test`]).toString())?.[1] ?? '';
      if (algorithm === 'rsa2048') run(['--passphrase', '', '--quick-add-key', id, algorithm, 'encr', 'never']);
    }
    await body({ run, env });
  } finally {
    spawnSync('gpgconf', ['--kill', 'all'], { env });
  }
}

test.skipIf(!hasGpg)('gpg opens what is encrypted here, and the other way round: RSA and curve 25519', () =>
  inFolder((cwd) =>
    inGnupg(cwd, async ({ run }) => {
      for (const user of ['rsa@x.test', 'ecc@x.test']) {
        const ring = await ringOf(user, run(['--armor', '--export-secret-keys', user]).toString());
        const envelope = valueOf(await ring.seal('pgp', ring.names[0] ?? '', dataKey));
        expect(new Uint8Array(run(['--decrypt'], envelope))).toEqual(dataKey);
        for (const armor of [['--armor'], []])
          expect(valueOf(await ring.open('pgp', new Uint8Array(run([...armor, '-r', user, '--encrypt'], dataKey))))).toEqual(dataKey);
      }
    }),
  ),
);

test.skipIf(!hasGitSecret)('what git-secret hides is revealed, for each of its members and in both of its forms', () =>
  inFolder((cwd) =>
    inGnupg(cwd, async ({ run, env }) => {
      const secret = (...args: string[]): Buffer =>
        execFileSync('git', ['secret', ...args], { cwd, env: { ...env, ...form }, stdio: ['ignore', 'pipe', 'ignore'] });
      let form: Record<string, string> = {};
      execFileSync('git', ['init', '-q'], { cwd });
      secret('init');
      secret('tell', 'rsa@x.test', 'ecc@x.test');
      mkdirSync(join(cwd, 'deep/er'), { recursive: true });
      const files: Record<string, Buffer> = {
        'deep/er/blob.bin': randomBytes(70_000),
        'empty.txt': Buffer.alloc(0),
        'with space.env': Buffer.from('A=1\nB=two words\n'),
      };
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(cwd, name), bytes);
      secret('add', ...Object.keys(files));
      for (const armor of ['0', '1']) {
        form = { SECRETS_GPG_ARMOR: armor };
        secret('hide');
        for (const user of ['rsa@x.test', 'ecc@x.test']) {
          writeFileSync(join(cwd, 'key.asc'), run(['--armor', '--export-secret-keys', user]));
          for (const [name, bytes] of Object.entries(files)) {
            const said = await cli(['secrets', 'decrypt', '--git-secret', '--key', 'key.asc', '--output', 'out', `${name}.secret`], {
              cwd,
            });
            expect([said.code, said.err]).toEqual([0, '']);
            expect(readFileSync(join(cwd, 'out'))).toEqual(bytes);
          }
        }
      }
    }),
  ),
);

test.skipIf(!hasSops)('sops decrypts what is encrypted here, in every format', () =>
  inFolder(async (cwd) => {
    const files = {
      'a.yaml': 'a:\n    b: [1, two, true]\n',
      'a.json': '{\n\t"a": 9007199254740993\n}\n',
      'a.env': 'A=1\n',
      'a.ini': '[s]\na = b\n',
      'a.bin': 'any text',
    };
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(cwd, name), text);
      expect(await cli(['secrets', 'encrypt', '-i', '--age', recipient, name], { cwd })).toMatchObject({ code: 0, err: '' });
      const env = { PATH: process.env['PATH'], HOME: cwd, SOPS_AGE_KEY_FILE: fixture('age-1.txt') };
      expect(spawnSync(sops, ['decrypt', name], { cwd, env, encoding: 'utf8' }).stderr).toBe('');
      const ours = await cli(['secrets', 'decrypt', '--key', fixture('age-1.txt'), name], { cwd });
      expect(spawnSync(sops, ['decrypt', name], { cwd, env, encoding: 'utf8' }).stdout).toBe(ours.out);
    }
  }),
);
