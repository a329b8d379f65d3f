/** Puts the embedded cluster together. */
import { workloadControllers } from '../core/kube/workload/index.ts';
import type { ScenarioFile } from '../core/kube/scenario/index.ts';
import type { Clock, KubeTransport, Log, Metrics, Random, ServiceBackend } from '../ports/index.ts';
import { startActivity } from './activity.ts';
import { assembleApi, serverOf } from './api/assembly.ts';
import type { ApiRequest, User } from './api/request.ts';
import { tablesOf } from './api/tables.ts';
import { actingUser, adminUser } from './auth/index.ts';
import { bootstrap } from './bootstrap.ts';
import { Door, type ListenOptions, type Listening } from './door.ts';
import { Scenarios } from './scenarios.ts';
import { exportStore, importStore } from './snapshot.ts';
import { type OpenedStore, openStore } from './storage.ts';
import { InProcessTransport } from './transport.ts';
import { negotiate } from './wire/accept.ts';
import type { Shape } from './wire/present.ts';

export type { ListenOptions, Listening } from './door.ts';

export interface ClusterOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics?: Metrics;
  /** Where objects are kept: a folder of its own, or nowhere. */
  readonly storage: { readonly dataDir: string } | 'memory';
  /** The version the server says it is, for example `1.33`. Default 1.33. */
  readonly kubeVersion?: string;
  /** Whether workloads behave as if they ran (default), or the API is served alone. */
  readonly simulate?: boolean;
  /** Survive power loss, not only the end of the process. */
  readonly fsync?: boolean;
  /** Which Events the cluster's own controllers write. Default `all`. */
  readonly events?: 'all' | 'warnings';
  /** What `Cluster.snapshot` returned: the objects an empty cluster starts with. */
  readonly snapshot?: string;
  /** Trouble for the whole cluster (`parseScenario`). ConfigMaps named `lockstep-scenario` go before it in their namespace. */
  readonly scenario?: ScenarioFile;
}

export interface Cluster {
  /** The in-process door; acts as the administrator unless an identity is given. */
  transport(identity?: { readonly user: string; readonly groups?: readonly string[] }): KubeTransport;
  listen(options?: ListenOptions): Promise<Listening>;
  /** A kubeconfig (JSON, which is YAML) for an address given by `listen`. */
  kubeconfig(url: string): string;
  /** Lets a part of this process answer behind a Service, for the service proxy. Returns the way to end that. */
  serveService(service: { readonly namespace: string; readonly name: string }, backend: ServiceBackend): () => void;
  /** Every object there is, as text for `ClusterOptions.snapshot`. Secrets are in it. */
  snapshot(): string;
  /** Replaces the cluster's scenario; its time begins now. Undefined: all is well. */
  setScenario(scenario: ScenarioFile | undefined): void;
  /** Forgets all history now, as a busy real cluster does every few minutes: watches and lists from older revisions get 410. */
  compact(): void;
  close(): Promise<void>;
}

/** Starts a cluster: what the data folder holds is there when it resolves. */
export async function createCluster(options: ClusterOptions): Promise<Cluster> {
  const opened = openStore(options.storage, { fsync: options.fsync ?? false, log: options.log });
  try {
    if (options.snapshot !== undefined) importStore(opened.store, options.snapshot);
    return await start(options, opened);
  } catch (error) {
    await opened.store.close();
    opened.release();
    throw error;
  }
}

async function start(options: ClusterOptions, opened: OpenedStore): Promise<Cluster> {
  const { store } = opened;
  const { clock, log } = options;
  const core = assembleApi(options, store);
  const { registry, logic, objects, deleter, schema, authorizer } = core;
  const scenarios = new Scenarios(store, clock, options.scenario);
  const server = serverOf(core, { store, clock, log, scenarios, tokens: () => door.tokens });
  const base: Omit<Shape, 'resource' | 'form' | 'include'> = {
    tables: tablesOf(clock, logic),
    project: (resource, object) => logic.project(resource, object),
  };
  const shapes = (request: Pick<ApiRequest, 'headers' | 'query'>): Omit<Shape, 'resource'> => ({
    ...base,
    form: negotiate(String(request.headers.accept ?? ''))?.form ?? 'object',
    include: request.query.get('includeObject'),
  });
  const acting = (caller: User, headers: Parameters<typeof actingUser>[1]): User =>
    actingUser(caller, headers, (user, attributes) => authorizer.allowed(user, attributes));
  const door: Door = await Door.open({ options, server, store, authorizer, shapes: base });
  const simulate = options.simulate ?? true;
  const parts = {
    store,
    registry,
    objects,
    logic,
    deleter,
    schema,
    clock,
    log,
    caCertificate: door.caCertificate,
    events: options.events ?? 'all',
    scenarios: (namespace: string) => scenarios.of(namespace),
  };
  const activity = startActivity(parts, simulate ? workloadControllers : []);
  bootstrap({ registry, objects, logic }, simulate ? 'simulate' : 'bare');
  return {
    transport: (identity) => new InProcessTransport(server, { store, user: userOf(identity), acting, shapes }),
    listen: (where) => door.listen(where ?? {}),
    kubeconfig: (url) => door.kubeconfig(url),
    serveService: (service, backend) => core.services.serve(service, backend),
    snapshot: () => exportStore(store),
    setScenario: (scenario) => {
      scenarios.set(scenario);
      activity.lookAgain();
    },
    compact: () => store.compact(store.revision),
    close: async () => {
      activity.stop();
      await door.close();
      await store.close();
      opened.release();
    },
  };
}

function userOf(identity: { readonly user: string; readonly groups?: readonly string[] } | undefined): User {
  if (identity === undefined) return adminUser;
  if (identity.user === '') throw new Error('an identity needs a user name');
  const groups = identity.groups ?? [];
  return { name: identity.user, groups: groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'] };
}
