/**
 * Our kinds (`lockstep.dev/v1`): types, CRDs, defaults, validation, conditions, reasons, names.
 * In: objects as the API server or a file has them. Out: typed, defaulted, checked objects and every problem found. Never: talks to a cluster.
 */
export {
  getCondition,
  removeCondition,
  setCondition,
  type Condition,
  type ConditionStatus,
  type ConditionType,
  type NewCondition,
} from './conditions.ts';
export { names } from './names.table.ts';
export { reasons, type Reason, type ReasonCode } from './reasons.table.ts';
export type {
  App,
  AppSpec,
  AppStatus,
  Approval,
  Channel,
  ChannelSpec,
  ChannelStatus,
  ApprovalSpec,
  Dependency,
  Drift,
  GitRefSpec,
  GitSpec,
  HealthCheck,
  HistoryEntry,
  IgnoreRule,
  Input,
  Inventory,
  InventoryEntry,
  InventorySpec,
  Phase,
  Platform,
  PlatformSpec,
  PlatformStatus,
  TargetCluster,
  TargetClusterStatus,
  SenderName,
  Source,
  SourceSpec,
  SourceStatus,
  Why,
} from './types.ts';
export { crds } from './crds.ts';
export { onRewrite, targetOf } from './effective.ts';
export { environmentLabel, environmentOf } from './environment.ts';
export { parseApp, parseApproval, parseChannel, parseInventory, parsePlatform, parseSource, parseTargetCluster } from './parse.ts';
export { claimOf, nextStep, remarksOf } from './why.ts';
export { parseDuration } from './schema/rules.ts';
export { concerns, repositoryPlace, type Moved } from './repository.ts';
export { isNewsType, newsTypes, severities, severityOf, type Severity } from './news.table.ts';
