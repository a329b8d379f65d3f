/**
 * Workloads that behave. In: a view of the cluster. Out: changes that the controllers of a real cluster would make, with simulated containers.
 * Never: runs anything.
 */
import type { Controller } from '../controller/index.ts';
import { deploymentController } from './deployment.ts';
import { podController } from './pod.ts';
import { replicaSetController } from './replica-set.ts';

/** All controllers of simulated workloads. */
export const workloadControllers: readonly Controller[] = [deploymentController, replicaSetController, podController];
