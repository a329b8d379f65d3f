/**
 * Release records in Secrets, as Helm 4 keeps them.
 * In: records, Secrets. Out: Secrets, records. Never: talks to a cluster.
 */
export { fromSecret, mostData, recordSelector, secretName, sizeOf, toSecret } from './secret.ts';
