/**
 * Server-side apply and field ownership.
 * In: the live object, what a manager writes, the type of the kind, the moment. Out: the object with its managedFields, or conflicts.
 * Never: defaults, validates beyond types, or stores.
 */
export {
  type Conflict,
  type Converted,
  type Converter,
  type Managers,
  type Typed,
  type UpdateOutcome,
  type UpdateRequest,
  type UpdateRules,
  type VersionedSet,
  apply,
  update,
} from './updater.ts';
export {
  ApplyCache,
  type Managed,
  type ManagerIdentity,
  decodeManagedFields,
  encodeManagedFields,
  entryId,
  sortManagedFields,
  withoutTimeChanges,
} from './managed-fields.ts';
export type { WriteRules } from './write.ts';
export { type RecordedWrite, recordUpdate } from './record-update.ts';
export { type AppliedWrite, type ApplyResult, type ConflictCause, serverSideApply } from './server-side-apply.ts';
export { LAST_APPLIED } from './last-applied.ts';
export { type CsaUpgrade, upgradeManagedFields } from './csa-upgrade.ts';
