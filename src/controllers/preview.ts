/**
 * The plan of one App for any revision, made without doing anything: for `lockstep plan`, before a push or beside a running controller. It sees what the
 * controller sees, except other Apps' renders: an object that moves to another App shows as a prune here.
 */
import { type App, parseApp } from '../api/index.ts';
import type { KubeObject } from '../core/object/index.ts';
import { type Plan, type Policy } from '../core/plan/index.ts';
import { type AppId, appKey, isApp, isAppRef } from '../core/plan/owner/index.ts';
import { formatProblem, type Problem } from '../core/problem/index.ts';
import type { Clock, GitMirror, GitRevision, KubeClient } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { typesOfBuiltins } from './app/builtin-types.ts';
import { apps, Cluster, inventories, type Served } from './app/cluster.ts';
import { planFindings } from './app/contracts.ts';
import { factsFor } from './app/facts.ts';
import { discreetClient } from './app/discreet-client.ts';
import { engineHere, standardBuilders } from './app/engine.ts';
import { Identities } from './app/identities.ts';
import { readInventories } from './app/inventory.ts';
import { LiveObjects } from './app/live.ts';
import { scaleTargets } from './app/manifests.ts';
import { AppMemory } from './app/memory.ts';
import { isFailure, Planner } from './app/planner.ts';
import { policyOf } from './app/policy.ts';
import { protectedFor } from './app/protect.ts';
import { Registry } from './app/registry.ts';
import { Rules } from './app/rules.ts';
import { maskMessages } from './app/secret-texts.ts';
import { isHold, type Target, Targets } from './app/targets.ts';
import { secretFactsOnce } from './decrypt/once.ts';
import { rfc3339 } from './time.ts';

export interface PreviewPorts {
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly mirror: GitMirror;
}

export interface PreviewSettings {
  readonly namespace: string;
  readonly installation: string;
  readonly maskKey: Uint8Array;
  readonly revision: GitRevision;
  /** The Source's ignore rules. */
  readonly ignore: string;
}

export interface PreviewError {
  readonly message: string;
  readonly problems: readonly Problem[];
}

const failure = (message: string, problems: readonly Problem[] = []): Result<never, PreviewError> => err({ message, problems });

/** The plan for `object` (an App as the cluster has it) at `settings.revision`. */
export async function previewApp(object: KubeObject, ports: PreviewPorts, settings: PreviewSettings): Promise<Result<Plan, PreviewError>> {
  const parsed = parseApp(object);
  if (parsed.value === null) return failure('the App is not valid', parsed.problems);
  const app = parsed.value;
  const cluster = new Cluster(ports.kube);
  const served = await cluster.served({ refresh: true });
  if (!served.ok) return failure(served.error.message);
  const identity = await new Identities(ports.kube, settings.namespace, ports.clock).of(app);
  if (identity.kind !== 'client') return failure(identity.kind === 'missing' ? identity.message : identity.error.message);
  const registry = new Registry(
    () => undefined,
    () => undefined,
  );
  const secrets = (): readonly string[] => registry.secretsOf(appKey(app.metadata));
  const scene: Scene = { app, served: served.value, client: discreetClient(identity.client, secrets), registry, memory: new AppMemory() };
  const stored = await ports.kube.list(inventories, { namespace: app.metadata.namespace });
  if (!stored.ok) return failure(stored.error.message);
  const inventory = readInventories(app, stored.value.items).here;
  const target = await targetOf(scene, inventory.entries.length > 0, ports, settings);
  if (isHold(target)) return failure(target.message, target.problems);
  const plan = await planOf(scene, { target, inventory: inventory.entries }, ports, settings);
  const whole = plan.ok ? await withContracts(app, target, plan.value, ports.kube) : plan;
  // What refuses or warns may quote living objects, and those may quote secrets (S18).
  return maskMessages(whole, secrets());
}

