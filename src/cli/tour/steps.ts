/** The story of the tour, step by step. Each step changes something as a person would and fails unless what is promised truly happens. */
import { getCondition, type App } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { isReady } from '../apps.ts';
import type { Scene } from './scene.ts';

export interface Step {
  readonly title: string;
  /** Needs the embedded cluster. */
  readonly embeddedOnly?: boolean;
  /** What was seen, for the person who watches. */
  run(scene: Scene): Promise<string>;
}

const APPS = 7;
/** Long enough for a wrong heal to show itself. */
const QUIET = 1_500;

export const STEPS: readonly Step[] = [
  { title: 'every App becomes Ready from an empty cluster', run: fromNothing },
  { title: 'a pushed change is applied', run: pushedChange },
  { title: 'a field edited and an object deleted behind Git are noticed and healed', run: healing },
  { title: 'a broken commit changes nothing and says where it is broken', run: brokenCommit },
  { title: 'git revert brings Ready back', run: reverted },
  { title: 'a removed file is pruned; an object annotated to be kept stays', run: pruning },
  { title: 'suspended: drift is reported, not healed; resumed: healed', run: suspension },
  { title: 'killed in the middle of an apply and restarted: it converges, nothing is done twice', run: killed },
  { title: "the cluster's data is thrown away and rebuilt from Git", run: rebuilt, embeddedOnly: true },
];

async function fromNothing(scene: Scene): Promise<string> {
  const apps = await scene.allReady(APPS, 120_000);
  const deployments = [...(await scene.list('deployments', 'staging')), ...(await scene.list('deployments', 'production'))];
  const unready = deployments.filter(
    (deployment) => field(deployment, 'status', 'readyReplicas') !== field(deployment, 'spec', 'replicas'),
  );
  if (unready.length > 0)
    throw new Error(`Ready, but these Deployments are not: ${unready.map(({ metadata }) => metadata.name).join(', ')}`);
  const objects = apps.reduce((sum, app) => sum + (app.status?.inventory?.count ?? 0), 0);
  return `${apps.length} Apps, ${objects} objects`;
}

async function pushedChange(scene: Scene): Promise<string> {
  await scene.repository.replace('environments/staging/shop/web/deployment.yaml', 'replicas: 2', 'replicas: 4');
  const commit = await scene.repository.push('Two more storefronts in staging');
  await scene.until('4 ready replicas of web in staging', async () => {
    const web = await scene.find('deployments', 'staging', 'web');
    return web !== undefined && field(web, 'spec', 'replicas') === 4 && field(web, 'status', 'readyReplicas') === 4;
  });
  await runs(scene, 'shop-staging', commit);
  return `web has 4 replicas at ${commit.slice(0, 7)}`;
}

async function healing(scene: Scene): Promise<string> {
  const before = await scene.find('configmaps', 'production', 'web');
  await scene.edit({ type: 'deployments', namespace: 'production', name: 'catalogue' }, { spec: { replicas: 9 } }, 'somebody-with-kubectl');
  await scene.delete('configmaps', 'production', 'web');
  await scene.until('both to be healed', async () => {
    const catalogue = await scene.find('deployments', 'production', 'catalogue');
    const config = await scene.find('configmaps', 'production', 'web');
    return (
      catalogue !== undefined &&
      field(catalogue, 'spec', 'replicas') === 3 &&
      config !== undefined &&
      config.metadata.uid !== before?.metadata.uid
    );
  });
  const told = await scene.until('an event that names the field and the manager', async () => {
    const events = await eventsOf(scene, 'shop-production');
    return events.find((message) => message.includes('replicas') && message.includes('somebody-with-kubectl'));
  });
  await scene.until('an event that names the deleted object', async () =>
    (await eventsOf(scene, 'shop-production')).some((message) => /ConfigMap.*web/.test(message)),
  );
  await scene.allReady(APPS);
  return told.split('\n')[0] ?? '';
}

