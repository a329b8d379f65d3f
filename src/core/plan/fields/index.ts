/**
 * Field ownership and values at paths.
 * In: objects with managedFields. Out: owners, values, changed copies. Never: knows a schema.
 */
export {
  extraFields,
  foldManagers,
  formatSteps,
  ownersAt,
  stepsOf,
  stepsOfPath,
  valueAt,
  withValueAt,
  type FieldOwner,
  type Step,
} from './fields.ts';
