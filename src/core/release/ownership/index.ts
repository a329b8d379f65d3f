/**
 * Helm's marks of ownership on objects, and what they forbid.
 * In: objects. Out: marked objects, or what speaks against taking or deleting them. Never: reads or writes a cluster.
 */
export { isKept, markedAs, ownershipProblem, type ReleaseId } from './ownership.ts';
