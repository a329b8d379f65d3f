/** The release record, as JSON has it. Source: Helm 4 pkg/release/v1 (release.go, info.go, hook.go), pkg/release/common/status.go. */
import { type Json, type JsonObject, getKey, isObject } from '../object/index.ts';

export type ReleaseStatus =
  | 'unknown'
  | 'deployed'
  | 'uninstalled'
  | 'superseded'
  | 'failed'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

export type HookPhase = '' | 'Unknown' | 'Running' | 'Succeeded' | 'Failed';

export interface HookRun {
  /** RFC 3339, as the writer wrote it. */
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly phase: HookPhase;
}

export interface HookRecord {
  readonly name: string;
  readonly kind: string;
  /** Of the template. */
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly string[];
  readonly lastRun: HookRun;
  readonly weight: number;
  readonly deletePolicies: readonly string[];
  readonly outputLogPolicies: readonly string[];
}

export interface Release {
  readonly name: string;
  readonly namespace: string;
  /** The revision, from 1. */
  readonly version: number;
  readonly status: ReleaseStatus;
  readonly description: string;
  /** RFC 3339; kept as they were written. */
  readonly firstDeployed: string;
  readonly lastDeployed: string;
  readonly deleted: string;
  readonly notes: string;
  /** The chart as Helm encodes it; subcharts are not in it. */
  readonly chart: JsonObject | null;
  /** What the user gave; absent when nothing was. */
  readonly config: JsonObject | undefined;
  readonly manifest: string;
  readonly hooks: readonly HookRecord[];
  /** How its objects are applied; empty means `csa`. */
  readonly applyMethod: 'ssa' | 'csa' | '';
  /** Labels that are not Helm's own. */
  readonly labels: Readonly<Record<string, string>>;
}

const statuses: ReadonlySet<string> = new Set<ReleaseStatus>([
  'unknown',
  'deployed',
  'uninstalled',
  'superseded',
  'failed',
  'uninstalling',
  'pending-install',
  'pending-upgrade',
  'pending-rollback',
]);

/** A status nobody knows counts as `unknown`, as it does for Helm. */
export const statusOf = (text: string): ReleaseStatus => (statuses.has(text) ? (text as ReleaseStatus) : 'unknown');

/** Something is being done to it right now, or was when its writer died. */
export const isPending = (status: ReleaseStatus): boolean => status.startsWith('pending-');

const given = <K extends string, V>(key: K, value: V, empty: boolean): { readonly [k in K]?: V } =>
  empty ? {} : ({ [key]: value } as { readonly [k in K]?: V });

/** In the order of Go's struct; what is empty is left out where Go leaves it out. */
export function releaseToJson(release: Release): JsonObject {
  const { config } = release;
  return {
    ...given('name', release.name, release.name === ''),
    info: {
      ...given('first_deployed', release.firstDeployed, release.firstDeployed === ''),
      ...given('last_deployed', release.lastDeployed, release.lastDeployed === ''),
      ...given('deleted', release.deleted, release.deleted === ''),
      ...given('description', release.description, release.description === ''),
      status: release.status,
      ...given('notes', release.notes, release.notes === ''),
    },
    ...given('chart', release.chart, release.chart === null),
    ...given('config', config, config === undefined || Object.keys(config).length === 0),
    ...given('manifest', release.manifest, release.manifest === ''),
    ...given('hooks', release.hooks.map(hookToJson), release.hooks.length === 0),
    version: release.version,
    ...given('namespace', release.namespace, release.namespace === ''),
    ...given('apply_method', release.applyMethod, release.applyMethod === ''),
  };
}

const hookToJson = (hook: HookRecord): JsonObject => ({
  name: hook.name,
  kind: hook.kind,
  path: hook.path,
  manifest: hook.manifest,
  events: hook.events,
  last_run: {
    ...given('started_at', hook.lastRun.startedAt ?? '', hook.lastRun.startedAt === undefined),
    ...given('completed_at', hook.lastRun.completedAt ?? '', hook.lastRun.completedAt === undefined),
    phase: hook.lastRun.phase,
  },
  ...given('weight', hook.weight, hook.weight === 0),
  ...given('delete_policies', hook.deletePolicies, hook.deletePolicies.length === 0),
  ...given('output_log_policies', hook.outputLogPolicies, hook.outputLogPolicies.length === 0),
});

const textAt = (object: JsonObject, key: string): string => {
  const value = getKey(object, key);
  return typeof value === 'string' ? value : '';
};

const numberAt = (object: JsonObject, key: string): number => {
  const value = getKey(object, key);
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0;
};

const textsAt = (object: JsonObject, key: string): readonly string[] => {
  const value = getKey(object, key);
  return Array.isArray(value) ? (value as readonly Json[]).filter((item) => typeof item === 'string') : [];
};

const objectAt = (object: JsonObject, key: string): JsonObject | undefined => {
  const value = getKey(object, key);
  return isObject(value) ? value : undefined;
};

/** Undefined when it is no release at all; fields of the wrong type are as if they were not there. */
export function releaseFromJson(json: Json, labels: Release['labels']): Release | undefined {
  if (!isObject(json)) return undefined;
  const [name, version] = [textAt(json, 'name'), numberAt(json, 'version')];
  if (name === '' || version < 1) return undefined;
  const info = objectAt(json, 'info') ?? {};
  const hooks = getKey(json, 'hooks');
  const method = textAt(json, 'apply_method');
  return {
    name,
    version,
    namespace: textAt(json, 'namespace'),
    status: statusOf(textAt(info, 'status')),
    description: textAt(info, 'description'),
    firstDeployed: textAt(info, 'first_deployed'),
    lastDeployed: textAt(info, 'last_deployed'),
    deleted: textAt(info, 'deleted'),
    notes: textAt(info, 'notes'),
    chart: objectAt(json, 'chart') ?? null,
    config: objectAt(json, 'config'),
    manifest: textAt(json, 'manifest'),
    hooks: Array.isArray(hooks) ? (hooks as readonly Json[]).filter(isObject).map(hookFromJson) : [],
    applyMethod: method === 'ssa' || method === 'csa' ? method : '',
    labels,
  };
}

const phases: ReadonlySet<string> = new Set<HookPhase>(['', 'Unknown', 'Running', 'Succeeded', 'Failed']);

function hookFromJson(json: JsonObject): HookRecord {
  const run = objectAt(json, 'last_run') ?? {};
  const [started, completed, phase] = ['started_at', 'completed_at', 'phase'].map((key) => textAt(run, key)) as [string, string, string];
  return {
    name: textAt(json, 'name'),
    kind: textAt(json, 'kind'),
    path: textAt(json, 'path'),
    manifest: textAt(json, 'manifest'),
    events: textsAt(json, 'events'),
    lastRun: {
      ...(started === '' ? {} : { startedAt: started }),
      ...(completed === '' ? {} : { completedAt: completed }),
      phase: phases.has(phase) ? (phase as HookPhase) : 'Unknown',
    },
    weight: numberAt(json, 'weight'),
    deletePolicies: textsAt(json, 'delete_policies'),
    outputLogPolicies: textsAt(json, 'output_log_policies'),
  };
}
