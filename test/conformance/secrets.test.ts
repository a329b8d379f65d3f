/** Secrets as the real tools write them: fixtures of sops, kubeseal and git-secret are opened; what is written here is opened again; damage is refused. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createKeys, openSealedValues, openSops, reveal, sealDataKey, sealFor, unseal } from '../../src/adapters/decrypt/index.ts';
import { attempt } from '../../src/core/secrets/index.ts';
import { isObject, type JsonObject } from '../../src/core/object/index.ts';
import { decodeManifests } from '../../src/core/yaml/index.ts';
import { readMapping } from '../../src/core/secrets/git-secret/index.ts';
import { placeOf, resealed, sealedSecretOf } from '../../src/core/secrets/sealed/index.ts';
import { defaultRule, newMasterKey, readConfig } from '../../src/core/secrets/sops/config/index.ts';
import {
  encryptTree,
  extract,
  type Metadata,
  readPlain,
  type SopsFormat,
  writeEncrypted,
  writePlain,
  combineShares,
  splitSecret,
} from '../../src/core/secrets/sops/index.ts';
import type { Keyring } from '../../src/ports/index.ts';
import { decodeUtf8, encodeUtf8 } from '../../src/std/index.ts';

const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(import.meta.dirname, 'secrets', name)));
const textOf = (name: string): string => decodeUtf8(bytesOf(name));
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

async function ringOf(...names: string[]): Promise<Keyring> {
  const ring = await createKeys().read(names.map((name) => ({ name, bytes: bytesOf(name) })));
  if (!ring.ok) throw new Error(ring.error.message);
  return ring.value;
}

const recipient = (name: string): string => /age1\w+/.exec(textOf(name))?.[0] ?? '';

const FORMATS: readonly (readonly [string, SopsFormat])[] = [
  ['yaml', 'yaml'],
  ['json', 'json'],
  ['env', 'dotenv'],
  ['ini', 'ini'],
  ['txt', 'binary'],
];

describe('files that sops wrote', () => {
  test.each(FORMATS)('%s', async (name, format) => {
    const opened = await openSops(bytesOf(`all.${name}.enc`), await ringOf('age-1.txt'), { format });
    expect(opened.ok && decodeUtf8(writePlain(opened.value.branches, format))).toBe(textOf(`all.${name}.plain`));
  });

  test.each([
    ['secret.yaml', ['age-1.txt']],
    ['pgp.yaml', ['pgp.asc']],
  ])('%s', async (name, keys) => {
    const opened = await openSops(bytesOf(`${name}.enc`), await ringOf(...keys), { format: 'yaml' });
    expect(opened.ok && decodeUtf8(writePlain(opened.value.branches, 'yaml'))).toBe(textOf(`${name}.plain`));
  });

  test('key groups: any two of three', async () => {
    for (const keys of [
      ['age-1.txt', 'age-2.txt'],
      ['age-1.txt', 'pgp.asc'],
      ['age-2.txt', 'pgp.asc'],
    ]) {
      const opened = await openSops(bytesOf('shamir.yaml.enc'), await ringOf(...keys), { format: 'yaml' });
      expect(opened.ok && decodeUtf8(writePlain(opened.value.branches, 'yaml'))).toBe('a: b\n');
    }
    const alone = await openSops(bytesOf('shamir.yaml.enc'), await ringOf('pgp.asc'), { format: 'yaml' });
    expect(!alone.ok && alone.error.message).toContain('1 of the 2 key groups that are needed were opened');
  });

  test('--extract', async () => {
    const opened = await openSops(bytesOf('secret.yaml.enc'), await ringOf('age-1.txt'), { format: 'yaml' });
    expect(opened.ok && decodeUtf8(extract(opened.value.branches, '["stringData"]["password"]', 'yaml'))).toBe('correct-horse-battery');
  });
});

describe('what cannot be trusted is refused, and the message tells no secret', () => {
  const file = 'secret.yaml.enc';
  const cases: readonly (readonly [string, (text: string) => string, string])[] = [
    ['a value moved to another key', (text) => text.replace('    password: ENC', '    passw0rd: ENC'), 'stringData:passw0rd'],
    ['a plain value changed', (text) => text.replace('name: db', 'name: other'), 'MAC mismatch'],
    ['a truncated value', (text) => text.replace(/(password: ENC\[AES256_GCM,data:.{8})[^,]*/, '$1'), 'stringData:password'],
    ['a plain value instead of an encrypted one', (text) => text.replace(/password: ENC.*/, 'password: 5'), 'stringData:password'],
    ['no checksum', (text) => text.replace(/ {4}mac: .*\n/, ''), 'sops.mac'],
    ['no metadata', (text) => text.slice(0, text.indexOf('sops:')), 'not encrypted'],
    ['two rules', (text) => `${text}    encrypted_suffix: x\n`, 'encrypted_suffix and encrypted_regex'],
    ['a damaged envelope', (text) => text.replace(/YWdlLWVu/, 'YWdlLWVv'), recipient('age-1.txt')],
  ];
  test.each(cases)('%s', async (_name, change, part) => {
    const changed = change(textOf(file));
    expect(changed).not.toBe(textOf(file));
    const opened = await openSops(encodeUtf8(changed), await ringOf('age-1.txt'), { format: 'yaml' });
    expect(opened.ok).toBe(false);
    const message = opened.ok ? '' : opened.error.message;
    expect(message).toContain(part);
    expect(message).not.toMatch(/correct-horse|s3cr3t/);
  });

  test('another key: the message names the one that is needed and those at hand', async () => {
    const opened = await openSops(bytesOf(file), await ringOf('age-2.txt'), { format: 'yaml' });
    expect(opened.ok).toBe(false);
    expect(opened.ok ? '' : opened.error.message).toContain(recipient('age-1.txt'));
    expect(opened.ok ? '' : opened.error.message).toContain(`at hand: ${recipient('age-2.txt')}`);
  });
});

