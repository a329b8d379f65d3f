/** Sealed Secrets without their controller: keys of the platform, unsealed in the flow of Apps, status and Secrets as the original leaves them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeys, newSealingKey, sealFor, sealingKeySecret } from '../../src/adapters/decrypt/index.ts';
import type { Json, JsonObject, KubeObject } from '../../src/core/object/index.ts';
import type { SealScope } from '../../src/core/secrets/sealed/index.ts';
import { encode as encodeYaml, sigsYaml } from '../../src/core/yaml/index.ts';
import type { KubeClient } from '../../src/ports/index.ts';
import { discreetClient } from '../../src/controllers/app/discreet-client.ts';
import { formatPreviewError, previewApp } from '../../src/controllers/index.ts';
import { repositoryUrl, type World, world } from '../../src/testing/world/index.ts';
import { decodeUtf8, encodeUtf8, err } from '../../src/std/index.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../conformance/secrets', name), 'utf8');
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const decode = (value: Json | undefined): string => Buffer.from(String(value), 'base64').toString('utf8');

let w: World;
beforeEach(async () => {
  w = await world({ namespaces: ['shop'] });
  await w.source();
});
afterEach(() => w.close());

const keyLabel = 'sealedsecrets.bitnami.com/sealed-secrets-key';

const platformKey = (namespace = 'lockstep-system'): Promise<KubeObject> =>
  w.put({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: 'sealed-secrets-key1', namespace, labels: { [keyLabel]: 'active' } },
    data: { 'tls.key': encode(fixture('sealing.key')), 'tls.crt': encode(fixture('sealing.crt')) },
  });

const platform = (secrets: JsonObject): Promise<unknown> =>
  w.put({ apiVersion: 'lockstep.dev/v1', kind: 'Platform', metadata: { name: 'default' }, spec: { secrets } });

interface Sealed {
  readonly name?: string;
  readonly scope?: SealScope;
  readonly values?: Readonly<Record<string, string>>;
  readonly template?: JsonObject;
  readonly certificate?: string;
}

/** A SealedSecret in namespace `shop`, sealed for the fixture's key. */
function sealed({
  name = 'db',
  scope = 'strict',
  values = { password: 'correct-horse' },
  template = {},
  certificate,
}: Sealed = {}): JsonObject {
  const encryptedData = Object.entries(values).map(([key, value]): [string, string] => {
    const place = { scope, namespace: 'shop', name };
    const text = sealFor(createKeys(), certificate ?? fixture('sealing.crt'), { plain: encodeUtf8(value), place });
    return [key, text.ok ? text.value : ''];
  });
  const annotations: JsonObject = scope === 'strict' ? {} : { annotations: { [`sealedsecrets.bitnami.com/${scope}`]: 'true' } };
  return {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name, namespace: 'shop', ...annotations },
    spec: { encryptedData: Object.fromEntries(encryptedData), template },
  };
}

const yaml = (object: JsonObject): string => encodeYaml(object, { variant: sigsYaml });

async function deliver(...objects: readonly JsonObject[]): Promise<void> {
  await w.commit({ 'apps/all.yaml': objects.map(yaml).join('---\n') });
  await w.app({ path: 'apps' });
  await w.settle();
}

const synced = async (name = 'db'): Promise<JsonObject> => {
  const status = (await w.get(`SealedSecret/shop/${name}`))['status'] as { readonly conditions?: readonly JsonObject[] } | undefined;
  return { generation: (status as JsonObject | undefined)?.['observedGeneration'] ?? 0, ...status?.conditions?.[0] };
};

