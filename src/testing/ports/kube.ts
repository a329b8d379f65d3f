/** What every way to a Kubernetes API keeps: in process, over HTTP to the embedded cluster, or to a real server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../core/object/index.ts';
import type { ApiResource, KubeClient, KubeError, WatchEvent } from '../../ports/index.ts';
import type { Result } from '../../std/index.ts';

export interface KubeUnderTest {
  readonly client: KubeClient;
  close(): Promise<void>;
}

const manager = 'lockstep-test';

function must<T>(result: Result<T, KubeError>): T {
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.reason}: ${result.error.message}`);
  return result.value;
}

const codeOf = (result: Result<unknown, KubeError>): string => (result.ok ? 'ok' : `${result.error.code} ${result.error.reason}`);

const core = (kind: string, resource: string, namespaced = true): ApiResource => ({
  group: '',
  version: 'v1',
  kind,
  resource,
  namespaced,
  verbs: [],
});

const configMaps = core('ConfigMap', 'configmaps');
const namespaces = core('Namespace', 'namespaces', false);

/** `open` gives a client with all rights; the suite works in a namespace of its own. */
export function kubeSuite(name: string, open: () => Promise<KubeUnderTest>): void {
  describe(`kube: ${name}`, () => {
    let under: KubeUnderTest;
    let client: KubeClient;
    const namespace = `suite-${process.pid}-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
    const configMap = (object: string, data: Record<string, string> = {}, labels: Record<string, string> = {}): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: object, namespace, ...(Object.keys(labels).length > 0 && { labels }) },
      data,
    });
    const apply = async (object: KubeObject, fieldManager = manager): Promise<KubeObject> =>
      must(await client.apply(configMaps, object, { fieldManager, force: false }));

    beforeAll(async () => {
      under = await open();
      client = under.client;
      must(await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));
    });
    afterAll(async () => {
      await client.delete(namespaces, '', namespace);
      await under.close();
    });

    test('discovery, OpenAPI, version', async () => {
      const { resources, failedGroups } = must(await client.discover());
      expect(resources.find((found) => found.group === 'apps' && found.kind === 'Deployment')).toMatchObject({
        version: 'v1',
        resource: 'deployments',
        namespaced: true,
        singular: 'deployment',
        shortNames: ['deploy'],
        categories: ['all'],
        verbs: expect.arrayContaining(['create', 'patch', 'watch']),
      });
      expect(resources.find((found) => found.kind === 'Namespace')).toMatchObject({ group: '', namespaced: false });
      expect(resources.filter((found) => found.resource.includes('/'))).toEqual([]);
      expect(failedGroups).toEqual([]);
      expect(must(await client.version())).toMatch(/^v\d+\./);
      expect(must(await client.openapi('apps', 'v1'))).toMatchObject({
        components: { schemas: { 'io.k8s.api.apps.v1.Deployment': expect.anything() } },
      });
      expect(codeOf(await client.openapi('none.example.org', 'v1'))).toBe('404 NotFound');
    });

    test('create, read, select, update optimistically, patch, delete', async () => {
      const created = must(await client.create(configMaps, configMap('a', { k: '1' }, { app: 'x' })));
      expect(created).toMatchObject({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        data: { k: '1' },
        metadata: { uid: expect.any(String), resourceVersion: expect.any(String) },
      });
      expect(codeOf(await client.create(configMaps, configMap('a')))).toBe('409 AlreadyExists');
      must(await client.create(configMaps, configMap('b', {}, { app: 'y' })));
      expect(must(await client.get(configMaps, namespace, 'a'))).toEqual(created);
      expect(codeOf(await client.get(configMaps, namespace, 'none'))).toBe('404 NotFound');
      const selected = must(await client.list(configMaps, { namespace, labelSelector: 'app in (x)' }));
      expect(selected.items.map((item) => [item.apiVersion, item.kind, item.metadata.name])).toEqual([['v1', 'ConfigMap', 'a']]);
      expect(must(await client.list(configMaps, { namespace, fieldSelector: 'metadata.name=b' })).items).toHaveLength(1);
      const updated = must(await client.update(configMaps, { ...created, data: { k: '2' } }));
      expect(updated.metadata.resourceVersion).not.toBe(created.metadata.resourceVersion);
      expect(codeOf(await client.update(configMaps, { ...created, data: { k: '3' } }))).toBe('409 Conflict');
      const target = { namespace, name: 'a' };
      expect(
        must(await client.patch(configMaps, target, { type: 'application/merge-patch+json', value: { data: { k: null, m: 'merge' } } })),
      ).toMatchObject({ data: { m: 'merge' } });
      expect(
        must(
          await client.patch(configMaps, target, {
            type: 'application/json-patch+json',
            value: [{ op: 'add', path: '/data/j', value: 'json' }],
          }),
        ),
      ).toMatchObject({ data: { m: 'merge', j: 'json' } });
      expect(
        must(
          await client.patch(configMaps, target, {
            type: 'application/strategic-merge-patch+json',
            value: { metadata: { labels: { s: 't' } } },
          }),
        ),
      ).toMatchObject({ metadata: { labels: { app: 'x', s: 't' } } });
      expect(codeOf(await client.delete(configMaps, namespace, 'a', { uid: 'another' }))).toBe('409 Conflict');
      expect(must(await client.delete(configMaps, namespace, 'a', { uid: created.metadata.uid ?? '' }))).toBeNull();
      expect(codeOf(await client.delete(configMaps, namespace, 'a'))).toBe('404 NotFound');
    });

    test('server-side apply: nothing changed is no write; conflicts name the manager and the field; force takes it', async () => {
      const first = await apply(configMap('applied', { k: '1' }));
      expect((await apply(configMap('applied', { k: '1' }))).metadata.resourceVersion).toBe(first.metadata.resourceVersion);
      const conflict = await client.apply(configMaps, configMap('applied', { k: '2' }), { fieldManager: 'other', force: false });
      expect(conflict).toMatchObject({
        ok: false,
        error: {
          code: 409,
          reason: 'Conflict',
          causes: [{ reason: 'FieldManagerConflict', message: expect.stringContaining(manager), field: '.data.k' }],
        },
      });
      const forced = must(await client.apply(configMaps, configMap('applied', { k: '2' }), { fieldManager: 'other', force: true }));
      expect(forced.metadata.managedFields?.map((entry) => entry['manager'])).toContain('other');
      expect(await apply(configMap('applied', {}))).toMatchObject({ data: { k: '2' } });
    });

    test('a dry run answers and stores nothing', async () => {
      expect(
        must(await client.apply(configMaps, configMap('dry', { k: '1' }), { fieldManager: manager, force: false, dryRun: true })),
      ).toMatchObject({ data: { k: '1' } });
      expect(codeOf(await client.get(configMaps, namespace, 'dry'))).toBe('404 NotFound');
    });

    test('what the server refuses comes with causes', async () => {
      const invalid = await client.create(configMaps, configMap('Not_A_Name'));
      expect(invalid).toMatchObject({
        ok: false,
        error: { code: 422, reason: 'Invalid', causes: [expect.objectContaining({ reason: 'FieldValueInvalid', field: 'metadata.name' })] },
      });
      const strict = await client.create(configMaps, { ...configMap('strict'), nonsense: 1 }, { fieldValidation: 'Strict' });
      expect(codeOf(strict)).toBe('400 BadRequest');
    });

    test('a finalizer holds an object until it is removed', async () => {
      const held = configMap('held');
      const created = must(await client.create(configMaps, { ...held, metadata: { ...held.metadata, finalizers: ['example.org/hold'] } }));
      expect(must(await client.delete(configMaps, namespace, 'held'))?.metadata.deletionTimestamp).toBeDefined();
      expect(must(await client.get(configMaps, namespace, 'held')).metadata.uid).toBe(created.metadata.uid);
      must(
        await client.patch(
          configMaps,
          { namespace, name: 'held' },
          { type: 'application/merge-patch+json', value: { metadata: { finalizers: null } } },
        ),
      );
      expect(codeOf(await client.get(configMaps, namespace, 'held'))).toBe('404 NotFound');
    });

    test('lists longer than a page are complete', async () => {
      const names = Array.from({ length: 520 }, (_, index) => `page-${String(index).padStart(4, '0')}`);
      for (let at = 0; at < names.length; at += 40)
        await Promise.all(names.slice(at, at + 40).map((object) => client.create(configMaps, configMap(object, {}, { page: 'yes' }))));
      const listed = must(await client.list(configMaps, { namespace, labelSelector: 'page=yes' }));
      expect(listed.items.map((item) => item.metadata.name)).toEqual(names);
    });

    test('a watch tells every change once, in order, from where it was asked to start', async () => {
      const { resourceVersion } = must(await client.list(configMaps, { namespace }));
      const stop = new AbortController();
      const events = must(
        await client.watch(configMaps, {
          namespace,
          labelSelector: 'watched=yes',
          resourceVersion,
          signal: stop.signal,
          timeoutSeconds: 60,
        }),
      );
      const seen: string[] = [];
      const done = follow(events, (event) => {
        seen.push(`${event.type} ${event.object.kind} ${event.object.metadata.name} ${JSON.stringify(event.object['data'])}`);
        return seen.length === 4;
      });
      must(await client.create(configMaps, configMap('w', { n: '1' }, { watched: 'yes' })));
      must(await client.create(configMaps, configMap('unseen', {}, { watched: 'no' })));
      must(await client.patch(configMaps, { namespace, name: 'w' }, { type: 'application/merge-patch+json', value: { data: { n: '2' } } }));
      must(
        await client.patch(
          configMaps,
          { namespace, name: 'w' },
          { type: 'application/merge-patch+json', value: { metadata: { labels: { watched: 'no' } } } },
        ),
      );
      must(
        await client.patch(
          configMaps,
          { namespace, name: 'w' },
          { type: 'application/merge-patch+json', value: { metadata: { labels: { watched: 'yes' } } } },
        ),
      );
      await done;
      stop.abort();
      expect(seen).toEqual([
        'ADDED ConfigMap w {"n":"1"}',
        'MODIFIED ConfigMap w {"n":"2"}',
        'DELETED ConfigMap w {"n":"2"}',
        'ADDED ConfigMap w {"n":"2"}',
      ]);
    });

    test('an aborted watch ends', async () => {
      const { resourceVersion } = must(await client.list(configMaps, { namespace }));
      const stop = new AbortController();
      const events = must(await client.watch(configMaps, { namespace, resourceVersion, signal: stop.signal }));
      const ended = follow(events, () => false);
      stop.abort();
      await ended;
    });

    test('S11 somebody without rights is refused, in the words of the server', async () => {
      const stranger = client.as({ user: 'stranger', groups: ['system:authenticated'] });
      const refused = await stranger.get(core('Secret', 'secrets'), namespace, 'x');
      expect(refused).toMatchObject({
        ok: false,
        error: { code: 403, reason: 'Forbidden', message: expect.stringContaining('User "stranger" cannot get resource "secrets"') },
      });
      expect(await client.as({ user: '' }).version()).toMatchObject({ ok: false, error: { code: 0, reason: 'Invalid' } });
    });

    test('numbers beyond 2^53 survive, and so do hostile keys', async () => {
      const big = { ...configMap('numbers'), data: { ['__proto__']: 'x', constructor: 'y' } };
      expect(Object.entries((await apply(big))['data'] ?? {}).toSorted()).toEqual([
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ]);
      const pods = core('Pod', 'pods');
      const pod: KubeObject = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'big', namespace },
        spec: {
          automountServiceAccountToken: false,
          serviceAccountName: 'default',
          containers: [{ name: 'a', image: 'a' }],
          activeDeadlineSeconds: 2147483647,
          securityContext: { fsGroup: 9007199254740993n },
        },
      };
      const created = await client.create(pods, pod, { dryRun: true });
      // fsGroup is an int64 that the server checks: it must arrive exactly, whatever the verdict.
      if (created.ok) expect(created.value).toMatchObject({ spec: { securityContext: { fsGroup: 9007199254740993n } } });
      else expect(created.error.message).toMatch(/9007199254740993|serviceaccount/i);
    });
  });
}

/** Resolves when `enough` says so or the stream ends; a stream that was aborted may throw. */
async function follow(events: AsyncIterable<WatchEvent>, enough: (event: WatchEvent) => boolean): Promise<void> {
  try {
    for await (const event of events) if (event.type !== 'BOOKMARK' && enough(event)) return;
  } catch (error) {
    if (!(error instanceof Error) || !/abort/i.test(`${error.name} ${error.message}`)) throw error;
  }
}
