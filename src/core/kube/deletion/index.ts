/**
 * Deletion. In: the live object and the options. Out: what becomes of it. Never: removes anything.
 */
export { CRD_CLEANUP, decideDeletion, type DeleteOptions, type Deletion, type Propagation } from './deletion.ts';
