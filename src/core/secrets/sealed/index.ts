/**
 * Sealed Secrets (bitnami.com/v1alpha1), byte for byte as the original controller and kubeseal have them.
 * In: objects, session keys that are already unwrapped. Out: sealed values, SealedSecrets, Secrets.
 * Never: holds a private key (the port Keys does), takes a scope from a template, puts a value into a message.
 */
export { openSealed, parseSealed, sealValue } from './blob.ts';
export type { SealedValue } from './blob.ts';
export { labelOf } from './scope.ts';
export type { Place, SealScope } from './scope.ts';
export {
  isSealedSecret,
  mergedSealed,
  placeOf,
  resealed,
  sealedSecretOf,
  sealedValues,
  secretValues,
  unsealedSecret,
} from './sealed-secret.ts';
export type { RenderText } from './sealed-secret.ts';
