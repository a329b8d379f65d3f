/** Encrypted files and keys: whatever they hold, the answer is a failure with words, and never a value in clear that nobody encrypted. */
import { decryptAge, encryptAge, newAgeKey, readIdentities } from '../../../../src/adapters/decrypt/age/index.ts';
import { KeyFailure } from '../../../../src/adapters/decrypt/failure.ts';
import { readSealingKey, sealingKeyLabel } from '../../../../src/adapters/decrypt/index.ts';
import { isObject, type KubeObject } from '../../../../src/core/object/index.ts';
import { fromSecret } from '../../../../src/core/release/store/index.ts';
import { SecretsFailure } from '../../../../src/core/secrets/index.ts';
import { openSealed, parseSealed, sealValue } from '../../../../src/core/secrets/sealed/blob/index.ts';
import { placeOf, sealedValues, unsealedSecret } from '../../../../src/core/secrets/sealed/index.ts';
import { readConfig } from '../../../../src/core/secrets/sops/config/index.ts';
import {
  decryptTree,
  encryptTree,
  formatOf,
  readEncrypted,
  readPlain,
  type SopsFormat,
  writeEncrypted,
  writePlain,
} from '../../../../src/core/secrets/sops/index.ts';
import { readMapping } from '../../../../src/core/secrets/git-secret/index.ts';
import { decode, goYamlV3 } from '../../../../src/core/yaml/index.ts';
import { answered, promised, type Target } from '../target.ts';

const dataKey = new Uint8Array(32).fill(7);
const zeros = (length: number): Uint8Array => new Uint8Array(length);

function encrypted(plain: string, format: SopsFormat): string {
  const metadata = {
    groups: [
      [
        {
          kind: 'age',
          id: 'age1abc',
          encrypted: '-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n',
          createdAt: '',
          rest: [],
        },
      ],
    ],
    shamirThreshold: 0,
    rule: { kind: 'unencrypted_suffix', value: '_unencrypted' },
    macOnlyEncrypted: false,
    lastModified: '2026-01-01T00:00:00Z',
    mac: '',
    version: '3.9.0',
  } as const;
  const file = encryptTree({ branches: readPlain(Buffer.from(plain), format), metadata }, dataKey, zeros);
  return Buffer.from(writeEncrypted(file, format)).toString('utf8');
}

const formats: readonly (readonly [SopsFormat, string])[] = [
  ['yaml', 'a: secret\nlist: [1, 2.5, true, null]\nmap: {b_unencrypted: clear} # why\n---\nc: d\n'],
  ['json', '{"a": "secret", "list": [1, {"b": "c"}]}'],
  ['dotenv', '# c\nA=secret\nB="x y"\n'],
  ['ini', '[section]\n; c\na = secret\n'],
  ['binary', 'bytes'],
];

const sopsWords = [
  'ENC[AES256_GCM,data:',
  ',iv:',
  ',tag:',
  ',type:str]',
  ',type:comment]',
  ',type:float]',
  'sops:',
  'mac: ',
  'lastmodified: ',
  'age:',
  'key_groups:',
  'shamir_threshold: 3',
  'unencrypted_suffix: ',
  'encrypted_regex: "("',
  '==',
  '[',
  '=',
  '\n\n',
];

const readSops = (format: SopsFormat, bytes: Buffer): void =>
  answered(() => {
    const file = readEncrypted(bytes, format);
    writePlain(decryptTree(file, dataKey), format);
  }, SecretsFailure);

const ageKey = newAgeKey();
const [identity] = readIdentities(ageKey.identity);
const ageFile = Buffer.from(encryptAge([ageKey.recipient], Buffer.from('a text of some length '.repeat(5)))).toString('utf8');

const sealed = sealValue(Buffer.from('secret'), dataKey, Buffer.alloc(256, 3));
const sealedSecret = (data: string): string =>
  JSON.stringify({
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name: 'a', namespace: 'n', annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' } },
    spec: {
      encryptedData: { password: data },
      template: { metadata: { labels: { a: 'b' } }, type: 'Opaque', data: { x: '{{ .password }}' } },
    },
  });

const objectIn = (bytes: Buffer): KubeObject | undefined => {
  const read = decode(bytes.toString('utf8'), { variant: goYamlV3 });
  if (!read.ok || !isObject(read.value)) return undefined;
  const { metadata } = read.value;
  // The API server has seen to the name.
  const named = metadata !== undefined && isObject(metadata) && typeof metadata.name === 'string';
  return named ? (read.value as unknown as KubeObject) : undefined;
};

