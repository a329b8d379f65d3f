/**
 * The health the product goes by. Where kstatus and the per-kind rules differ, the stricter one counts (docs/adr): an object is Healthy only when both
 * say so. Two exceptions, where kstatus knows less: finished Pods and running Jobs are judged by the per-kind rule alone; and one where the rule would
 * wait for ever: an Ingress that no controller gives an address is assumed healthy.
 */
import { type KubeObject, getKey, isObject, parseApiVersion } from '../object/index.ts';
import { type CustomChecks, customVerdict } from './checks.ts';
import { at, conditions, kindKey, text } from './fields.ts';
import { builtinGroups, kindTable, silentKinds, speakingGroups } from './kinds.table.ts';
import { computeStatus, type KStatusResult } from './kstatus/index.ts';
import { ASSUMED, type Health, type Provenance, type Verdict } from './state.ts';

/** The rule of the object's kind alone; undefined when there is none (Argo CD: GetHealthCheckFunc). */
export function kindHealth(object: KubeObject): Verdict | undefined {
  const deleted = text(object, ['metadata', 'deletionTimestamp']) !== '';
  const hook = object.metadata.finalizers?.includes('argocd.argoproj.io/hook-finalizer') === true;
  if (deleted && !hook) return { state: 'Progressing', message: 'Pending deletion', reason: 'Terminating' };
  const rule = kindTable.get(kindKey(object));
  if (rule === undefined) return undefined;
  const { group, version } = parseApiVersion(object.apiVersion);
  if (rule.versions !== undefined && !rule.versions.includes(version))
    return {
      state: 'Unknown',
      message: `unsupported ${object.kind} GVK: ${group}/${version}, Kind=${object.kind}`,
      reason: 'HealthUnknown',
    };
  return rule.judge(object);
}

export interface HealthInput {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Rules of the App. */
  readonly checks?: CustomChecks;
}

/** The health of a live object; `undefined` stands for an object that is not there. */
export function healthOf(object: KubeObject | undefined, input: HealthInput): Health {
  if (object === undefined) return { state: 'Missing', reason: 'Missing', message: 'The object does not exist', provenance: 'observed' };
  const status = computeStatus(object, input.now);
  if (status.status === 'Terminating')
    return { state: 'Progressing', reason: 'Terminating', message: 'Pending deletion', provenance: provenanceOf(object) };
  const custom = input.checks === undefined ? undefined : customVerdict(input.checks, object);
  // A check is asked only about a status that speaks of this generation.
  const stale = status.conditions.some(({ reason }) => reason === 'LatestGenerationNotObserved');
  if (custom !== undefined && (!stale || custom === ASSUMED)) return known(object, custom);
  return known(object, stricter(object, fromStatus(status), kindHealth(object)));
}

function known(object: KubeObject, verdict: Verdict): Health {
  const provenance = provenanceOf(object);
  const assumed = verdict.state === 'Healthy' && verdict.reason === ASSUMED.reason;
  return {
    state: verdict.state,
    message: verdict.message,
    reason: assumed ? 'Healthy' : (verdict.reason ?? verdict.state),
    provenance: assumed ? 'assumed' : provenance,
  };
}

/** Kinds where kstatus calls something current that is not done, or failed. */
const RULE_ALONE: ReadonlySet<string> = new Set(['Pod', 'batch/Job']);
const INGRESS: ReadonlySet<string> = new Set(['networking.k8s.io/Ingress', 'extensions/Ingress']);

/** What the embedded cluster cannot know is no fault of the system in it. */
const SCALERS: ReadonlySet<string> = new Set(['autoscaling/HorizontalPodAutoscaler']);

function stricter(object: KubeObject, status: Verdict, rule: Verdict | undefined): Verdict {
  const key = kindKey(object);
  if (rule === undefined) return status.state === 'Healthy' ? withoutRule(object, status) : status;
  if (INGRESS.has(key) && rule.state === 'Progressing' && status.state === 'Healthy')
    return { state: 'Healthy', message: 'No controller has given it an address', reason: ASSUMED.reason };
  if (SCALERS.has(key) && rule.reason === 'FailedGetResourceMetric' && provenanceOf(object) === 'simulated')
    return { state: 'Healthy', message: 'The simulated cluster has no metrics: it does not scale here' };
  if (rule.state !== 'Healthy') return key === 'Pod' && rule.state === 'Progressing' && status.state === 'Degraded' ? status : rule;
  return RULE_ALONE.has(key) ? rule : status.state === 'Healthy' ? rule : status;
}

/** No rule and nothing wrong: whether anybody would say otherwise depends on the kind. */
function withoutRule(object: KubeObject, status: Verdict): Verdict {
  const { group } = parseApiVersion(object.apiVersion);
  if (builtinGroups.has(group) || silentKinds.has(kindKey(object))) return status;
  if (conditions(object).some(({ type }) => type === 'Ready')) return status;
  if (speakingGroups.has(group)) return { state: 'Progressing', message: 'Its controller has not reported yet', reason: 'NotObserved' };
  return ASSUMED;
}

function fromStatus(status: KStatusResult): Verdict {
  const reason = status.conditions[0]?.reason;
  const rest = { message: status.message, ...(reason === undefined || reason === '' ? {} : { reason }) };
  switch (status.status) {
    case 'Current':
      return { state: 'Healthy', ...rest };
    case 'Failed':
      return { state: 'Degraded', ...rest };
    case 'NotFound':
      return { state: 'Missing', ...rest };
    case 'Unknown':
      return { state: 'Unknown', ...rest, reason: 'HealthUnknown' };
    case 'InProgress':
    case 'Terminating':
      return { state: 'Progressing', ...rest };
  }
}

const SIMULATED = 'lockstep.dev/simulated';
const SIMULATOR = 'lockstep-simulator';

/** The embedded cluster marks what its stand-in for the workload controllers wrote (S23). */
function provenanceOf(object: KubeObject): Provenance {
  if (getKey(object.metadata.annotations ?? {}, SIMULATED) === 'true') return 'simulated';
  const managed = at(object, 'metadata', 'managedFields');
  const simulated = Array.isArray(managed) && managed.some((entry) => isObject(entry) && text(entry, ['manager']) === SIMULATOR);
  return simulated ? 'simulated' : 'observed';
}
