/**
 * Release records in Secrets, as Helm 4 keeps them.
 * In: records, Secrets. Out: Secrets, records. Never: talks to a cluster.
 */
export { anyRecord, fromSecret, mostData, type RecordKind, recordSelector, secretName, sizeOf, toSecret } from './secret.ts';
