/**
 * Field ownership and values at paths.
 * In: objects with managedFields. Out: owners, values, changed copies. Never: knows a schema.
 */
export { foldManagers, ownersAt, stepsOf, stepsOfPath, valueAt, withValueAt, type FieldOwner, type Step } from './fields.ts';
