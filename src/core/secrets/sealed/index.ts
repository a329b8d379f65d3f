/**
 * Sealed Secrets (bitnami.com/v1alpha1), byte for byte as the original controller and kubeseal have them.
 * In: objects, session keys that are already unwrapped. Out: sealed values, SealedSecrets, Secrets.
 * Never: holds a private key (the port Keys does), takes a scope from a template, puts a value into a message.
 */
export { labelOf } from './scope.ts';
export type { Place, SealScope } from './scope.ts';
export {
  isSealedSecret,
  keepsOwner,
  mergedSealed,
  placeOf,
  resealed,
  sealedSecretOf,
  sealedValues,
  secretValues,
  unsealedSecret,
} from './sealed-secret.ts';
export type { RenderText } from './sealed-secret.ts';
