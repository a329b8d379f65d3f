/** Everything that happens in the cluster by itself, started and stopped together. */
import type { Controller } from '../core/kube/controller/index.ts';
import type { Scenario } from '../core/kube/scenario/index.ts';
import type { Schema } from '../core/schema/index.ts';
import type { Clock, Log } from '../ports/index.ts';
import type { Deleter } from './api/delete.ts';
import type { KindLogic } from './api/kind-logic.ts';
import type { Objects } from './api/objects.ts';
import type { Registry } from './api/registry.ts';
import { ControllerLoop, DefinitionKeeper, GarbageCollector, NamespaceKeeper, OwnerIndex, StoreApplier } from './controllers/index.ts';
import type { Store } from './store/index.ts';

export interface ActivityParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly objects: Objects;
  readonly logic: KindLogic;
  readonly deleter: Deleter;
  readonly schema: Schema;
  readonly clock: Clock;
  readonly log: Log;
  readonly caCertificate: string;
  readonly events: 'all' | 'warnings';
  readonly scenarios: (namespace: string) => readonly Scenario[];
}

export interface Activity {
  stop(): void;
  /** Has every controller look at everything once more. */
  lookAgain(): void;
}

export function startActivity(parts: ActivityParts, workloads: readonly Controller[]): Activity {
  const owners = new OwnerIndex(parts.store);
  const loop = new ControllerLoop({ ...parts, owners, applier: new StoreApplier(parts) }, workloads);
  const keepers = [
    new DefinitionKeeper(parts),
    new NamespaceKeeper({ ...parts, furnish: workloads.length > 0 }),
    new GarbageCollector({ ...parts, owners }),
    loop,
  ];
  for (const keeper of keepers) keeper.start();
  return {
    lookAgain: () => loop.lookAgain(),
    stop: () => {
      for (const keeper of keepers) keeper.stop();
    },
  };
}
