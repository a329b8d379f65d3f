/** Which rule judges which kind, and which kinds have nothing to report. By `group/Kind`; the core group's kinds without a slash. */
import type { KubeObject } from '../object/index.ts';
import { jobHealth, podHealth } from './pods.ts';
import { apiServiceHealth, autoscalerHealth, claimHealth, ingressHealth, serviceHealth, workflowHealth } from './services.ts';
import { sealedSecretHealth } from './sealed.ts';
import type { Verdict } from './state.ts';
import { daemonSetHealth, deploymentHealth, replicaSetHealth, statefulSetHealth } from './workloads.ts';

export interface KindRule {
  readonly judge: (object: KubeObject) => Verdict;
  /** Versions whose fields the rule knows; absent: any. */
  readonly versions?: readonly string[];
}

const v1 = (judge: KindRule['judge'], versions = ['v1']): KindRule => ({ judge, versions });

export const kindTable: ReadonlyMap<string, KindRule> = new Map<string, KindRule>([
  ['apps/Deployment', v1(deploymentHealth)],
  ['apps/StatefulSet', v1(statefulSetHealth)],
  ['apps/ReplicaSet', v1(replicaSetHealth)],
  ['apps/DaemonSet', v1(daemonSetHealth)],
  ['Pod', v1(podHealth)],
  ['batch/Job', v1(jobHealth)],
  ['Service', v1(serviceHealth)],
  ['PersistentVolumeClaim', v1(claimHealth)],
  ['networking.k8s.io/Ingress', { judge: ingressHealth }],
  ['extensions/Ingress', { judge: ingressHealth }],
  ['autoscaling/HorizontalPodAutoscaler', v1(autoscalerHealth, ['v1', 'v2'])],
  ['apiregistration.k8s.io/APIService', v1(apiServiceHealth, ['v1', 'v1beta1'])],
  ['argoproj.io/Workflow', { judge: workflowHealth }],
  ['bitnami.com/SealedSecret', { judge: sealedSecretHealth }],
]);

/** Groups of kinds that Kubernetes itself serves: an object of theirs without a rule is complete as soon as it exists. */
export const builtinGroups: ReadonlySet<string> = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'extensions',
  'flowcontrol.apiserver.k8s.io',
  'internal.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
]);

/** Groups whose controllers always write conditions: silence means they have not looked yet. */
export const speakingGroups: ReadonlySet<string> = new Set([
  'lockstep.dev',
  'helm.toolkit.fluxcd.io',
  'kustomize.toolkit.fluxcd.io',
  'source.toolkit.fluxcd.io',
  'cert-manager.io',
]);

/** Kinds of those groups that carry no status at all. */
export const silentKinds: ReadonlySet<string> = new Set(['lockstep.dev/Inventory', 'lockstep.dev/Approval']);
