/** Puts the embedded cluster together. */
import { actingUser, adminUser, RbacAuthorizer, StoredRoles } from './auth/index.ts';
import { Admission } from './api/admission.ts';
import { Deleter } from './api/delete.ts';
import { Documents, parseVersion } from './api/documents.ts';
import { patchEngines } from './api/engines.ts';
import { Handlers } from './api/handlers.ts';
import { KindLogic } from './api/kind-logic.ts';
import { Lister } from './api/list.ts';
import { Objects } from './api/objects.ts';
import { Ownership } from './api/ownership.ts';
import { Patcher } from './api/patch.ts';
import { Registry } from './api/registry.ts';
import { finalizeNamespace } from './api/namespace-finalize.ts';
import { PodActions } from './api/pods.ts';
import type { ApiRequest, ResourceRequest, User } from './api/request.ts';
import { Reviews } from './api/reviews.ts';
import { Scales } from './api/scale.ts';
import { issueToken } from './api/token-request.ts';
import { Server } from './api/server.ts';
import { Subresources } from './api/subresources.ts';
import { tablesOf } from './api/tables.ts';
import { builtinResources } from '../core/kube/resource/index.ts';
import { builtinSchema } from '../core/schema/index.ts';
import type { Clock, KubeTransport, Log, Metrics, Random } from '../ports/index.ts';
import { startActivity } from './activity.ts';
import { bootstrap } from './bootstrap.ts';
import { workloadControllers } from '../core/kube/workload/index.ts';
import { Door, type ListenOptions, type Listening } from './door.ts';
import { openStore } from './storage.ts';
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
}

export interface Cluster {
  /** The in-process door; acts as the administrator unless an identity is given. */
  transport(identity?: { readonly user: string; readonly groups?: readonly string[] }): KubeTransport;
  listen(options?: ListenOptions): Promise<Listening>;
  /** A kubeconfig (JSON, which is YAML) for an address given by `listen`. */
  kubeconfig(url: string): string;
  close(): Promise<void>;
}

export async function createCluster(options: ClusterOptions): Promise<Cluster> {
  const { clock, random, log } = options;
  const schema = builtinSchema();
  const { store, release } = openStore(options.storage, { fsync: options.fsync ?? false, log });
  const registry = new Registry(builtinResources(schema));
  const logic = new KindLogic(schema);
  const ownership = new Ownership();
  const admission = new Admission(store, random);
  const objects = new Objects({ store, logic, ownership, admission, clock, random });
  const deleter = new Deleter(store, clock);
  const version = parseVersion(options.kubeVersion ?? '1.33');
  const lister = new Lister(store, { clock, random, watchList: Number(version.minor) >= 34 });
  const patcher = new Patcher({ objects, logic, ownership, engines: patchEngines });
  const roles = new StoredRoles(store);
  const authorizer = new RbacAuthorizer(roles, store);
  const reviews = new Reviews({
    logic,
    roles,
    allowed: (user, attributes) => authorizer.allowed(user, attributes),
    identify: (token) => door.tokens.identify(token),
  });
  const scales = new Scales({ objects, logic, engines: patchEngines });
  const handlers = new Map([
    ...new PodActions({ store, objects, deleter, clock }).handlers(),
    ['scale', (request: ResourceRequest) => scales.handle(request)] as const,
    ['namespaces/finalize', (request: ResourceRequest) => finalizeNamespace(request, objects, store)] as const,
    ['serviceaccounts/token', (request: ResourceRequest) => issueToken(request, { objects, tokens: () => door.tokens, clock })] as const,
  ]);
  const server = new Server({
    registry,
    documents: new Documents(registry, schema, version),
    handlers: new Handlers({ store, objects, logic, lister, deleter, patcher }),
    subresources: new Subresources(handlers, reviews),
    authorizer,
    log,
  });
  const base: Omit<Shape, 'resource' | 'form' | 'include'> = {
    tables: tablesOf(clock, logic),
    project: (resource, object) => logic.project(resource, object),
  };
  const shapes = (request: ApiRequest): Omit<Shape, 'resource'> => ({
    ...base,
    form: negotiate(String(request.headers.accept ?? ''))?.form ?? 'object',
    include: request.query.get('includeObject'),
  });
  const acting = (caller: User, headers: Parameters<typeof actingUser>[1]): User =>
    actingUser(caller, headers, (user, attributes) => authorizer.allowed(user, attributes));
  const door: Door = await Door.open({ options, server, store, authorizer, shapes: base });
  const simulate = options.simulate ?? true;
  const parts = { store, registry, objects, logic, deleter, schema, clock, log, caCertificate: door.caCertificate };
  const activity = startActivity(parts, simulate ? workloadControllers : []);
  bootstrap({ registry, objects, logic }, simulate ? 'simulate' : 'bare');
  return {
    transport: (identity) => new InProcessTransport(server, { store, user: userOf(identity), acting, shapes }),
    listen: (where) => door.listen(where ?? {}),
    kubeconfig: (url) => door.kubeconfig(url),
    close: async () => {
      activity.stop();
      await door.close();
      await store.close();
      release();
    },
  };
}

function userOf(identity: { readonly user: string; readonly groups?: readonly string[] } | undefined): User {
  if (identity === undefined) return adminUser;
  if (identity.user === '') throw new Error('an identity needs a user name');
  const groups = identity.groups ?? [];
  return { name: identity.user, groups: groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'] };
}