async function brokenCommit(scene: Scene): Promise<string> {
  const file = 'environments/staging/payments/api/config.yaml';
  const before = await versions(scene, 'staging', 'payments');
  await scene.repository.replace(file, '  LOG_LEVEL: debug', '  LOG_LEVEL: debug\n CURRENCIES: [');
  // Not an App that depends on the broken one: those rightly wait.
  await scene.repository.replace('monitoring/config.yaml', '15s', '30s');
  const commit = await scene.repository.push('Break one App, change another');
  const message = await scene.until(`payments-staging to say what is wrong with ${file}`, async () => {
    const app = await scene.app('payments-staging');
    const ready = getCondition(app.status?.conditions, 'Ready');
    return ready?.status === 'False' && whyOf(app).find((text) => new RegExp(`${file}:\\d+`).test(text));
  });
  await scene.until('the other App to follow', async () => {
    const config = await scene.find('configmaps', 'monitoring', 'collector');
    return config !== undefined && field(config, 'data', 'SCRAPE_INTERVAL') === '30s';
  });
  await runs(scene, 'monitoring', commit);
  if ((await versions(scene, 'staging', 'payments')) !== before) throw new Error('the broken commit changed objects of payments-staging');
  await scene.until('all Apps but the broken one and what depends on it to be Ready', async () => {
    const ready = new Set((await scene.apps()).filter(isReady).map(({ metadata }) => metadata.name));
    return ['platform', 'monitoring', 'payments-production', 'shop-production'].every((name) => ready.has(name));
  });
  return message.split('\n')[0] ?? '';
}

async function reverted(scene: Scene): Promise<string> {
  const commit = await scene.repository.revertLast();
  await scene.allReady(APPS);
  return `all Ready after ${commit.slice(0, 7)}`;
}

async function pruning(scene: Scene): Promise<string> {
  await scene.repository.remove('monitoring/service.yaml');
  await scene.repository.remove('monitoring/retention.yaml');
  await scene.repository.push('Stop serving metrics');
  await scene.until('the Service to be pruned', async () => (await scene.find('services', 'monitoring', 'collector')) === undefined);
  await scene.allReady(APPS);
  if ((await scene.find('configmaps', 'monitoring', 'retention-policy')) === undefined)
    throw new Error('the object annotated to be kept is gone');
  return 'Service/monitoring/collector is gone, ConfigMap/monitoring/retention-policy stays';
}

async function suspension(scene: Scene): Promise<string> {
  const target = { type: 'deployments', namespace: 'production', name: 'payments' };
  const app = { type: 'apps.lockstep.dev', namespace: 'lockstep-system', name: 'payments-production' };
  await scene.edit(app, { spec: { suspend: true, suspendReason: 'the tour' } }, 'lockstep-cli');
  await scene.until('the App to be suspended', async () => {
    const current = await scene.app(app.name);
    return current.status?.observedGeneration === current.metadata.generation;
  });
  await scene.edit(target, { metadata: { labels: { 'app.kubernetes.io/name': 'changed-by-hand' } } }, 'somebody-with-kubectl');
  await scene.until(
    'drift to be reported',
    async () => getCondition((await scene.app(app.name)).status?.conditions, 'Drifted')?.status === 'True',
  );
  await scene.throughout(
    'nothing is healed while suspended',
    QUIET,
    async () => label(await scene.find('deployments', 'production', 'payments')) === 'changed-by-hand',
  );
  await scene.edit(app, { spec: { suspend: false, suspendReason: null } }, 'lockstep-cli');
  await scene.until('the field to be healed', async () => label(await scene.find('deployments', 'production', 'payments')) === 'payments');
  await scene.allReady(APPS);
  return `reported and left alone for ${QUIET / 1000} s, healed after resume`;
}