const metadataFor = (rule: Metadata['rule'], macOnlyEncrypted: boolean, ids: readonly string[]): Metadata => ({
  groups: ids.map((id) => [newMasterKey('age', id)]),
  shamirThreshold: 0,
  rule,
  macOnlyEncrypted,
  lastModified: '2026-01-02T03:04:05Z',
  mac: '',
  version: '3.11.0',
});

describe('what is encrypted here', () => {
  const rules: readonly Metadata['rule'][] = [
    defaultRule,
    { kind: 'encrypted_regex', value: '^(stringData|list)$' },
    { kind: 'unencrypted_regex', value: '^list$' },
    { kind: 'encrypted_suffix', value: 'Data' },
    { kind: 'encrypted_comment_regex', value: 'middle' },
    { kind: 'unencrypted_comment_regex', value: '^ first of' },
  ];
  test.each(rules)('$kind $value, opens again with its order and comments', async (rule) => {
    const [first, second] = [recipient('age-1.txt'), recipient('age-2.txt')];
    for (const [ids, keys] of [
      [[first], ['age-1.txt']],
      [
        [first, second],
        ['age-1.txt', 'age-2.txt'],
      ],
    ] as const) {
      const ring = await ringOf(...keys);
      const dataKey = random(32);
      const sealed = await sealDataKey(metadataFor(rule, rule.kind === 'encrypted_regex', ids), dataKey, {
        ring,
        randomBytes: random,
        now: '',
      });
      if (!sealed.ok) throw new Error(sealed.error.message);
      const branches = readPlain(bytesOf('all.yaml.plain'), 'yaml');
      const bytes = writeEncrypted(encryptTree({ branches, metadata: sealed.value }, dataKey, random), 'yaml');
      expect(decodeUtf8(bytes).includes('hunter')).toBe(rule.kind === 'encrypted_comment_regex');
      const opened = await openSops(bytes, ring, { format: 'yaml' });
      expect(opened.ok && decodeUtf8(writePlain(opened.value.branches, 'yaml'))).toBe(textOf('all.yaml.plain'));
    }
  });

  test.each([
    ['INI: the columns of keys are counted in bytes', 'ini', '[a]\nÜnï = 12\nb=3\n', '[a]\nÜnï = 12\nb     = 3\n'],
    ['YAML: a comment behind a value stands above it afterwards', 'yaml', 'a: 1\nb: 2 # behind\n', 'a: 1\n# behind\nb: 2\n'],
  ] as const)('as sops prints it again: %s', async (_name, format, plain, expected) => {
    const ring = await ringOf('age-1.txt');
    const [dataKey, how] = [random(32), { ring, randomBytes: random, now: '' }];
    const sealed = await sealDataKey(metadataFor(defaultRule, false, [recipient('age-1.txt')]), dataKey, how);
    if (!sealed.ok) throw new Error(sealed.error.message);
    const branches = readPlain(encodeUtf8(plain), format);
    const bytes = writeEncrypted(encryptTree({ branches, metadata: sealed.value }, dataKey, random), format);
    const opened = await openSops(bytes, ring, { format });
    expect(opened.ok && decodeUtf8(writePlain(opened.value.branches, format))).toBe(expected);
  });

  test('an unknown recipient is named', async () => {
    const sealed = await sealDataKey(metadataFor(defaultRule, false, ['age1nobody']), random(32), {
      ring: await ringOf(),
      randomBytes: random,
      now: '',
    });
    expect(!sealed.ok && sealed.error.message).toContain('unknown age recipient "age1nobody"');
  });

  test('shares of a secret: any three of five, never two', () => {
    const secret = random(32);
    const shares = splitSecret(secret, { parts: 5, threshold: 3, randomBytes: random });
    const pick = (...indices: number[]): Uint8Array => combineShares(indices.flatMap((i) => shares[i] ?? []));
    expect([pick(0, 1, 2), pick(4, 2, 0), pick(1, 3, 4)]).toEqual([secret, secret, secret]);
    expect(pick(0, 1)).not.toEqual(secret);
  });

  test('.sops.yaml: the first rule that matches', () => {
    const config = readConfig(
      'creation_rules:\n  - {path_regex: prod/, age: "age1a, age1b"}\n  - {key_groups: [{pgp: [AB]}, {age: [age1c]}], shamir_threshold: 2}\n',
    );
    const ids = (path: string): unknown => config.ruleFor(path)?.groups.map((group) => group.map(({ id }) => id));
    expect([ids('prod/a.yaml'), ids('x.yaml')]).toEqual([[['age1a', 'age1b']], [['AB'], ['age1c']]]);
    const cloud = attempt(() => readConfig('creation_rules: [{kms: arn}]').ruleFor('x'));
    expect(!cloud.ok && cloud.error).toMatchObject({ code: 'Unsupported' });
  });
});