const release = Buffer.from(
  '{"name":"r","version":1,"info":{"status":"deployed"},"chart":{"metadata":{"name":"c"}},"manifest":"a: b\\n"}',
).toString('base64');

export const secrets: readonly Target[] = [
  ...formats.map(([format, plain]): Target => ({
    name: `sops ${format}`,
    seeds: [encrypted(plain, format), plain],
    words: sopsWords,
    read: (bytes) => readSops(format, bytes),
  })),
  {
    name: 'sops config',
    seeds: [
      'creation_rules:\n- path_regex: \\.enc\\.yaml$\n  age: age1a,age1b\n  key_groups: [{pgp: [AB], age: [age1c]}]\n  shamir_threshold: 2\nstores: {yaml: {indent: 2}}\n',
    ],
    words: ['path_regex: "("', 'encrypted_regex: ', 'kms: ', 'hc_vault_transit_uri: ', '[', '{', '- ', 'shamir_threshold: -1'],
    read: (bytes) =>
      answered(() => promised(readConfig(bytes.toString('utf8')) !== undefined && formatOf('a') === 'binary', 'read'), SecretsFailure),
  },
  {
    name: 'age',
    seeds: [ageFile],
    words: ['-> X25519 ', '---', 'age-encryption.org/v1\n', '-----BEGIN AGE ENCRYPTED FILE-----\n', '\n', '-> scrypt 1 99\n', '=='],
    read: (bytes) => {
      answered(() => decryptAge(identity === undefined ? [] : [identity], bytes), KeyFailure);
      answered(() => readIdentities(bytes.toString('utf8')), KeyFailure);
    },
  },
  {
    name: 'sealed secrets',
    seeds: [sealedSecret(sealed), sealedSecret(`${sealed.slice(0, 60)}=`)],
    words: [
      '"encryptedData":{',
      '"template":',
      '"data":"',
      'null',
      '[]',
      '{}',
      '"immutable":"x"',
      'AQ==',
      '"namespace":7',
      '"annotations":[]',
    ],
    read: (bytes) => {
      const object = objectIn(bytes);
      if (object === undefined) return;
      answered(() => {
        placeOf(object);
        const { values, whole } = sealedValues(object);
        const opened = values.map(([key, text]): [string, Uint8Array] => [key, openSealed(parseSealed(text, key), dataKey, key)]);
        if (whole !== undefined) openSealed(parseSealed(whole, 'data'), dataKey, 'data');
        unsealedSecret(object, new Map(opened), (text) => text);
      }, SecretsFailure);
    },
  },
  {
    name: 'keys in Secrets',
    seeds: [
      JSON.stringify({
        metadata: { name: 'k', labels: { [sealingKeyLabel]: 'active' } },
        data: { 'tls.crt': 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUI=', 'tls.key': 'LS0t' },
      }),
      JSON.stringify({
        metadata: { name: 'sh.helm.release.v1.r.v1', labels: { owner: 'helm' } },
        data: { release: Buffer.from(release).toString('base64') },
      }),
    ],
    words: ['"data":', 'null', '"metadata":{}', '"labels":[]', 'H4sIAAAAAAAA', '"release":"', '"tls.key":7'],
    read: (bytes) => {
      const object = objectIn(bytes);
      if (object === undefined) return;
      readSealingKey(object);
      fromSecret(object);
    },
  },
  {
    name: 'releases',
    seeds: [
      Buffer.from(release, 'base64').toString('utf8'),
      '{"name":"r","version":2,"hooks":[{"name":"h","events":["pre-install"],"weight":1}],"config":{"a":[1]},"chart":null}',
    ],
    words: [
      '"info":',
      '"chart":',
      '"hooks":',
      'null',
      '[]',
      '{}',
      '"version":"x"',
      '"events":[7]',
      '"last_run":{"phase":"x"}',
      '"status":"?"',
    ],
    read: (bytes) => {
      const inner = bytes.toString('base64');
      fromSecret({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's' },
        data: { release: Buffer.from(inner).toString('base64') },
      } as KubeObject);
    },
  },
  {
    name: 'git-secret',
    seeds: [`a/b.txt:${'0f'.repeat(32)}\nc:\n`],
    words: ['../', '/', '.git/', ':', '\\', '\r\n', 'C:\\', './', '\n'],
    read: (bytes) =>
      answered(() => {
        const inside = readMapping(bytes.toString('utf8')).every(({ path }) => !path.startsWith('/') && !path.split('/').includes('..'));
        promised(inside, 'paths stay inside');
      }, SecretsFailure),
  },
];
