/**
 * Lockstep in a cluster of its own: put there, following its own repository, taken away, and looked over.
 * In: a client of the cluster and what a person chose. Out: what was done, step by step. Never: decides what is delivered.
 */
export { applyObjects, waitAvailable } from './apply.ts';
export { bootstrap, manifests } from './bootstrap.ts';
export { chooseSettings } from './choose.ts';
export { doctor, type Finding } from './doctor.ts';
export { InstallError } from './failure.ts';
export { uninstall } from './uninstall.ts';
