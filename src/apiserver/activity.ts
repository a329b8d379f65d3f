/** Everything that happens in the cluster by itself, started and stopped together. */
import type { Controller } from '../core/kube/controller/index.ts';
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
}

export function startActivity(parts: ActivityParts, workloads: readonly Controller[]): { stop(): void } {
  const owners = new OwnerIndex(parts.store);
  const keepers = [
    new DefinitionKeeper(parts),
    new NamespaceKeeper({ ...parts, furnish: workloads.length > 0 }),
    new GarbageCollector({ ...parts, owners }),
    new ControllerLoop({ ...parts, owners, applier: new StoreApplier(parts) }, workloads),
  ];
  for (const keeper of keepers) keeper.start();
  return {
    stop: () => {
      for (const keeper of keepers) keeper.stop();
    },
  };
}
