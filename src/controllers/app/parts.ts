/** What the App controller is made of; put together in `controllers/index.ts`. */
import type { App } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { AppId } from '../../core/plan/owner/index.ts';
import type { Clock, KubeClient, Random } from '../../ports/index.ts';
import type { Informer, WorkQueue } from '../../runtime/index.ts';
import type { SecretFacts } from '../decrypt/secret-facts.ts';
import type { CommitDesk } from '../commits/index.ts';
import type { Journal } from '../events/journal.ts';
import type { FinishEnd } from './finish.ts';
import type { InventoryState } from './inventory.ts';
import type { SealedReconciler } from '../sealed/reconcile.ts';
import type { Heads } from '../source/heads.ts';
import type { PlatformView } from '../platform.ts';
import type { Cluster } from './cluster.ts';
import type { ContractPorts } from './contracts.ts';
import type { DependencyPorts } from './dependencies.ts';
import type { Identities } from './identities.ts';
import type { LiveObjects } from './live.ts';
import type { Lookups } from './lookups.ts';
import type { Planner, PlannerSettings } from './planner.ts';
import type { Remotes } from '../remotes/index.ts';
import type { Reach } from './reach.ts';
import type { RemoteReads } from './remote-reads.ts';
import type { Registry } from './registry.ts';
import type { Rules } from './rules.ts';
import type { Targets } from './targets.ts';

export interface Parts {
  readonly ports: { readonly clock: Clock; readonly random: Random };
  /** The cluster that Lockstep lives in: Apps, their records and their status. */
  readonly hub: KubeClient;
  /** The cluster that the Apps of this controller are delivered to. */
  readonly cluster: Cluster;
  readonly reach: Reach;
  /** Which cluster that is, as `reach` names it. */
  readonly place: string;
  readonly live: LiveObjects;
  readonly lookups: Lookups;
  readonly remotes: Remotes;
  readonly remoteReads: RemoteReads;
  readonly registry: Registry;
  readonly heads: Heads;
  readonly identities: Identities;
  readonly journal: Journal;
  readonly planner: Planner;
  /** The type of a built-in kind. */
  readonly typeOf: PlannerSettings['typeOf'];
  readonly targets: Targets;
  /** The installation's key: randomness of renders is drawn from it (S12). */
  readonly renderKey: Uint8Array;
  readonly dependencies: DependencyPorts;
  readonly contracts: ContractPorts;
  readonly sealed: { readonly reconciler: SealedReconciler };
  readonly secrets: SecretFacts;
  readonly apps: Informer;
  readonly sources: Informer;
  readonly inventories: Informer;
  readonly approvals: Informer;
  /** Tells every App that waits for it, wherever it is delivered to. */
  readonly wake: (topic: string) => void;
  /** Makes the commit that goes back. */
  readonly commits: Pick<CommitDesk, 'revert' | 'refusal'>;
  readonly sourceQueue: () => WorkQueue;
  /** Takes away what an App has left in a cluster that it named before. */
  readonly leave: (app: App, left: InventoryState) => Promise<FinishEnd>;
  /** The App that delivers this object, by its proof. */
  readonly parentOf: (object: KubeObject) => AppId | undefined;
}

export interface Settings {
  readonly installation: string;
  /** Lockstep's own namespace. */
  readonly namespace: string;
  readonly platform: PlatformView;
  readonly rules: Rules;
  /** Whether Apps wait for what they depend on. */
  readonly ordered: boolean;
  /** Apps that are looked at. */
  readonly include: (app: App) => boolean;
}
