/** Stories of secrets in Git: what cannot be opened, or should not stand there, names its file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/core/object/index.ts';
import type { World } from '../../../src/testing/world/index.ts';
import type { Step, Story } from './story.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../../conformance/secrets', name), 'utf8');
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

const put = (w: World, name: string, data: Readonly<Record<string, string>>, namespace = 'shop'): Promise<unknown> =>
  w.put({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, encode(text)])),
  });

const ageKey =
  (file: string): Step =>
  (w) =>
    put(w, 'age-key', { 'identity.agekey': fixture(file) });

const platform = (w: World, secrets: JsonObject): Promise<unknown> =>
  w.put({ apiVersion: 'lockstep.dev/v1', kind: 'Platform', metadata: { name: 'default' }, spec: { secrets } });

const decrypt = { keys: [{ secretRef: { name: 'age-key' } }] };
const encrypted = { 'web/db.yaml': fixture('secret.yaml.enc') };
/** Nobody listens there. */
const noVault = 'http://127.0.0.1:1';

/** The same file as if a Vault had its key. */
const inVault = fixture('secret.yaml.enc').replace(
  / {4}age:\n[^]*? {4}lastmodified/,
  `    hc_vault:\n        - vault_address: ${noVault}\n          engine_path: transit\n          key_name: team\n          created_at: "2026-11-21T11:14:06Z"\n          enc: vault:v1:AAAA\n    lastmodified`,
);

const sealed = { 'web/db.yaml': fixture('strict.sealed') };

const originalController: JsonObject = {
  replicas: 1,
  selector: { matchLabels: { name: 'sealed-secrets-controller' } },
  template: {
    metadata: { labels: { name: 'sealed-secrets-controller' } },
    spec: { containers: [{ name: 'c', image: 'sealed-secrets-controller' }] },
  },
};

export const secrets: Readonly<Record<string, Story>> = {
  DecryptFailed: { files: encrypted, before: ageKey('age-2.txt'), spec: { decrypt }, says: /web\/db\.yaml.*age1maadank/ },
  StillEncrypted: { files: encrypted, says: /web\/db\.yaml.*is encrypted with SOPS for age age1maadank/ },
  DecryptKeyNotFound: { files: encrypted, spec: { decrypt }, says: /spec\.decrypt\.keys\[0\]\.secretRef: there is no Secret age-key/ },
  DecryptKeyInvalid: {
    files: encrypted,
    before: (w) => put(w, 'age-key', { colour: 'blue' }),
    spec: { decrypt },
    says: /the Secret age-key holds no key/,
  },
  DecryptKeyUnavailable: {
    files: { 'web/db.yaml': inVault },
    before: async (w) => {
      await put(w, 'vault', { 'sops.vault-address': noVault, 'sops.vault-token': 'hvs.x' });
      await w.put({ apiVersion: 'lockstep.dev/v1', kind: 'Platform', metadata: { name: 'default' }, spec: { allowedRemotes: [noVault] } });
    },
    spec: { decrypt: { keys: [{ secretRef: { name: 'vault' } }] } },
    after: async (w) => {
      // The refusal of the connection takes real time.
      for (let turn = 0; turn < 100 && (await w.appStatus()).waitingFor === undefined; turn += 1) await w.settle(250);
    },
    says: /web\/db\.yaml: .*the Vault cannot be asked/,
  },
  DecryptKeyRefused: {
    files: encrypted,
    before: async (w) => {
      await put(w, 'org-age', { 'identity.agekey': fixture('age-1.txt') }, 'lockstep-system');
      await platform(w, { keys: [{ name: 'org', secretRef: { name: 'org-age' }, allow: [{ namespace: 'other' }] }] });
    },
    spec: { decrypt: { keys: [{ platformKey: 'org' }] } },
    says: /App shop\/web may not use a key of the platform called org/,
  },
  UnsealFailed: { files: sealed, says: /web\/db\.yaml.*no key could decrypt it/ },
  SealedSecretsContested: {
    files: sealed,
    before: (w) =>
      w.put({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'sealed-secrets-controller', namespace: 'kube-system', labels: { name: 'sealed-secrets-controller' } },
        spec: originalController,
      }),
    says: /Deployment kube-system\/sealed-secrets-controller/,
  },
  PlainSecretInGit: {
    files: { 'web/db.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: correct-horse-battery}\n' },
    before: (w) => platform(w, { plainSecrets: 'refuse' }),
    says: /web\/db\.yaml:1: Secret\/shop\/db: its values stand in clear in Git/,
  },
  KeyNotBackedUp: {
    before: async (w) => {
      await platform(w, {});
      await w.controllers.sealedSecrets({ method: 'GET', path: '/v1/cert.pem', query: {}, headers: {}, body: new Uint8Array() });
    },
    says: /KeyNotBackedUp/,
    shows: { beside: 'Platform/default' },
  },
};