async function killed(scene: Scene): Promise<string> {
  const configs = ['web', 'catalogue'];
  const jobs = (await scene.list('jobs', 'production')).map(({ metadata }) => metadata.uid).join();
  const generations = await generationsOf(scene, 'production');
  for (const name of configs) {
    await scene.repository.replace(`environments/production/shop/${name}/config.yaml`, 'LOG_LEVEL: info', 'LOG_LEVEL: warn');
    await scene.repository.replace(`environments/production/shop/${name}/deployment.yaml`, 'memory: 128Mi', 'memory: 192Mi');
  }
  const commit = await scene.repository.push('Quieter and roomier');
  await scene.until('the first object of the commit to be applied', async () => {
    const applied = await Promise.all(configs.map((name) => scene.find('configmaps', 'production', name)));
    return applied.some((config) => config !== undefined && field(config, 'data', 'LOG_LEVEL') === 'warn');
  });
  await scene.process.kill();
  await scene.restart();
  await runs(scene, 'shop-production', commit);
  await scene.allReady(APPS);
  const after = await generationsOf(scene, 'production');
  for (const [name, generation] of generations) {
    const expected = configs.includes(name) ? generation + 1 : generation;
    if (after.get(name) !== expected) throw new Error(`Deployment ${name} has generation ${after.get(name)}, expected ${expected}`);
  }
  if ((await scene.list('jobs', 'production')).map(({ metadata }) => metadata.uid).join() !== jobs)
    throw new Error('a finished Job was run again');
  return `every Deployment was changed exactly once at ${commit.slice(0, 7)}, no Job ran again`;
}

async function rebuilt(scene: Scene): Promise<string> {
  const before = await fingerprint(scene);
  await scene.process.stop();
  await scene.process.loseCluster();
  await scene.restart();
  await scene.allReady(APPS, 120_000);
  const after = await fingerprint(scene);
  if (after !== before) throw new Error('the rebuilt cluster differs from the one that was lost');
  return 'the same objects, from Git alone';
}

/** Waits until the App is Ready at this very commit. */
function runs(scene: Scene, name: string, commit: string): Promise<App> {
  return scene.until(`${name} to run ${commit.slice(0, 7)}`, async () => {
    const app = await scene.app(name);
    return isReady(app) && app.status?.applied?.inputs.some(({ revision }) => revision.includes(commit)) === true && app;
  });
}

function field(object: KubeObject, ...path: readonly string[]): unknown {
  let value: unknown = object;
  for (const key of path) value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return value;
}

const label = (object: KubeObject | undefined): string | undefined => object?.metadata.labels?.['app.kubernetes.io/name'];

const whyOf = (app: App): string[] => [
  ...(app.status?.why ?? []).map(({ message }) => message),
  getCondition(app.status?.conditions, 'Ready')?.message ?? '',
];

async function eventsOf(scene: Scene, app: string): Promise<string[]> {
  const events = await scene.list('events', 'lockstep-system');
  return events.filter((event) => field(event, 'involvedObject', 'name') === app).map((event) => String(event['message'] ?? ''));
}

async function versions(scene: Scene, namespace: string, name: string): Promise<string> {
  const objects = await Promise.all(['deployments', 'services', 'configmaps'].map((type) => scene.find(type, namespace, name)));
  return objects
    .map(
      (object) =>
        `${object?.metadata.uid}@${String(object?.['data'] === undefined ? object?.metadata.generation : object.metadata.resourceVersion)}`,
    )
    .join();
}

async function generationsOf(scene: Scene, namespace: string): Promise<ReadonlyMap<string, number>> {
  const deployments = await scene.list('deployments', namespace);
  return new Map(deployments.map(({ metadata }) => [metadata.name ?? '', metadata.generation ?? 0]));
}

/** What Git says of the two environments, without what differs from one cluster to the next. The kept object that Git no longer has is not part of it. */
async function fingerprint(scene: Scene): Promise<string> {
  const parts: string[] = [];
  for (const namespace of ['staging', 'production']) {
    for (const type of ['deployments', 'services', 'configmaps', 'secrets', 'jobs', 'featureflags']) {
      const objects = (await scene.list(type, namespace)).filter(({ metadata }) => metadata.labels?.['lockstep.dev/app'] !== undefined);
      for (const object of objects) parts.push(JSON.stringify([type, namespace, object.metadata.name, withoutAddresses(object)]));
    }
  }
  if (parts.length === 0) throw new Error('there is nothing to compare');
  return parts.sort().join('\n');
}

/** Spec and data; addresses and uids that the server chose are left out. */
function withoutAddresses(object: KubeObject): unknown {
  const chosen = new Set(['clusterIP', 'clusterIPs', 'batch.kubernetes.io/controller-uid', 'controller-uid']);
  return JSON.parse(
    JSON.stringify([object['spec'] ?? null, object['data'] ?? null], (key, value: unknown) => (chosen.has(key) ? undefined : value)),
  );
}