function objectOf(text: string): JsonObject {
  const object = decodeManifests(text).value[0]?.object;
  if (object === undefined || !isObject(object)) throw new Error('no object');
  return object;
}

const decoded = (values: ReadonlyMap<string, Uint8Array>): unknown =>
  Object.fromEntries([...values].map(([key, bytes]) => [key, decodeUtf8(bytes)]));
const clear = { a: 'wins', b: 'plain text' };

describe('sealed secrets', () => {
  test.each(['strict', 'namespace-wide', 'cluster-wide'] as const)('kubeseal, %s', async (scope) => {
    const object = objectOf(textOf(`${scope}.sealed`));
    const ring = await ringOf('sealing.key');
    const values = await openSealedValues(object, ring);
    expect(values.ok && decoded(values.value)).toEqual(clear);
    // Moved to another name or namespace, it opens only as far as its scope reaches.
    const metadata = isObject(object['metadata']) ? object['metadata'] : {};
    const renamed = await openSealedValues({ ...object, metadata: { ...metadata, name: 'other' } }, ring);
    const moved = await openSealedValues({ ...object, metadata: { ...metadata, namespace: 'other' } }, ring);
    expect([renamed.ok, moved.ok]).toEqual([scope !== 'strict', scope === 'cluster-wide']);
  });

  test('the Secret: its type, labels and the annotations that may travel', async () => {
    const secret = await unseal(objectOf(textOf('strict.sealed')), await ringOf('sealing.key'), async (make) => make((text) => text));
    expect(secret.ok && secret.value).toMatchObject({
      kind: 'Secret',
      type: 'Opaque',
      immutable: true,
      metadata: { name: 'db', namespace: 'shop', labels: { app: 'shop' }, annotations: { note: 'hi' } },
      data: { a: 'd2lucw==', b: 'cGxhaW4gdGV4dA==' },
    });
  });

  test('sealing again takes the scope from the object, never from its template (CVE-2026-22728)', () => {
    const object = objectOf(textOf('strict.sealed'));
    const spec = object['spec'] as JsonObject;
    const template = { metadata: { name: 'thief', namespace: 'evil', annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' } } };
    const again = resealed({ ...object, spec: { ...spec, template } }, [['a', 'x']]);
    expect(placeOf(again)).toEqual({ scope: 'strict', namespace: 'shop', name: 'db' });
    expect(JSON.stringify(again)).not.toMatch(/cluster-wide|thief|evil/);
  });

  test('another key, a truncated value: the message names the field', async () => {
    const object = objectOf(textOf('strict.sealed'));
    const none = await openSealedValues(object, await ringOf('age-1.txt'));
    expect(!none.ok && none.error.message).toContain('spec.encryptedData.a: no key could decrypt it');
    const broken = { ...object, spec: { encryptedData: { a: 'AgAB' } } };
    const cut = await openSealedValues(broken, await ringOf('sealing.key'));
    expect(!cut.ok && cut.error.message).toBe('spec.encryptedData.a: the sealed value is truncated');
  });

  test('what is sealed here opens, the deprecated form too', async () => {
    const place = { scope: 'strict', namespace: 'shop', name: 'db' } as const;
    const one = sealFor(createKeys(), textOf('sealing.crt'), { plain: encodeUtf8('x'), place });
    if (!one.ok) throw new Error(one.error.message);
    const sealed = sealedSecretOf({ secret: {}, ...place, encrypted: [['k', one.value]] });
    const ring = await ringOf('sealing.key');
    const values = await openSealedValues(sealed as unknown as JsonObject, ring);
    expect(values.ok && decoded(values.value)).toEqual({ k: 'x' });
    const whole = sealFor(createKeys(), textOf('sealing.crt'), { plain: encodeUtf8('{"data":{"k":"eA=="}}'), place });
    const old = { ...(sealed as unknown as JsonObject), spec: { data: whole.ok ? whole.value : '' } };
    const oldValues = await openSealedValues(old, ring);
    expect(oldValues.ok && decoded(oldValues.value)).toEqual({ k: 'x' });
  });
});

describe('advisories of the tools', () => {
  test.each(['AGE-PLUGIN-../../BIN/SH-1QQQQ', 'AGE-PLUGIN-YUBIKEY-1QQQQ'])(
    'an identity never names a program to start: %s (GHSA-32gq-x56h-299c)',
    async (identity) => {
      const ring = await createKeys().read([{ name: 'keys.txt', bytes: encodeUtf8(`${identity}\n`) }]);
      expect(!ring.ok && ring.error.message).toMatch(/^keys\.txt: line 1 is /);
    },
  );

  test('a passphrase beside other recipients is refused, and no passphrase is ever asked for', async () => {
    const ring = await ringOf('age-1.txt');
    const text = [
      'age-encryption.org/v1',
      '-> scrypt c2FsdHNhbHRzYWx0c2E 18',
      'A'.repeat(43),
      '-> X25519 abc',
      'A'.repeat(43),
      `--- ${'A'.repeat(43)}`,
      '',
    ];
    const mixed = await ring.open('age', encodeUtf8(text.join('\n')));
    expect(!mixed.ok && mixed.error.message).toContain('mixes a passphrase with other recipients');
  });

  test('annotations that repeat a Secret in clear do not travel into what is sealed', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{"data":"hunter2"}',
      'kubecfg.ksonnet.io/last-applied-configuration': 'hunter2',
      keep: 'me',
    };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace: 'shop', annotations } };
    const sealed = sealedSecretOf({ secret, scope: 'strict', namespace: 'shop', name: 'db', encrypted: [['k', 'x']] });
    expect(JSON.stringify(sealed)).not.toMatch(/hunter2|last-applied/);
    expect(JSON.stringify(sealed)).toContain('"keep":"me"');
  });
});

describe('git-secret', () => {
  const entry = readMapping(textOf('git-secret/.gitsecret/paths/mapping.cfg'))[0];
  test('a file is revealed and its hash checked', async () => {
    const bytes = bytesOf('git-secret/s.yaml.secret');
    const content = await reveal(bytes, await ringOf('pgp.asc'), entry);
    expect([entry?.path, content.ok && decodeUtf8(content.value)]).toEqual(['s.yaml', 'token: s3cr3t\n']);
    const wrong = await reveal(bytes, await ringOf('pgp.asc'), { path: 's.yaml', sha256: '0'.repeat(64) });
    expect(!wrong.ok && wrong.error.message).toContain('s.yaml.secret');
    const none = await reveal(bytes, await ringOf('age-1.txt'), entry);
    expect(!none.ok && none.error.code).toBe('NoKey');
  });

  test.each(['../../etc/passwd', '/etc/passwd', 'a/../../b', '.git/config', 'a\\..\\b', 'C:/x'])('a mapping may not name %s', (path) => {
    const read = attempt(() => readMapping(`ok.txt\n${path}:${'a'.repeat(64)}\n`));
    expect(!read.ok && read.error.message).toContain('mapping.cfg:2: the path leaves the repository');
  });
});
