/** Keys that a Vault keeps, against a strict double of its transit API: encrypt and decrypt, and a token that goes to one address only. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/object/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';
import { cli } from './in-process.ts';
import { inFolder } from './program.ts';

const token = 'hvs.only-for-this-vault';

/** Vault's transit engine with one key, as its API documentation has it: anything else is an error. */
class Transit {
  readonly #key = randomBytes(32);
  readonly asked: string[] = [];
  /** Requests that it answers as a sealed Vault does. */
  sealedFor = 0;
  readonly server: Server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (status: number, body: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    this.asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? ''}`);
    if (this.sealedFor > 0) {
      this.sealedFor -= 1;
      return say(503, { errors: ['Vault is sealed'] });
    }
    let text = '';
    for await (const chunk of request) text += String(chunk);
    if (request.headers.authorization !== `Bearer ${token}` && request.headers['x-vault-token'] !== token)
      return say(403, { errors: ['permission denied'] });
    const [, verb] = /^\/v1\/transit\/(encrypt|decrypt)\/team$/.exec(request.url ?? '') ?? [];
    if (verb === undefined) return say(404, { errors: [] });
    const body = JSON.parse(text) as { readonly plaintext?: string; readonly ciphertext?: string };
    if (verb === 'encrypt') return say(200, { data: { ciphertext: this.#encrypt(Buffer.from(body.plaintext ?? '', 'base64')) } });
    const opened = this.#decrypt(body.ciphertext ?? '');
    return opened === undefined
      ? say(400, { errors: ['invalid ciphertext'] })
      : say(200, { data: { plaintext: opened.toString('base64') } });
  }

  #encrypt(plain: Buffer): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    const sealed = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return `vault:v1:${sealed.toString('base64')}`;
  }

  #decrypt(text: string): Buffer | undefined {
    const bytes = text.startsWith('vault:v1:') ? Buffer.from(text.slice(9), 'base64') : Buffer.alloc(0);
    if (bytes.length < 29) return undefined;
    try {
      const cipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12));
      cipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]);
    } catch {
      return undefined;
    }
  }
}

const vault = new Transit();
let address: string;
beforeAll(async () => (address = await vault.start()));
afterAll(() => vault.server.close());

const manifest = 'apiVersion: v1\nkind: Secret\nmetadata:\n    name: db\nstringData:\n    password: correct-horse-battery\n';

/** Encrypted to the Vault's key. */
async function encrypted(cwd: string, text = manifest): Promise<string> {
  await writeFile(join(cwd, 'db.yaml'), text);
  const keys = ['--hc-vault-transit', `${address}/v1/transit/keys/team`, '--encrypted-regex', '^stringData$'];
  const said = await cli(['secrets', 'encrypt', '-i', ...keys, 'db.yaml'], { cwd, env: { VAULT_ADDR: address, VAULT_TOKEN: token } });
  expect([said.code, said.err]).toEqual([0, '']);
  return readFile(join(cwd, 'db.yaml'), 'utf8');
}

test('what is encrypted to its key opens again, with VAULT_TOKEN or ~/.vault-token', () =>
  inFolder(async (cwd) => {
    const text = await encrypted(cwd);
    expect(text).toMatch(
      /hc_vault:\n +- created_at: "?\d{4}-.*\n +enc: vault:v1:\S+\n +engine_path: transit\n +key_name: team\n +vault_address: http/,
    );
    expect(text).not.toMatch(/correct-horse|hvs\./);
    await writeFile(join(cwd, '.vault-token'), `${token}\n`);
    expect((await cli(['secrets', 'decrypt', 'db.yaml'], { cwd, env: { VAULT_ADDR: `${address}/` } })).out).toBe(manifest);
  }));

test.each([
  ['no token at hand', {}, 'there is no token for the Vault http'],
  [
    'a token for another Vault, which is not sent',
    { VAULT_ADDR: 'http://127.0.0.1:1', VAULT_TOKEN: token },
    'there is no token for the Vault http',
  ],
  ['a token it refuses', { VAULT_TOKEN: 'hvs.wrong' }, 'the Vault refuses the token (403)'],
])('%s', (_name, env, says) =>
  inFolder(async (cwd) => {
    await encrypted(cwd);
    const before = vault.asked.length;
    const own = 'VAULT_TOKEN' in env && !('VAULT_ADDR' in env) ? { VAULT_ADDR: address } : {};
    const said = await cli(['secrets', 'decrypt', 'db.yaml'], { cwd, env: { ...own, ...env } as Record<string, string> });
    expect([said.code, said.err]).toEqual([1, expect.stringContaining(`hc_vault ${address}/v1/transit/keys/team: ${says}`)]);
    expect(said.err).not.toContain('hvs.');
    expect(vault.asked.length - before).toBe(says.includes('refuses') ? 1 : 0);
  }),
);

test('a Vault that is busy for a moment is asked again; one that stays so is named', () =>
  inFolder(async (cwd) => {
    await encrypted(cwd);
    const env = { VAULT_ADDR: address, VAULT_TOKEN: token };
    vault.sealedFor = 2;
    expect((await cli(['secrets', 'decrypt', 'db.yaml'], { cwd, env })).out).toBe(manifest);
    vault.sealedFor = 3;
    const { code, err } = await cli(['secrets', 'decrypt', 'db.yaml'], { cwd, env });
    expect([code, err]).toEqual([
      1,
      expect.stringContaining(`hc_vault ${address}/v1/transit/keys/team: the Vault cannot be asked: it answers 503 (sealed?)`),
    ]);
    expect(vault.sealedFor).toBe(0);
  }));

test('rotate adds and removes keys of a Vault', () =>
  inFolder(async (cwd) => {
    const uri = `${address}/v1/transit/keys/team`;
    const env = { VAULT_ADDR: address, VAULT_TOKEN: token };
    const [key, recipient] = [await cli(['secrets', 'keys', '--generate', '--output', 'keys.txt'], { cwd }), /age1\w+/];
    const age = recipient.exec(key.err)?.[0] ?? '';
    await encrypted(cwd);
    const run = (...args: string[]): ReturnType<typeof cli> => cli(['secrets', ...args], { cwd, env });
    expect(await run('rotate', '-i', '--add-age', age, '--rm-hc-vault-transit', uri, 'db.yaml')).toMatchObject({ code: 0, err: '' });
    expect(await readFile(join(cwd, 'db.yaml'), 'utf8')).not.toContain('hc_vault:\n');
    const asked = vault.asked.length;
    expect((await run('decrypt', '--key', 'keys.txt', 'db.yaml')).out).toBe(manifest);
    expect(vault.asked.length).toBe(asked);
    expect(await run('rotate', '-i', '--key', 'keys.txt', '--add-hc-vault-transit', uri, '--rm-age', age, 'db.yaml')).toMatchObject({
      code: 0,
      err: '',
    });
    expect((await run('keys', 'db.yaml')).out).toMatch(/^hc_vault http/);
    expect((await run('decrypt', 'db.yaml')).out).toBe(manifest);
  }));

describe('the clouds’ key services are refused, and the message says what to do', () => {
  const hint = 'encrypt to --age, --pgp or --hc-vault-transit';
  test.each([
    ['--kms', ['--kms', 'arn:aws:kms:eu-west-1:1:key/x'], {}, '--kms: key services of clouds (here AWS KMS) are not supported yet'],
    ['--gcp-kms', ['--gcp-kms', 'projects/p/locations/l/keyRings/r/cryptoKeys/k'], {}, '--gcp-kms: key services of clouds (here GCP KMS)'],
    ['--azure-kv', ['--azure-kv', 'https://v.vault.azure.net/keys/k/1'], {}, '--azure-kv: key services of clouds (here Azure Key Vault)'],
    ['--hckms', ['--hckms', 'r:k'], {}, '--hckms: key services of clouds (here HuaweiCloud KMS)'],
    ['beside an age key, too', ['--age', 'age1x', '-k', 'arn'], {}, '--kms: '],
    ['the environment', [], { SOPS_KMS_ARN: 'arn' }, '$SOPS_KMS_ARN: key services of clouds (here AWS KMS)'],
  ])('encrypt: %s', (_name, flags, env, says) =>
    inFolder(async (cwd) => {
      await writeFile(join(cwd, 'db.yaml'), manifest);
      const { code, err } = await cli(['secrets', 'encrypt', ...flags, 'db.yaml'], { cwd, env: env as unknown as Record<string, string> });
      expect([code, err]).toEqual([1, expect.stringContaining(says)]);
      expect(err).toContain(hint);
    }),
  );

  const clouds: readonly (readonly [string, string, string])[] = [
    ['kms', '- arn: arn:aws:kms:eu-west-1:1:key/x\n', 'kms arn:aws:kms:eu-west-1:1:key/x'],
    ['gcp_kms', '- resource_id: projects/p/cryptoKeys/k\n', 'gcp_kms projects/p/cryptoKeys/k'],
    [
      'azure_kv',
      '- vault_url: https://v.vault.azure.net\n          name: k\n          version: "1"\n',
      'azure_kv https://v.vault.azure.net',
    ],
    ['hckms', '- key_id: r:k\n', 'hckms r:k'],
  ];
  test.each(clouds)('a file that only %s opens names the key; .sops.yaml names the field', (kind, entry, named) =>
    inFolder(async (cwd) => {
      const text = (await encrypted(cwd)).replace(
        / {4}hc_vault:\n(?: {8}.*\n)+/,
        `    ${kind}:\n        ${entry}          created_at: "2026-01-02T03:04:05Z"\n          enc: AQ==\n`,
      );
      await writeFile(join(cwd, 'db.yaml'), text);
      const opened = await cli(['secrets', 'decrypt', 'db.yaml'], { cwd });
      expect([opened.code, opened.err]).toEqual([
        1,
        expect.stringContaining(`db.yaml: no key at hand opens the data key: ${named}: key services of clouds are not supported`),
      ]);
      await writeFile(join(cwd, '.sops.yaml'), `creation_rules: [{${kind === 'azure_kv' ? 'azure_keyvault' : kind}: x}]\n`);
      await writeFile(join(cwd, 'new.yaml'), 'a: b\n');
      const made = await cli(['secrets', 'encrypt', 'new.yaml'], { cwd });
      expect([made.code, made.err]).toEqual([
        1,
        expect.stringMatching(
          /\.sops\.yaml: (?:kms|gcp_kms|azure_keyvault|hckms): key services of clouds are not supported; age, pgp and hc_vault are/,
        ),
      ]);
    }),
  );
});

describe('in Apps', () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  /** An App with a file that the Vault opens, and a Secret with its address and token. */
  const withApp = (body: (w: World, cwd: string) => Promise<void>): Promise<void> =>
    inFolder(async (cwd) => {
      const w = await world({ namespaces: ['shop'] });
      try {
        await w.source();
        const data = { 'sops.vault-address': base64(address), 'sops.vault-token': base64(token) };
        await w.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'vault', namespace: 'shop' }, data });
        await w.commit({ 'apps/db.yaml': await encrypted(cwd) });
        await w.app({ path: 'apps', spec: { decrypt: { keys: [{ secretRef: { name: 'vault' } }] } } });
        await body(w, cwd);
      } finally {
        await w.close();
      }
    });
  const allow = (w: World): Promise<unknown> =>
    w.put({ apiVersion: 'lockstep.dev/v1', kind: 'Platform', metadata: { name: 'default' }, spec: { allowedRemotes: [address] } });
  /** Answers of the Vault take real time. */
  const until = async (w: World, part: string): Promise<void> => {
    for (let turn = 0; turn < 200 && !(await w.condition('Ready')).includes(part); turn += 1) {
      await w.settle();
      // The Vault is asked over a real socket, and in real time.
      await setTimeout(20);
    }
    expect(await w.condition('Ready')).toContain(part);
  };
  const passwordIn = async (w: World): Promise<unknown> => ((await w.get('Secret/shop/db'))['data'] as JsonObject)['password'];

  test('below addresses that the platform allows, with the token of a Secret', () =>
    withApp(async (w) => {
      const before = vault.asked.length;
      await w.settle();
      expect(await w.condition('Ready')).toContain('DecryptKeyRefused');
      expect(vault.asked.length).toBe(before);
      await allow(w);
      await until(w, 'Ready=True');
      expect(await passwordIn(w)).toBe(base64('correct-horse-battery'));
    }));

  test('a Vault that cannot be asked stops nothing that runs, and is asked again by itself', () =>
    withApp(async (w, cwd) => {
      await allow(w);
      await until(w, 'Ready=True');
      const changed = await encrypted(cwd, manifest.replace('battery', 'staple'));
      vault.sealedFor = Infinity;
      await w.commit({ 'apps/db.yaml': changed });
      await until(w, 'DecryptKeyUnavailable');
      const condition = await w.condition('Ready');
      for (const part of ['apps/db.yaml: ', `hc_vault ${address}/v1/transit/keys/team: the Vault cannot be asked`])
        expect(condition).toContain(part);
      expect(await passwordIn(w)).toBe(base64('correct-horse-battery'));
      vault.sealedFor = 0;
      await until(w, 'Ready=True');
      expect(await passwordIn(w)).toBe(base64('correct-horse-staple'));
    }));
});
