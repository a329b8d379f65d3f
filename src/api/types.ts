/** Our kinds as TypeScript sees them, after defaulting. They are JSON: each is a `KubeObject` and may be handed to any port. */
import type { ObjectMeta } from '../core/object/index.ts';
import type { AppStatus } from './kinds/app-status.table.ts';
import type { AppSpec } from './kinds/app.table.ts';
import type { ChannelSpec, ChannelStatus } from './kinds/channel.table.ts';
import type { PlatformSpec, PlatformStatus } from './kinds/platform.table.ts';
import type { ApprovalSpec, InventorySpec } from './kinds/records.table.ts';
import type { TargetClusterSpec, TargetClusterStatus } from './kinds/target-cluster.table.ts';
import type { SourceSpec, SourceStatus } from './kinds/source.table.ts';

export type NamedMeta = ObjectMeta & { readonly name: string };
export type NamespacedMeta = NamedMeta & { readonly namespace: string };

type Of<K extends string, M extends ObjectMeta, Spec> = {
  readonly apiVersion: 'lockstep.dev/v1';
  readonly kind: K;
  readonly metadata: M;
  readonly spec: Spec;
};

export type Source = Of<'Source', NamespacedMeta, SourceSpec> & { readonly status?: SourceStatus };
export type App = Of<'App', NamespacedMeta, AppSpec> & { readonly status?: AppStatus };
export type Inventory = Of<'Inventory', NamespacedMeta, InventorySpec>;
export type Approval = Of<'Approval', NamespacedMeta, ApprovalSpec>;
export type TargetCluster = Of<'TargetCluster', NamespacedMeta, TargetClusterSpec> & { readonly status?: TargetClusterStatus };
export type Channel = Of<'Channel', NamespacedMeta, ChannelSpec> & { readonly status?: ChannelStatus };
export type Platform = Of<'Platform', NamedMeta, PlatformSpec> & { readonly status?: PlatformStatus };

export type InventoryEntry = InventorySpec['entries'][number];
/** One exact version something was made from. */
export type Input = NonNullable<AppStatus['applied']>['inputs'][number];
export type Phase = NonNullable<AppStatus['attempted']>['phase'];
export type Why = NonNullable<AppStatus['why']>[number];
export type Drift = NonNullable<AppStatus['drift']>[number];
export type HistoryEntry = NonNullable<AppStatus['history']>[number];
export type HealthCheck = NonNullable<AppSpec['health']['checks']>[number];
export type Dependency = NonNullable<AppSpec['dependsOn']>[number];
export type IgnoreRule = NonNullable<AppSpec['sync']['ignore']>[number];
/** Which ref of a Git source. */
export type GitRefSpec = NonNullable<NonNullable<SourceSpec['git']>['ref']>;
/** Who announces that something moved. */
export type SenderName = NonNullable<NonNullable<SourceSpec['webhook']>['sender']>;
export type GitSpec = NonNullable<SourceSpec['git']>;
export type {
  AppSpec,
  AppStatus,
  ApprovalSpec,
  ChannelSpec,
  ChannelStatus,
  InventorySpec,
  PlatformSpec,
  PlatformStatus,
  SourceSpec,
  SourceStatus,
  TargetClusterStatus,
};
