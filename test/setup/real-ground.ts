/**
 * With LOCKSTEP_E2E_KUBECONFIG and LOCKSTEP_E2E_STORIES=1 the stories of `test/e2e` stand on that API server instead of the embedded one. The cluster is emptied after each: it
 * must hold nothing else. Needs no controller-manager: what stories tell about workloads is told on the embedded cluster only.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { beforeEach } from 'vitest';
import { createKubeClient, httpTransport, parseKubeconfig } from '../../src/adapters/kube/index.ts';
import { systemClock } from '../../src/adapters/system/index.ts';
import type { Json, KubeObject } from '../../src/core/object/index.ts';
import { decode, sigsYaml } from '../../src/core/yaml/index.ts';
import type { ApiResource, KubeClient, KubeResponse, KubeTransport } from '../../src/ports/index.ts';
import { err, ok, type Result } from '../../src/std/index.ts';
import { fakeClock } from '../../src/testing/clock/index.ts';
import { type Ground, standOn } from '../../src/testing/world/index.ts';

const file = process.env['LOCKSTEP_E2E_KUBECONFIG'];

/** What stories need that an API server alone does not have, and their names; a whole file where nearly all do. */
const beyond: readonly { readonly needs: string; readonly stories: readonly string[]; readonly files?: readonly string[] }[] = [
  {
    needs: 'workloads that become ready, and a garbage collector',
    stories: [
      'S3b a namespace or a volume claim needs approval, or the word in Git',
      'S10 a finished Job is done for its manifest; its absence is not drift; a changed one runs again',
      'records go when the last hook does; nothing else is touched',
      'a revision that does not become healthy goes back to the one before, objects that came with it go',
      'run again on schedule; what fails then is told and does not put the revision in question',
      'by the spec and by the sub-chart itself; each waits for the health of the one before',
      'rotate, seal again, go back',
      'Degraded',
      'HealthySimulated',
      'HookFailed',
      'ReleaseFailed',
      'RolledBack',
      'TestFailed',
      'TestsSucceeded',
      'RetriesExhausted',
      'Pinned',
    ],
    files: ['helm-controller-scenarios.test.ts', 'where.test.ts', 'windows.test.ts'],
  },
  { needs: 'simulated health', stories: ['S23 health that the embedded cluster makes up is called simulated'] },
  { needs: 'a server whose clock moves with the story', stories: ['S13 of two new claimants the older App gets it', 'PlanStale'] },
  { needs: 'a story that begins at midnight', stories: ['run again at the times of a cron expression, by the clocks of a place'] },
];

if (file !== undefined && process.env['LOCKSTEP_E2E_STORIES'] === '1') {
  standOn(() => realGround(file));
  beforeEach(({ task, skip }) => {
    const name = basename(task.file.name);
    const found = beyond.find(({ stories, files = [] }) => stories.includes(task.name) || files.includes(name));
    if (found !== undefined) skip(`needs ${found.needs}`);
  });
}

/** No word for this long, and no request under way: everything has arrived. */
const quiet = 30;

/** Counts what is under way and notices what arrives. */
class Traffic {
  #under = 0;
  #last = performance.now();

  through(inner: KubeTransport): KubeTransport {
    return {
      send: async (request) => {
        this.#under += 1;
        try {
          return this.#heard(await inner.send(request));
        } finally {
          this.#under -= 1;
          this.#last = performance.now();
        }
      },
      close: () => inner.close(),
    };
  }

  #heard(response: KubeResponse): KubeResponse {
    if (response.body.kind !== 'events') return response;
    const { events } = response.body;
    const note = (): void => void (this.#last = performance.now());
    async function* noted(): AsyncIterable<Awaited<typeof events extends AsyncIterable<infer Event> ? Event : never>> {
      for await (const event of events) {
        note();
        yield event;
      }
    }
    return { ...response, body: { kind: 'events', events: noted() } };
  }

  async rest(): Promise<void> {
    const limit = performance.now() + 10_000;
    while (performance.now() < limit && (this.#under > 0 || performance.now() - this.#last < quiet))
      await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function realGround(path: string): Promise<Ground> {
  const parse = (text: string): Result<Json, string> => {
    const value = decode(text, { variant: sigsYaml });
    return value.ok ? ok(value.value) : err(value.error.message);
  };
  const connection = await parseKubeconfig(readFileSync(path, 'utf8'), parse, { clock: systemClock(), allowInsecure: true });
  if (!connection.ok) throw new Error(connection.error.message);
  const opened: KubeTransport[] = [];
  const traffic = new Traffic();
  const open = (): KubeTransport => {
    const transport = httpTransport(connection.value);
    opened.push(transport);
    return transport;
  };
  const admin = createKubeClient(open(), { clock: systemClock() });
  await empty(admin);
  return {
    clock: fakeClock(Date.now()),
    transport: () => traffic.through(open()),
    arrive: () => traffic.rest(),
    close: async () => {
      await empty(admin);
      await Promise.all(opened.map((transport) => transport.close()));
    },
  };
}

const systemNamespaces: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'default']);
const keptKinds: ReadonlySet<string> = new Set([
  'Event',
  'Lease',
  'APIService',
  'FlowSchema',
  'PriorityLevelConfiguration',
  'Namespace',
  'IPAddress',
  'ServiceCIDR',
]);
const keptNames =
  /^system:|^kubernetes$|^kube-|^admin$|^edit$|^view$|^cluster-admin$|^system-(cluster|node)-critical$|\.lockstep\.dev$|^sealedsecrets\./;

/** Everything that is not the server's own goes, finalizers or not. */
async function empty(admin: KubeClient): Promise<void> {
  const found = await admin.discover({ refresh: true });
  if (!found.ok) throw new Error(found.error.message);
  const listed = found.value.resources.filter(
    ({ kind, resource, verbs }) => !resource.includes('/') && verbs.includes('list') && verbs.includes('delete') && !keptKinds.has(kind),
  );
  // Definitions last: with them their objects would wait for finalizers.
  const ordered = [...listed].sort((a, b) => Number(a.kind === 'CustomResourceDefinition') - Number(b.kind === 'CustomResourceDefinition'));
  for (const resource of ordered) {
    const all = await admin.list(resource);
    for (const object of all.ok ? all.value.items : []) await sweep(admin, resource, object);
  }
  const namespaces = listed.length === 0 ? undefined : await admin.list(namespaceResource);
  for (const { metadata } of namespaces?.ok === true ? namespaces.value.items : [])
    if (!systemNamespaces.has(metadata.name ?? '')) await endNamespace(admin, metadata.name ?? '');
}

const namespaceResource: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  resource: 'namespaces',
  namespaced: false,
  verbs: [],
};

async function sweep(admin: KubeClient, resource: ApiResource, { metadata }: KubeObject): Promise<void> {
  const { name = '', namespace = '', finalizers = [] } = metadata;
  if (keptNames.test(name) || name === 'kube-root-ca.crt' || (name === 'default' && resource.kind === 'ServiceAccount')) return;
  const at = { namespace, name };
  if (finalizers.length > 0)
    await admin.patch(resource, at, { type: 'application/merge-patch+json', value: { metadata: { finalizers: null } } });
  await admin.delete(resource, namespace, name, { propagation: 'Background' });
}

/** As the namespace controller does when a namespace is empty. */
async function endNamespace(admin: KubeClient, name: string): Promise<void> {
  await admin.delete(namespaceResource, '', name, { propagation: 'Background' });
  const value = { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: { finalizers: [] } };
  await admin.raw({ method: 'PUT', path: `/api/v1/namespaces/${name}/finalize`, body: { kind: 'json', value } });
}
