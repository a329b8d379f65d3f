/** What must be in a cluster before the controllers can work: our kinds, our namespace, and the Source and root App that say where Git is. */
import { crds, type App, type Source } from '../api/index.ts';
import { SYSTEM_NAMESPACE } from '../api/install/index.ts';
import type { KubeObject } from '../core/object/index.ts';
import { sealedSecretDefinition } from '../core/secrets/sealed/definition/index.ts';
import type { ApiResource, Clock, KubeClient, KubeError } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';

const MANAGER = 'lockstep-install';
const LONGEST_ESTABLISHMENT = 30_000;
const LOOK_AGAIN = 500;

const resourceOf = (group: string, kind: string, resource: string, version = 'v1'): ApiResource => ({
  group,
  version,
  kind,
  resource,
  namespaced: false,
  verbs: [],
});
const CRD_RESOURCE = resourceOf('apiextensions.k8s.io', 'CustomResourceDefinition', 'customresourcedefinitions');
const NAMESPACE_RESOURCE = resourceOf('', 'Namespace', 'namespaces');
const PLATFORM_RESOURCE = resourceOf('lockstep.dev', 'Platform', 'platforms');
const SOURCE_RESOURCE: ApiResource = { ...resourceOf('lockstep.dev', 'Source', 'sources'), namespaced: true };
const APP_RESOURCE: ApiResource = { ...resourceOf('lockstep.dev', 'App', 'apps'), namespaced: true };

/** Applies the kinds and the namespace, and waits until the kinds are served. Changes nothing where they are there already. */
export async function installKinds(kube: KubeClient, clock: Clock): Promise<Result<void, KubeError>> {
  const objects = [...crds().map((crd) => [CRD_RESOURCE, crd] as const), [NAMESPACE_RESOURCE, systemNamespace()] as const];
  for (const [resource, object] of objects) {
    const applied = await kube.apply(resource, object, { fieldManager: MANAGER, force: true });
    if (!applied.ok) return applied;
  }
  const sealed = await installSealedSecrets(kube);
  if (!sealed.ok) return sealed;
  for (const crd of [...crds(), sealedSecretDefinition]) {
    const established = await waitEstablished(kube, clock, crd.metadata.name ?? '');
    if (!established.ok) return established;
  }
  return ok(undefined);
}

/** The kind of somebody else's is made where it is missing, and left as it is where the original brought it. */
async function installSealedSecrets(kube: KubeClient): Promise<Result<void, KubeError>> {
  const created = await kube.create(CRD_RESOURCE, sealedSecretDefinition, { fieldManager: MANAGER });
  return created.ok || created.error.reason === 'AlreadyExists' ? ok(undefined) : created;
}

/** Our own namespace, in which the lease is: without it nobody ever leads. Who may not make it works with the one that `lockstep install` has made. */
export async function makeSystemNamespace(kube: KubeClient): Promise<void> {
  const found = await kube.get(NAMESPACE_RESOURCE, '', SYSTEM_NAMESPACE);
  if (!found.ok && found.error.code === 404) await kube.create(NAMESPACE_RESOURCE, systemNamespace(), { fieldManager: MANAGER });
}

/** The kinds are there already, put by whoever installed Lockstep: the controllers have no right to change them. */
export async function awaitKinds(kube: KubeClient, clock: Clock): Promise<Result<void, KubeError>> {
  for (const crd of crds()) {
    const established = await waitEstablished(kube, clock, crd.metadata.name ?? '');
    if (established.ok) continue;
    const message = `${established.error.message}; install this version with "lockstep install"`;
    return err({ ...established.error, message });
  }
  return ok(undefined);
}

/** Where the lease is. Made before anybody leads: as long as it is not there, nobody can. */
export async function ensureNamespace(kube: KubeClient): Promise<void> {
  const found = await kube.get(NAMESPACE_RESOURCE, '', SYSTEM_NAMESPACE);
  if (!found.ok && found.error.code === 404)
    await kube.apply(NAMESPACE_RESOURCE, systemNamespace(), { fieldManager: MANAGER, force: true });
}