interface Scene {
  readonly app: App;
  readonly served: Served;
  readonly client: KubeClient;
  readonly registry: Registry;
  readonly memory: AppMemory;
}

async function targetOf(scene: Scene, owns: boolean, ports: PreviewPorts, settings: PreviewSettings): ReturnType<Targets['newest']> {
  const { app, client, registry, memory, served } = scene;
  const key = appKey(app.metadata);
  const record = registry.put({
    key,
    createdAt: Date.parse(app.metadata.creationTimestamp ?? '') || 0,
    head: 'preview',
    parent: undefined,
  });
  const head = { revision: settings.revision, mirror: ports.mirror, at: rfc3339(ports.clock.now()), verified: false };
  const targets = new Targets(registry, engineHere(standardBuilders()), { clock: ports.clock });
  const facts = factsFor({
    app,
    client,
    served,
    kubeVersion: () => ports.kube.version(),
    headOf: () => undefined,
    key: settings.maskKey,
    secrets: await secretFactsOnce(ports.kube, settings.namespace),
  });
  return targets.newest({ app, record, memory, head, served, facts, ignore: settings.ignore, owns });
}

/** The resulting set is that of the cluster with this App, and the Apps it delivers, as they would be (S21). */
async function withContracts(app: App, target: Target, plan: Plan, kube: KubeClient): Promise<Result<Plan, PreviewError>> {
  const others = await kube.list(apps);
  if (!others.ok) return failure(others.error.message);
  const delivered = target.objects.map(({ object }) => object).filter(isApp);
  const pruned = plan.items.filter(({ operation, ref }) => operation === 'prune' && isAppRef(ref));
  const leaving = new Set(pruned.map(({ ref }) => appKey(ref)));
  const { refused, warnings } = planFindings({ app, chart: target.render.contracts, others: others.value.items, delivered, leaving });
  return ok({ ...plan, refused: [...plan.refused, ...refused], warnings: [...plan.warnings, ...warnings] });
}

interface Wanted {
  readonly target: Target;
  readonly inventory: Parameters<Planner['plan']>[0]['inventory'];
}

async function planOf(scene: Scene, wanted: Wanted, ports: PreviewPorts, settings: PreviewSettings): Promise<Result<Plan, PreviewError>> {
  const { app, client, served } = scene;
  const rules = new Rules();
  const living = await livingScalers(ports.kube, served);
  const planner = new Planner(scene.registry, {
    // The whole set is judged afterwards, of what the cluster has.
    requiredBeyond: () => new Map(),
    maskKey: settings.maskKey,
    typeOf: typesOfBuiltins(),
    protectedKeys: (one) => protectedFor(one, settings.namespace),
    scaleTargets: (planned) => new Map([...living, ...scaleTargets(planned)]),
    ownedBy: () => [],
    ruleHolds: (rule, live) => rules.ignoreHolds(rule, live),
  });
  const owner: AppId = { installation: settings.installation, namespace: app.metadata.namespace, name: app.metadata.name };
  const policy: Policy = policyOf(app, { engine: 'approve', approved: new Set() });
  // Without informers every object is read from the server: right for one App, once.
  const live = new LiveObjects({ watch: () => Promise.resolve(), get: () => undefined });
  const planned = await planner.plan({ app, owner, ...wanted, memory: scene.memory, access: { client, served, live }, policy });
  return isFailure(planned) ? failure(planned.failed.message) : ok(planned.plan);
}

async function livingScalers(kube: KubeClient, served: Served): Promise<ReadonlyMap<string, string>> {
  const resource = served.findKind({ group: 'autoscaling', kind: 'HorizontalPodAutoscaler' });
  const list = resource === undefined ? undefined : await kube.list(resource);
  return scaleTargets(list?.ok === true ? list.value.items : []);
}

/** All problems, a line each. */
export const formatPreviewError = ({ message, problems }: PreviewError): string =>
  problems.length === 0 ? message : problems.map(formatProblem).join('\n');