describe('in the flow of an App', () => {
  test('the platform’s key opens it, the SealedSecret stays, says so, and controls the Secret', async () => {
    await platformKey();
    await deliver(sealed());
    expect(await w.condition('Ready')).toContain('Ready=True');
    const secret = await w.get('Secret/shop/db');
    const owner = await w.get('SealedSecret/shop/db');
    expect(decode((secret['data'] as JsonObject)['password'])).toBe('correct-horse');
    expect(secret.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'bitnami.com/v1alpha1',
        kind: 'SealedSecret',
        name: 'db',
        uid: owner.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(await synced()).toMatchObject({ generation: 1, type: 'Synced', status: 'True', message: '' });
    const events = (await w.list('Event', 'shop')).filter(({ source }) => (source as JsonObject)['component'] === 'sealed-secrets');
    expect(events.map(({ reason, message }) => [reason, message])).toEqual([['Unsealed', 'SealedSecret unsealed successfully']]);
    const { renders } = w.controllers;
    const { resourceVersion } = secret.metadata;
    await w.settle(60_000);
    expect([w.controllers.renders, (await w.get('Secret/shop/db')).metadata.resourceVersion]).toEqual([renders, resourceVersion]);
  });

  test('a key that comes later is used at once; the error named the file and the keys', async () => {
    await deliver(sealed());
    const condition = await w.condition('Ready');
    expect(condition).toContain('apps/all.yaml');
    expect(condition).toContain('no key could decrypt it (tried none)');
    expect(await w.find('SealedSecret/shop/db')).toBeUndefined();
    await platformKey();
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('texts of the template see the values, with sprig; a Secret that is deleted comes back', async () => {
    await platformKey();
    const data = { cfg: 'url=http://{{ .user | upper }}:{{ .password | b64enc }}@db{{ .missing }}' };
    await deliver(sealed({ values: { user: 'joe', password: 'correct-horse' }, template: { type: 'Opaque', immutable: true, data } }));
    const secret = await w.get('Secret/shop/db');
    expect(decode((secret['data'] as JsonObject)['cfg'])).toBe(`url=http://JOE:${encode('correct-horse')}@db<no value>`);
    expect([secret['type'], secret['immutable']]).toEqual(['Opaque', true]);
    await w.remove('Secret/shop/db');
    await w.settle();
    expect(decode(((await w.get('Secret/shop/db'))['data'] as JsonObject)['user'])).toBe('joe');
  });

  test('a template that fails tells where, not what', async () => {
    await platformKey();
    await deliver(sealed({ template: { data: { cfg: '{{ fail .password }}' } } }));
    const condition = await w.condition('Ready');
    expect(condition).toContain('at <fail .password> fails');
    expect(condition).not.toContain('correct-horse');
  });

  test('skip-set-owner-references leaves the Secret without an owner', async () => {
    await platformKey();
    await deliver(sealed({ template: { metadata: { annotations: { 'sealedsecrets.bitnami.com/skip-set-owner-references': 'true' } } } }));
    expect((await w.get('Secret/shop/db')).metadata.ownerReferences).toBeUndefined();
  });
});

describe('a plan made by hand', () => {
  const planned = async (kube = w.admin): Promise<string> => {
    const mirror = await w.git.open({ url: repositoryUrl });
    if (!mirror.ok) throw new Error(mirror.error.message);
    const revision = await mirror.value.fetch({});
    if (!revision.ok) throw new Error(revision.error.message);
    const settings = {
      namespace: 'lockstep-system',
      installation: 'test',
      maskKey: new Uint8Array(32),
      revision: revision.value,
      ignore: '',
    };
    const plan = await previewApp(await w.get('App/shop/web'), { kube, clock: w.clock, mirror: mirror.value }, settings);
    return plan.ok
      ? plan.value.items.map(({ operation, ref }) => `${operation} ${ref.kind}/${ref.name}`).join(', ')
      : formatPreviewError(plan.error);
  };

  test('opens them with the keys of the platform', async () => {
    await platformKey();
    await deliver(sealed());
    expect(await planned()).toBe('keep SealedSecret/db, keep Secret/db');
  });

  test('says so when those may not be read, and takes nothing away', async () => {
    await platformKey();
    await deliver(sealed());
    const forbidden = { code: 403, reason: 'Forbidden', message: 'secrets is forbidden' };
    const list: KubeClient['list'] = (resource, options) =>
      resource.kind === 'Secret' ? Promise.resolve(err(forbidden)) : w.admin.list(resource, options);
    expect(await planned({ ...discreetClient(w.admin, () => []), list })).toContain(
      'the sealing keys cannot be read: secrets is forbidden',
    );
  });
});

describe('a Secret that was there before', () => {
  const existing = (annotations: Record<string, string>): Promise<unknown> =>
    w.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', namespace: 'shop', annotations },
      data: { other: encode('stays?') },
    });

  test('is left alone without a word from its owner', async () => {
    await platformKey();
    await existing({});
    await deliver(sealed());
    expect(await w.condition('Ready')).toContain('Resource "db" already exists and is not managed by SealedSecret');
    expect((await w.get('Secret/shop/db'))['data']).toEqual({ other: encode('stays?') });
  });

  test('managed: it is replaced', async () => {
    await platformKey();
    await existing({ 'sealedsecrets.bitnami.com/managed': 'true' });
    await deliver(sealed());
    expect(await w.condition('Ready')).toContain('Ready=True');
    const secret = await w.get('Secret/shop/db');
    expect([secret['data'], secret.metadata.ownerReferences?.[0]?.kind]).toEqual([{ password: encode('correct-horse') }, 'SealedSecret']);
  });

  test('patch: values are added, owners stay, and it outlives the SealedSecret', async () => {
    await platformKey();
    await existing({ 'sealedsecrets.bitnami.com/patch': 'true' });
    await deliver(sealed(), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' } });
    const secret = await w.get('Secret/shop/db');
    expect([secret['data'], secret.metadata.ownerReferences]).toEqual([
      { other: encode('stays?'), password: encode('correct-horse') },
      undefined,
    ]);
    await deliver({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' } });
    expect(await w.find('Secret/shop/db')).toBeDefined();
  });
});

describe('a SealedSecret that no App delivers', () => {
  test('is unsealed as the original does, also when the Secret is deleted', async () => {
    await platformKey();
    await w.put(sealed({ scope: 'namespace-wide' }) as KubeObject);
    await w.settle();
    expect(await synced()).toMatchObject({ generation: 1, status: 'True', message: '' });
    expect((await w.get('Secret/shop/db')).metadata.ownerReferences?.[0]).toMatchObject({ kind: 'SealedSecret', controller: true });
    await w.remove('Secret/shop/db');
    await w.settle();
    expect(decode(((await w.get('Secret/shop/db'))['data'] as JsonObject)['password'])).toBe('correct-horse');
  });

  test('one that was renamed cannot be opened, and says so', async () => {
    await platformKey();
    const stolen = { ...sealed(), metadata: { name: 'stolen', namespace: 'shop' } } as unknown as KubeObject;
    await w.put(stolen);
    await w.settle();
    expect(await synced('stolen')).toMatchObject({
      status: 'False',
      message: expect.stringContaining('no key could decrypt it') as string,
    });
    expect(await w.find('Secret/shop/stolen')).toBeUndefined();
  });
});

describe('the original controller in the same cluster', () => {
  const original = (): Promise<unknown> =>
    w.put({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'sealed-secrets-controller', namespace: 'kube-system', labels: { name: 'sealed-secrets-controller' } },
      spec: {
        replicas: 1,
        selector: { matchLabels: { name: 'sealed-secrets-controller' } },
        template: {
          metadata: { labels: { name: 'sealed-secrets-controller' } },
          spec: { containers: [{ name: 'c', image: 'sealed-secrets-controller' }] },
        },
      },
    });

  test('is never fought with: refused, until the platform says who unseals; taken over with its keys', async () => {
    await platformKey('kube-system');
    await original();
    await w.settle();
    await deliver(sealed());
    expect(await w.condition('Ready')).toContain('Deployment kube-system/sealed-secrets-controller');
    expect(await w.find('Secret/shop/db')).toBeUndefined();
    await platform({ sealedSecrets: 'takeOver' });
    await w.settle(30_000);
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect(((await w.get('Deployment/kube-system/sealed-secrets-controller'))['spec'] as JsonObject)['replicas']).toBe(0);
    expect(await w.find('Secret/lockstep-system/sealed-secrets-key1')).toBeDefined();
  });

  test('leave: SealedSecrets are delivered, and nothing is unsealed here', async () => {
    await platformKey();
    await original();
    await platform({ sealedSecrets: 'leave' });
    await deliver(sealed());
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect([await w.find('SealedSecret/shop/db'), await w.find('Secret/shop/db')]).toEqual([expect.anything(), undefined]);
  });

  test('a Secret that it had made becomes that of the App, with the same SealedSecret', async () => {
    await platformKey();
    const live = await w.put(sealed() as KubeObject);
    const owner = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', name: 'db', uid: live.metadata.uid ?? '', controller: true };
    await w.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', namespace: 'shop', ownerReferences: [owner] },
      data: { password: encode('old'), gone: encode('gone') },
    });
    await deliver(sealed());
    expect(await w.condition('Ready')).toContain('Ready=True');
    expect((await w.get('Secret/shop/db'))['data']).toEqual({ password: encode('correct-horse') });
  });
});

describe('keys', () => {
  const ask = async (method: string, path: string, body = ''): Promise<{ readonly status: number; readonly text: string }> => {
    const answer = await w.controllers.sealedSecrets({ method, path, query: {}, headers: {}, body: encodeUtf8(body) });
    return { status: answer.status, text: answer.body instanceof Uint8Array ? decodeUtf8(answer.body) : '' };
  };
  const keys = async (): Promise<readonly KubeObject[]> =>
    (await w.list('Secret', 'lockstep-system')).filter(({ metadata }) => metadata.labels?.[keyLabel] === 'active');

  test('the first one is made when somebody asks; a warning says that nobody has a copy; another comes when it is old', async () => {
    expect(await keys()).toEqual([]);
    const first = await ask('GET', '/v1/cert.pem');
    expect(first.text).toContain('BEGIN CERTIFICATE');
    await w.settle();
    expect(w.events().some(({ type }) => type === 'KeyNotBackedUp')).toBe(true);
    await deliver(sealed({ certificate: first.text }));
    expect(await w.condition('Ready')).toContain('Ready=True');
    await platform({ renewSealingKey: '2h' });
    await w.clock.advance(3 * 3_600_000);
    for (let turn = 0; turn < 1000 && (await keys()).length < 2; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await w.clock.settle();
    }
    const second = await ask('GET', '/v1/cert.pem');
    expect([(await keys()).length, second.text === first.text]).toEqual([2, false]);
    await w.settle();
    expect(await w.condition('Ready')).toContain('Ready=True');
  });

  test('the Platform says that a key has no copy, until it was exported; another key says so again', async () => {
    await platform({});
    await w.settle();
    const told = async (): Promise<readonly string[]> => {
      const status = (await w.get('Platform//default'))['status'] as { readonly conditions?: readonly JsonObject[] } | undefined;
      return (status?.conditions ?? []).flatMap(({ type, status: holds, reason, message }) =>
        type === 'KeysBackedUp' ? [`${String(holds)} ${String(reason)} ${String(message ?? '')}`] : [],
      );
    };
    expect(await told()).toEqual([]);
    await platformKey();
    await w.settle();
    expect(await told()).toEqual([
      expect.stringMatching(
        /^False KeyNotBackedUp sealing key lockstep-system\/sealed-secrets-key1 was never exported.*lockstep secrets sealing-keys export --output FILE/,
      ),
    ]);
    expect(w.events().filter(({ type }) => type === 'KeyNotBackedUp')).toHaveLength(1);
    // What `sealing-keys export` leaves behind.
    await w.edit('Secret/lockstep-system/sealed-secrets-key1', {
      metadata: { annotations: { 'lockstep.dev/backed-up': '2026-01-02T03:04:05Z' } },
    });
    await w.settle();
    expect(await told()).toEqual([expect.stringMatching(/^True Succeeded/)]);
    const other = await newSealingKey(w.clock.now(), { bits: 2048 });
    const made = sealingKeySecret(other, 'lockstep-system');
    await w.put({ ...made, metadata: { name: 'key2', namespace: 'lockstep-system', labels: made.metadata.labels ?? {} } });
    await w.settle();
    expect(await told()).toEqual([expect.stringMatching(/^False KeyNotBackedUp sealing key lockstep-system\/key2 was never exported/)]);
    expect(w.events().filter(({ type }) => type === 'KeyNotBackedUp')).toHaveLength(2);
  });

  test('gives no certificate where another unseals: what is sealed for it could not be opened', async () => {
    await platformKey();
    await platform({ sealedSecrets: 'leave' });
    await w.settle();
    const answer = await ask('GET', '/v1/cert.pem');
    expect([answer.status, answer.text]).toEqual([503, 'Lockstep leaves unsealing to the original controller of Sealed Secrets\n']);
    expect((await ask('POST', '/v1/verify', JSON.stringify(sealed()))).status).toBe(503);
    expect((await ask('GET', '/healthz')).status).toBe(200);
  });

  test('verify says yes or no and nothing else; rotate keeps the scope of the object, whatever its template claims', async () => {
    await platformKey();
    await w.settle();
    const good = JSON.stringify(sealed());
    expect(await ask('POST', '/v1/verify', good)).toEqual({ status: 200, text: '' });
    expect(await ask('POST', '/v1/verify', good.replace('"db"', '"stolen"'))).toEqual({ status: 409, text: '' });
    await w.clock.advance(5000);
    const annotations = { 'sealedsecrets.bitnami.com/cluster-wide': 'true' };
    const widened = { ...sealed({ template: { metadata: { name: 'stolen', namespace: 'elsewhere', annotations } } }) };
    const rotated = await ask('POST', '/v1/rotate', JSON.stringify(widened));
    const { metadata, spec } = JSON.parse(rotated.text) as { metadata: JsonObject; spec: { template: { metadata: JsonObject } } };
    expect([metadata, spec.template.metadata]).toEqual([
      { name: 'db', namespace: 'shop' },
      { name: 'db', namespace: 'shop' },
    ]);
    expect(await ask('POST', '/v1/verify', rotated.text)).toEqual({ status: 200, text: '' });
  });

  test('no oracle: not too often, one object at a time, nothing in clear', async () => {
    await platformKey();
    await w.settle();
    const statuses: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) statuses.push((await ask('POST', '/v1/verify', 'no object')).status);
    expect(statuses).toEqual([500, 500, 429, 429]);
    await w.clock.advance(5000);
    const two = `${yaml(sealed())}---\n${yaml(sealed())}`;
    expect((await ask('POST', '/v1/verify', two)).status).toBe(500);
    expect(JSON.stringify(await ask('POST', '/v1/rotate', JSON.stringify(sealed())))).not.toContain('correct-horse');
  });
});
