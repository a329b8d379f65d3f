/**
 * The whole product in one process: the embedded cluster, the controllers, Git in memory, one fake clock. A test reads like a story: commit, settle,
 * look.
 */
import { createKubeClient } from '../../adapters/kube/index.ts';
import { silentLog } from '../../adapters/log/index.ts';
import { noMetrics } from '../../adapters/metrics/index.ts';
import { type App, crds } from '../../api/index.ts';
import { type ControllerSettings, type Controllers, createControllers } from '../../controllers/index.ts';
import type { Json, JsonObject, KubeObject } from '../../core/object/index.ts';
import { sealedSecretDefinition } from '../../core/secrets/sealed/definition/index.ts';
import type {
  ApiResource,
  Charts,
  ConnectCluster,
  GitMirrors,
  KubeClient,
  KubeTransport,
  Ledger,
  LedgerEvent,
  Log,
} from '../../ports/index.ts';
import { type FakeClock, seededRandom } from '../clock/index.ts';
import { Door } from './door.ts';
import { type Ground, openGround } from './ground.ts';
import { MemoryCharts } from './memory-charts.ts';
import { MemoryGit, type MemoryRepository } from './memory-git.ts';
import { MemoryWeb } from './memory-web.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { MemoryNotifier } from './memory-notifier.ts';
import type { Files } from './memory-tree.ts';

export interface WorldOptions {
  readonly seed?: number;
  /** More settings for the controllers. */
  readonly settings?: Partial<ControllerSettings>;
  /** Default: says nothing. */
  readonly log?: Log;
  /** How the controllers reach other clusters. Default: not at all. */
  readonly connect?: ConnectCluster;
  /** What stands between the controllers and Git, the ledger and registries: asked for each process anew. */
  readonly ports?: (inner: InnerPorts) => InnerPorts;
  /** Namespaces with a ServiceAccount `lockstep` that may do anything. Default: `shop`. */
  readonly namespaces?: readonly string[];
}

export interface InnerPorts {
  readonly mirrors: GitMirrors;
  readonly ledger: Ledger;
  readonly charts: Charts;
}

export interface AppOptions {
  readonly name?: string;
  readonly namespace?: string;
  readonly path?: string;
  readonly spec?: JsonObject;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The repository everything is in, unless a test opens another. */
export const repositoryUrl = 'https://git.test/shop.git';
export const ownNamespace = 'lockstep-system';
export const installation = 'test';

interface SourceOptions {
  readonly name?: string;
  readonly namespace?: string;
  readonly git?: JsonObject;
  /** With credentials, without which nothing is committed. */
  readonly writable?: boolean;
}

interface JobStatus {
  readonly startTime?: string;
  readonly conditions?: readonly { readonly type: string }[];
}

export class World {
  readonly clock: FakeClock;
  readonly git = new MemoryGit();
  readonly charts = new MemoryCharts();
  readonly web = new MemoryWeb();
  readonly ledger = new MemoryLedger();
  readonly notifier = new MemoryNotifier();
  readonly repository: MemoryRepository;
  /** The test's own client: the administrator, past the door. */
  readonly admin: KubeClient;
  readonly #ground: Ground;
  readonly #options: WorldOptions;
  door: Door;
  controllers: Controllers;

  constructor(ground: Ground, options: WorldOptions) {
    this.#ground = ground;
    this.clock = ground.clock;
    this.#options = options;
    this.repository = this.git.repository(repositoryUrl, () => this.clock.now());
    this.admin = createKubeClient(ground.prompt?.() ?? ground.transport(), { clock: this.clock });
    this.door = new Door(ground.transport());
    this.controllers = this.#create();
  }

