/** Puts the App controller together from what the running controllers share. */
import { parseApp } from '../api/index.ts';
import type { InventoryEntry } from '../core/plan/index.ts';
import { type Autoscalers } from './app/autoscalers.ts';
import { typesOfBuiltins } from './app/builtin-types.ts';
import { ContractMemory, requiredBeyond } from './app/contracts.ts';
import { engineHere, standardBuilders } from './app/engine.ts';
import { Identities } from './app/identities.ts';
import { readInventories } from './app/inventory.ts';
import type { Parts, Settings } from './app/parts.ts';
import { Planner } from './app/planner.ts';
import { protectedFor } from './app/protect.ts';
import { AppReconciler } from './app/reconcile.ts';
import { Rules } from './app/rules.ts';
import { Targets } from './app/targets.ts';
import type { ControllerPorts, ControllerSettings } from './create.ts';
import type { PlatformView } from './platform.ts';
import type { Watched } from './watched.ts';

/** What the running controllers share with the App controller. */
export interface Shared extends Pick<
  Parts,
  | 'cluster'
  | 'live'
  | 'lookups'
  | 'remotes'
  | 'remoteReads'
  | 'secrets'
  | 'registry'
  | 'heads'
  | 'journal'
  | 'wake'
  | 'reach'
  | 'place'
  | 'sourceQueue'
  | 'parentOf'
  | 'commits'
  | 'leave'
> {
  readonly watched: Watched;
  readonly autoscalers: Autoscalers;
  readonly platform: PlatformView;
  readonly sealed: Parts['sealed'];
  readonly renderKey: Uint8Array;
}

export function assembleApps(
  { watched, autoscalers, platform, renderKey, ...shared }: Shared,
  ports: ControllerPorts,
  settings: ControllerSettings,
): AppReconciler {
  const { clock, random, kube: hub } = ports;
  const { kube } = shared.cluster;
  const { installation, namespace, order = 'kept', include = () => true, others = 'act' } = settings;
  const rules = new Rules(others);
  const contracts = {
    apps: () => watched.apps.values(),
    registry: shared.registry,
    include,
    ordered: order === 'kept',
    memory: new ContractMemory(),
  };
  const typeOf = typesOfBuiltins();
  const planner = new Planner(shared.registry, {
    requiredBeyond: (going) => requiredBeyond(going, contracts),
    maskKey: renderKey,
    typeOf,
    protectedKeys: (app) => protectedFor(app, settings.namespace),
    scaleTargets: (wanted) => autoscalers.targets(wanted),
    ownedBy: ({ namespace, name }) => ownedBy(watched, namespace, name),
    ruleHolds: (rule, live) => rules.ignoreHolds(rule, live),
    turn: () => clock.turn(),
  });
  const { apps, sources, inventories, approvals } = watched;
  const parts: Parts = {
    ...shared,
    ports: { clock, random },
    hub,
    identities: new Identities(kube, settings.namespace, ports.clock),
    planner,
    typeOf,
    targets: new Targets(shared.registry, settings.engine ?? engineHere(standardBuilders()), {
      clock,
      lookups: shared.lookups,
      remotes: shared.remoteReads,
    }),
    renderKey,
    dependencies: {
      apps: (namespace, name) => apps.get(namespace, name),
      registry: shared.registry,
      kube,
      now: () => clock.now(),
      ready: (rule, app, dependency) => rules.dependencyReady(rule, app, dependency),
    },
    contracts,
    apps,
    sources,
    inventories,
    approvals,
  };
  const inner: Settings = { installation, namespace, platform, rules, ordered: order === 'kept', include };
  return new AppReconciler(parts, inner);
}

/** What an App owns, from its records as they are. */
function ownedBy({ apps, inventories }: Watched, namespace: string, name: string): readonly InventoryEntry[] {
  const object = apps.get(namespace, name);
  const app = object === undefined ? null : parseApp(object).value;
  if (app === null) return [];
  const { here, left } = readInventories(app, inventories.byIndex('owner', app.metadata.uid ?? ''));
  return [here, ...left].flatMap(({ entries }) => entries);
}