/** Resolves once the kinds are served, whoever makes them; false when `signal` aborts first. Only reads. */
export async function kindsAreServed(kube: KubeClient, clock: Clock, signal: AbortSignal): Promise<boolean> {
  for (const crd of crds()) {
    for (;;) {
      const found = await kube.get(CRD_RESOURCE, '', crd.metadata.name ?? '');
      if (signal.aborted) return false;
      if (found.ok && isEstablished(found.value)) break;
      await clock.sleep(LOOK_AGAIN, signal);
    }
  }
  return true;
}

const systemNamespace = (): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM_NAMESPACE } });

/** Resolves once a kind is served, as far as its CRD says. */
export async function waitEstablished(kube: KubeClient, clock: Clock, name: string): Promise<Result<void, KubeError>> {
  const deadline = clock.monotonic() + LONGEST_ESTABLISHMENT;
  for (;;) {
    const crd = await kube.get(CRD_RESOURCE, '', name);
    if (!crd.ok) return crd;
    if (isEstablished(crd.value)) return ok(undefined);
    if (clock.monotonic() > deadline) return err({ code: 0, reason: 'Timeout', message: `${name} is not established` });
    await clock.sleep(50);
  }
}

function isEstablished(crd: KubeObject): boolean {
  const status = crd['status'] as { readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] } | undefined;
  return (status?.conditions ?? []).some((condition) => condition.type === 'Established' && condition.status === 'True');
}

export interface RootOptions {
  readonly url: string;
  /** Folder in the repository that the root App applies. */
  readonly path: string;
  readonly ref: { readonly branch?: string; readonly tag?: string; readonly semver?: string; readonly commit?: string };
  /** Names of the Source and the root App. */
  readonly names: { readonly source: string; readonly app: string };
  /** Where objects without a namespace go; also created. */
  readonly namespace?: string;
  /** For a credential Secret that is there already. */
  readonly secretName?: string;
  /** How often the Source is looked at; absent: its default. */
  readonly interval?: string;
  /** URL prefixes that the Platform is to allow, besides those it allows already. */
  readonly allowedRemotes?: readonly string[];
}

/** Applies the Source and the App that everything else follows from: the bootstrap kit. */
export async function applyRoot(kube: KubeClient, options: RootOptions): Promise<Result<void, KubeError>> {
  const { allowedRemotes = [] } = options;
  if (allowedRemotes.length > 0) {
    const platform = { apiVersion: 'lockstep.dev/v1', kind: 'Platform', metadata: { name: 'default' }, spec: { allowedRemotes } };
    const applied = await kube.apply(PLATFORM_RESOURCE, platform as KubeObject, { fieldManager: MANAGER, force: true });
    if (!applied.ok) return applied;
  }
  for (const object of rootObjects(options)) {
    const resource = object.kind === 'App' ? APP_RESOURCE : SOURCE_RESOURCE;
    const applied = await kube.apply(resource, object, { fieldManager: MANAGER, force: true });
    if (!applied.ok) return applied;
  }
  return ok(undefined);
}

/** The Source and the root App. */
export const rootObjects = (options: RootOptions): readonly KubeObject[] =>
  [sourceOf(options), rootApp(options)] as unknown as readonly KubeObject[];

type Sketch<T extends { readonly spec: unknown }> = Omit<T, 'spec'> & { readonly spec: Readonly<Record<string, unknown>> };

const sourceOf = ({ url, ref, names, secretName, interval }: RootOptions): Sketch<Source> => ({
  apiVersion: 'lockstep.dev/v1',
  kind: 'Source',
  metadata: { name: names.source, namespace: SYSTEM_NAMESPACE },
  spec: {
    git: { url, ref },
    ...(interval === undefined ? {} : { interval }),
    ...(secretName === undefined ? {} : { auth: { secretRef: { name: secretName } } }),
  },
});

const rootApp = ({ path, names, namespace }: RootOptions): Sketch<App> => ({
  apiVersion: 'lockstep.dev/v1',
  kind: 'App',
  metadata: { name: names.app, namespace: SYSTEM_NAMESPACE },
  spec: {
    source: { name: names.source, ...(path === '' ? {} : { path }) },
    ...(namespace === undefined ? {} : { target: { namespace, createNamespace: {} } }),
  },
});