  #create(): Controllers {
    const { clock } = this;
    const kube = createKubeClient(this.door, { clock });
    const random = seededRandom(this.#options.seed ?? 1);
    const inner: InnerPorts = { mirrors: this.git, ledger: this.ledger, charts: this.charts };
    return createControllers(
      {
        kube,
        ...(this.#options.ports?.(inner) ?? inner),
        web: this.web,
        notifier: this.notifier,
        clock,
        random,
        log: this.#options.log ?? silentLog(),
        metrics: noMetrics(),
        ...(this.#options.connect === undefined ? {} : { connect: this.#options.connect }),
      },
      { namespace: ownNamespace, installation, sealingKeyBits: 2048, ...this.#options.settings },
    );
  }

  async prepare(): Promise<void> {
    for (const crd of [...crds(), sealedSecretDefinition]) await this.put(crd);
    await this.#settleNow();
    for (const name of [ownNamespace, 'kube-system', ...(this.#options.namespaces ?? ['shop'])]) await this.namespace(name);
    const subjects = [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:serviceaccounts' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
    await this.put({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'everything' },
      roleRef,
      subjects,
    });
  }

  /** Another way to the same cluster, past the door: for a second process. */
  transport(): KubeTransport {
    return this.#ground.transport();
  }

  /** A namespace in which Apps may live: with a ServiceAccount `lockstep`. */
  async namespace(name: string): Promise<void> {
    await this.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await this.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'lockstep', namespace: name } });
  }

  async start(): Promise<void> {
    let started = false;
    const starting = this.controllers.start().then(() => (started = true));
    for (let turn = 0; !started && turn < 200; turn += 1) {
      await this.clock.advance(50);
      await this.#ground.arrive?.();
    }
    await starting;
  }

  /** Lets everything that is ready happen, without moving time. */
  async #settleNow(): Promise<void> {
    await this.clock.settle();
    await this.#ground.arrive?.();
  }

  /** As SIGKILL: nothing of the old process reaches the cluster any more; a new one starts from what is there. */
  async crash(): Promise<void> {
    this.door.cut();
    const old = { controllers: this.controllers, door: this.door };
    await this.clock.settle();
    void old.controllers.stop();
    this.door = new Door(this.#ground.transport());
    this.door.rewrite = old.door.rewrite;
    this.controllers = this.#create();
    await this.start();
  }

  /** A commit on top of `main` that changes these files; `null` removes one. */
  async commit(
    files: Readonly<Record<string, string | null>>,
    options: { readonly message?: string; readonly branch?: string } = {},
  ): Promise<string> {
    const merged: Record<string, string> = { ...this.repository.files(options.branch) };
    for (const [path, text] of Object.entries(files)) {
      if (text === null) delete merged[path];
      else merged[path] = text;
    }
    const id = this.repository.commit(merged, options);
    this.controllers.announce({ urls: [repositoryUrl] });
    await this.#settleNow();
    return id;
  }

  /** Exactly these files, whatever was there before. */
  async commitAll(files: Files, options: { readonly message?: string } = {}): Promise<string> {
    const id = this.repository.commit(files, options);
    this.controllers.announce({ urls: [repositoryUrl] });
    await this.#settleNow();
    return id;
  }

  async source(options: SourceOptions = {}): Promise<void> {
    const { name = 'config', namespace = 'shop', git = {}, writable = false } = options;
    if (writable) {
      const data = { username: btoa('lockstep'), password: btoa('secret') };
      await this.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'git', namespace }, data });
    }
    const auth = writable ? { auth: { secretRef: { name: 'git' } } } : {};
    const spec = { git: { url: repositoryUrl, ref: { branch: 'main' }, ...git }, ...auth, interval: '10m' };
    await this.put({ apiVersion: 'lockstep.dev/v1', kind: 'Source', metadata: { name, namespace }, spec });
  }

  async app(options: AppOptions = {}): Promise<void> {
    const { name = 'web', namespace = 'shop', path = 'web', spec = {}, annotations } = options;
    const metadata = { name, namespace, ...(annotations === undefined ? {} : { annotations }) };
    await this.put({ apiVersion: 'lockstep.dev/v1', kind: 'App', metadata, spec: { source: { name: 'config', path }, ...spec } as Json });
  }

  /** Lets everything happen that happens within `ms` of fake time. */
  async settle(ms = 5000): Promise<void> {
    for (let passed = 0; passed < ms; passed += 250) {
      await this.clock.advance(250);
      await this.#ground.arrive?.();
      for (let turn = 0; turn < 80 && !this.door.closed && !this.controllers.idle(); turn += 1) {
        await this.#settleNow();
        // Worker threads (RSA) take real time.
        if (turn >= 40) await new Promise((resolve) => setTimeout(resolve, 2));
      }
      if (this.door.closed) await this.crash();
    }
  }

  async #resource(kind: string, group?: string): Promise<ApiResource> {
    for (const refresh of [false, true, true, true]) {
      if (refresh) await this.#settleNow();
      const found = await this.admin.discover({ refresh });
      const resources = found.ok ? found.value.resources : [];
      const resource = resources.find(
        (each) => each.kind === kind && !each.resource.includes('/') && (group === undefined || each.group === group),
      );
      if (resource !== undefined) return resource;
    }
    throw new Error(`the cluster serves no ${kind}`);
  }

  /** `Deployment/shop/web`, `Namespace/shop`; undefined when it is not there. */
  async find(name: string): Promise<KubeObject | undefined> {
    const parts = name.split('/');
    const resource = await this.#resource(parts[0] ?? '');
    const found = await this.admin.get(resource, parts.length > 2 ? (parts[1] ?? '') : '', parts.at(-1) ?? '');
    return found.ok ? found.value : undefined;
  }

  async get(name: string): Promise<KubeObject> {
    const found = await this.find(name);
    if (found === undefined) throw new Error(`${name} is not there`);
    return found;
  }

