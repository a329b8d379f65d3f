/** Puts the request machinery together: everything between a request and the store. */
import { builtinResources } from '../../core/kube/resource/index.ts';
import type { Refusal } from '../../core/kube/status/index.ts';
import { builtinSchema, type Schema } from '../../core/schema/index.ts';
import type { Clock, Log, Metrics, Random } from '../../ports/index.ts';
import { RbacAuthorizer, StoredRoles, type Tokens } from '../auth/index.ts';
import type { Scenarios } from '../scenarios.ts';
import type { Store } from '../store/index.ts';
import { Admission } from './admission.ts';
import { Deleter } from './delete.ts';
import { Documents, parseVersion } from './documents.ts';
import { bindNamed, bindPod, evictPod } from './evict.ts';
import { patchEngines } from './engines.ts';
import { Handlers } from './handlers.ts';
import { KindLogic } from './kind-logic.ts';
import { Lister } from './list.ts';
import { finalizeNamespace } from './namespace-finalize.ts';
import { Objects } from './objects.ts';
import { Ownership } from './ownership.ts';
import { Patcher } from './patch.ts';
import { PodActions } from './pods.ts';
import { Registry } from './registry.ts';
import { headerOf, type ResourceRequest } from './request.ts';
import { unacceptable, unfit } from '../wire/accept.ts';
import { goGroup } from './body.ts';
import { Reviews } from './reviews.ts';
import { Scales } from './scale.ts';
import { Server } from './server.ts';
import { ServiceProxy } from './service-proxy.ts';
import { Subresources } from './subresources.ts';
import { issueToken } from './token-request.ts';
import { WouldCallRecord } from './would-call.ts';

export interface ApiCore {
  readonly schema: Schema;
  readonly registry: Registry;
  readonly logic: KindLogic;
  readonly ownership: Ownership;
  readonly objects: Objects;
  readonly deleter: Deleter;
  readonly roles: StoredRoles;
  readonly authorizer: RbacAuthorizer;
  readonly handlers: Handlers;
  readonly documents: Documents;
  readonly services: ServiceProxy;
}

export function assembleApi(
  options: {
    readonly clock: Clock;
    readonly random: Random;
    readonly kubeVersion?: string;
    readonly simulate?: boolean;
    readonly metrics?: Metrics;
  },
  store: Store,
): ApiCore {
  const { clock, random } = options;
  const schema = builtinSchema();
  const registry = new Registry(builtinResources(schema));
  const logic = new KindLogic(schema);
  const ownership = new Ownership(schema);
  const roles = new StoredRoles(store);
  const authorizer = new RbacAuthorizer(roles, store);
  const wouldCall = new WouldCallRecord({ store, clock, metrics: options.metrics, uuid: () => random.uuid() });
  const admission = new Admission({
    wouldCall,
    store,
    random,
    roles,
    authorizer,
    registry,
    quotas: options.simulate === false ? 'status' : 'spec',
  });
  const deleter = new Deleter(store, clock);
  const objects = new Objects({
    store,
    logic,
    ownership,
    admission,
    remove: (resource, live) => deleter.removed(resource, live),
    clock,
    random,
  });
  const version = parseVersion(options.kubeVersion ?? '1.33');
  const lister = new Lister(store, { clock, random, watchList: Number(version.minor) >= 34 });
  const patcher = new Patcher({ objects, logic, ownership, engines: patchEngines });
  const handlers = new Handlers({ store, objects, logic, lister, deleter, patcher });
  const documents = new Documents(registry, schema, version);
  return {
    schema,
    registry,
    logic,
    ownership,
    objects,
    deleter,
    roles,
    authorizer,
    handlers,
    documents,
    services: new ServiceProxy(store),
  };
}

/** Logs, proxies and streams of containers have forms of their own. */
const formless: ReadonlySet<string> = new Set(['log', 'proxy', 'exec', 'attach', 'portforward']);

function acceptance(request: ResourceRequest): Refusal | undefined {
  const accept = headerOf(request, 'accept');
  if (accept === '' || accept === 'application/json' || formless.has(request.subresource)) return undefined;
  const collection = request.name === '' && (request.verb === 'list' || request.verb === 'watch');
  return unacceptable(accept, { custom: request.resource.custom, collection }) ?? unfitAnswer(request, accept);
}

/** Reads whose answer cannot have the form; a watch has both, and what is written is answered as it can be. */
function unfitAnswer(request: ResourceRequest, accept: string): Refusal | undefined {
  const { resource, verb, query, subresource } = request;
  if ((verb !== 'get' && verb !== 'list') || subresource !== '') return undefined;
  const goType = resource.custom ? 'unstructured.Unstructured' : `${goGroup(resource.group)}.${resource.kind}`;
  return unfit(accept, { collection: verb === 'list', goType, include: query.get('includeObject') });
}

interface ServerNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Known once the door is open. */
  readonly tokens: () => Tokens;
  readonly scenarios: Scenarios;
}

export function serverOf(core: ApiCore, { store, clock, log, tokens, scenarios }: ServerNeeds): Server {
  const { schema, registry, documents, handlers, authorizer, logic, objects, deleter, roles, services } = core;
  const { ownership } = core;
  const posted = { logic, ownership, schema, now: () => objects.now() };
  const reviews = new Reviews({
    logic,
    ownership,
    roles,
    allowed: (user, attributes) => authorizer.allowed(user, attributes),
    now: () => objects.now(),
    identify: (token) => tokens().identify(token),
  });
  const scales = new Scales({ objects, logic, ownership, engines: patchEngines, schema });
  const special = new Map([
    ...new PodActions({ store, objects, clock }).handlers(),
    ['pods/binding', (request: ResourceRequest) => bindPod(request, { ...posted, store, objects, deleter })] as const,
    ['bindings/', (request: ResourceRequest) => bindNamed(request, { ...posted, store, objects, deleter, registry })] as const,
    ['pods/eviction', (request: ResourceRequest) => evictPod(request, { ...posted, store, objects, deleter })] as const,
    ['services/proxy', (request: ResourceRequest) => services.handle(request)] as const,
    ['scale', (request: ResourceRequest) => scales.handle(request)] as const,
    ['namespaces/finalize', (request: ResourceRequest) => finalizeNamespace(request, objects, store)] as const,
    ['serviceaccounts/token', (request: ResourceRequest) => issueToken(request, { ...posted, objects, store, tokens, clock })] as const,
  ]);
  const trouble = ({ namespace, verb, resource, name }: ResourceRequest) =>
    scenarios.trouble(namespace, { verb, resource: resource.resource, name });
  return new Server({
    trouble,
    deprecation: ({ resource }) => logic.customType(resource)?.warning,
    unacceptable: acceptance,
    registry,
    documents,
    handlers,
    subresources: new Subresources(special, reviews),
    authorizer,
    log,
  });
}
