/**
 * Workloads that behave. In: a view of the cluster. Out: changes that the controllers of a real cluster would make, with simulated containers.
 * Never: runs anything.
 */
import type { Controller } from '../controller/index.ts';
import { aggregationController, quotaController } from './account.ts';
import { apiServiceController } from './api-service.ts';
import { cronJobController } from './cron-job.ts';
import { daemonSetController } from './daemon-set.ts';
import { deploymentController } from './deployment.ts';
import { jobController } from './job.ts';
import { loadBalancerController } from './load-balancer.ts';
import { podController } from './pod.ts';
import { autoscalerController, budgetController } from './policy.ts';
import { replicaSetController } from './replica-set.ts';
import { serviceController } from './service.ts';
import { statefulSetController } from './stateful-set.ts';
import { claimController, volumeController } from './storage.ts';

export { MADE_BY } from './made-secrets.ts';

/** All controllers of simulated workloads. */
export const workloadControllers: readonly Controller[] = [
  deploymentController,
  replicaSetController,
  statefulSetController,
  daemonSetController,
  jobController,
  cronJobController,
  serviceController,
  loadBalancerController,
  apiServiceController,
  claimController,
  volumeController,
  budgetController,
  autoscalerController,
  quotaController,
  aggregationController,
  podController,
];