  async list(kind: string, namespace?: string): Promise<readonly KubeObject[]> {
    const listed = await this.admin.list(await this.#resource(kind), namespace === undefined ? {} : { namespace });
    if (!listed.ok) throw new Error(listed.error.message);
    return listed.value.items;
  }

  /** Creates or replaces, as the administrator with kubectl would. */
  async put(object: KubeObject, manager = 'kubectl-create'): Promise<KubeObject> {
    const stored = await this.#put(object, manager);
    await this.#ground.arrive?.();
    return stored;
  }

  async #put(object: KubeObject, manager: string): Promise<KubeObject> {
    const resource = await this.#resource(object.kind, object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '');
    const created = await this.admin.create(resource, object, { fieldManager: manager });
    if (created.ok) return created.value;
    if (created.error.reason !== 'AlreadyExists') throw new Error(`${object.kind} ${object.metadata.name ?? ''}: ${created.error.message}`);
    const { namespace = '', name = '' } = object.metadata;
    const live = await this.admin.get(resource, namespace, name);
    const resourceVersion = live.ok ? live.value.metadata.resourceVersion : undefined;
    const metadata = { ...object.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    const updated = await this.admin.update(resource, { ...object, metadata }, { fieldManager: manager });
    if (!updated.ok) throw new Error(updated.error.message);
    return updated.value;
  }

  /** A merge patch behind Git's back. */
  async edit(name: string, patch: JsonObject, manager = 'kubectl-edit'): Promise<void> {
    const parts = name.split('/');
    const target = { namespace: parts.length > 2 ? (parts[1] ?? '') : '', name: parts.at(-1) ?? '' };
    const patched = await this.admin.patch(await this.#resource(parts[0] ?? ''), target, {
      type: 'application/merge-patch+json',
      value: patch,
      fieldManager: manager,
    });
    if (!patched.ok) throw new Error(`${name}: ${patched.error.message}`);
    await this.#ground.arrive?.();
  }

  /** As kubectl does it: what it owns goes after it. */
  async remove(name: string): Promise<void> {
    const parts = name.split('/');
    const namespace = parts.length > 2 ? (parts[1] ?? '') : '';
    const deleted = await this.admin.delete(await this.#resource(parts[0] ?? ''), namespace, parts.at(-1) ?? '', {
      propagation: 'Background',
    });
    if (!deleted.ok) throw new Error(`${name}: ${deleted.error.message}`);
    await this.#ground.arrive?.();
  }

  /** As the Job controller would: the Job has run to its end. Where Pods are simulated it may have done so by itself. */
  async finishJob(name: string, end: 'Complete' | 'Failed' = 'Complete'): Promise<void> {
    const [, namespace = '', job = ''] = name.split('/');
    const at = new Date(this.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const condition = (type: string): JsonObject => ({
      type,
      status: 'True',
      reason: end,
      message: '',
      lastTransitionTime: at,
      lastProbeTime: at,
    });
    const conditions =
      end === 'Complete' ? [condition('SuccessCriteriaMet'), condition('Complete')] : [condition('FailureTarget'), condition('Failed')];
    const status = (await this.get(name))['status'] as JobStatus | undefined;
    if (status?.conditions?.some(({ type }) => type === end) === true) return;
    const startTime = status?.startTime ?? at;
    const counts = { active: 0, ready: 0, terminating: 0 };
    const times = end === 'Complete' ? { startTime, completionTime: at, succeeded: 1 } : { startTime, failed: 1 };
    const patched = await this.admin.patch(
      await this.#resource('Job'),
      { namespace, name: job },
      {
        type: 'application/merge-patch+json',
        value: { status: { ...counts, ...times, conditions } },
        subresource: 'status',
        fieldManager: 'kube-controller-manager',
      },
    );
    if (!patched.ok) throw new Error(`${name}: ${patched.error.message}`);
  }

  async appStatus(name = 'web', namespace = 'shop'): Promise<NonNullable<App['status']>> {
    return ((await this.get(`App/${namespace}/${name}`)) as unknown as App).status ?? {};
  }

  /** `Ready=False PruneNeedsApproval: …`, one line per condition type asked for. */
  async condition(type: string, name = 'web', namespace = 'shop'): Promise<string> {
    const found = (await this.appStatus(name, namespace)).conditions?.find((condition) => condition.type === type);
    return found === undefined ? `${type} is not set` : `${type}=${found.status} ${found.reason}: ${found.message}`;
  }

  /** Says yes to the plan that waits. */
  async approve(name = 'web', namespace = 'shop'): Promise<void> {
    const app = await this.get(`App/${namespace}/${name}`);
    const plan = (app as unknown as App).status?.plan?.digest ?? '';
    const spec = { app: { name, uid: app.metadata.uid ?? '' }, plan };
    await this.put({
      apiVersion: 'lockstep.dev/v1',
      kind: 'Approval',
      metadata: { name: `${name}-${plan.slice(7, 15)}`, namespace },
      spec,
    });
  }

  events(type?: string): readonly LedgerEvent[] {
    return this.ledger.events.filter((event) => type === undefined || event.type === type);
  }

  async close(): Promise<void> {
    const stopping = this.controllers.stop();
    await this.clock.advance(1000);
    await stopping;
    await this.#ground.close();
  }
}

/** A world with the product installed and running, and nothing in it. */
export async function world(options: WorldOptions = {}): Promise<World> {
  const made = new World(await openGround(options.seed ?? 1), options);
  await made.prepare();
  await made.start();
  return made;
}
