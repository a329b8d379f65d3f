/** What an App waits for, followed in the cluster to its root: dependencies, Sources, workloads and their Pods. */
import { type App, claimOf } from '../api/index.ts';
import { complaintOf, healthOf } from '../core/health/index.ts';
import { formatRef, type KubeObject, refOf } from '../core/object/index.ts';
import { type Claim, type Explanation, explain } from '../core/why/index.ts';
import type { KubeClient } from '../ports/index.ts';
import { isReady, listApps } from './apps.ts';
import { descendants, type Node } from './descendants.ts';
import { findResource } from './resources.ts';

const nameOf = (app: App): string => `App/${app.metadata.namespace}/${app.metadata.name}`;

/** Undefined: it is ready. */
export async function explainApp(kube: KubeClient, app: App): Promise<Explanation | undefined> {
  if (isReady(app)) return undefined;
  const first = claimOf(app) ?? {
    object: nameOf(app),
    reason: 'NotObserved',
    message: 'its newest spec has not been looked at yet',
    next: 'Check that Lockstep is running.',
  };
  const claims = new Map<string, Claim>();
  let owner = app;
  for (let at: Claim | undefined = first; at?.waitsFor !== undefined && !claims.has(at.waitsFor) && claims.size < 16;) {
    const next: Claim | undefined = await claimAbout(kube, at.waitsFor, owner);
    if (next === undefined) break;
    claims.set(at.waitsFor, next);
    if (next.object.startsWith('App/')) owner = (await appNamed(kube, next.object)) ?? owner;
    at = next;
  }
  return explain(first, (object) => claims.get(object));
}

async function appNamed(kube: KubeClient, object: string): Promise<App | undefined> {
  const [, namespace, name] = object.split('/');
  return (await listApps(kube, namespace)).find(({ metadata }) => metadata.name === name);
}

async function claimAbout(kube: KubeClient, object: string, owner: App): Promise<Claim | undefined> {
  const [kind = '', ...rest] = object.split('/');
  if (kind === 'App') {
    const app = await appNamed(kube, object);
    return app === undefined
      ? { object, reason: 'Missing', message: 'it does not exist', next: 'Create it, or remove the dependency.' }
      : claimOf(app);
  }
  if (kind === 'Source') {
    const resource = await findResource(kube, 'sources.lockstep.dev');
    const found = await kube.get(resource, rest[0] ?? '', rest[1] ?? '');
    return found.ok ? claimOf(found.value) : { object, reason: 'Missing', message: found.error.message, next: 'Create it.' };
  }
  const claim = claimOfOwned(await descendants(kube, owner), object);
  if (claim === undefined || claim.waitsFor !== undefined || claim.message !== '') return claim;
  return { ...claim, message: await lastWarning(kube, object) };
}

/** A Pod whose volume cannot be mounted, for one, only says so in an event. Empty: there is none. */
async function lastWarning(kube: KubeClient, object: string): Promise<string> {
  const [kind = '', namespace = '', name = ''] = object.split('/');
  const resource = await findResource(kube, 'events');
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name},type=Warning`;
  const listed = await kube.list(resource, { namespace, fieldSelector });
  const events = listed.ok ? (listed.value.items as readonly (KubeObject & Warning)[]) : [];
  const last = events.toSorted((a, b) => Date.parse(timeOf(a)) - Date.parse(timeOf(b))).at(-1);
  return last === undefined ? '' : `${last.reason}: ${last.message}`;
}

interface Warning {
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

const timeOf = ({ lastTimestamp, eventTime, metadata }: KubeObject & Warning): string =>
  lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';

/** A delivered object by its health; what it made that is worse off comes next in the chain. */
function claimOfOwned(nodes: readonly Node[], object: string): Claim | undefined {
  const node = findNode(nodes, object);
  if (node === undefined) return undefined;
  const health = healthOf(node.object ?? undefined, { now: Date.now() });
  const worse = node.children.find((child) => child.object !== null && !isFine(child));
  return {
    object,
    reason: health.reason === '' ? health.state : health.reason,
    message: node.kind === 'Pod' && node.object !== null ? complaintOf(node.object) : health.message,
    ...(worse?.object === undefined || worse.object === null
      ? { next: `Look at it with: lockstep tree, or kubectl describe ${node.kind.toLowerCase()} ${node.name} -n ${node.namespace}` }
      : { waitsFor: formatRef(refOf(worse.object)) }),
  };
}

const isFine = ({ object }: Node): boolean => healthOf(object ?? undefined, { now: Date.now() }).state === 'Healthy';

function findNode(nodes: readonly Node[], object: string): Node | undefined {
  for (const node of nodes) {
    if ([node.kind, node.namespace, node.name].filter((part) => part !== '').join('/') === object) return node;
    const below = findNode(node.children, object);
    if (below !== undefined) return below;
  }
  return undefined;
}
